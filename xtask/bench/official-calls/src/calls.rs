//! The calls: each is made with the least parameters, and its answer is read to the end and checked.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_kms::types::DataKeySpec;
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;

/// Calls that are made before any other in every run: they open the connection, derive the signing key and fill caches.
const WARM_UP: u32 = 10;

/// The configuration of every client; what it does not set is the SDK's default.
fn config(endpoint: &str) -> SdkConfig {
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", secret, None, None, "static");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("eu-central-1"))
        .endpoint_url(endpoint)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
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
    kms: aws_sdk_kms::Client,
    s3: aws_sdk_s3::Client,
    sqs: aws_sdk_sqs::Client,
    sts: aws_sdk_sts::Client,
    queue_url: String,
}

impl Clients {
    fn new(endpoint: &str) -> Self {
        let config = config(endpoint);
        let s3 = aws_sdk_s3::config::Builder::from(&config).force_path_style(true).build();
        Self {
            kms: aws_sdk_kms::Client::new(&config),
            s3: aws_sdk_s3::Client::from_conf(s3),
            sqs: aws_sdk_sqs::Client::new(&config),
            sts: aws_sdk_sts::Client::new(&config),
            queue_url: format!("{endpoint}/000000000000/queue"),
        }
    }

    async fn once(&self, call: &str) -> Result<()> {
        match call {
            "s3-get" => {
                let object = self.s3.get_object().bucket("bucket").key("key").send().await?;
                let body = object.body.collect().await?.into_bytes();
                ensure!(body.len() == 1024, "{} bytes", body.len());
            }
            // By default it sends a CRC-32 to any endpoint.
            "s3-put" | "s3-put-crc32" => {
                let body = ByteStream::from_static(&[b'x'; 1024]);
                let output = self.s3.put_object().bucket("bucket").key("key").body(body).send().await?;
                output.e_tag.context("no ETag")?;
            }
            "s3-list" => {
                let page = self.s3.list_objects_v2().bucket("bucket").send().await?;
                let count = page.contents.map_or(0, |contents| contents.len());
                ensure!(count == 1000, "{count} keys");
            }
            "s3-presign" => {
                let presigning = PresigningConfig::expires_in(Duration::from_secs(900))?;
                let presigned =
                    self.s3.get_object().bucket("bucket").key("key").presigned(presigning).await?;
                ensure!(presigned.uri().contains("X-Amz-Signature="), "not signed");
            }
            "sqs-send" => {
                let call = self.sqs.send_message().queue_url(&self.queue_url).message_body("hello");
                call.send().await?.message_id.context("no message id")?;
            }
            "sts-assume" => {
                let call = self.sts.assume_role().role_arn("arn:aws:iam::000000000000:role/bench");
                call.role_session_name("bench").send().await?.credentials.context("no credentials")?;
            }
            "kms-data-key" => {
                let call = self.kms.generate_data_key().key_id("alias/bench").key_spec(DataKeySpec::Aes256);
                let plaintext = call.send().await?.plaintext.context("no plaintext")?;
                ensure!(plaintext.as_ref().len() == 32, "{} bytes", plaintext.as_ref().len());
            }
            other => bail!("there is no call {other}"),
        }
        Ok(())
    }
}
