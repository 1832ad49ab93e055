//! RSA from AWS-LC. Every failure to open is the same error, and a key of another length than 32 bytes is a failure.

use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm, OaepPrivateDecryptingKey,
    OaepPublicEncryptingKey, Pkcs1PrivateDecryptingKey, PrivateDecryptingKey, PublicEncryptingKey,
};
use cumulo_core::{Error, SecretBlob};
use zeroize::Zeroizing;

use crate::error;

pub(super) struct Keys {
    public: OaepPublicEncryptingKey,
    private: Option<Private>,
}

struct Private {
    oaep: OaepPrivateDecryptingKey,
    pkcs1: Pkcs1PrivateDecryptingKey,
    #[cfg(feature = "legacy-rsa")]
    java: super::java_oaep::Key,
}

impl Keys {
    pub(super) fn from_pkcs8(der: &[u8]) -> Result<Self, Error> {
        let unusable = || error::construction("the RSA private key is no PKCS #8 key of 2048 to 8192 bits");
        let key = PrivateDecryptingKey::from_pkcs8(der).map_err(|_| unusable())?;
        let public = OaepPublicEncryptingKey::new(key.public_key()).map_err(|_| unusable())?;
        let private = Private {
            oaep: OaepPrivateDecryptingKey::new(key.clone()).map_err(|_| unusable())?,
            pkcs1: Pkcs1PrivateDecryptingKey::new(key).map_err(|_| unusable())?,
            #[cfg(feature = "legacy-rsa")]
            java: super::java_oaep::Key::from_pkcs8(der).ok_or_else(unusable)?,
        };
        Ok(Self { public, private: Some(private) })
    }

    pub(super) fn from_public_key(der: &[u8]) -> Result<Self, Error> {
        let key = PublicEncryptingKey::from_der(der).and_then(|key| Ok(OaepPublicEncryptingKey::new(key)?));
        match key {
            Ok(public) => Ok(Self { public, private: None }),
            Err(_) => Err(error::construction("the RSA public key is no DER key of 2048 to 8192 bits")),
        }
    }

    pub(super) fn seal(&self, data: &[u8]) -> Result<Vec<u8>, Error> {
        let mut output = vec![0; self.public.ciphertext_size()];
        match self.public.encrypt(&OAEP_SHA1_MGF1SHA1, data, &mut output, None) {
            Ok(_) => Ok(output),
            Err(_) => Err(error::construction("the RSA key is too short for the data key")),
        }
    }

    pub(super) fn open_oaep_sha1(&self, wrapped: &[u8]) -> Result<SecretBlob, Error> {
        self.open_oaep(&OAEP_SHA1_MGF1SHA1, wrapped)
    }

    /// Java's own provider masks with SHA-1, Bouncy Castle with SHA-256, and both store the same name.
    pub(super) fn open_oaep_sha256(&self, wrapped: &[u8]) -> Result<SecretBlob, Error> {
        let opened = self.open_oaep(&OAEP_SHA256_MGF1SHA256, wrapped).and_then(of_32_bytes);
        #[cfg(feature = "legacy-rsa")]
        return opened
            .or_else(|_| self.private()?.java.open(wrapped).ok_or_else(error::key_unwrap))
            .and_then(of_32_bytes);
        #[cfg(not(feature = "legacy-rsa"))]
        opened.map_err(|error| {
            error.with_message(
                "the data key cannot be unwrapped; if Java wrapped it, that needs the feature `legacy-rsa`",
            )
        })
    }

    pub(super) fn open_pkcs1(&self, wrapped: &[u8]) -> Result<SecretBlob, Error> {
        let key = &self.private()?.pkcs1;
        let mut output = Zeroizing::new(vec![0; key.min_output_size()]);
        let opened = key.decrypt(wrapped, &mut output).map_err(|_| error::key_unwrap())?;
        of_32_bytes(SecretBlob::from(&opened[..]))
    }

    fn open_oaep(&self, algorithm: &'static OaepAlgorithm, wrapped: &[u8]) -> Result<SecretBlob, Error> {
        let key = &self.private()?.oaep;
        let mut output = Zeroizing::new(vec![0; key.min_output_size()]);
        let opened = key.decrypt(algorithm, wrapped, &mut output, None).map_err(|_| error::key_unwrap())?;
        Ok(SecretBlob::from(&opened[..]))
    }

    fn private(&self) -> Result<&Private, Error> {
        self.private.as_ref().ok_or_else(|| error::construction("a public RSA key unwraps nothing"))
    }
}

fn of_32_bytes(key: SecretBlob) -> Result<SecretBlob, Error> {
    if key.len() == 32 { Ok(key) } else { Err(error::key_unwrap()) }
}

#[cfg(test)]
mod tests;
