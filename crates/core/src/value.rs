//! The values that members hold besides numbers and text: bytes, secrets and points in time.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;
use zeroize::Zeroize;

pub use crate::date_time::DateTime;

/// Any JSON value: a member whose content the service model leaves open.
pub type Document = serde_json::Value;

/// Bytes in a request or an answer. Cheap to clone.
///
/// ```
/// use cumulo_core::Blob;
///
/// let blob = Blob::from("hello");
/// assert_eq!(&*blob, b"hello");
/// assert_eq!(format!("{blob:?}"), "<5 bytes>");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Blob(Bytes);

impl Blob {
    /// The bytes, without a copy.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl Deref for Blob {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Blob {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl<T: Into<Bytes>> From<T> for Blob {
    fn from(bytes: T) -> Self {
        Self(bytes.into())
    }
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.len())
    }
}

/// Bytes that must not be shown, such as a data key: redacted in `Debug`, zeroed when dropped.
///
/// Reads as a slice, so that `&*key` is what a cipher takes.
#[derive(Clone, Default)]
pub struct SecretBlob(Vec<u8>);

impl Deref for SecretBlob {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for SecretBlob {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl PartialEq for SecretBlob {
    fn eq(&self, other: &Self) -> bool {
        same_bytes(self, other)
    }
}

impl Eq for SecretBlob {}

impl From<Vec<u8>> for SecretBlob {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for SecretBlob {
    fn from(bytes: &[u8]) -> Self {
        bytes.to_vec().into()
    }
}

impl<const N: usize> From<&[u8; N]> for SecretBlob {
    fn from(bytes: &[u8; N]) -> Self {
        bytes.to_vec().into()
    }
}

impl From<&str> for SecretBlob {
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

impl From<Blob> for SecretBlob {
    fn from(blob: Blob) -> Self {
        blob.to_vec().into()
    }
}

impl Drop for SecretBlob {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for SecretBlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<sensitive>")
    }
}

/// Text that must not be shown, such as a secret key: redacted in `Debug`, zeroed when dropped.
///
/// Reads as a `str`; it has no `Display`, so that it cannot slip into a message.
///
/// ```
/// use cumulo_core::SecretString;
///
/// let secret = SecretString::from("wJalrXUtnFEMI");
/// assert_eq!(&*secret, "wJalrXUtnFEMI");
/// assert_eq!(format!("{secret:?}"), "<sensitive>");
/// ```
#[derive(Clone, Default)]
pub struct SecretString(String);

impl Deref for SecretString {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for SecretString {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq for SecretString {
    fn eq(&self, other: &Self) -> bool {
        same_bytes(self.as_bytes(), other.as_bytes())
    }
}

impl Eq for SecretString {}

impl From<String> for SecretString {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for SecretString {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl Drop for SecretString {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for SecretString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<sensitive>")
    }
}

/// Compares without stopping at the first difference, so that the time taken tells nothing of the content.
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |acc, (x, y)| acc | (x ^ y)) == 0
}
