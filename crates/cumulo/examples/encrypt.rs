//! Encrypts a file on its way to S3 and decrypts it on its way back, shows how far it is, and prints what S3 has stored.
//!
//! `cargo run --example encrypt [FILE]`; without a file, 32 MiB that it makes up. Nothing leaves the machine: S3 and KMS
//! are the embedded endpoint's.

mod support;

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use cumulo::kms::CreateKeyInput;
use cumulo::s3::{self, CreateBucketInput, CreateMultipartUploadInput, GetObjectInput, HeadObjectInput};
use cumulo::s3crypto::{AesGcmContentCipherBuilder, DecryptionClient, EncryptionClient, KmsKeyGenerator};
use cumulo::{Body, Error, kms};
use futures_core::Stream;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::io::AsyncWriteExt as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let made_up = std::env::temp_dir().join(format!("cumulo-encrypt-{}", std::process::id()));
    let file = match std::env::args_os().nth(1) {
        Some(file) => PathBuf::from(file),
        None => {
            std::fs::write(&made_up, b"all is well\n".repeat((32 << 20) / 12))?;
            made_up.clone()
        }
    };
    let decrypted = made_up.with_extension("decrypted");
    let result = encrypt_and_decrypt(&file, &decrypted).await;
    for scratch in [made_up, decrypted].iter().filter(|path| path.exists()) {
        std::fs::remove_file(scratch)?;
    }
    result
}

async fn encrypt_and_decrypt(file: &Path, decrypted: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let (_local, config) = support::embedded().await?;
    let s3 = s3::Client::new(&config);
    s3.create_bucket(CreateBucketInput::new().bucket("bar")).await?;
    let key = kms::Client::new(&config).create_key(CreateKeyInput::new()).await?;
    let arn = key.key_metadata.and_then(|key| key.arn).ok_or("KMS made no key")?;
    let key_wrap = || KmsKeyGenerator::new(kms::Client::new(&config), &arn);

    let content = Body::file(file).await?;
    let len = content.len().unwrap_or_default();
    let client = EncryptionClient::new(s3::Client::new(&config), AesGcmContentCipherBuilder::new(key_wrap()));
    let input = CreateMultipartUploadInput::new().bucket("bar").key("foo");
    let content = Counted::new("encrypted", content);
    client.upload(input.metadata([("made-by", "an example")]), content).await?;

    println!("S3 has stored {len} bytes and a tag, and beside them:");
    let head = s3.head_object(HeadObjectInput::new().bucket("bar").key("foo")).await?;
    println!("  content-length: {}", head.content_length.unwrap_or_default());
    for (name, value) in head.metadata.unwrap_or_default() {
        println!("  x-amz-meta-{name}: {value}");
    }

    let client = DecryptionClient::new(s3, key_wrap());
    let object = client.get_object(GetObjectInput::new().bucket("bar").key("foo")).await?;
    let mut content = Counted::new("decrypted", object.body.unwrap_or_default());
    let mut output = tokio::fs::File::create(decrypted).await?;
    while let Some(chunk) = std::future::poll_fn(|context| Pin::new(&mut content).poll_next(context)).await {
        output.write_all(&chunk?).await?;
    }
    output.flush().await?;
    println!("what came back is the same: {}", same(file, decrypted)?);
    Ok(())
}

/// Compares two files without holding either.
fn same(one: &Path, other: &Path) -> std::io::Result<bool> {
    use std::io::{BufRead as _, BufReader};
    let (mut one, mut other) =
        (BufReader::new(std::fs::File::open(one)?), BufReader::new(std::fs::File::open(other)?));
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let len = left.len().min(right.len());
        if len == 0 || left[..len] != right[..len] {
            return Ok(left.is_empty() && right.is_empty());
        }
        one.consume(len);
        other.consume(len);
    }
}

/// A body whose chunks move a bar.
struct Counted {
    body: Body,
    bar: ProgressBar,
}

impl Counted {
    fn new(what: &'static str, body: Body) -> Self {
        let style = ProgressStyle::with_template("{msg} {bar:40} {bytes}/{total_bytes} {bytes_per_sec}");
        let bar = ProgressBar::new(body.len().unwrap_or_default());
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(what);
        Self { body, bar }
    }
}

impl Stream for Counted {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = Pin::new(&mut self.body).poll_next(context);
        match &item {
            Poll::Ready(Some(Ok(chunk))) => self.bar.inc(chunk.len() as u64),
            Poll::Ready(None) => self.bar.finish(),
            _ => {}
        }
        item
    }
}
