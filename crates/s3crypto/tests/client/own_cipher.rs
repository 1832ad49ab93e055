//! The example's own key wrap and content cipher, and those who do not know them.

#[path = "../../examples/own_cipher.rs"]
#[allow(dead_code, reason = "the example's main function is not called")]
mod example;

use std::sync::Arc;

use cumulo_s3crypto::{
    AesGcmContentCipherBuilder, CommitmentPolicy, CryptoRegistry, DecryptionClient, EncryptionClient,
    err_code,
};
use example::{TurnedAround, XorBuilder, XorEntry, demo};

use crate::fake_s3::{FakeS3, chunks};
use crate::round_trips::{content, kms_key, put};
use crate::vectors::get;

#[tokio::test]
async fn an_own_cipher_and_an_own_wrap_need_no_change_of_this_crate() {
    let s3 = FakeS3::default();
    let (stored, read) = demo(Arc::new(s3.clone())).await.unwrap();
    assert_eq!((&read[..], stored.len()), (&b"Hello world!"[..], 12));
    assert_ne!(stored, read);
    let metadata = s3.object("foo").metadata;
    assert_eq!(
        (&*metadata["x-amz-wrap-alg"], &*metadata["x-amz-cek-alg"]),
        ("turned-around", "XOR/NoPadding")
    );
}

#[tokio::test]
async fn who_has_not_registered_them_refuses_the_objects() {
    let s3 = FakeS3::default();
    demo(Arc::new(s3.clone())).await.unwrap();
    let client = |keys: CryptoRegistry| {
        DecryptionClient::new(s3.clone(), keys)
            .commitment_policy(CommitmentPolicy::RequireEncryptAllowDecrypt)
    };
    let code = async |client: DecryptionClient| get(&client, "foo").await.unwrap_err().code().to_owned();
    assert_eq!(code(client(kms_key().into())).await, err_code::INVALID_WRAP_ALGORITHM_ERROR);
    assert_eq!(code(client(TurnedAround.into())).await, err_code::INVALID_CEK_ALGORITHM_ERROR);
    let not_allowed = client(CryptoRegistry::new().add_wrap(TurnedAround).add_cek(XorEntry));
    assert_eq!(code(not_allowed).await, err_code::INVALID_CEK_ALGORITHM_ERROR);
}

#[tokio::test]
async fn an_own_wrap_serves_the_committing_cipher_too() {
    let s3 = FakeS3::default();
    put(&EncryptionClient::new(s3.clone(), AesGcmContentCipherBuilder::new(TurnedAround)), "o", "hello")
        .await;
    assert_eq!(s3.object("o").metadata["x-amz-w"], "turned-around");
    assert_eq!(get(&DecryptionClient::new(s3, TurnedAround), "o").await.unwrap(), b"hello");
}

#[tokio::test]
async fn an_own_cipher_that_knows_no_parts_is_uploaded_in_parts_all_the_same() {
    let s3 = FakeS3::default();
    let client = EncryptionClient::new(s3.clone(), XorBuilder(TurnedAround))
        .commitment_policy(CommitmentPolicy::ForbidEncryptAllowDecrypt)
        .part_size(5 << 20);
    let input = || cumulo_s3::CreateMultipartUploadInput::new().bucket("b").key("o");
    let keys = CryptoRegistry::new().add_wrap(TurnedAround).add_cek(XorEntry);
    let reader = DecryptionClient::new(s3.clone(), keys)
        .commitment_policy(CommitmentPolicy::RequireEncryptAllowDecrypt)
        .enable_legacy_unauthenticated_modes();
    for len in [0, 11 << 20] {
        client.upload(input(), chunks(&content(len), 1 << 20)).await.unwrap();
        assert!(get(&reader, "o").await.unwrap() == content(len));
        assert!(len == 0 || s3.object("o").body != content(len));
    }
}

#[tokio::test]
async fn a_cipher_that_does_not_commit_is_not_written_by_default() {
    let client = EncryptionClient::new(FakeS3::default(), XorBuilder(TurnedAround));
    let input = cumulo_s3::PutObjectInput::new().bucket("b").key("o").body("x");
    assert_eq!(client.put_object(input).await.unwrap_err().code(), err_code::CLIENT_CONSTRUCTION_ERROR);
}
