//! What stands in for RSA where only ring is there: no key can be made.

use std::convert::Infallible;

use cumulo_core::{Error, SecretBlob};

use crate::error;

pub(super) struct Keys(Infallible);

impl Keys {
    pub(super) fn from_pkcs8(_: &[u8]) -> Result<Self, Error> {
        Err(error::needs_aws_lc("RSA"))
    }

    pub(super) fn from_public_key(_: &[u8]) -> Result<Self, Error> {
        Err(error::needs_aws_lc("RSA"))
    }

    pub(super) fn seal(&self, _: &[u8]) -> Result<Vec<u8>, Error> {
        match self.0 {}
    }

    pub(super) fn open_oaep_sha1(&self, _: &[u8]) -> Result<SecretBlob, Error> {
        match self.0 {}
    }

    pub(super) fn open_oaep_sha256(&self, _: &[u8]) -> Result<SecretBlob, Error> {
        match self.0 {}
    }

    pub(super) fn open_pkcs1(&self, _: &[u8]) -> Result<SecretBlob, Error> {
        match self.0 {}
    }
}
