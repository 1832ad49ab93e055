//! What the writing client stores, the reading client reads: every suite, key wrap, place of the envelope and length.

use cumulo_s3::types::{Delete, ObjectIdentifier};
use cumulo_s3::{DeleteObjectInput, DeleteObjectsInput, GetObjectInput, HeadObjectInput, PutObjectInput};
use cumulo_s3crypto::{
    AesGcmContentCipherBuilder, AesKeyWrap, AlgorithmSuite, CommitmentPolicy, DecryptionClient,
    EncryptionClient, KeyWrap, KmsKeyGenerator, RsaKeyWrap,
};
use std::sync::Arc;

use crate::fake_kms::FakeKms;
use crate::fake_s3::FakeS3;
use crate::vectors::{get, rsa_pkcs8, vectors};

pub(crate) const V3: AlgorithmSuite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKey;
pub(crate) const V2: AlgorithmSuite = AlgorithmSuite::Aes256GcmIv12Tag16NoKdf;

pub(crate) fn writer(s3: &FakeS3, key: impl KeyWrap + 'static, suite: AlgorithmSuite) -> EncryptionClient {
    let policy = match suite {
        V2 => CommitmentPolicy::ForbidEncryptAllowDecrypt,
        _ => CommitmentPolicy::RequireEncryptRequireDecrypt,
    };
    let builder = AesGcmContentCipherBuilder::new(key).encryption_algorithm(suite);
    EncryptionClient::new(s3.clone(), builder).commitment_policy(policy)
}

pub(crate) fn reader(s3: &FakeS3, key: impl KeyWrap + 'static) -> DecryptionClient {
    DecryptionClient::new(s3.clone(), key).commitment_policy(CommitmentPolicy::RequireEncryptAllowDecrypt)
}

pub(crate) fn kms_key() -> KmsKeyGenerator {
    KmsKeyGenerator::new(FakeKms::default(), "key-1")
}

pub(crate) async fn put(client: &EncryptionClient, key: &str, content: impl Into<cumulo_core::Body>) {
    client.put_object(PutObjectInput::new().bucket("bucket").key(key).body(content)).await.unwrap();
}

pub(crate) fn content(len: usize) -> Vec<u8> {
    (0..len).map(|index| (index * 31 + index / 255) as u8).collect()
}

#[tokio::test]
async fn every_suite_wrap_place_and_length_comes_back() {
    let wraps: Vec<(&str, Arc<dyn KeyWrap>)> = vec![
        ("kms", Arc::new(kms_key())),
        ("aes", Arc::new(AesKeyWrap::new(&[3; 16]).unwrap().material_description([("n", "1")]))),
        #[cfg(feature = "aws-lc-rs")]
        ("rsa", Arc::new(RsaKeyWrap::from_pkcs8(&rsa_pkcs8(&vectors())).unwrap())),
    ];
    for (name, wrap) in wraps {
        for (suite, instruction_file) in [(V3, false), (V3, true), (V2, false), (V2, true)] {
            let s3 = FakeS3::default();
            let mut client = writer(&s3, wrap.clone(), suite);
            if instruction_file {
                client = client.instruction_file();
            }
            for len in [0, 1, 16, 1000, 70_000] {
                put(&client, "o", content(len)).await;
                assert_eq!(s3.object("o").body.len(), len + 16);
                let reader = reader(&s3, wrap.clone());
                assert_eq!(get(&reader, "o").await.unwrap(), content(len), "{name} {suite:?} {len}");
                let head = reader.head_object(HeadObjectInput::new().bucket("b").key("o")).await.unwrap();
                assert_eq!(head.content_length, Some(len as i64));
            }
            assert_eq!(s3.keys().len(), if instruction_file { 2 } else { 1 });
        }
    }
}

#[cfg(not(feature = "aws-lc-rs"))]
#[test]
fn what_ring_does_not_have_says_what_it_needs() {
    for made in [
        RsaKeyWrap::from_pkcs8(&rsa_pkcs8(&vectors())).map(drop),
        RsaKeyWrap::from_public_key(&[]).map(drop),
        AesKeyWrap::new(&[1; 24]).map(drop),
    ] {
        let error = made.unwrap_err();
        assert_eq!(error.code(), cumulo_s3crypto::err_code::CRYPTO_PROVIDER_ERROR);
        assert!(error.message().contains("`aws-lc-rs`"), "{error}");
    }
}

