//! Reading the members of a JSON request, with the errors that AWS answers when one is missing or of another type.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::error::ServiceError;

/// The input structure of one operation, or a structure within it.
#[derive(Clone, Debug)]
pub(crate) struct Input(Map<String, Value>);

impl Input {
    /// An empty body is an empty structure.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, ServiceError> {
        if body.is_empty() {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(_) => Err(unreadable("the body is not a structure")),
            Err(error) => Err(unreadable(&error.to_string())),
        }
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, ServiceError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong_type(name)),
        }
    }

    pub(crate) fn required_text(&self, name: &str) -> Result<&str, ServiceError> {
        self.text(name)?.ok_or_else(|| missing(name))
    }

    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>, ServiceError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_i64().map(Some).ok_or_else(|| wrong_type(name)),
        }
    }

    /// A blob, which JSON carries in base64.
    pub(crate) fn blob(&self, name: &str) -> Result<Option<Vec<u8>>, ServiceError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        STANDARD.decode(text).map(Some).map_err(|_| wrong_type(name))
    }

    pub(crate) fn required_blob(&self, name: &str) -> Result<Vec<u8>, ServiceError> {
        self.blob(name)?.ok_or_else(|| missing(name))
    }

    pub(crate) fn text_map(&self, name: &str) -> Result<BTreeMap<String, String>, ServiceError> {
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(|| wrong_type(name));
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(BTreeMap::new()),
            Some(Value::Object(members)) => {
                members.iter().map(|(key, value)| Ok((key.clone(), text(value)?))).collect()
            }
            Some(_) => Err(wrong_type(name)),
        }
    }

    pub(crate) fn text_list(&self, name: &str) -> Result<Vec<&str>, ServiceError> {
        self.list(name)?.iter().map(|value| value.as_str().ok_or_else(|| wrong_type(name))).collect()
    }

    pub(crate) fn structures(&self, name: &str) -> Result<Vec<Self>, ServiceError> {
        let structure = |value: &Value| match value {
            Value::Object(members) => Ok(Self(members.clone())),
            _ => Err(wrong_type(name)),
        };
        self.list(name)?.iter().map(structure).collect()
    }

    pub(crate) fn structure_map(&self, name: &str) -> Result<BTreeMap<String, Self>, ServiceError> {
        let structure = |(key, value): (&String, &Value)| match value {
            Value::Object(members) => Ok((key.clone(), Self(members.clone()))),
            _ => Err(wrong_type(name)),
        };
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(BTreeMap::new()),
            Some(Value::Object(members)) => members.iter().map(structure).collect(),
            Some(_) => Err(wrong_type(name)),
        }
    }

    fn list(&self, name: &str) -> Result<&[Value], ServiceError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(wrong_type(name)),
        }
    }
}

fn missing(name: &str) -> ServiceError {
    let member = name[..1].to_lowercase() + &name[1..];
    let message = format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
    );
    ServiceError::sender("ValidationException", message)
}

fn wrong_type(name: &str) -> ServiceError {
    unreadable(&format!("{name} is not of its type"))
}

fn unreadable(why: &str) -> ServiceError {
    ServiceError::sender("SerializationException", why)
}
