//! The calls: each is made with the least parameters, and its answer is read to the end and checked.

use std::cell::Cell;
use std::hint::black_box;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use bytes::Bytes;
use cumulo_core::{ChecksumPolicy, Config, Credentials, crypto};
use cumulo_s3::{GetObjectInput, ListObjectsV2Input, PutObjectInput};
use hyper::Method;

use crate::bare::Bare;

/// Calls that are made before any other in every run: they open the connection, derive the signing key and fill caches.
const WARM_UP: u32 = 10;

/// The configuration of every client.
pub(crate) fn config(endpoint: &str) -> Config {
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    Config::new()
        .region("eu-central-1")
        .endpoint(endpoint)
        .credentials(Credentials::from_keys("AKIAIOSFODNN7EXAMPLE", secret))
}

/// Warms up and then makes the call this many times.
pub(crate) async fn repeat(endpoint: &str, call: &str, times: u32) -> Result<()> {
    let clients = Clients::new(endpoint);
    for _ in 0..WARM_UP + times {
        clients.once(call).await.with_context(|| format!("the call {call}"))?;
    }
    Ok(())
}

struct Clients {
    bare: Bare,
    kms: cumulo_kms::Client,
    s3: cumulo_s3::Client,
    /// With the checksums that go to AWS's own endpoint.
    s3_checksums: cumulo_s3::Client,
    /// At AWS's own endpoint.
    s3_at_aws: cumulo_s3::Client,
    /// How many buckets have been asked for.
    buckets: Cell<u32>,
    sqs: cumulo_sqs::Client,
    sts: cumulo_sts::Client,
    queue_url: String,
    kilobyte: Bytes,
}

impl Clients {
    fn new(endpoint: &str) -> Self {
        let config = config(endpoint);
        let mut at_aws = config.clone();
        at_aws.endpoint = None;
        let checksums = config.clone().request_checksum_calculation(ChecksumPolicy::WhenSupported);
        Self {
            bare: Bare::new(endpoint),
            kms: cumulo_kms::Client::new(&config),
            s3: cumulo_s3::Client::new(&config),
            s3_checksums: cumulo_s3::Client::new(&checksums),
            s3_at_aws: cumulo_s3::Client::new(&at_aws),
            buckets: Cell::new(0),
            sqs: cumulo_sqs::Client::new(&config),
            sts: cumulo_sts::Client::new(&config),
            queue_url: format!("{endpoint}/000000000000/queue"),
            kilobyte: Bytes::from_static(&[b'x'; 1024]),
        }
    }

    async fn once(&self, call: &str) -> Result<()> {
        match call {
            "hyper-get" => {
                let length = self.bare.exchange(Method::GET, Bytes::new()).await?;
                ensure!(length == 1024, "{length} bytes");
            }
            "sha256" => {
                black_box(crypto::sha256(black_box(&self.kilobyte)));
            }
            "s3-get" => {
                let object = self.s3.get_object(GetObjectInput::new().bucket("bucket").key("key")).await?;
                let body = object.body.context("no body")?.collect().await?;
                ensure!(body.len() == 1024, "{} bytes", body.len());
            }
            "s3-put" | "s3-put-crc32" => {
                let s3 = if call == "s3-put" { &self.s3 } else { &self.s3_checksums };
                let input = PutObjectInput::new().bucket("bucket").key("key").body(self.kilobyte.clone());
                s3.put_object(input).await?.e_tag.context("no ETag")?;
            }
            "s3-list" => {
                let page = self.s3.list_objects_v2(ListObjectsV2Input::new().bucket("bucket")).await?;
                let count = page.contents.map_or(0, |contents| contents.len());
                ensure!(count == 1000, "{count} keys");
            }
            "s3-presign" => {
                let request = self.s3.get_object_request(GetObjectInput::new().bucket("bucket").key("key"));
                let presigned = request.presign(Duration::from_secs(900)).await?;
                ensure!(presigned.url.contains("X-Amz-Signature="), "not signed");
            }
            "s3-presign-bucket" | "s3-presign-buckets" => {
                self.buckets.set(self.buckets.get() + u32::from(call.ends_with('s')));
                let bucket = format!("bucket-{:06}", self.buckets.get());
                let input = GetObjectInput::new().bucket(bucket).key("key");
                let presigned =
                    self.s3_at_aws.get_object_request(input).presign(Duration::from_secs(900)).await?;
                ensure!(presigned.url.starts_with("https://bucket-0"), "not there: {}", presigned.url);
            }
            "sqs-send" => {
                let input =
                    cumulo_sqs::SendMessageInput::new().queue_url(&*self.queue_url).message_body("hello");
                self.sqs.send_message(input).await?.message_id.context("no message id")?;
            }
            "sts-assume" => {
                let input = cumulo_sts::AssumeRoleInput::new()
                    .role_arn("arn:aws:iam::000000000000:role/bench")
                    .role_session_name("bench");
                self.sts.assume_role(input).await?.credentials.context("no credentials")?;
            }
            "kms-data-key" => {
                let input = cumulo_kms::GenerateDataKeyInput::new()
                    .key_id("alias/bench")
                    .key_spec(cumulo_kms::enums::DataKeySpec::AES_256);
                let plaintext = self.kms.generate_data_key(input).await?.plaintext.context("no plaintext")?;
                ensure!(plaintext.len() == 32, "{} bytes", plaintext.len());
            }
            other => bail!("there is no call {other}"),
        }
        Ok(())
    }
}
