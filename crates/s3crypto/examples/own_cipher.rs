//! A key wrap and a content cipher of one's own: XChaCha, an HSM, a vault — here, to be short, toys that protect nothing.
//!
//! Both are named in the objects' metadata, so a reader that has not registered them refuses the objects.
//!
//! `cargo run -p cumulo-s3crypto --example own_cipher`

use std::sync::Mutex;

use async_trait::async_trait;
use cumulo_core::{BoxFuture, Error, SecretBlob};
use cumulo_s3::{GetObjectInput, GetObjectOutput, PutObjectInput, PutObjectOutput, S3Api};
use cumulo_s3crypto::{
    CekEntry, Cipher, CommitmentPolicy, ContentCipher, ContentCipherBuilder, CryptoRegistry,
    DecryptionClient, EncryptionClient, Envelope, KeyWrap, MaterialDescription, WrappedKey,
};

/// "Wraps" a data key by turning it around. Yours asks your key store.
pub(crate) struct TurnedAround;

impl KeyWrap for TurnedAround {
    fn algorithm(&self) -> &str {
        "turned-around"
    }

    fn wrap<'a>(
        &'a self,
        key: &'a SecretBlob,
        cek_algorithm: &'a str,
        context: &'a MaterialDescription,
    ) -> BoxFuture<'a, Result<WrappedKey, Error>> {
        let wrapped: Vec<u8> = key.iter().rev().copied().collect();
        Box::pin(
            async move { Ok(WrappedKey::new(wrapped, self.algorithm(), cek_algorithm, context.clone())) },
        )
    }

    fn unwrap<'a>(
        &'a self,
        key: &'a WrappedKey,
        _: Option<&'a MaterialDescription>,
    ) -> BoxFuture<'a, Result<SecretBlob, Error>> {
        let key: Vec<u8> = key.bytes.iter().rev().copied().collect();
        Box::pin(async move { Ok(SecretBlob::from(key)) })
    }
}

/// The cipher's name in the objects' metadata.
const XOR: &str = "XOR/NoPadding";

/// Adds the key to the content, byte by byte, in both directions.
struct Xor {
    key: SecretBlob,
    position: usize,
}

impl Cipher for Xor {
    fn update(&mut self, data: &mut Vec<u8>) -> Result<(), Error> {
        for byte in data {
            *byte ^= self.key[self.position % self.key.len()];
            self.position += 1;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<Vec<u8>, Error> {
        Ok(Vec::new())
    }

    fn output_len(&self, len: u64) -> Option<u64> {
        Some(len)
    }
}

/// Writes: gets a data key and makes the cipher.
pub(crate) struct XorBuilder<K>(pub(crate) K);

impl<K: KeyWrap> ContentCipherBuilder for XorBuilder<K> {
    fn content_cipher<'a>(
        &'a self,
        context: &'a MaterialDescription,
    ) -> BoxFuture<'a, Result<ContentCipher, Error>> {
        Box::pin(async move {
            let data_key = self.0.generate(XOR, context).await?;
            let cipher = Xor { key: data_key.plaintext, position: 0 };
            Ok(ContentCipher::new(Box::new(cipher), Envelope::new(data_key.wrapped)))
        })
    }
}

/// Reads: makes the cipher from an unwrapped key. It notices no change, and says so.
pub(crate) struct XorEntry;

impl CekEntry for XorEntry {
    fn name(&self) -> &str {
        XOR
    }

    fn is_unauthenticated(&self) -> bool {
        true
    }

    fn plaintext_len(&self, len: u64) -> Option<u64> {
        Some(len)
    }

    fn decrypter(&self, key: &SecretBlob, _: &Envelope) -> Result<Box<dyn Cipher>, Error> {
        Ok(Box::new(Xor { key: key.clone(), position: 0 }))
    }
}

/// Stores an object and reads it again; gives what was stored and what was read.
pub(crate) async fn demo(s3: std::sync::Arc<dyn S3Api>) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let writer = EncryptionClient::new(s3.clone(), XorBuilder(TurnedAround))
        .commitment_policy(CommitmentPolicy::ForbidEncryptAllowDecrypt);
    writer.put_object(PutObjectInput::new().bucket("bar").key("foo").body("Hello world!")).await?;

    let keys = CryptoRegistry::new().add_wrap(TurnedAround).add_cek(XorEntry);
    let reader = DecryptionClient::new(s3.clone(), keys)
        .commitment_policy(CommitmentPolicy::RequireEncryptAllowDecrypt)
        .enable_legacy_unauthenticated_modes();
    let get = || GetObjectInput::new().bucket("bar").key("foo");
    let stored = s3.get_object(get()).await?.body.unwrap_or_default().collect().await?;
    let read = reader.get_object(get()).await?.body.unwrap_or_default().collect().await?;
    Ok((stored.to_vec(), read.to_vec()))
}

/// S3 with room for one object.
#[derive(Default)]
pub(crate) struct OneObject(Mutex<Option<PutObjectInput>>);

#[async_trait]
impl S3Api for OneObject {
    async fn put_object(&self, input: PutObjectInput) -> Result<PutObjectOutput, Error> {
        *self.0.lock().expect("nobody panics while holding it") = Some(input);
        Ok(PutObjectOutput::new())
    }

    async fn get_object(&self, _: GetObjectInput) -> Result<GetObjectOutput, Error> {
        let mut output = GetObjectOutput::new();
        if let Some(stored) = &*self.0.lock().expect("nobody panics while holding it") {
            output.body = stored.body.as_ref().and_then(cumulo_core::Body::try_clone);
            output.metadata = stored.metadata.clone();
        }
        Ok(output)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (stored, read) = demo(std::sync::Arc::new(OneObject::default())).await?;
    println!("stored {stored:?}");
    println!("read   {:?}", String::from_utf8_lossy(&read));
    Ok(())
}
