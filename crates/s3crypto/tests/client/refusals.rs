//! What the clients refuse, by which error, and before whom they ask.

use cumulo_core::Error;
use cumulo_s3::{GetObjectInput, PutObjectInput};
use cumulo_s3crypto::{
    AesGcmContentCipherBuilder, AesKeyWrap, AlgorithmSuite, CommitmentPolicy, DecryptionClient,
    EncryptionClient, KmsKeyGenerator, err_code,
};

use crate::fake_kms::FakeKms;
use crate::fake_s3::{FakeS3, Metadata, Object};
use crate::round_trips::{V2, V3, content, kms_key, put, reader, writer};
use crate::vectors::get;

/// A stored V2 and V3 object, and what reads them.
async fn stored(suite: AlgorithmSuite) -> (FakeS3, FakeKms, DecryptionClient) {
    let (s3, kms) = (FakeS3::default(), FakeKms::default());
    put(&writer(&s3, KmsKeyGenerator::new(kms.clone(), "key-1"), suite), "o", content(40)).await;
    kms.calls();
    let reader = reader(&s3, KmsKeyGenerator::new(kms.clone(), "key-1"));
    (s3, kms, reader)
}

fn change(s3: &FakeS3, edit: impl FnOnce(&mut Metadata)) {
    let mut object = s3.object("o");
    edit(&mut object.metadata);
    s3.insert("o", object);
}

fn set(metadata: &mut Metadata, name: &str, value: &str) {
    metadata.insert(name.to_owned(), value.to_owned());
}

async fn code(client: &DecryptionClient) -> String {
    get(client, "o").await.unwrap_err().code().to_owned()
}

