//! The cryptographic operations: data keys, encrypt, decrypt and re-encrypt.
//!
//! Source: <https://docs.aws.amazon.com/kms/latest/APIReference/API_Operations.html>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{Kms, envelope};
use crate::error::ServiceError;
use crate::ids::fill_random;
use crate::json::Input;

/// The most that `Encrypt` takes.
const MAXIMUM_PLAINTEXT: usize = 4096;

const ALGORITHM: &str = "SYMMETRIC_DEFAULT";

impl Kms {
    pub(super) fn generate_data_key(
        &self,
        input: &Input,
        with_plaintext: bool,
    ) -> Result<Value, ServiceError> {
        let key = self.keys().usable(input.required_text("KeyId")?)?;
        let mut plaintext = Zeroizing::new(vec![0; data_key_length(input)?]);
        fill_random(&mut plaintext);
        let blob = envelope::seal(&key, &plaintext, &input.text_map("EncryptionContext")?)?;
        let mut output = json!({ "KeyId": key.arn, "CiphertextBlob": STANDARD.encode(blob) });
        if with_plaintext {
            output["Plaintext"] = STANDARD.encode(plaintext.as_slice()).into();
        }
        Ok(output)
    }

    pub(super) fn encrypt(&self, input: &Input) -> Result<Value, ServiceError> {
        let plaintext = Zeroizing::new(input.required_blob("Plaintext")?);
        if plaintext.is_empty() || plaintext.len() > MAXIMUM_PLAINTEXT {
            return Err(length_error("plaintext", MAXIMUM_PLAINTEXT));
        }
        check_algorithm(input, "EncryptionAlgorithm")?;
        let key = self.keys().usable(input.required_text("KeyId")?)?;
        let blob = envelope::seal(&key, &plaintext, &input.text_map("EncryptionContext")?)?;
        Ok(json!({
            "KeyId": key.arn,
            "CiphertextBlob": STANDARD.encode(blob),
            "EncryptionAlgorithm": ALGORITHM,
        }))
    }

    pub(super) fn decrypt(&self, input: &Input) -> Result<Value, ServiceError> {
        check_algorithm(input, "EncryptionAlgorithm")?;
        let (key_arn, plaintext) = self.open(input, "KeyId", "EncryptionContext")?;
        Ok(json!({
            "KeyId": key_arn,
            "Plaintext": STANDARD.encode(plaintext.as_slice()),
            "EncryptionAlgorithm": ALGORITHM,
        }))
    }

    pub(super) fn re_encrypt(&self, input: &Input) -> Result<Value, ServiceError> {
        check_algorithm(input, "SourceEncryptionAlgorithm")?;
        check_algorithm(input, "DestinationEncryptionAlgorithm")?;
        let destination = self.keys().usable(input.required_text("DestinationKeyId")?)?;
        let (source_arn, plaintext) = self.open(input, "SourceKeyId", "SourceEncryptionContext")?;
        let context = input.text_map("DestinationEncryptionContext")?;
        let blob = envelope::seal(&destination, &plaintext, &context)?;
        Ok(json!({
            "CiphertextBlob": STANDARD.encode(blob),
            "KeyId": destination.arn,
            "SourceKeyId": source_arn,
            "SourceEncryptionAlgorithm": ALGORITHM,
            "DestinationEncryptionAlgorithm": ALGORITHM,
        }))
    }

    /// Opens `CiphertextBlob` and answers the ARN of the key that made it.
    fn open(
        &self,
        input: &Input,
        key_member: &str,
        context_member: &str,
    ) -> Result<(String, Zeroizing<Vec<u8>>), ServiceError> {
        let blob = input.required_blob("CiphertextBlob")?;
        let invalid =
            |_| ServiceError::sender("InvalidCiphertextException", "The ciphertext names no key here.");
        let id = envelope::key_id(&blob)?;
        let maker = self.keys().find(id).map_err(invalid)?.id.clone();
        if let Some(name) = input.text(key_member)?
            && self.keys().find(name)?.id != maker
        {
            let message =
                "The key ID in the request does not identify a CMK that can perform this operation.";
            return Err(ServiceError::sender("IncorrectKeyException", message));
        }
        let key = self.keys().usable(&maker)?;
        let plaintext = Zeroizing::new(envelope::open(&key, &blob, &input.text_map(context_member)?)?);
        Ok((key.arn, plaintext))
    }
}

pub(super) fn generate_random(input: &Input) -> Result<Value, ServiceError> {
    let mut plaintext = Zeroizing::new(vec![0; number_of_bytes(input)?.unwrap_or(32)]);
    fill_random(&mut plaintext);
    Ok(json!({ "Plaintext": STANDARD.encode(plaintext.as_slice()) }))
}

fn data_key_length(input: &Input) -> Result<usize, ServiceError> {
    let either = "Please specify either number of bytes or key spec.";
    match (input.text("KeySpec")?, number_of_bytes(input)?) {
        (Some("AES_256"), None) => Ok(32),
        (Some("AES_128"), None) => Ok(16),
        (Some(spec), None) => Err(ServiceError::sender(
            "ValidationException",
            format!("'{spec}' is not a key spec of data keys."),
        )),
        (None, Some(length)) => Ok(length),
        _ => Err(ServiceError::sender("ValidationException", either)),
    }
}

fn number_of_bytes(input: &Input) -> Result<Option<usize>, ServiceError> {
    match input.integer("NumberOfBytes")? {
        None => Ok(None),
        Some(length @ 1..=1024) => Ok(usize::try_from(length).ok()),
        Some(_) => Err(length_error("numberOfBytes", 1024)),
    }
}

fn check_algorithm(input: &Input, name: &str) -> Result<(), ServiceError> {
    match input.text(name)? {
        None | Some(ALGORITHM) => Ok(()),
        Some(other) => {
            let message = format!("The key is not usable with {other}.");
            Err(ServiceError::sender("InvalidKeyUsageException", message))
        }
    }
}

fn length_error(member: &str, maximum: usize) -> ServiceError {
    let message = format!(
        "1 validation error detected: Value at '{member}' failed to satisfy constraint: Member must have length \
         between 1 and {maximum}"
    );
    ServiceError::sender("ValidationException", message)
}
