//! The JSON documents that providers are given: each a small shape, so that its secrets go straight into fields that are
//! zeroed when dropped.

use std::path::Path;

use cumulo_core::credentials::Value;
use cumulo_core::protocol::{read_json, write_json};
use cumulo_core::schema::{Member, Target, TimestampFormat};
use cumulo_core::{DateTime, Error, SecretBlob, SecretString, Shape};
use cumulo_shared_config::FileSystem;

/// Declares a structure of optional fields that JSON can be read into and written from.
macro_rules! document {
    ($(#[$meta:meta])* $name:ident { $($index:literal $field:ident: $type:ty = $member:expr;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Default)]
        pub(crate) struct $name {
            $(pub(crate) $field: Option<$type>,)*
        }

        impl $name {
            pub(crate) const SCHEMA: &'static ::cumulo_core::schema::Schema =
                &::cumulo_core::schema::Schema::new(stringify!($name), &[$($member,)*]);
        }

        impl ::cumulo_core::Shape for $name {
            fn schema(&self) -> &'static ::cumulo_core::schema::Schema {
                Self::SCHEMA
            }
            fn member(&self, index: usize) -> Option<::cumulo_core::shape::Ref<'_>> {
                match index {
                    $($index => ::cumulo_core::shape::get(&self.$field),)*
                    _ => None,
                }
            }
            fn member_mut(&mut self, index: usize) -> Option<::cumulo_core::shape::Mut<'_>> {
                match index {
                    $($index => ::cumulo_core::shape::get_mut(&mut self.$field),)*
                    _ => None,
                }
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::cumulo_core::shape::debug(self, f)
            }
        }
    };
}
pub(crate) use document;

/// A member that holds a point in time as text.
pub(crate) const fn time(name: &'static str) -> Member {
    Member::new(name, Target::Timestamp).timestamp(TimestampFormat::Iso8601)
}

/// A member that holds text.
pub(crate) const fn text(name: &'static str) -> Member {
    Member::new(name, Target::String)
}

document! {
    /// Temporary keys as processes, containers and EC2 instances are given them.
    KeysDocument {
        0 version: i32 = Member::new("Version", Target::Integer);
        1 code: String = text("Code");
        2 message: String = text("Message");
        3 access_key_id: String = text("AccessKeyId");
        4 secret_access_key: SecretString = text("SecretAccessKey").sensitive();
        5 session_token: SecretString = text("SessionToken").sensitive();
        6 token: SecretString = text("Token").sensitive();
        7 expiration: DateTime = time("Expiration");
        8 account_id: String = text("AccountId");
    }
}

impl KeysDocument {
    /// Reads a document.
    ///
    /// # Errors
    /// `SerializationError` with the place in it; no value of it stands there.
    pub(crate) fn read(json: &[u8]) -> Result<Self, Error> {
        let mut document = Self::default();
        read_json(json, &mut document)?;
        Ok(document)
    }

