//! A message: its body, its attributes and the checksums that SQS defines over both.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::errors;
use crate::error::ServiceError;
use crate::ids::hex;
use crate::json::Input;

/// What a sender supplies.
#[derive(Clone, Debug)]
pub(super) struct Content {
    pub(super) body: String,
    pub(super) attributes: BTreeMap<String, Attribute>,
}

/// One message attribute.
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    data_type: String,
    value: AttributeValue,
}

#[derive(Clone, Debug)]
enum AttributeValue {
    Text(String),
    Binary(Vec<u8>),
}

impl Content {
    /// Reads `MessageBody` and `MessageAttributes` of a request or of an entry of a batch.
    pub(super) fn read(input: &Input, maximum_size: usize) -> Result<Self, ServiceError> {
        let body = input.required_text("MessageBody")?.to_owned();
        let attributes = input.structure_map("MessageAttributes")?;
        let attributes: BTreeMap<_, _> = attributes
            .into_iter()
            .map(|(name, attribute)| Ok((name.clone(), Attribute::read(&name, &attribute)?)))
            .collect::<Result<_, ServiceError>>()?;
        let content = Self { body, attributes };
        if content.body.is_empty() {
            return Err(errors::invalid_parameter("The request must contain the parameter MessageBody."));
        }
        if content.size() > maximum_size {
            let message = format!(
                "One or more parameters are invalid. Reason: Message must be shorter than {maximum_size} bytes."
            );
            return Err(errors::invalid_parameter(message));
        }
        Ok(content)
    }

    /// The body and the names, types and values of all attributes count.
    pub(super) fn size(&self) -> usize {
        let attribute = |(name, attribute): (&String, &Attribute)| {
            name.len() + attribute.data_type.len() + attribute.bytes().len()
        };
        self.body.len() + self.attributes.iter().map(attribute).sum::<usize>()
    }

    pub(super) fn md5_of_body(&self) -> String {
        hex(&*md5::compute(&self.body))
    }
}

impl Attribute {
    fn read(name: &str, input: &Input) -> Result<Self, ServiceError> {
        let invalid = |why: &str| errors::invalid_parameter(format!("The message attribute '{name}' {why}."));
        let data_type = input.text("DataType")?.unwrap_or_default().to_owned();
        let value = match data_type.split('.').next() {
            Some("String" | "Number") => {
                input.text("StringValue")?.map(|text| AttributeValue::Text(text.to_owned()))
            }
            Some("Binary") => input.blob("BinaryValue")?.map(AttributeValue::Binary),
            _ => return Err(invalid("must have a type of String, Number or Binary")),
        };
        let value = value.ok_or_else(|| invalid("must contain a value of its type"))?;
        let attribute = Self { data_type, value };
        if attribute.bytes().is_empty() {
            return Err(invalid("must contain a non-empty value"));
        }
        Ok(attribute)
    }

    pub(super) fn to_json(&self) -> Value {
        match &self.value {
            AttributeValue::Text(text) => json!({ "DataType": self.data_type, "StringValue": text }),
            AttributeValue::Binary(bytes) => {
                json!({ "DataType": self.data_type, "BinaryValue": STANDARD.encode(bytes) })
            }
        }
    }

    fn bytes(&self) -> &[u8] {
        match &self.value {
            AttributeValue::Text(text) => text.as_bytes(),
            AttributeValue::Binary(bytes) => bytes,
        }
    }
}

/// The checksum over attributes in the order of their names: name, type, a byte for the transport (1 text, 2 binary)
/// and value, each text behind its length in four bytes. `None` when there are none.
///
/// Source: "Calculating the MD5 message digest for message attributes" in
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html>.
pub(super) fn md5_of_attributes<'a>(
    attributes: impl IntoIterator<Item = (&'a String, &'a Attribute)>,
) -> Option<String> {
    let mut digest = md5::Context::new();
    let mut is_empty = true;
    for (name, attribute) in attributes {
        is_empty = false;
        update_with_length(&mut digest, name.as_bytes());
        update_with_length(&mut digest, attribute.data_type.as_bytes());
        digest.consume([if matches!(attribute.value, AttributeValue::Text(_)) { 1 } else { 2 }]);
        update_with_length(&mut digest, attribute.bytes());
    }
    (!is_empty).then(|| hex(&*digest.finalize()))
}

fn update_with_length(digest: &mut md5::Context, bytes: &[u8]) {
    digest.consume((bytes.len() as u32).to_be_bytes());
    digest.consume(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(attributes: Value) -> Content {
        let input = json!({ "MessageBody": "This is a test message", "MessageAttributes": attributes });
        Content::read(&Input::parse(input.to_string().as_bytes()).unwrap(), 1024).unwrap()
    }

    #[test]
    fn the_checksum_of_a_body_is_its_md5() {
        assert_eq!(content(json!({})).md5_of_body(), "fafb00f5732ab283681e124bf8747ed1");
    }

    #[test]
    fn checksums_of_attributes_are_those_of_sqs() {
        let md5 = |attributes| md5_of_attributes(&content(attributes).attributes);
        assert_eq!(md5(json!({})), None);
        let number = |data_type: &str| json!({ "timestamp": { "DataType": data_type, "StringValue": "1493147359900" } });
        assert_eq!(md5(number("Number")).as_deref(), Some("235c5c510d26fb653d073faed50ae77c"));
        assert_eq!(md5(number("Number.java.lang.Long")).as_deref(), Some("2e2e4876d8e0bd6b8c2c8f556831c349"));
    }

    #[test]
    fn an_attribute_without_a_value_of_its_type_is_refused() {
        let input = json!({ "MessageBody": "b", "MessageAttributes": { "a": { "DataType": "Binary", "StringValue": "x" } } });
        let error = Content::read(&Input::parse(input.to_string().as_bytes()).unwrap(), 1024).unwrap_err();
        assert_eq!(error.query_code, Some("InvalidParameterValue"));
    }
}
