//! AES-256-CBC with PKCS #7 padding: the content cipher of format V1 and of early V2 objects. Only read, only on demand.
//!
//! Without a tag, whether a changed object decrypts tells an attacker about its content (CVE-2020-8911): every failure is
//! the same error, and content in memory is released only when its padding is right.

use cumulo_core::{Error, SecretBlob};

use crate::algorithm;
use crate::content::{CekEntry, Cipher};
use crate::envelope::Envelope;
use crate::error;

const BLOCK: usize = 16;

/// Reads `AES/CBC/PKCS5Padding`.
#[derive(Debug, Clone, Copy, Default)]
pub struct AesCbc;

impl CekEntry for AesCbc {
    fn name(&self) -> &str {
        algorithm::CBC
    }

    fn is_unauthenticated(&self) -> bool {
        true
    }

    fn check(&self, envelope: &Envelope) -> Result<(), Error> {
        if envelope.tag_len.is_some_and(|bits| bits != 0) {
            return Err(error::envelope("an object without a tag says how long its tag is"));
        }
        match envelope.iv.len() {
            BLOCK => Ok(()),
            other => Err(error::key_length("the IV", "16", other)),
        }
    }

    /// Between 1 and 16 bytes of an object are padding, and nobody without the key knows how many.
    fn plaintext_len(&self, _: u64) -> Option<u64> {
        None
    }

    fn decrypter(&self, key: &SecretBlob, envelope: &Envelope) -> Result<Box<dyn Cipher>, Error> {
        self.check(envelope)?;
        decrypter(key, &envelope.iv)
    }
}

#[cfg(not(feature = "aws-lc-rs"))]
fn decrypter(_: &SecretBlob, _: &[u8]) -> Result<Box<dyn Cipher>, Error> {
    Err(error::needs_aws_lc("AES-CBC"))
}

#[cfg(feature = "aws-lc-rs")]
fn decrypter(key: &SecretBlob, iv: &[u8]) -> Result<Box<dyn Cipher>, Error> {
    use aws_lc_rs::cipher::{AES_256, DecryptionContext, StreamingDecryptingKey, UnboundCipherKey};
    use aws_lc_rs::iv::FixedLength;

    let wrong_key = |_| error::key_length("the data key", "32", key.len());
    let iv = FixedLength::<BLOCK>::try_from(iv).map_err(|_| error::key_length("the IV", "16", iv.len()))?;
    let key = UnboundCipherKey::new(&AES_256, key).map_err(wrong_key)?;
    let key = StreamingDecryptingKey::cbc_pkcs7(key, DecryptionContext::Iv128(iv))
        .map_err(|_| error::decryption())?;
    Ok(Box::new(CbcOpener(Some(key))))
}

#[cfg(feature = "aws-lc-rs")]
struct CbcOpener(Option<aws_lc_rs::cipher::StreamingDecryptingKey>);

#[cfg(feature = "aws-lc-rs")]
impl Cipher for CbcOpener {
    fn update(&mut self, data: &mut Vec<u8>) -> Result<(), Error> {
        let key = self.0.as_mut().ok_or_else(error::decryption)?;
        let mut output = vec![0; data.len() + BLOCK];
        let written = key.update(data, &mut output).map_err(|_| error::decryption())?.written().len();
        output.truncate(written);
        *data = output;
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<u8>, Error> {
        let key = self.0.take().ok_or_else(error::decryption)?;
        let mut output = vec![0; BLOCK];
        let written = key.finish(&mut output).map_err(|_| error::decryption())?.written().len();
        output.truncate(written);
        Ok(output)
    }

    fn output_len(&self, _: u64) -> Option<u64> {
        None
    }
}
