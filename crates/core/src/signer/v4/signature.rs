//! Step 4: the signing key and the signature it makes.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::crypto::{HmacKey, hmac_sha256};

use super::string_to_sign::Timestamp;
use super::{Scope, SigningCredentials};

/// Signs the string to sign, with the cache's key when it has one.
pub(super) fn sign(
    credentials: &SigningCredentials<'_>,
    scope: &Scope<'_>,
    timestamp: &Timestamp,
    cache: Option<&SigningKeyCache>,
    string_to_sign: &[u8],
) -> [u8; 32] {
    match cache {
        Some(cache) => cache.key(credentials, scope, timestamp).sign(string_to_sign),
        None => {
            hmac_sha256(&*derive(credentials.secret_access_key, &timestamp.date(), scope), string_to_sign)
        }
    }
}

/// The signing key, the cache's when it has one.
pub(super) fn key(
    credentials: &SigningCredentials<'_>,
    scope: &Scope<'_>,
    timestamp: &Timestamp,
    cache: Option<&SigningKeyCache>,
) -> Arc<HmacKey> {
    match cache {
        Some(cache) => cache.key(credentials, scope, timestamp),
        None => Arc::new(HmacKey::new(&*derive(credentials.secret_access_key, &timestamp.date(), scope))),
    }
}

/// Keeps derived signing keys, one for each region and service, so that a request costs one HMAC instead of five.
///
/// A client owns one and shares it between its requests. A key is used for the day, region, service and credentials it was
/// derived for and no others; a new day or new credentials replace it. At most 8 are kept. Keys and secrets are wiped when they
/// are replaced and when the cache is dropped. The lock is held for a comparison, never while a key is derived or used.
///
/// ```
/// use cumulo_core::signer::v4::SigningKeyCache;
///
/// let cache = SigningKeyCache::new();
/// assert_eq!(format!("{cache:?}"), "SigningKeyCache(redacted)");
/// ```
#[derive(Default)]
pub struct SigningKeyCache {
    entries: Mutex<Vec<Entry>>,
}

struct Entry {
    date: [u8; 8],
    region: Box<str>,
    service: Box<str>,
    access_key_id: Box<str>,
    secret_access_key: Zeroizing<Box<str>>,
    key: Arc<HmacKey>,
}

impl SigningKeyCache {
    /// Few clients sign for more regions than this; one that does derives some of its keys again.
    const CAPACITY: usize = 8;

    /// Creates an empty cache.
    pub const fn new() -> Self {
        Self { entries: Mutex::new(Vec::new()) }
    }

    fn key(
        &self,
        credentials: &SigningCredentials<'_>,
        scope: &Scope<'_>,
        timestamp: &Timestamp,
    ) -> Arc<HmacKey> {
        let date = timestamp.date();
        if let Some(key) = self.find(credentials, scope, date) {
            return key;
        }
        let key = Arc::new(HmacKey::new(&*derive(credentials.secret_access_key, &date, scope)));
        self.keep(Entry {
            date,
            region: scope.region.into(),
            service: scope.service.into(),
            access_key_id: credentials.access_key_id.into(),
            secret_access_key: Zeroizing::new(credentials.secret_access_key.into()),
            key: Arc::clone(&key),
        });
        key
    }

    fn find(
        &self,
        credentials: &SigningCredentials<'_>,
        scope: &Scope<'_>,
        date: [u8; 8],
    ) -> Option<Arc<HmacKey>> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.iter().find(|entry| entry.is_for(scope))?;
        (entry.date == date
            && *entry.access_key_id == *credentials.access_key_id
            && **entry.secret_access_key == *credentials.secret_access_key)
            .then(|| Arc::clone(&entry.key))
    }

    fn keep(&self, entry: Entry) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let scope = Scope { region: &entry.region, service: &entry.service };
        let replaced = match entries.iter().position(|kept| kept.is_for(&scope)) {
            Some(index) => Some(entries.remove(index)),
            None if entries.len() >= Self::CAPACITY => Some(entries.remove(0)),
            None => None,
        };
        entries.push(entry);
        drop(entries);
        drop(replaced);
    }
}

impl Entry {
    fn is_for(&self, scope: &Scope<'_>) -> bool {
        *self.region == *scope.region && *self.service == *scope.service
    }
}

