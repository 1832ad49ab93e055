//! Objects made by an independent writer: the good ones are read, the bad ones refused by the right error, ranges agree.

use cumulo_core::Error;
use cumulo_s3::{GetObjectInput, HeadObjectInput};
use cumulo_s3crypto::{AesKeyWrap, CommitmentPolicy, CryptoRegistry, DecryptionClient, RsaKeyWrap, err_code};
use serde_json::Value;

use crate::fake_s3::{FakeS3, Metadata, Object};

const DESCRIPTION: [(&str, &str); 1] = [("k", "v")];

pub(crate) fn vectors() -> Value {
    serde_json::from_str(include_str!("../data/vectors.json")).unwrap()
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn bytes(value: &Value) -> Vec<u8> {
    unhex(value.as_str().unwrap())
}

/// One element of DER.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let len = content.len();
    let header = match len {
        0..128 => vec![tag, len as u8],
        128..256 => vec![tag, 0x81, len as u8],
        _ => vec![tag, 0x82, (len >> 8) as u8, len as u8],
    };
    [header, content.to_vec()].concat()
}

/// The key's integers as PKCS #8.
pub(crate) fn rsa_pkcs8(vectors: &Value) -> Vec<u8> {
    let integer = |name: &str| {
        let value = bytes(&vectors["rsa_private_hex"][name]);
        der(2, &if value[0] & 0x80 == 0 { value } else { [&[0], &value[..]].concat() })
    };
    let integers = ["n", "e", "d", "p", "q", "dp", "dq", "qinv"].map(integer).concat();
    let key = der(0x30, &[vec![2, 1, 0], integers].concat());
    let rsa_encryption = unhex("300d06092a864886f70d0101010500");
    der(0x30, &[vec![2, 1, 0], rsa_encryption, der(4, &key)].concat())
}

pub(crate) fn keys(vectors: &Value) -> CryptoRegistry {
    let aes = AesKeyWrap::new(&bytes(&vectors["kek"])).unwrap().material_description(DESCRIPTION);
    let keys = CryptoRegistry::new().add_wrap(aes);
    match RsaKeyWrap::from_pkcs8(&rsa_pkcs8(vectors)) {
        Ok(rsa) => keys.add_wrap(rsa.material_description(DESCRIPTION)),
        Err(error) => {
            assert_eq!((error.code(), HAS_AWS_LC), (err_code::CRYPTO_PROVIDER_ERROR, false));
            keys
        }
    }
}

const HAS_AWS_LC: bool = cfg!(feature = "aws-lc-rs");

/// The code by which this build says that it lacks what the object needs; None where it lacks nothing.
fn lacking(name: &str) -> Option<&'static str> {
    let is_of_java = name.contains("OAEPWithSHA-256");
    match name {
        _ if is_of_java && HAS_AWS_LC => {
            (!cfg!(feature = "legacy-rsa")).then_some(err_code::KEY_UNWRAP_ERROR)
        }
        _ if HAS_AWS_LC => None,
        "v1-aes-cbc" => Some(err_code::CRYPTO_PROVIDER_ERROR),
        _ if name.contains("AESWrap") => Some(err_code::CRYPTO_PROVIDER_ERROR),
        // Without the primitive there is no such key.
        _ if name.contains("rsa") || name.contains("RSA") || name.starts_with("v3-22") => {
            Some(err_code::INVALID_WRAP_ALGORITHM_ERROR)
        }
        _ => None,
    }
}

fn s3_with(object: &Value) -> FakeS3 {
    let metadata: Metadata = serde_json::from_value(object["object_metadata"].clone()).unwrap();
    let s3 = FakeS3::with("object", Object::new(metadata, bytes(&object["body"])));
    if let Some(file) = object["instruction_file"].as_str() {
        s3.insert("object.instruction", Object::new(Metadata::new(), file.to_owned()));
    }
    s3
}

fn reader(s3: FakeS3, keys: CryptoRegistry) -> DecryptionClient {
    DecryptionClient::new(s3, keys)
        .commitment_policy(CommitmentPolicy::RequireEncryptAllowDecrypt)
        .enable_legacy_wrapping_algorithms()
        .enable_legacy_unauthenticated_modes()
        .enable_unauthenticated_ranges()
}

