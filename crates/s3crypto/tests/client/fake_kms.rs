//! KMS in memory: "wraps" a key by writing it down with its key id and context, and a checksum over all of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use cumulo_core::{Error, SecretBlob, crypto};
use cumulo_kms::{
    DecryptInput, DecryptOutput, EncryptInput, EncryptOutput, GenerateDataKeyInput, GenerateDataKeyOutput,
    KmsApi, ReEncryptInput, ReEncryptOutput,
};

type Context = BTreeMap<String, String>;

#[derive(Clone, Default)]
pub(crate) struct FakeKms(Arc<Mutex<Vec<String>>>);

impl FakeKms {
    /// The operations called since the last question.
    pub(crate) fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn called(&self, operation: &str) {
        self.0.lock().unwrap().push(operation.to_owned());
    }
}

fn seal(key_id: &str, context: Option<Context>, key: &[u8]) -> Vec<u8> {
    let text = serde_json::to_vec(&(key_id, context.unwrap_or_default(), key)).unwrap();
    [&crypto::sha256(&text)[..], &text].concat()
}

fn open(blob: &[u8], key_id: Option<&str>, context: Option<Context>) -> Result<Vec<u8>, Error> {
    let invalid = || Error::new("InvalidCiphertextException", "").with_status(400);
    let (sum, text) = blob.split_at_checked(32).ok_or_else(invalid)?;
    if sum != crypto::sha256(text) {
        return Err(invalid());
    }
    let (own_id, own_context, key): (String, Context, Vec<u8>) = serde_json::from_slice(text).unwrap();
    if key_id.is_some_and(|id| id != own_id) {
        return Err(Error::new("IncorrectKeyException", "").with_status(400));
    }
    if context.unwrap_or_default() == own_context { Ok(key) } else { Err(invalid()) }
}

#[async_trait]
impl KmsApi for FakeKms {
    async fn generate_data_key(&self, input: GenerateDataKeyInput) -> Result<GenerateDataKeyOutput, Error> {
        self.called("GenerateDataKey");
        if input.key_id.as_deref() == Some("denied") {
            return Err(Error::new("AccessDeniedException", "you may not").with_status(400));
        }
        let key = crypto::sha256(crypto::uuid_v4().as_bytes()).to_vec();
        let mut output = GenerateDataKeyOutput::new();
        output.ciphertext_blob = Some(seal(&input.key_id.unwrap(), input.encryption_context, &key).into());
        output.plaintext = Some(key.into());
        Ok(output)
    }

    async fn encrypt(&self, input: EncryptInput) -> Result<EncryptOutput, Error> {
        self.called("Encrypt");
        let mut output = EncryptOutput::new();
        let blob = seal(&input.key_id.unwrap(), input.encryption_context, &input.plaintext.unwrap());
        output.ciphertext_blob = Some(blob.into());
        Ok(output)
    }

    async fn decrypt(&self, input: DecryptInput) -> Result<DecryptOutput, Error> {
        self.called("Decrypt");
        if input.key_id.as_deref() == Some("denied") {
            return Err(Error::new("AccessDeniedException", "you may not").with_status(400));
        }
        let blob = input.ciphertext_blob.unwrap();
        let key = open(&blob, input.key_id.as_deref(), input.encryption_context)?;
        let mut output = DecryptOutput::new();
        output.plaintext = Some(SecretBlob::from(key));
        Ok(output)
    }

    async fn re_encrypt(&self, input: ReEncryptInput) -> Result<ReEncryptOutput, Error> {
        self.called("ReEncrypt");
        let blob = input.ciphertext_blob.unwrap();
        let key = open(&blob, input.source_key_id.as_deref(), input.source_encryption_context)?;
        let blob = seal(&input.destination_key_id.unwrap(), input.destination_encryption_context, &key);
        let mut output = ReEncryptOutput::new();
        output.ciphertext_blob = Some(blob.into());
        Ok(output)
    }
}