#[tokio::test]
async fn relabelled_objects_are_refused_before_kms_is_asked() {
    let (s3, kms, client) = stored(V2).await;
    let client = client.enable_legacy_wrapping_algorithms().enable_legacy_unauthenticated_modes();
    let good = s3.object("o");

    change(&s3, |m| {
        set(m, "x-amz-cek-alg", "AES/CBC/PKCS5Padding");
        set(m, "x-amz-iv", "AAAAAAAAAAAAAAAAAAAAAA==");
        m.remove("x-amz-tag-len");
    });
    assert_eq!(code(&client).await, err_code::CEK_ALGORITHM_MISMATCH_ERROR);

    s3.insert("o", good.clone());
    change(&s3, |m| set(m, "x-amz-wrap-alg", "kms"));
    assert_eq!(code(&client).await, err_code::CEK_ALGORITHM_MISMATCH_ERROR);

    s3.insert("o", good.clone());
    change(&s3, |m| set(m, "x-amz-matdesc", "{}"));
    assert_eq!(code(&client).await, err_code::CEK_ALGORITHM_MISMATCH_ERROR);

    s3.insert("o", good);
    change(&s3, |m| set(m, "x-amz-matdesc", r#"{"aws:x-amz-cek-alg":"115"}"#));
    assert_eq!(code(&client).await, err_code::CEK_ALGORITHM_MISMATCH_ERROR);
    assert_eq!(kms.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn mixed_incomplete_and_unknown_envelopes_are_refused_before_kms_is_asked() {
    let cases: [(AlgorithmSuite, &str, &str, &str); 16] = [
        (V2, "x-amz-c", "115", err_code::ENVELOPE_ERROR),
        (V2, "x-amz-w", "12", err_code::ENVELOPE_ERROR),
        (V2, "x-amz-key", "AAAA", err_code::ENVELOPE_ERROR),
        (V2, "X-Amz-Meta-X-Amz-Key-V2", "AAAA", err_code::ENVELOPE_ERROR),
        (V2, "x-amz-tag-len", "96", err_code::ENVELOPE_ERROR),
        (V2, "x-amz-iv", "AAAA", err_code::ENVELOPE_ERROR),
        (V2, "x-amz-cek-alg", "AES/CTR/NoPadding", err_code::INVALID_CEK_ALGORITHM_ERROR),
        (V2, "x-amz-cek-alg", "115", err_code::ENVELOPE_ERROR),
        (V2, "x-amz-wrap-alg", "AES/GCM", err_code::INVALID_WRAP_ALGORITHM_ERROR),
        (V3, "x-amz-c", "116", err_code::INVALID_CEK_ALGORITHM_ERROR),
        (V3, "x-amz-c", "AES/GCM/NoPadding", err_code::INVALID_CEK_ALGORITHM_ERROR),
        (V3, "x-amz-w", "11", err_code::INVALID_WRAP_ALGORITHM_ERROR),
        (V3, "x-amz-w", "kms", err_code::INVALID_WRAP_ALGORITHM_ERROR),
        (V3, "x-amz-d", "notvalidbase64", err_code::ENVELOPE_ERROR),
        (V3, "x-amz-i", "AAAA", err_code::ENVELOPE_ERROR),
        (V3, "x-amz-m", r#"{"a":"b"}"#, err_code::ENVELOPE_ERROR),
    ];
    for (suite, name, value, expected) in cases {
        let (s3, kms, client) = stored(suite).await;
        change(&s3, |m| set(m, name, value));
        let client = client.enable_legacy_wrapping_algorithms().enable_legacy_unauthenticated_modes();
        assert_eq!(code(&client).await, expected, "{name}: {value}");
        assert_eq!(kms.calls(), Vec::<String>::new());
    }
    for (suite, names) in [
        (V2, &["x-amz-key-v2", "x-amz-iv", "x-amz-wrap-alg", "x-amz-cek-alg"][..]),
        (V3, &["x-amz-3", "x-amz-c", "x-amz-d", "x-amz-i", "x-amz-w"]),
    ] {
        for name in names {
            let (s3, kms, client) = stored(suite).await;
            change(&s3, |m| set(m, name, ""));
            assert_eq!(code(&client).await, err_code::ENVELOPE_ERROR, "{name} is missing");
            assert_eq!(kms.calls(), Vec::<String>::new());
        }
    }
}

#[tokio::test]
async fn an_object_without_an_envelope_is_never_given_out() {
    let s3 = FakeS3::with("o", Object::new(Metadata::new(), "in clear"));
    let client = reader(&s3, kms_key());
    assert_eq!(code(&client).await, err_code::INSTRUCTION_FILE_ERROR);
    assert_eq!(code(&client.disable_instruction_files()).await, err_code::INSTRUCTION_FILE_ERROR);
    for file in ["", "[]", "{}", "not json", r#"{"x-amz-3":"AAAA","x-amz-w":"12"}"#] {
        s3.insert("o.instruction", Object::new(Metadata::new(), file));
        assert!(get(&reader(&s3, kms_key()), "o").await.is_err(), "{file}");
    }
}

#[tokio::test]
async fn commitment_policies_decide_what_is_written_and_read() {
    use CommitmentPolicy::{
        ForbidEncryptAllowDecrypt, RequireEncryptAllowDecrypt, RequireEncryptRequireDecrypt,
    };
    for (policy, suite, writes, reads) in [
        (ForbidEncryptAllowDecrypt, V2, true, true),
        (ForbidEncryptAllowDecrypt, V3, false, true),
        (RequireEncryptAllowDecrypt, V2, false, true),
        (RequireEncryptAllowDecrypt, V3, true, true),
        (RequireEncryptRequireDecrypt, V2, false, false),
        (RequireEncryptRequireDecrypt, V3, true, true),
    ] {
        let (s3, kms, _) = stored(suite).await;
        let key = || KmsKeyGenerator::new(kms.clone(), "key-1");
        let builder = AesGcmContentCipherBuilder::new(key()).encryption_algorithm(suite);
        let client = EncryptionClient::new(s3.clone(), builder).commitment_policy(policy);
        let written = client.put_object(PutObjectInput::new().bucket("b").key("p").body("x")).await;
        assert_eq!(written.is_ok(), writes, "{policy:?} {suite:?}");
        if let Err(error) = written {
            assert_eq!(error.code(), err_code::CLIENT_CONSTRUCTION_ERROR);
            assert_eq!(kms.calls(), Vec::<String>::new());
        }
        kms.calls();
        let read = get(&DecryptionClient::new(s3.clone(), key()).commitment_policy(policy), "o").await;
        assert_eq!(read.is_ok(), reads, "{policy:?} {suite:?}");
        if let Err(error) = read {
            assert_eq!(error.code(), err_code::COMMITMENT_POLICY_ERROR);
            assert_eq!(kms.calls(), Vec::<String>::new());
        }
    }
}

#[tokio::test]
async fn kms_needs_a_key_and_its_refusals_pass_through() {
    let put = |client: EncryptionClient| async move {
        client
            .put_object(PutObjectInput::new().bucket("b").key("o").body("x"))
            .await
            .unwrap_err()
            .code()
            .to_owned()
    };
    let s3 = FakeS3::default();
    let any = KmsKeyGenerator::any_key(FakeKms::default());
    assert_eq!(put(writer(&s3, any, V3)).await, err_code::MISSING_CMK_ID_ERROR);
    let none = KmsKeyGenerator::new(FakeKms::default(), "");
    assert_eq!(put(writer(&s3, none, V3)).await, err_code::MISSING_CMK_ID_ERROR);
    let denied = KmsKeyGenerator::new(FakeKms::default(), "denied");
    assert_eq!(put(writer(&s3, denied, V3).instruction_file()).await, "AccessDeniedException");
    let reserved = writer(&s3, kms_key(), V3).encryption_context([("aws:x-amz-cek-alg", "115")]);
    assert_eq!(put(reserved).await, err_code::ENCRYPTION_CONTEXT_ERROR);
    let ignored = writer(&s3, AesKeyWrap::new(&[1; 32]).unwrap(), V3).encryption_context([("a", "b")]);
    assert_eq!(put(ignored).await, err_code::ENCRYPTION_CONTEXT_ERROR);
    assert_eq!(s3.calls(), Vec::<String>::new(), "nothing is stored without a key");
}

#[tokio::test]
async fn a_reader_whom_kms_refuses_gets_its_refusal_and_no_content() {
    let (s3, kms, _) = stored(V3).await;
    let client = reader(&s3, KmsKeyGenerator::new(kms.clone(), "denied"));
    for client in [client.clone(), client.clone().buffer_size(0), client.enable_delayed_authentication_mode()]
    {
        assert_eq!(code(&client).await, "AccessDeniedException");
    }
    assert_eq!(kms.calls(), ["Decrypt"; 3], "and is not asked again");
}

#[tokio::test]
async fn legacy_objects_are_refused_by_the_names_of_go() {
    // A legacy `kms` object without `kms_cmk_id`, one with, one of format V1, and one that is CBC.
    let object = |metadata: &[(&str, &str)]| {
        let metadata =
            metadata.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        FakeS3::with("o", Object::new(metadata, "sixteen bytes...sixteen bytes..."))
    };
    let kms = |matdesc| {
        object(&[
            ("x-amz-key-v2", "AAAA"),
            ("x-amz-iv", "AAAAAAAAAAAAAAAA"),
            ("x-amz-matdesc", matdesc),
            ("x-amz-wrap-alg", "kms"),
            ("x-amz-cek-alg", "AES/GCM/NoPadding"),
        ])
    };
    let legacy = |s3: &FakeS3| reader(s3, kms_key()).enable_legacy_wrapping_algorithms();
    assert_eq!(code(&legacy(&kms("{}"))).await, err_code::MISSING_CMK_ID_ERROR);
    let named = kms(r#"{"kms_cmk_id":"key-1"}"#);
    assert_eq!(code(&reader(&named, kms_key())).await, err_code::INVALID_WRAP_ALGORITHM_ERROR);
    assert_eq!(code(&legacy(&named)).await, "InvalidCiphertextException");

    let v1 =
        object(&[("x-amz-key", "AAAA"), ("x-amz-iv", "AAAAAAAAAAAAAAAAAAAAAA=="), ("x-amz-matdesc", "{}")]);
    assert_eq!(
        code(&reader(&v1, AesKeyWrap::new(&[1; 32]).unwrap())).await,
        err_code::V1_NOT_SUPPORTED_ERROR
    );
    let half = legacy(&v1);
    assert_eq!(code(&half).await, err_code::INVALID_WRAP_ALGORITHM_ERROR, "KMS never wrapped keys of V1");
    let half = reader(&v1, AesKeyWrap::new(&[1; 32]).unwrap()).enable_legacy_wrapping_algorithms();
    assert_eq!(code(&half).await, err_code::INVALID_CEK_ALGORITHM_ERROR, "CBC is a mode of its own");
    let end = if cfg!(feature = "aws-lc-rs") {
        err_code::KEY_UNWRAP_ERROR
    } else {
        err_code::CRYPTO_PROVIDER_ERROR
    };
    assert_eq!(code(&half.enable_legacy_unauthenticated_modes()).await, end);
}

#[tokio::test]
async fn ranges_and_parts_are_refused_until_they_are_allowed() {
    let (s3, _, client) = stored(V3).await;
    let get = |input: GetObjectInput| client.get_object(input.bucket("b").key("o"));
    s3.calls();
    let error = get(GetObjectInput::new().range("bytes=0-3")).await.unwrap_err();
    assert_eq!(error.code(), err_code::RANGED_GET_ERROR);
    let error = get(GetObjectInput::new().part_number(1)).await.unwrap_err();
    assert_eq!(error.code(), err_code::CLIENT_CONSTRUCTION_ERROR);
    assert_eq!(s3.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn inputs_that_would_tell_of_the_content_or_pass_for_an_envelope_are_refused() {
    let s3 = FakeS3::default();
    let kms = FakeKms::default();
    let client = writer(&s3, KmsKeyGenerator::new(kms.clone(), "key-1"), V3);
    let inputs = [
        PutObjectInput::new().content_md5("1B2M2Y8AsgTpgAmY7PhCfg=="),
        PutObjectInput::new().checksum_crc32("AAAAAA=="),
        PutObjectInput::new().metadata([("X-Amz-Key-V2", "AAAA")]),
        PutObjectInput::new().metadata([("x-amz-unencrypted-content-md5", "AAAA")]),
        PutObjectInput::new().write_offset_bytes(0),
    ];
    for input in inputs {
        let error: Error = client.put_object(input.bucket("b").key("o").body("x")).await.unwrap_err();
        assert_eq!(error.code(), err_code::CLIENT_CONSTRUCTION_ERROR);
    }
    let wrong_length = PutObjectInput::new().bucket("b").key("o").body("four").content_length(5);
    assert_eq!(client.put_object(wrong_length).await.unwrap_err().code(), err_code::CONTENT_LENGTH_ERROR);
    let unknown = cumulo_core::Body::received(crate::fake_s3::chunks(b"x", 1), None);
    let unknown = PutObjectInput::new().bucket("b").key("o").body(unknown);
    assert_eq!(client.put_object(unknown).await.unwrap_err().code(), err_code::CONTENT_LENGTH_ERROR);
    assert_eq!((kms.calls(), s3.calls()), (Vec::new(), Vec::new()));
}
