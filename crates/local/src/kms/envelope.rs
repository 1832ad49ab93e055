//! The ciphertext blob: which key made it, and an AES-256-GCM box that the encryption context belongs to.
//!
//! Layout: one version byte, the key id (36 characters), a 12-byte nonce, the ciphertext with its 16-byte tag. The
//! additional data is everything before the nonce, then the context in [`encode_context`]'s form.

use std::collections::BTreeMap;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::keys::Key;
use crate::error::ServiceError;
use crate::ids::random_bytes;

const VERSION: u8 = 1;
const KEY_ID_LENGTH: usize = 36;
const HEADER_LENGTH: usize = 1 + KEY_ID_LENGTH;

pub(super) type Context = BTreeMap<String, String>;

pub(super) fn seal(key: &Key, plaintext: &[u8], context: &Context) -> Result<Vec<u8>, ServiceError> {
    let nonce: [u8; NONCE_LEN] = random_bytes();
    let mut header = vec![VERSION];
    header.extend_from_slice(key.id.as_bytes());
    let mut sealed = plaintext.to_vec();
    cipher(key)?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(additional_data(&header, context)),
            &mut sealed,
        )
        .map_err(|_| internal())?;
    Ok([header, nonce.to_vec(), sealed].concat())
}

/// The id of the key that made a blob.
pub(super) fn key_id(blob: &[u8]) -> Result<&str, ServiceError> {
    let (version, rest) = blob.split_first().ok_or_else(invalid)?;
    if *version != VERSION {
        return Err(invalid());
    }
    rest.get(..KEY_ID_LENGTH).and_then(|id| std::str::from_utf8(id).ok()).ok_or_else(invalid)
}

pub(super) fn open(key: &Key, blob: &[u8], context: &Context) -> Result<Vec<u8>, ServiceError> {
    let (header, rest) = blob.split_at_checked(HEADER_LENGTH).ok_or_else(invalid)?;
    let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>().ok_or_else(invalid)?;
    let mut buffer = sealed.to_vec();
    let plaintext = cipher(key)?
        .open_in_place(
            Nonce::assume_unique_for_key(*nonce),
            Aad::from(additional_data(header, context)),
            &mut buffer,
        )
        .map_err(|_| invalid())?;
    Ok(plaintext.to_vec())
}

fn cipher(key: &Key) -> Result<LessSafeKey, ServiceError> {
    UnboundKey::new(&AES_256_GCM, key.material.as_slice()).map(LessSafeKey::new).map_err(|_| internal())
}

fn additional_data(header: &[u8], context: &Context) -> Vec<u8> {
    [header.to_vec(), encode_context(context)].concat()
}

/// Sorted by key, every key and value behind its length, so that no two contexts share an encoding.
fn encode_context(context: &Context) -> Vec<u8> {
    let texts = context.iter().flat_map(|(key, value)| [key, value]);
    texts.flat_map(|text| [&(text.len() as u64).to_be_bytes(), text.as_bytes()].concat()).collect()
}

fn invalid() -> ServiceError {
    ServiceError::sender(
        "InvalidCiphertextException",
        "The ciphertext or the encryption context is not valid.",
    )
}

fn internal() -> ServiceError {
    ServiceError {
        status: http::StatusCode::INTERNAL_SERVER_ERROR,
        ..ServiceError::sender("KMSInternalException", "The cipher failed.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_that_read_alike_when_glued_are_encoded_apart() {
        let context = |pairs: &[(&str, &str)]| -> Context {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        assert_ne!(encode_context(&context(&[("a", "bc")])), encode_context(&context(&[("ab", "c")])));
        assert_ne!(
            encode_context(&context(&[("a", "b"), ("c", "d")])),
            encode_context(&context(&[("a", "bcd")]))
        );
    }
}
