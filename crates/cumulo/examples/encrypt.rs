//! Encrypts a file on its way to S3 and decrypts it on its way back, shows how far it is, and prints what S3 has stored.
//!
//! `cargo run --example encrypt [FILE]`; without a file, 32 MiB that it makes up. Nothing leaves the machine: S3 and KMS
//! are the embedded endpoint's, which keeps its objects in a folder here, so that the memory which is printed at the end (on
//! Linux) does not depend on the file's length.

use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use cumulo::kms::CreateKeyInput;
use cumulo::s3::{self, CreateBucketInput, CreateMultipartUploadInput, GetObjectInput, HeadObjectInput};
use cumulo::s3crypto::{AesGcmContentCipherBuilder, DecryptionClient, EncryptionClient, KmsKeyGenerator};
use cumulo::{Body, Config, Credentials, Error, kms};
use cumulo_local::Server;
use futures_core::Stream;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::io::AsyncWriteExt as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("cumulo-encrypt-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let result = match std::env::args_os().nth(1) {
        Some(file) => encrypt_and_decrypt(Path::new(&file), &folder).await,
        None => {
            let made_up = folder.join("made-up");
            std::fs::write(&made_up, b"all is well\n".repeat((32 << 20) / 12))?;
            encrypt_and_decrypt(&made_up, &folder).await
        }
    };
    std::fs::remove_dir_all(&folder)?;
    result
}

async fn encrypt_and_decrypt(file: &Path, folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let local = Server::builder().folder(folder.join("s3")).start().await?;
    let config = Config::new()
        .region("eu-central-1")
        .endpoint(local.endpoint_url())
        .credentials(Credentials::from_keys(local.access_key_id(), local.secret_access_key()));
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
    let verifying = ProgressBar::new_spinner().with_message("verifying the tag, before a byte comes out");
    verifying.enable_steady_tick(Duration::from_millis(100));
    let object = client.get_object(GetObjectInput::new().bucket("bar").key("foo")).await?;
    verifying.finish_and_clear();
    let mut content = Counted::new("decrypted", object.body.unwrap_or_default());
    let decrypted = folder.join("decrypted");
    let mut output = tokio::fs::File::create(&decrypted).await?;
    while let Some(chunk) = std::future::poll_fn(|context| Pin::new(&mut content).poll_next(context)).await {
        output.write_all(&chunk?).await?;
    }
    output.flush().await?;
    println!("what came back is the same: {}", same(file, &decrypted)?);
    if let Some(peak) = peak_memory() {
        println!("at most in memory, of client and endpoint together: {peak}");
    }
    Ok(())
}

fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    Some(status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().to_owned())
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
        let style = ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes} {bytes_per_sec}");
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
