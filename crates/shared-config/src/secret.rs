//! A text that must not be shown.

use std::fmt;

use zeroize::Zeroize;

/// A secret access key, a session token or a property that may be one.
///
/// Its memory is zeroed on drop, and `Debug` shows nothing of it. There is no `Display`: whoever needs the text
/// says so with [`expose`](Self::expose).
///
/// ```
/// let secret = cumulo_shared_config::Secret::from("hunter2".to_owned());
/// assert_eq!(format!("{secret:?}"), "Secret(..)");
/// assert_eq!(secret.expose(), "hunter2");
/// ```
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Appends to the text, and leaves no copy of it behind in memory that was too small.
    pub(crate) fn push_str(&mut self, more: &str) {
        let len = self.0.len() + more.len();
        if len > self.0.capacity() {
            let mut roomier = String::with_capacity(len.saturating_mul(2));
            roomier.push_str(&self.0);
            *self = Self(roomier);
        }
        self.0.push_str(more);
    }

    /// The text itself, for the signer or the request that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
