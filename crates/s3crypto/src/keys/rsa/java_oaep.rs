//! OAEP as Java's own provider makes it under the name `OAEPWithSHA-256AndMGF1Padding`: the label hashed with SHA-256, the
//! mask with SHA-1. AWS-LC's safe interface has no such pair.

use cumulo_core::SecretBlob;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::{Oaep, PrivateKey};

pub(super) struct Key(PrivateKey);

impl Key {
    pub(super) fn from_pkcs8(der: &[u8]) -> Option<Self> {
        PrivateKey::from_pkcs8_der(der).ok().map(Self)
    }

    pub(super) fn open(&self, wrapped: &[u8]) -> Option<SecretBlob> {
        let padding = Oaep::<rsa::sha2::Sha256, sha1::Sha1>::new_with_mgf_hash();
        self.0.decrypt(padding, wrapped).ok().map(SecretBlob::from)
    }
}
