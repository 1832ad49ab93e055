//! The derived key, kept from one signature to the next.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::crypto::ScalarKey;

use super::{SigningCredentials, SigningError, derive};

/// Keeps the key that was derived last, so that a request costs one signature and no derivation.
///
/// A client owns one and shares it between its requests. One key is all that a set of credentials has; others replace it.
/// Key and secret are wiped when they are replaced and when the cache is dropped. The lock is held for a comparison, never
/// while a key is derived or used.
///
/// ```
/// use cumulo_core::signer::v4a::SigningKeyCache;
///
/// let cache = SigningKeyCache::new();
/// assert_eq!(format!("{cache:?}"), "SigningKeyCache(redacted)");
/// ```
#[derive(Default)]
pub struct SigningKeyCache {
    entry: Mutex<Option<Entry>>,
}

struct Entry {
    access_key_id: Box<str>,
    secret_access_key: Zeroizing<Box<str>>,
    key: Arc<ScalarKey>,
}

impl SigningKeyCache {
    /// Creates an empty cache.
    pub const fn new() -> Self {
        Self { entry: Mutex::new(None) }
    }

    pub(super) fn key(&self, credentials: &SigningCredentials<'_>) -> Result<Arc<ScalarKey>, SigningError> {
        if let Some(key) = self.find(credentials) {
            return Ok(key);
        }
        let key = Arc::new(derive::key(credentials)?);
        let entry = Entry {
            access_key_id: credentials.access_key_id.into(),
            secret_access_key: Zeroizing::new(credentials.secret_access_key.into()),
            key: Arc::clone(&key),
        };
        let replaced = self.entry.lock().unwrap_or_else(PoisonError::into_inner).replace(entry);
        drop(replaced);
        Ok(key)
    }

    fn find(&self, credentials: &SigningCredentials<'_>) -> Option<Arc<ScalarKey>> {
        let entry = self.entry.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = entry.as_ref()?;
        (*kept.access_key_id == *credentials.access_key_id
            && **kept.secret_access_key == *credentials.secret_access_key)
            .then(|| Arc::clone(&kept.key))
    }
}

/// Shows neither keys nor secrets.
impl fmt::Debug for SigningKeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKeyCache(redacted)")
    }
}

#[cfg(test)]
#[cfg(feature = "aws-lc-rs")]
mod tests {
    use super::*;

    const CREDENTIALS: SigningCredentials<'_> =
        SigningCredentials { access_key_id: "AKID", secret_access_key: "SECRET", session_token: None };

    #[test]
    fn a_key_is_derived_once_for_the_credentials_and_anew_for_others() {
        let cache = SigningKeyCache::new();
        let first = cache.key(&CREDENTIALS).unwrap();
        assert!(Arc::ptr_eq(&first, &cache.key(&CREDENTIALS).unwrap()));
        for other in [
            SigningCredentials { secret_access_key: "OTHER", ..CREDENTIALS },
            SigningCredentials { access_key_id: "OTHER", ..CREDENTIALS },
        ] {
            let another = cache.key(&other).unwrap();
            assert_ne!(another.public_key(), first.public_key());
            assert_eq!(another.public_key(), derive::key(&other).unwrap().public_key());
        }
    }
}
