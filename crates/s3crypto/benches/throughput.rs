//! How long 64 MiB take beside the library's one-shot AES-256-GCM, in one thread and without a network.
//!
//! `cargo bench -p cumulo-s3crypto` prints for each way the time of encryption and decryption in that of the one-shot
//! cipher; `cargo xtask bench` reads it.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use bytes::Bytes;
use cumulo_core::{Body, Error};
use cumulo_s3::{GetObjectInput, GetObjectOutput, PutObjectInput, PutObjectOutput, S3Api};
use cumulo_s3crypto::{AesGcmContentCipherBuilder, AesKeyWrap, DecryptionClient, EncryptionClient};

const LEN: usize = 64 << 20;
/// What a network gives at a time.
const CHUNK: usize = 64 << 10;
const ROUNDS: u32 = 10;

/// S3 that keeps one object and takes it out when it is read, as no network has a second copy either.
#[derive(Default)]
struct OneObject {
    stored: Mutex<Option<Stored>>,
    streams: bool,
}

#[async_trait]
impl S3Api for OneObject {
    async fn put_object(&self, input: PutObjectInput) -> Result<PutObjectOutput, Error> {
        let mut body = input.body.unwrap_or_default();
        let stored = match body.bytes() {
            Some(_) => body.collect().await?,
            None => {
                // Nothing is kept: what is measured is the cipher, not the copying.
                while let Some(chunk) = body.next_chunk().await? {
                    std::hint::black_box(chunk);
                }
                Bytes::new()
            }
        };
        *self.stored.lock().expect("one thread") = Some((input.metadata, stored));
        Ok(PutObjectOutput::new())
    }

    async fn get_object(&self, _: GetObjectInput) -> Result<GetObjectOutput, Error> {
        let (metadata, body) = {
            let mut stored = self.stored.lock().expect("one thread");
            if self.streams { stored.clone() } else { stored.take() }.expect("it is there")
        };
        let mut output = GetObjectOutput::new();
        output.metadata = metadata;
        output.body = Some(if self.streams { received(body) } else { body.into() });
        Ok(output)
    }
}

/// Metadata and body.
type Stored = (Option<std::collections::BTreeMap<String, String>>, Bytes);

struct Chunks(Bytes);

impl futures_core::Stream for Chunks {
    type Item = Result<Bytes, cumulo_core::BoxError>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        let len = self.0.len().min(CHUNK);
        std::task::Poll::Ready((len > 0).then(|| Ok(self.0.split_to(len))))
    }
}

fn received(content: Bytes) -> Body {
    let len = content.len() as u64;
    Body::received(Box::pin(Chunks(content)), Some(len))
}

fn key() -> AesKeyWrap {
    AesKeyWrap::new(&[7; 32]).expect("a key of 256 bits")
}

fn one_shot() -> [Duration; 2] {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[7; 32]).expect("a key of 256 bits"));
    let nonce = || Nonce::assume_unique_for_key([1; 12]);
    let mut data = vec![1; LEN];
    data.reserve_exact(16);
    let start = Instant::now();
    key.seal_in_place_append_tag(nonce(), Aad::empty(), &mut data).expect("64 MiB are not too long");
    let sealed = start.elapsed();
    let start = Instant::now();
    key.open_in_place(nonce(), Aad::empty(), &mut data).expect("it is what was sealed");
    [sealed, start.elapsed()]
}

async fn in_memory() -> Result<[Duration; 2], Error> {
    let s3 = std::sync::Arc::new(OneObject::default());
    let writer = EncryptionClient::new(s3.clone(), AesGcmContentCipherBuilder::new(key()));
    let body = Body::from(vec![1; LEN]);
    let start = Instant::now();
    writer.put_object(PutObjectInput::new().body(body)).await?;
    let sealed = start.elapsed();
    let reader = DecryptionClient::new(s3, key()).buffer_size(u64::MAX);
    let start = Instant::now();
    let content = reader.get_object(GetObjectInput::new()).await?.body.unwrap_or_default().collect().await?;
    let opened = start.elapsed();
    assert_eq!(content.len(), LEN);
    Ok([sealed, opened])
}

/// Encrypted in pieces, and decrypted in pieces: in one pass with delayed authentication, or in two.
async fn streaming(two_passes: bool) -> Result<[Duration; 2], Error> {
    let s3 = std::sync::Arc::new(OneObject { streams: true, ..OneObject::default() });
    let writer = EncryptionClient::new(s3.clone(), AesGcmContentCipherBuilder::new(key()));
    // Outlives the call, so that its memory is not given back to the system within the measured time.
    let content = Bytes::from(vec![1; LEN]);
    let body = Body::stream(Chunks(content.clone()), LEN as u64);
    let start = Instant::now();
    writer.put_object(PutObjectInput::new().body(body)).await?;
    let sealed = start.elapsed();

    writer.put_object(PutObjectInput::new().body(vec![1; LEN])).await?;
    let mut reader = DecryptionClient::new(s3, key()).buffer_size(0);
    if !two_passes {
        reader = reader.enable_delayed_authentication_mode();
    }
    let start = Instant::now();
    let mut body = reader.get_object(GetObjectInput::new()).await?.body.unwrap_or_default();
    while let Some(chunk) = body.next_chunk().await? {
        std::hint::black_box(chunk);
    }
    Ok([sealed, start.elapsed()])
}

fn best(best: &mut [Duration; 2], times: [Duration; 2]) {
    best.iter_mut().zip(times).for_each(|(best, time)| *best = time.min(*best));
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mut times = [[Duration::MAX; 2]; 4];
    for _ in 0..ROUNDS {
        best(&mut times[0], one_shot());
        best(&mut times[1], in_memory().await?);
        best(&mut times[2], streaming(false).await?);
        best(&mut times[3], streaming(true).await?);
    }
    let seconds = times.map(|[seal, open]| [seal.as_secs_f64(), open.as_secs_f64()]);
    for (name, [seal, open]) in ["one-shot", "memory", "streaming", "two-passes"].into_iter().zip(seconds) {
        let in_one_shot = [seal / seconds[0][0], open / seconds[0][1]];
        println!("{name} {:.3} {:.3}", in_one_shot[0], in_one_shot[1]);
        eprintln!(
            "{name}: {:.1} GB/s encrypted, {:.1} GB/s decrypted",
            LEN as f64 / seal / 1e9,
            LEN as f64 / open / 1e9
        );
    }
    Ok(())
}
