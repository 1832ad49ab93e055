//! Encrypted objects exchanged with the official client for Python, in both directions: `cargo xtask live` starts the
//! server and names the client. Not part of plain `cargo test`, which needs nothing but Rust.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod peer;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cumulo::kms::{self, CreateKeyInput};
use cumulo::s3::{self, CreateBucketInput, CreateMultipartUploadInput, GetObjectInput, PutObjectInput};
use cumulo::s3crypto::{
    AesGcmContentCipherBuilder, AlgorithmSuite, CommitmentPolicy, DecryptionClient, EncryptionClient,
    KmsKeyGenerator,
};
use cumulo::{Body, Config, Credentials};
use cumulo_tests::Target;

use peer::Peer;

const SUITES: [(&str, AlgorithmSuite, CommitmentPolicy); 2] = [
    ("v3", AlgorithmSuite::Aes256GcmHkdfSha512CommitKey, CommitmentPolicy::RequireEncryptRequireDecrypt),
    ("v2", AlgorithmSuite::Aes256GcmIv12Tag16NoKdf, CommitmentPolicy::ForbidEncryptAllowDecrypt),
];
const LENGTHS: [usize; 7] = [0, 1, 15, 16, 100_003, 5_242_881, 100_000_000];
/// From here on objects are sent in parts.
const LONG: usize = 5_000_000;

type Names = BTreeMap<String, String>;

struct World {
    config: Config,
    arn: String,
    peer: Peer,
    folder: PathBuf,
}

impl World {
    async fn start(name: &str) -> Self {
        let target = Target::from_environment().unwrap().expect("`cargo xtask live` names the server");
        let credentials = Credentials::from_keys(&*target.access_key_id, &*target.secret_access_key);
        let config =
            Config::new().region(&*target.region).endpoint(&*target.endpoint).credentials(credentials);
        let s3 = s3::Client::new(&config);
        s3.create_bucket(CreateBucketInput::new().bucket(name)).await.unwrap();
        let key = kms::Client::new(&config).create_key(CreateKeyInput::new()).await.unwrap();
        let arn = key.key_metadata.unwrap().arn.unwrap();
        let folder = std::env::temp_dir().join(format!("cumulo-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self { peer: Peer::start(&target, &arn), config, arn, folder }
    }

    fn key_wrap(&self) -> KmsKeyGenerator {
        KmsKeyGenerator::new(kms::Client::new(&self.config), &self.arn)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn contexts() -> [Names; 2] {
    let named = [("a", "1"), ("b b", "x\"y\\z")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    [Names::new(), named.into()]
}

fn content(len: usize) -> Vec<u8> {
    (0..len).map(|index| (index * 31 + index / 255) as u8).collect()
}

fn is(path: &Path, len: usize) -> bool {
    std::fs::read(path).unwrap() == content(len)
}

#[tokio::test]
async fn python_reads_what_we_write() {
    let mut world = World::start("ours").await;
    let (source, target) = (world.file("source"), world.file("target"));
    let mut exchanged = 0;
    for len in LENGTHS {
        std::fs::write(&source, content(len)).unwrap();
        for (name, suite, policy) in SUITES {
            for (context, instruction_file) in
                contexts().into_iter().flat_map(|context| [(context.clone(), false), (context, true)])
            {
                let builder = AesGcmContentCipherBuilder::new(world.key_wrap()).encryption_algorithm(suite);
                let mut client = EncryptionClient::new(s3::Client::new(&world.config), builder)
                    .commitment_policy(policy)
                    .encryption_context(context.clone());
                if instruction_file {
                    client = client.instruction_file();
                }
                let body = Body::file(&source).await.unwrap();
                if len < LONG {
                    let input = PutObjectInput::new().bucket("ours").key("o").body(body);
                    client.put_object(input).await.unwrap();
                } else {
                    let input = CreateMultipartUploadInput::new().bucket("ours").key("o");
                    client.upload(input, body).await.unwrap();
                }
                world.peer.run("get", name, "ours", &target, &context);
                assert!(
                    is(&target, len),
                    "{len} bytes, {name}, {context:?}, instruction file: {instruction_file}"
                );
                exchanged += 1;
            }
        }
    }
    println!("Python has read {exchanged} objects");
}

#[tokio::test]
async fn we_read_what_python_writes() {
    let mut world = World::start("theirs").await;
    let source = world.file("source");
    let mut exchanged = 0;
    for len in LENGTHS {
        std::fs::write(&source, content(len)).unwrap();
        for (name, _, policy) in SUITES {
            for context in contexts() {
                world.peer.run(if len < LONG { "put" } else { "upload" }, name, "theirs", &source, &context);
                let client = DecryptionClient::new(s3::Client::new(&world.config), world.key_wrap())
                    .commitment_policy(policy)
                    .encryption_context(context.clone());
                let object =
                    client.get_object(GetObjectInput::new().bucket("theirs").key("o")).await.unwrap();
                assert_eq!(object.content_length, Some(len as i64));
                let read = object.body.unwrap_or_default().collect().await.unwrap();
                assert!(read == content(len), "{len} bytes, {name}, {context:?}");
                exchanged += 1;
            }
        }
    }
    println!("we have read {exchanged} objects");
}
