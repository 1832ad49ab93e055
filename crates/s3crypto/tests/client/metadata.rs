//! The stored names and values, as the clients of other languages write and read them.

use cumulo_s3::PutObjectInput;
use cumulo_s3crypto::{AesKeyWrap, err_code};

use crate::fake_s3::{FakeS3, Metadata, Object};
use crate::round_trips::{V2, V3, content, kms_key, put, reader, writer};
use crate::vectors::get;

fn names(metadata: &Metadata) -> Vec<&str> {
    metadata.keys().map(String::as_str).collect()
}

#[tokio::test]
async fn v3_stores_its_six_names_beside_the_callers_own() {
    let s3 = FakeS3::default();
    let input = PutObjectInput::new().bucket("b").key("o").body("x").metadata([("user", "Meta")]);
    writer(&s3, kms_key(), V3).put_object(input).await.unwrap();
    let metadata = s3.object("o").metadata;
    assert_eq!(names(&metadata), ["user", "x-amz-3", "x-amz-c", "x-amz-d", "x-amz-i", "x-amz-t", "x-amz-w"]);
    assert_eq!((&*metadata["x-amz-c"], &*metadata["x-amz-w"], &*metadata["user"]), ("115", "12", "Meta"));
    assert_eq!(metadata["x-amz-t"], r#"{"aws:x-amz-cek-alg":"115"}"#);
    assert_eq!((metadata["x-amz-d"].len(), metadata["x-amz-i"].len()), (40, 40));
}

#[tokio::test]
async fn v2_stores_the_tags_length_without_which_java_fails() {
    let s3 = FakeS3::default();
    put(&writer(&s3, kms_key(), V2), "o", content(77)).await;
    let metadata = s3.object("o").metadata;
    assert_eq!(
        names(&metadata),
        [
            "x-amz-cek-alg",
            "x-amz-iv",
            "x-amz-key-v2",
            "x-amz-matdesc",
            "x-amz-tag-len",
            "x-amz-unencrypted-content-length",
            "x-amz-wrap-alg"
        ]
    );
    assert_eq!(metadata["x-amz-cek-alg"], "AES/GCM/NoPadding");
    assert_eq!(metadata["x-amz-wrap-alg"], "kms+context");
    assert_eq!((&*metadata["x-amz-tag-len"], &*metadata["x-amz-unencrypted-content-length"]), ("128", "77"));
}

#[tokio::test]
async fn an_instruction_file_takes_all_of_v2_and_the_key_of_v3_and_is_stored_first() {
    for (suite, on_object) in [(V2, vec![]), (V3, vec!["x-amz-c", "x-amz-d", "x-amz-i"])] {
        let s3 = FakeS3::default();
        put(&writer(&s3, kms_key(), suite).instruction_file(), "o", "x").await;
        assert_eq!(names(&s3.object("o").metadata), on_object);
        let file = s3.object("o.instruction");
        assert_eq!(file.metadata["x-amz-crypto-instr-file"], "");
        let fields: Metadata = serde_json::from_slice(&file.body).unwrap();
        assert!(fields.keys().all(|name| !on_object.contains(&name.as_str())));
        assert!(!fields.contains_key("x-amz-unencrypted-content-length"), "Python refuses such files");
        assert!(!file.body.contains(&b' '), "one client stops reading at white space");
        assert_eq!(s3.calls(), ["PutObject o.instruction", "PutObject o"]);
    }
}

#[tokio::test]
async fn another_suffix_is_read_where_it_is_named() {
    let s3 = FakeS3::default();
    put(&writer(&s3, kms_key(), V3).instruction_file(), "o", "x").await;
    s3.insert("o.partner", s3.object("o.instruction"));
    s3.insert("o.instruction", Object::default());
    let client = reader(&s3, kms_key());
    assert!(get(&client, "o").await.is_err());
    assert_eq!(get(&client.instruction_file_suffix(".partner"), "o").await.unwrap(), b"x");
}

#[tokio::test]
async fn headers_of_any_case_empty_values_and_numbers_in_files_are_understood() {
    let s3 = FakeS3::default();
    put(&writer(&s3, kms_key(), V2), "o", "x").await;
    let Object { metadata, body } = s3.object("o");
    let mut canonical: Metadata =
        metadata.iter().map(|(name, value)| (name.to_uppercase(), value.clone())).collect();
    canonical.insert("x-amz-c".to_owned(), String::new());
    s3.insert("o", Object::new(canonical, body.clone()));
    assert_eq!(get(&reader(&s3, kms_key()), "o").await.unwrap(), b"x");

    let mut metadata = metadata;
    metadata.insert("x-amz-unencrypted-content-md5".to_owned(), "of old clients".to_owned());
    let file =
        serde_json::to_string(&metadata).unwrap().replace(r#":"128""#, ":128").replace(r#":"1""#, ": 1");
    assert!(file.contains(":128") && file.contains(": 1"));
    s3.insert("o", Object::new(Metadata::new(), body));
    s3.insert("o.instruction", Object::new(Metadata::new(), file));
    assert_eq!(get(&reader(&s3, kms_key()), "o").await.unwrap(), b"x");
}

#[tokio::test]
async fn a_file_with_a_name_that_no_client_writes_has_been_changed() {
    let s3 = FakeS3::default();
    put(&writer(&s3, kms_key(), V2).instruction_file(), "o", "x").await;
    let file = String::from_utf8(s3.object("o.instruction").body.to_vec()).unwrap();
    for (from, to) in [("x-amz-tag-len", "x-amz-tag-lem"), ("x-amz-iv", "x-amz-IV")] {
        s3.insert("o.instruction", Object::new(Metadata::new(), file.replace(from, to)));
        let error = get(&reader(&s3, kms_key()), "o").await.unwrap_err();
        assert_eq!(error.code(), err_code::INSTRUCTION_FILE_ERROR);
    }
}

#[tokio::test]
async fn contexts_that_are_not_ascii_are_stored_in_ascii_and_read_however_they_come_back() {
    let (s3, context) = (FakeS3::default(), [("name", "åäö 🔥 \"x\"")]);
    put(&writer(&s3, kms_key(), V2).encryption_context(context), "o", "x").await;
    let mut object = s3.object("o");
    let stored = object.metadata["x-amz-matdesc"].clone();
    assert!(stored.is_ascii() && stored.contains(r"\u00e5\u00e4\u00f6") && stored.contains(r"\ud83d\udd25"));
    let reader = reader(&s3, kms_key()).encryption_context(context);
    assert_eq!(get(&reader, "o").await.unwrap(), b"x");

    // As a client that sends UTF-8 gets it back from S3: Latin-1 characters in UTF-8, as an encoded word.
    let utf8 = r#"{"aws:x-amz-cek-alg":"AES/GCM/NoPadding","name":"åäö 🔥 \"x\""}"#;
    let latin1: String = utf8.bytes().map(char::from).collect();
    let word: String = latin1.bytes().map(|byte| format!("={byte:02X}")).collect();
    object.metadata.insert("x-amz-matdesc".to_owned(), format!("=?UTF-8?Q?{word}?="));
    s3.insert("o", object);
    assert_eq!(get(&reader, "o").await.unwrap(), b"x");
}

#[tokio::test]
async fn metadata_that_s3_would_refuse_are_refused_before_they_are_sent() {
    let s3 = FakeS3::default();
    let key = AesKeyWrap::new(&[1; 32]).unwrap();
    let input =
        || PutObjectInput::new().bucket("b").key("o").body("x").metadata([("user", "m".repeat(1900))]);
    let client = writer(&s3, key, V3);
    let error = client.put_object(input()).await.unwrap_err();
    assert_eq!(error.code(), err_code::METADATA_TOO_LARGE_ERROR);
    assert_eq!(s3.calls(), Vec::<String>::new());
    client.instruction_file().put_object(input()).await.unwrap();
}
