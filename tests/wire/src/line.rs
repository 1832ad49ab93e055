//! What a line asks for: its parts, still as the text in which they stand, so that nothing is made of a hostile one.

use std::fmt;

use cumulo::Error;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// The code of the errors of this program itself.
pub(crate) const INVALID_LINE: &str = "InvalidLine";

/// A line that cannot be used, with what is wrong.
pub(crate) fn fault(message: impl Into<String>) -> Error {
    Error::new(INVALID_LINE, message.into())
}

/// The parts of a line.
#[derive(Debug, Default)]
pub(crate) struct Fields<'a> {
    pub(crate) id: Option<&'a RawValue>,
    pub(crate) model: Option<&'a RawValue>,
    pub(crate) endpoint_rules: Option<&'a RawValue>,
    pub(crate) service: Option<&'a RawValue>,
    pub(crate) client: Option<&'a RawValue>,
    pub(crate) operation: Option<&'a RawValue>,
    pub(crate) params: Option<&'a RawValue>,
    pub(crate) config: Option<&'a RawValue>,
    pub(crate) response: Option<&'a RawValue>,
}

/// Which set of structures a call goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ClientKind {
    /// A model that is loaded while the program runs.
    #[default]
    Dynamic,
    /// The generated types of a service crate.
    Typed,
}

impl<'a> Fields<'a> {
    /// Splits a line into its parts. What has been read before a fault stays, so that the id may be known all the same.
    ///
    /// # Errors
    /// If the line is no JSON object.
    pub(crate) fn read(&mut self, line: &'a [u8]) -> Result<(), Error> {
        let mut deserializer = serde_json::Deserializer::from_slice(line);
        let read = self.deserialize(&mut deserializer).and_then(|()| deserializer.end());
        read.map_err(|error| fault(format!("the line cannot be read: {error}")))
    }

    /// Reads a part as what it has to be; none if it is left out or `null`.
    ///
    /// # Errors
    /// A message with the path of the value that is something else.
    pub(crate) fn part<T: DeserializeOwned>(name: &str, part: Option<&RawValue>) -> Result<Option<T>, Error> {
        let Some(part) = part else { return Ok(None) };
        let mut deserializer = serde_json::Deserializer::from_str(part.get());
        serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
            let path = error.path().to_string();
            let path = if path == "." { name.to_owned() } else { format!("{name}.{path}") };
            fault(format!("{path}: {}", error.inner()))
        })
    }

    /// The parameters; none are no members.
    ///
    /// # Errors
    /// If they are nested deeper than 128 levels, or hold a number that is none.
    pub(crate) fn params(&self) -> Result<Value, Error> {
        let Some(params) = self.params else { return Ok(Value::Object(serde_json::Map::new())) };
        serde_json::from_str(params.get()).map_err(|error| fault(format!("params: {error}")))
    }
}

impl<'a> DeserializeSeed<'a> for &mut Fields<'a> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for &mut Fields<'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some(name) = object.next_key::<std::borrow::Cow<'a, str>>()? {
            let place = match &*name {
                "id" => &mut self.id,
                "model" => &mut self.model,
                "endpoint_rules" => &mut self.endpoint_rules,
                "service" => &mut self.service,
                "client" => &mut self.client,
                "operation" => &mut self.operation,
                "params" => &mut self.params,
                "config" => &mut self.config,
                "response" => &mut self.response,
                _ => {
                    object.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            let value: &'a RawValue = object.next_value()?;
            *place = (value.get() != "null").then_some(value);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_known_even_if_the_line_breaks_off_behind_it() {
        let mut fields = Fields::default();
        let error = fields.read(br#"{"id": [1, "a"], "service": "s3", "params": {"#).unwrap_err();
        assert_eq!(error.code(), INVALID_LINE);
        assert_eq!(fields.id.map(RawValue::get), Some(r#"[1, "a"]"#));
    }

    #[test]
    fn values_of_any_depth_are_split_and_refused_only_when_they_are_read() {
        let deep = format!(r#"{{"params": {}{}, "id": 7}}"#, "[".repeat(100_000), "]".repeat(100_000));
        let mut fields = Fields::default();
        fields.read(deep.as_bytes()).unwrap();
        assert_eq!(fields.id.map(RawValue::get), Some("7"));
        assert!(fields.params().unwrap_err().message().starts_with("params: recursion limit"));
    }

    #[test]
    fn a_part_of_another_kind_is_named() {
        let mut fields = Fields::default();
        fields.read(br#"{"client": "both", "params": null, "comment": {}}"#).unwrap();
        let error = Fields::part::<ClientKind>("client", fields.client).unwrap_err();
        assert!(error.message().starts_with("client: unknown variant `both`"), "{error}");
        assert_eq!(fields.params().unwrap(), serde_json::json!({}));
    }
}