/// Shows nothing of the keys.
impl fmt::Debug for SigningKeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKeyCache(redacted)")
    }
}

/// Derives the key that signs for one day, region and service.
fn derive(secret_access_key: &str, date: &[u8; 8], scope: &Scope<'_>) -> Zeroizing<[u8; 32]> {
    // The capacity is exact: a growing buffer would leave a copy of the secret behind.
    let mut secret = Zeroizing::new(Vec::with_capacity(4 + secret_access_key.len()));
    secret.extend_from_slice(b"AWS4");
    secret.extend_from_slice(secret_access_key.as_bytes());

    let mut key = Zeroizing::new(hmac_sha256(&secret, date));
    for part in [scope.region, scope.service, "aws4_request"] {
        *key = hmac_sha256(&*key, part.as_bytes());
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hex;

    const IAM: Scope<'_> = Scope { region: "us-east-1", service: "iam" };
    const CREDENTIALS: SigningCredentials<'_> = SigningCredentials {
        access_key_id: "AKIDEXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        session_token: None,
    };

    fn day(number: i64) -> Timestamp {
        Timestamp::from_unix_seconds(1_440_938_160 + number * 86_400).unwrap()
    }

    fn scopes(cache: &SigningKeyCache) -> usize {
        cache.entries.lock().unwrap().len()
    }

    #[test]
    fn aws_example() {
        let key = derive(CREDENTIALS.secret_access_key, b"20150830", &IAM);
        assert_eq!(hex(&*key), "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");

        let string_to_sign = b"AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n\
            f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59";
        let expected = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
        let cache = SigningKeyCache::new();
        for cache in [None, Some(&cache), Some(&cache)] {
            assert_eq!(hex(&sign(&CREDENTIALS, &IAM, &day(0), cache, string_to_sign)), expected);
        }
    }

    #[test]
    fn a_key_is_derived_once_for_a_day_region_service_and_credentials() {
        let cache = SigningKeyCache::new();
        let first = cache.key(&CREDENTIALS, &IAM, &day(0));
        assert!(Arc::ptr_eq(&first, &cache.key(&CREDENTIALS, &IAM, &day(0))));
        let with_token = SigningCredentials { session_token: Some("token"), ..CREDENTIALS };
        assert!(Arc::ptr_eq(&first, &cache.key(&with_token, &IAM, &day(0))), "a token changes no key");
    }

    #[test]
    fn another_day_scope_or_secret_is_never_given_the_cached_key() {
        let other_secret = SigningCredentials { secret_access_key: "other", ..CREDENTIALS };
        let other_id = SigningCredentials { access_key_id: "OTHER", ..CREDENTIALS };
        let other_region = Scope { region: "eu-west-1", ..IAM };
        let other_service = Scope { service: "sts", ..IAM };
        let cases = [
            (CREDENTIALS, IAM, day(1)),
            (other_secret, IAM, day(0)),
            (other_id, IAM, day(0)),
            (CREDENTIALS, other_region, day(0)),
            (CREDENTIALS, other_service, day(0)),
        ];
        for (credentials, scope, timestamp) in cases {
            let cache = SigningKeyCache::new();
            let first = cache.key(&CREDENTIALS, &IAM, &day(0));
            let second = cache.key(&credentials, &scope, &timestamp);
            assert!(!Arc::ptr_eq(&first, &second));
            let derived = derive(credentials.secret_access_key, &timestamp.date(), &scope);
            assert_eq!(second.sign(b"x"), hmac_sha256(&*derived, b"x"));
        }
    }

    #[test]
    fn new_credentials_replace_the_old_ones_and_many_regions_do_not_grow_the_cache() {
        let cache = SigningKeyCache::new();
        cache.key(&CREDENTIALS, &IAM, &day(0));
        cache.key(&SigningCredentials { secret_access_key: "rotated", ..CREDENTIALS }, &IAM, &day(0));
        assert_eq!(scopes(&cache), 1, "the old secret is gone");

        for number in 0..20 {
            let region = format!("region-{number}");
            cache.key(&CREDENTIALS, &Scope { region: &region, service: "s3" }, &day(0));
        }
        assert_eq!(scopes(&cache), SigningKeyCache::CAPACITY);
    }
}
