//! Objects that the Go clients' own tests hold, with the data keys that KMS would answer.

use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cumulo_core::Error;
use cumulo_kms::{
    DecryptInput, DecryptOutput, EncryptInput, EncryptOutput, GenerateDataKeyInput, GenerateDataKeyOutput,
    ReEncryptInput, ReEncryptOutput,
};
use cumulo_s3crypto::{CommitmentPolicy, DecryptionClient, KmsDataKeys, KmsKeyGenerator, err_code};

use crate::fake_s3::{FakeS3, Metadata, Object};
use crate::vectors::{get, unhex};

/// KMS with one answer.
struct Answers(&'static str);

#[async_trait]
impl KmsDataKeys for Answers {
    async fn generate_data_key(&self, _: GenerateDataKeyInput) -> Result<GenerateDataKeyOutput, Error> {
        unreachable!("nothing is written")
    }

    async fn decrypt(&self, _: DecryptInput) -> Result<DecryptOutput, Error> {
        let mut output = DecryptOutput::new();
        output.plaintext = Some(BASE64_STANDARD.decode(self.0).unwrap().into());
        Ok(output)
    }

    async fn encrypt(&self, _: EncryptInput) -> Result<EncryptOutput, Error> {
        unreachable!("nothing is written")
    }

    async fn re_encrypt(&self, _: ReEncryptInput) -> Result<ReEncryptOutput, Error> {
        unreachable!("nothing is written")
    }
}

fn client(data_key: &'static str, metadata: &[(&str, &str)], body: &str) -> DecryptionClient {
    let metadata: Metadata =
        metadata.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let s3 = FakeS3::with("o", Object::new(metadata, unhex(body)));
    DecryptionClient::new(s3, KmsKeyGenerator::new(Answers(data_key), "test-key-id"))
        .commitment_policy(CommitmentPolicy::RequireEncryptAllowDecrypt)
}

#[tokio::test]
async fn v2_with_a_context() {
    let metadata = [
        ("X-Amz-Key-V2", "PsuclPnlo2O0MQoov6kL1TBlaZG6oyNwWuAqmAgq7g8b9ZeeORi3VTMg624FU9jx"),
        ("X-Amz-Iv", "dqqlq2dRVSQ5hFRb"),
        ("X-Amz-Matdesc", r#"{"aws:x-amz-cek-alg":"AES/GCM/NoPadding"}"#),
        ("X-Amz-Wrap-Alg", "kms+context"),
        ("X-Amz-Cek-Alg", "AES/GCM/NoPadding"),
    ];
    let body = "6b134eb7a353131de92faff64f594b2794e3544e31776cca26fe3bbeeffc68742d1007234f11c6670522602326868e29f37e9d2678f1614ec1a2418009b9772100929aadbed9a21a";
    let content = "af150d7156bf5b3f5c461e5c6ac820acc5a33aab7085d920666c250ff251209d5a4029b3bd78250fab6e11aed52fae948d407056a9519b68";
    let client = client("hJUv7S6K2cHF64boS9ixHX0TZAjBZLT4ZpEO4XxkGnY=", &metadata, body);
    assert_eq!(get(&client, "o").await.unwrap(), unhex(content));
}

const V3_KEY: &str = "lP6AbIQTmptyb/+WQq+ubDw+w7na0T1LGSByZGuaono=";
const V3_BODY: &str = "2d4ff4dafe27f69f628872d82b5a1002ed1a21b8485d532bd8159f6487945b3641af5865fc0a029a3650053600c6d213625b9a0cc9c239577c09f3423dedc5641e88b6835824417c";

fn v3_metadata(commitment: &'static str, message_id: &'static str) -> [(&'static str, &'static str); 6] {
    [
        ("x-amz-3", "8gSzlk7giyfFbLPUVgoVjvQebI1827jp8lDkO+n2chsiSoegx1sjm8NdPk0Bl70I"),
        ("x-amz-c", "115"),
        ("x-amz-w", "12"),
        ("x-amz-t", r#"{"aws:x-amz-cek-alg":"115"}"#),
        ("x-amz-d", commitment),
        ("x-amz-i", message_id),
    ]
}

#[tokio::test]
async fn v3_with_a_context() {
    let metadata =
        v3_metadata("6JOSx47RkdyfciJkNauuC4RpkMcWZY4a+i1RzQ==", "sE9zLb4tsEBJkvEhLMZFxMj9oZJBbQ6ZOgOqHA==");
    let content = "8f2c59c6dbfcacf356f3da40788cbde67ca38161a4702cbcf757af663e1c24a600001b2f500417dbf5a050f57db6737422b2ed6a44c75e0d";
    assert_eq!(get(&client(V3_KEY, &metadata, V3_BODY), "o").await.unwrap(), unhex(content));

    let other =
        v3_metadata("FiQepGw+/O+3MuYrmQU5mAkotUnxB+W+EwYDHw==", "cPwtbK08jrpe3x+QElyG+vGtkk9jDn6KmOta2Q==");
    let error = get(&client(V3_KEY, &other, V3_BODY), "o").await.unwrap_err();
    assert_eq!(error.code(), err_code::KEY_COMMITMENT_ERROR);
}

#[tokio::test]
async fn the_legacy_wrap_with_cbc_and_with_gcm() {
    let cbc = [
        ("X-Amz-Key-V2", "/nJlgMtxMNk2ErKLLrLp3H7A7aQyJcJOClE2ldAIIFNZU4OhUMc1mMCHdIEC8fby"),
        ("X-Amz-Iv", "adO9U7pcEHxUTaguIkho9g=="),
        ("X-Amz-Matdesc", r#"{"kms_cmk_id":"test-key-id"}"#),
        ("X-Amz-Wrap-Alg", "kms"),
        ("X-Amz-Cek-Alg", "AES/CBC/PKCS5Padding"),
    ];
    let body = "6f4f413a357a3c3a12289442fb835c5e4ecc8db1d86d3d1eab906ce07e1ad772180b2e9ec49c3fc667d8aceea8c46da6bb9738251a8e36241a473ad820f99c701906bac1f48578d5392e928889bbb1d9";
    let content = "a716e018ffecf4bb94d4352082af4662612d9c225efed6f389bf1f6f0447a9bce80cc712d7e66ee5e1c086af38e607ead351fd2c1a0247878e693ada73bd580b";
    let cbc = client("7ItX9CTGNWWegC62RlaNu6EJ3+J9yGO7yAqDNU4CdeA=", &cbc, body)
        .enable_legacy_wrapping_algorithms();
    assert_eq!(get(&cbc, "o").await.unwrap_err().code(), err_code::INVALID_CEK_ALGORITHM_ERROR);
    match get(&cbc.enable_legacy_unauthenticated_modes(), "o").await {
        Ok(read) => assert_eq!(read, unhex(content)),
        Err(error) if cfg!(feature = "aws-lc-rs") => panic!("{error}"),
        Err(error) => assert_eq!(error.code(), err_code::CRYPTO_PROVIDER_ERROR),
    }

    let gcm = [
        ("X-Amz-Key-V2", "/7tu/RFXZU1UFwRzzf11IdF3b1wBxBZhnUMjVYHKKr5DjAHS602GvXt4zYcx/MJo"),
        ("X-Amz-Iv", "8Rlvyy8AoYj8v579"),
        ("X-Amz-Matdesc", r#"{"kms_cmk_id":"test-key-id"}"#),
        ("X-Amz-Wrap-Alg", "kms"),
        ("X-Amz-Cek-Alg", "AES/GCM/NoPadding"),
    ];
    let body = "6370a90b9a118301c2160c23a90d96146761276acdcfa92e6cbcb783abdc2e1813891506d6850754ef87ed2ac3bf570dd5c9da9492b7769ae1e639d073d688bd284815404ce2648a";
    let content = "75f6805afa7d7be4f56c5906adc27a5959158bf4af6e7c7e12bda3458300f6b1c8daaf9a5949f7a6bdbb8a9c072de05bf0541633421f42f8";
    let gcm = client("Hrjrkkt/vQwMYtqvK6+MiXh3xiMvviL1Ks7w2mgsJgU=", &gcm, body);
    assert_eq!(get(&gcm, "o").await.unwrap_err().code(), err_code::INVALID_WRAP_ALGORITHM_ERROR);
    assert_eq!(get(&gcm.enable_legacy_wrapping_algorithms(), "o").await.unwrap(), unhex(content));
}