    /// The keys, or the name of the member without which there are none.
    pub(crate) fn into_value(self, provider_name: &'static str) -> Result<Value, &'static str> {
        let id = self.access_key_id.filter(|id| !id.is_empty()).ok_or("AccessKeyId")?;
        let secret = self.secret_access_key.filter(|secret| !secret.is_empty()).ok_or("SecretAccessKey")?;
        let mut value = Value::new(id, secret).provider_name(provider_name);
        value.session_token = self.session_token.or(self.token).filter(|token| !token.is_empty());
        value.expires = self.expiration;
        value.account_id = self.account_id.filter(|id| !id.is_empty());
        Ok(value)
    }
}

/// The parts of temporary credentials, as services answer them.
#[derive(Default)]
pub(crate) struct TemporaryKeys {
    pub(crate) access_key_id: Option<String>,
    pub(crate) secret_access_key: Option<SecretString>,
    pub(crate) session_token: Option<SecretString>,
    pub(crate) expires: Option<DateTime>,
    pub(crate) account_id: Option<String>,
}

impl TemporaryKeys {
    /// The credentials; none if something but the account is missing.
    pub(crate) fn into_value(self, provider_name: &'static str) -> Option<Value> {
        let (Some(id), Some(secret), Some(_), Some(_)) =
            (self.access_key_id, self.secret_access_key, &self.session_token, self.expires)
        else {
            return None;
        };
        let mut value = Value::new(id, secret).provider_name(provider_name);
        value.session_token = self.session_token;
        value.expires = self.expires;
        value.account_id = self.account_id;
        Some(value)
    }
}

/// Reads a document out of a file.
///
/// # Errors
/// What `invalid` makes of the reason, which names the file.
pub(crate) fn read(
    document: &mut dyn Shape,
    files: &dyn FileSystem,
    file: &Path,
    invalid: &dyn Fn(&str) -> Error,
) -> Result<(), Error> {
    let place = file.display();
    let json = match files.read(file) {
        Ok(json) => SecretBlob::from(json),
        Err(error) => return Err(invalid(&format!("{place} could not be read: {error}")).with_source(error)),
    };
    read_json(&json, document).map_err(|error| invalid(&format!("{place}: {}", error.message())))
}

/// Puts a document in the place of a file, for other programs. A failure is only told in the log, as one of `what`: this
/// program does without.
pub(crate) fn keep(document: &dyn Shape, files: &dyn FileSystem, file: &Path, what: &str) {
    let written = match write_json(document) {
        Ok(json) => files.replace(file, &SecretBlob::from(json)).map_err(|error| format!("{error}")),
        Err(error) => Err(format!("{error}")),
    };
    if let Err(error) = written {
        let file = file.display();
        tracing::warn!(%file, error, "the refreshed {what} could not be kept");
    }
}

/// A time in ISO 8601, or as Python programs of AWS's keep it, `2020-06-05T00:00:00UTC`.
pub(crate) fn parse_time(text: &str) -> Option<DateTime> {
    match text.strip_suffix("UTC") {
        Some(plain) => DateTime::parse_iso8601(&format!("{plain}Z")),
        None => DateTime::parse_iso8601(text),
    }
}

/// What somebody else says went wrong, fit for one line of a log: without control characters and not long.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut line: String = text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_names_of_the_token_are_read_and_what_is_missing_is_named() {
        for token in ["Token", "SessionToken"] {
            let json = format!(
                r#"{{"AccessKeyId":"id","SecretAccessKey":"key","{token}":"t","Expiration":"2026-01-01T00:00:00Z",
                    "AccountId":"123456789012","LastUpdated":"x","Odd":[{{}}]}}"#
            );
            let value = KeysDocument::read(json.as_bytes()).unwrap().into_value("P").unwrap();
            let expected = Value::new("id", "key").session_token("t").provider_name("P");
            let expires = DateTime::parse_iso8601("2026-01-01T00:00:00Z").unwrap();
            assert_eq!(value, expected.expires(expires).account_id("123456789012"));
        }
        let missing = |json: &str| KeysDocument::read(json.as_bytes()).unwrap().into_value("P").unwrap_err();
        assert_eq!(missing(r#"{"SecretAccessKey":"key"}"#), "AccessKeyId");
        assert_eq!(missing(r#"{"AccessKeyId":"id","SecretAccessKey":""}"#), "SecretAccessKey");
    }

    #[test]
    fn no_value_of_a_document_stands_in_an_error_or_in_debug() {
        let secrets = r#"{"SecretAccessKey":"hush","SessionToken":"whisper","Token":"murmur"}"#;
        let shown = format!("{:?}", KeysDocument::read(secrets.as_bytes()).unwrap());
        for json in [r#"{"SecretAccessKey":"hush"#, r#"hush"#, r#"["hush"]"#, r#"{"Expiration":"hush"}"#] {
            let error = KeysDocument::read(json.as_bytes()).unwrap_err();
            assert_eq!(error.code(), "SerializationError");
            assert!(!format!("{error:?}").contains("hush"), "{error:?}");
        }
        assert!(
            !shown.contains("hush") && !shown.contains("whisper") && !shown.contains("murmur"),
            "{shown}"
        );
    }

    #[test]
    fn what_others_say_is_cut_to_one_short_line() {
        assert_eq!(shortened("a\r\nb\u{1b}[31m"), "a  b [31m");
        assert_eq!(shortened(&"x".repeat(10_000)).chars().count(), 201);
    }
}