pub(crate) async fn get(client: &DecryptionClient, key: &str) -> Result<Vec<u8>, Error> {
    let output = client.get_object(GetObjectInput::new().bucket("bucket").key(key)).await?;
    let len = output.content_length;
    let content = output.body.unwrap_or_default().collect().await?;
    assert_eq!(len.unwrap_or(content.len() as i64), content.len() as i64);
    Ok(content.to_vec())
}

#[tokio::test]
async fn every_good_object_is_read_in_memory_in_two_passes_and_with_delayed_authentication() {
    let vectors = vectors();
    let (mut read, mut lacked) = (0, 0);
    for object in vectors["objects"].as_array().unwrap() {
        let name = object["name"].as_str().unwrap();
        if name.starts_with("neg-") {
            continue;
        }
        let client = reader(s3_with(object).chunked(13), keys(&vectors));
        if let Some(code) = lacking(name) {
            assert_eq!(get(&client, "object").await.unwrap_err().code(), code, "{name}");
            lacked += 1;
            continue;
        }
        for client in
            [client.clone(), client.clone().buffer_size(0), client.enable_delayed_authentication_mode()]
        {
            let content = get(&client, "object").await.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(content, bytes(&object["plaintext"]), "{name}");
        }
        read += 1;
    }
    let expected = match (HAS_AWS_LC, cfg!(feature = "legacy-rsa")) {
        (true, true) => (15, 0),
        (true, false) => (13, 2),
        (false, _) => (4, 11),
    };
    assert_eq!((read, lacked), expected);
}

#[tokio::test]
async fn every_bad_object_is_refused_by_the_error_that_names_its_fault() {
    let expected = [
        ("neg-v3-bad-commitment", err_code::KEY_COMMITMENT_ERROR),
        ("neg-v3-instr-contains-d", err_code::INSTRUCTION_FILE_ERROR),
        ("neg-v3-edk-bound-to-v2-alg", err_code::KEY_UNWRAP_ERROR),
        ("neg-v2-edk-bound-to-115", err_code::KEY_UNWRAP_ERROR),
        ("neg-v2-plus-x-amz-c", err_code::ENVELOPE_ERROR),
        ("neg-v2-plus-key-v1", err_code::ENVELOPE_ERROR),
        ("neg-v3-bad-tag", err_code::DECRYPTION_ERROR),
    ];
    let vectors = vectors();
    for (name, code) in expected {
        let mut objects = vectors["objects"].as_array().unwrap().iter();
        let object = objects.find(|object| object["name"] == name).unwrap();
        let client = reader(s3_with(object), keys(&vectors));
        for client in
            [client.clone(), client.clone().buffer_size(0), client.enable_delayed_authentication_mode()]
        {
            assert_eq!(get(&client, "object").await.unwrap_err().code(), code, "{name}");
        }
    }
}

#[tokio::test]
async fn ranges_are_those_of_the_content() {
    let vectors = vectors();
    for object in vectors["objects"].as_array().unwrap() {
        let name = object["name"].as_str().unwrap();
        if name.starts_with("neg-") || lacking(name).is_some() {
            continue;
        }
        let client = reader(s3_with(object).chunked(13), keys(&vectors));
        for range in vectors["ranged"].as_array().unwrap() {
            let input =
                GetObjectInput::new().bucket("b").key("object").range(range["range"].as_str().unwrap());
            let output = client.get_object(input).await;
            if name.contains("cbc") {
                assert_eq!(output.unwrap_err().code(), err_code::RANGED_GET_ERROR, "{name}");
                continue;
            }
            let output = output.unwrap();
            let expected = bytes(&range["plaintext"]);
            assert_eq!(output.content_length, Some(expected.len() as i64));
            assert!(output.content_range.unwrap().ends_with("/100"));
            assert_eq!(output.body.unwrap().collect().await.unwrap(), expected, "{name} {}", range["range"]);
        }
    }
}

#[tokio::test]
async fn a_head_tells_the_length_of_the_content() {
    let vectors = vectors();
    for object in vectors["objects"].as_array().unwrap() {
        let name = object["name"].as_str().unwrap();
        if name.starts_with("neg-") {
            continue;
        }
        let client = reader(s3_with(object), keys(&vectors));
        let output = client.head_object(HeadObjectInput::new().bucket("b").key("object")).await.unwrap();
        // Without a stored length nobody knows how much of a CBC object is padding.
        let expected = if name == "v2-AESWrap-cbc" { None } else { Some(100) };
        assert_eq!(output.content_length, expected, "{name}");
    }
}
