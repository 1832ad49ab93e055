//! Keys, data keys and the binding of the encryption context.

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

const OWNER: Owner<'_> = Owner { account: "123456789012", region: "eu-central-1" };

fn service() -> (Kms, String) {
    let kms = Kms::new(Clock::system());
    let created = call(&kms, "CreateKey", json!({ "Description": "test" })).unwrap();
    let id = created["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
    (kms, id)
}

fn call(kms: &Kms, operation: &str, input: Value) -> Result<Value, ServiceError> {
    kms.call(operation, input.to_string().as_bytes(), OWNER)
}

fn code(result: Result<Value, ServiceError>) -> String {
    result.unwrap_err().code.into_owned()
}

#[test]
fn a_data_key_decrypts_to_the_plaintext_that_was_handed_out() {
    let (kms, id) = service();
    let context = json!({ "app": "tour" });
    let data_key = call(
        &kms,
        "GenerateDataKey",
        json!({ "KeyId": id, "KeySpec": "AES_256", "EncryptionContext": context }),
    )
    .unwrap();
    assert_eq!(STANDARD.decode(data_key["Plaintext"].as_str().unwrap()).unwrap().len(), 32);
    assert_eq!(data_key["KeyId"], format!("arn:aws:kms:eu-central-1:123456789012:key/{id}"));
    let decrypted = call(
        &kms,
        "Decrypt",
        json!({ "CiphertextBlob": data_key["CiphertextBlob"], "EncryptionContext": context }),
    )
    .unwrap();
    assert_eq!(decrypted["Plaintext"], data_key["Plaintext"]);

    let without =
        call(&kms, "GenerateDataKeyWithoutPlaintext", json!({ "KeyId": id, "NumberOfBytes": 7 })).unwrap();
    assert!(without.get("Plaintext").is_none());
}

#[test]
fn another_encryption_context_or_a_changed_byte_is_refused() {
    let (kms, id) = service();
    let input = json!({ "KeyId": id, "Plaintext": "c2VjcmV0", "EncryptionContext": { "a": "bc" } });
    let blob = call(&kms, "Encrypt", input).unwrap()["CiphertextBlob"].clone();
    let decrypt = |blob: &Value, context: Value| {
        call(&kms, "Decrypt", json!({ "CiphertextBlob": blob, "EncryptionContext": context }))
    };
    assert_eq!(decrypt(&blob, json!({ "a": "bc" })).unwrap()["Plaintext"], "c2VjcmV0");
    assert_eq!(code(decrypt(&blob, json!({ "ab": "c" }))), "InvalidCiphertextException");
    assert_eq!(code(decrypt(&blob, json!({}))), "InvalidCiphertextException");

    let mut changed = STANDARD.decode(blob.as_str().unwrap()).unwrap();
    *changed.last_mut().unwrap() ^= 1;
    let changed = Value::from(STANDARD.encode(changed));
    assert_eq!(code(decrypt(&changed, json!({ "a": "bc" }))), "InvalidCiphertextException");
    assert_eq!(code(decrypt(&Value::from("AQID"), json!({}))), "InvalidCiphertextException");
}

#[test]
fn re_encryption_moves_a_ciphertext_to_another_key_and_context() {
    let (kms, one) = service();
    let other = call(&kms, "CreateKey", json!({})).unwrap()["KeyMetadata"]["KeyId"].clone();
    let blob = call(&kms, "Encrypt", json!({ "KeyId": one, "Plaintext": "eA==" })).unwrap()["CiphertextBlob"]
        .clone();
    let moved = call(
        &kms,
        "ReEncrypt",
        json!({ "CiphertextBlob": blob, "DestinationKeyId": other, "DestinationEncryptionContext": { "k": "v" } }),
    )
    .unwrap();
    assert!(moved["SourceKeyId"].as_str().unwrap().ends_with(&one));
    let input = json!({ "CiphertextBlob": moved["CiphertextBlob"], "EncryptionContext": { "k": "v" } });
    assert_eq!(call(&kms, "Decrypt", input).unwrap()["Plaintext"], "eA==");
    let input = json!({ "CiphertextBlob": moved["CiphertextBlob"], "KeyId": one });
    assert_eq!(code(call(&kms, "Decrypt", input)), "IncorrectKeyException");
}

#[test]
fn a_key_is_found_by_id_arn_and_alias_and_a_disabled_one_is_not_used() {
    let (kms, id) = service();
    call(&kms, "CreateAlias", json!({ "AliasName": "alias/app", "TargetKeyId": id })).unwrap();
    for name in [
        id.clone(),
        format!("arn:aws:kms:eu-central-1:123456789012:key/{id}"),
        "alias/app".to_owned(),
        "arn:aws:kms:eu-central-1:123456789012:alias/app".to_owned(),
    ] {
        let found = call(&kms, "DescribeKey", json!({ "KeyId": name })).unwrap();
        assert_eq!(found["KeyMetadata"]["KeyId"], id);
    }
    assert_eq!(code(call(&kms, "DescribeKey", json!({ "KeyId": "alias/other" }))), "NotFoundException");
    call(&kms, "DisableKey", json!({ "KeyId": id })).unwrap();
    let generate = || call(&kms, "GenerateDataKey", json!({ "KeyId": id, "KeySpec": "AES_128" }));
    assert_eq!(code(generate()), "DisabledException");
    call(&kms, "EnableKey", json!({ "KeyId": id })).unwrap();
    assert!(generate().is_ok());
}

#[test]
fn inputs_that_break_a_constraint_are_validation_errors() {
    let (kms, id) = service();
    for input in [
        json!({}),
        json!({ "KeyId": id }),
        json!({ "KeyId": id, "KeySpec": "AES_256", "NumberOfBytes": 32 }),
        json!({ "KeyId": id, "NumberOfBytes": 1025 }),
        json!({ "KeyId": id, "KeySpec": "RSA" }),
    ] {
        assert_eq!(code(call(&kms, "GenerateDataKey", input)), "ValidationException");
    }
    let long = STANDARD.encode(vec![0; 4097]);
    assert_eq!(code(call(&kms, "Encrypt", json!({ "KeyId": id, "Plaintext": long }))), "ValidationException");
    assert_eq!(code(call(&kms, "Sign", json!({}))), "UnknownOperationException");
}
