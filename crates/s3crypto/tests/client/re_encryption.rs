//! Instruction files under another key: raw keys, KMS keys, from one kind to the other, and what is refused.

use cumulo_core::Error;
use cumulo_s3crypto::{
    AesKeyWrap, DecryptionClient, KeyWrap, KmsKeyGenerator, ReEncryptInstructionFile, err_code,
};
use std::sync::Arc;

use crate::fake_kms::FakeKms;
use crate::fake_s3::FakeS3;
use crate::round_trips::{V2, V3, content, put, reader, writer};
use crate::vectors::get;

fn aes(n: u8) -> AesKeyWrap {
    AesKeyWrap::new(&[n; 32]).unwrap().material_description([("key", n.to_string())])
}

async fn re_encrypt(client: &DecryptionClient, new_key: &dyn KeyWrap) -> Result<(), Error> {
    client.re_encrypt_instruction_file(ReEncryptInstructionFile::new("bucket", "o"), new_key).await
}

#[tokio::test]
async fn every_kind_of_key_hands_over_to_every_other() {
    let kms = FakeKms::default();
    let kms_key = |id: &str| -> Arc<dyn KeyWrap> { Arc::new(KmsKeyGenerator::new(kms.clone(), id)) };
    let pairs: [(Arc<dyn KeyWrap>, Arc<dyn KeyWrap>); 4] = [
        (Arc::new(aes(1)), Arc::new(aes(2))),
        (kms_key("key-1"), kms_key("key-2")),
        (Arc::new(aes(1)), kms_key("key-2")),
        (kms_key("key-1"), Arc::new(aes(2))),
    ];
    for (old, new) in pairs {
        for suite in [V3, V2] {
            let s3 = FakeS3::default();
            put(&writer(&s3, old.clone(), suite).instruction_file(), "o", content(100)).await;
            let object = s3.object("o");
            let request = ReEncryptInstructionFile::new("bucket", "o").enforce_rotation();
            reader(&s3, old.clone()).re_encrypt_instruction_file(request, &new).await.unwrap();
            assert_eq!(s3.object("o"), object, "the object is not touched");
            assert_eq!(get(&reader(&s3, new.clone()), "o").await.unwrap(), content(100));
            assert!(get(&reader(&s3, old.clone()), "o").await.is_err());
        }
    }
}

#[tokio::test]
async fn from_kms_to_kms_the_data_key_stays_inside() {
    let (s3, kms) = (FakeS3::default(), FakeKms::default());
    let key = |id: &str| KmsKeyGenerator::new(kms.clone(), id);
    let client = writer(&s3, key("key-1"), V3).encryption_context([("a", "1")]).instruction_file();
    put(&client, "o", "x").await;
    kms.calls();
    let reader = |id: &str| reader(&s3, key(id));
    let error = re_encrypt(&reader("key-1"), &key("key-2")).await.unwrap_err();
    assert_eq!(error.code(), err_code::ENCRYPTION_CONTEXT_ERROR);

    re_encrypt(&reader("key-1").encryption_context([("a", "1")]), &key("key-2")).await.unwrap();
    assert_eq!(kms.calls(), ["ReEncrypt"]);
    assert_eq!(get(&reader("key-2").encryption_context([("a", "1")]), "o").await.unwrap(), b"x");

    let other = ReEncryptInstructionFile::new("bucket", "o").encryption_context([("b", "2")]);
    let client = reader("key-2").encryption_context([("a", "1")]);
    client.re_encrypt_instruction_file(other, &key("key-3")).await.unwrap();
    assert_eq!(get(&reader("key-3").encryption_context([("b", "2")]), "o").await.unwrap(), b"x");
}

#[tokio::test]
async fn a_data_key_under_a_kms_key_that_the_client_does_not_read_with_stays_there() {
    let (s3, kms) = (FakeS3::default(), FakeKms::default());
    let key = |id: &str| KmsKeyGenerator::new(kms.clone(), id);
    put(&writer(&s3, key("key-1"), V3).instruction_file(), "o", "x").await;
    let error = re_encrypt(&reader(&s3, key("key-9")), &key("key-2")).await.unwrap_err();
    assert_eq!(error.code(), "IncorrectKeyException");
    let any = KmsKeyGenerator::any_key(kms.clone());
    re_encrypt(&reader(&s3, any), &key("key-2")).await.unwrap();
    assert_eq!(get(&reader(&s3, key("key-2")), "o").await.unwrap(), b"x");
}

#[tokio::test]
async fn a_partner_gets_a_file_of_its_own() {
    let s3 = FakeS3::default();
    put(&writer(&s3, aes(1), V3).instruction_file(), "o", "x").await;
    let request = ReEncryptInstructionFile::new("bucket", "o").suffix(".partner");
    reader(&s3, aes(1)).re_encrypt_instruction_file(request, &aes(2)).await.unwrap();
    assert_eq!(s3.keys(), ["o", "o.instruction", "o.partner"]);
    assert_eq!(get(&reader(&s3, aes(1)), "o").await.unwrap(), b"x");
    assert_eq!(get(&reader(&s3, aes(2)).instruction_file_suffix(".partner"), "o").await.unwrap(), b"x");
}

#[tokio::test]
async fn what_is_no_rotation_and_what_has_no_file_is_refused_and_nothing_is_written() {
    let s3 = FakeS3::default();
    put(&writer(&s3, aes(1), V3).instruction_file(), "o", "x").await;
    let file = s3.object("o.instruction");
    let error = re_encrypt(&reader(&s3, aes(1)), &aes(1)).await.unwrap_err();
    assert_eq!(error.code(), err_code::MATERIAL_DESCRIPTION_ERROR);

    // The same key under a new description, and an old key that asks for none.
    let renamed = AesKeyWrap::new(&[1; 32]).unwrap().material_description([("key", "renamed")]);
    let request = ReEncryptInstructionFile::new("bucket", "o").enforce_rotation();
    let client = reader(&s3, AesKeyWrap::new(&[1; 32]).unwrap());
    let error = client.re_encrypt_instruction_file(request, &renamed).await.unwrap_err();
    assert_eq!(error.code(), err_code::KEY_UNWRAP_ERROR);
    assert_eq!(s3.object("o.instruction"), file);

    put(&writer(&s3, aes(1), V3), "o", "x").await;
    let error = re_encrypt(&reader(&s3, aes(1)), &aes(2)).await.unwrap_err();
    assert_eq!(error.code(), err_code::INSTRUCTION_FILE_ERROR);
}

#[tokio::test]
async fn an_exchanged_file_does_not_become_a_good_one() {
    let s3 = FakeS3::default();
    let client = writer(&s3, aes(1), V3).instruction_file();
    put(&client, "o", "x").await;
    put(&client, "p", "y").await;
    s3.insert("o.instruction", s3.object("p.instruction"));
    let error = re_encrypt(&reader(&s3, aes(1)), &aes(2)).await.unwrap_err();
    assert_eq!(error.code(), err_code::KEY_COMMITMENT_ERROR);
}