#[cfg(feature = "aws-lc-rs")]
#[tokio::test]
async fn a_public_rsa_key_writes_and_does_not_read() {
    let s3 = FakeS3::default();
    let vectors = vectors();
    let private = RsaKeyWrap::from_pkcs8(&rsa_pkcs8(&vectors)).unwrap();
    let public = aws_lc_rs::rsa::PrivateDecryptingKey::from_pkcs8(&rsa_pkcs8(&vectors)).unwrap().public_key();
    let public =
        aws_lc_rs::encoding::AsDer::<aws_lc_rs::encoding::PublicKeyX509Der<'_>>::as_der(&public).unwrap();
    let public = || RsaKeyWrap::from_public_key(public.as_ref()).unwrap();
    put(&writer(&s3, public(), V3), "o", "for the holder of the other half").await;
    assert_eq!(get(&reader(&s3, private), "o").await.unwrap(), b"for the holder of the other half");
    let error = get(&reader(&s3, public()), "o").await.unwrap_err();
    assert_eq!(error.code(), cumulo_s3crypto::err_code::CLIENT_CONSTRUCTION_ERROR);
}

#[tokio::test]
async fn an_object_is_read_under_the_context_it_was_written_with() {
    let s3 = FakeS3::default();
    let context = [("tenant", "blå"), ("a", "1")];
    let client = writer(&s3, kms_key(), V3).encryption_context(context);
    put(&client, "o", "hello").await;
    let reader = reader(&s3, kms_key());
    assert_eq!(get(&reader.clone().encryption_context(context), "o").await.unwrap(), b"hello");
    assert_eq!(get(&reader.clone().any_encryption_context(), "o").await.unwrap(), b"hello");
    for client in [reader.clone(), reader.encryption_context([("a", "1")])] {
        let error = get(&client, "o").await.unwrap_err();
        assert_eq!(error.code(), cumulo_s3crypto::err_code::ENCRYPTION_CONTEXT_ERROR);
    }
}

#[tokio::test]
async fn any_kms_key_reads_where_that_is_asked_for() {
    let s3 = FakeS3::default();
    put(&writer(&s3, kms_key(), V3), "o", "hello").await;
    assert_eq!(get(&reader(&s3, KmsKeyGenerator::any_key(FakeKms::default())), "o").await.unwrap(), b"hello");
    let other = KmsKeyGenerator::new(FakeKms::default(), "key-2");
    assert_eq!(get(&reader(&s3, other), "o").await.unwrap_err().code(), "IncorrectKeyException");
}

#[tokio::test]
async fn of_several_keys_the_one_with_the_objects_description_is_used() {
    let s3 = FakeS3::default();
    let key = |n: u8| AesKeyWrap::new(&[n; 32]).unwrap().material_description([("n", n.to_string())]);
    put(&writer(&s3, key(1), V3), "one", "first").await;
    put(&writer(&s3, key(2), V2), "two", "second").await;
    let registry = cumulo_s3crypto::CryptoRegistry::new().add_wrap(key(1)).add_wrap(key(2));
    let reader =
        DecryptionClient::new(s3, registry).commitment_policy(CommitmentPolicy::RequireEncryptAllowDecrypt);
    assert_eq!(get(&reader, "one").await.unwrap(), b"first");
    assert_eq!(get(&reader, "two").await.unwrap(), b"second");
}

#[tokio::test]
async fn a_last_range_is_counted_from_the_contents_end() {
    let s3 = FakeS3::default();
    put(&writer(&s3, kms_key(), V3), "o", content(1000)).await;
    let client = reader(&s3, kms_key()).enable_unauthenticated_ranges();
    for (range, expected) in [("bytes=-10", 990..1000), ("bytes=-5000", 0..1000), ("bytes=990-", 990..1000)] {
        let output =
            client.get_object(GetObjectInput::new().bucket("b").key("o").range(range)).await.unwrap();
        assert_eq!(output.body.unwrap().collect().await.unwrap(), content(1000)[expected]);
    }
    let behind = GetObjectInput::new().bucket("b").key("o").range("bytes=1000-1005");
    assert_eq!(
        client.get_object(behind).await.unwrap_err().code(),
        cumulo_s3crypto::err_code::RANGED_GET_ERROR,
        "what is there is the tag"
    );
}

#[tokio::test]
async fn deletes_take_the_instruction_file_along_unless_a_version_is_named() {
    let s3 = FakeS3::default();
    let client = writer(&s3, kms_key(), V3).instruction_file();
    for key in ["a", "b", "c"] {
        put(&client, key, "x").await;
    }
    client.delete_object(DeleteObjectInput::new().bucket("x").key("a")).await.unwrap();
    assert_eq!(s3.keys(), ["b", "b.instruction", "c", "c.instruction"]);
    let one_version = DeleteObjectInput::new().bucket("x").key("b").version_id("v");
    client.delete_object(one_version).await.unwrap();
    assert_eq!(s3.keys(), ["b.instruction", "c", "c.instruction"]);
    let both = ["b", "c"].map(|key| ObjectIdentifier::new().key(key)).to_vec();
    let input = DeleteObjectsInput::new().bucket("x").delete(Delete::new().objects(both));
    assert_eq!(client.delete_objects(input).await.unwrap().deleted.unwrap().len(), 2);
    assert_eq!(s3.keys(), Vec::<String>::new());
}
