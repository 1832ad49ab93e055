//! The policy as the JSON document that is signed.

use cumulo_core::{DateTime, Document};

use super::{PostPolicy, Rule};

impl PostPolicy {
    /// The document: when it expires, then a condition for the bucket, each field, and the length.
    pub(super) fn document(&self, expiration: DateTime) -> String {
        let bucket = equals("bucket", &self.bucket);
        let fields = self.fields.iter().map(|(name, rule)| match rule {
            Rule::Exactly(value) => equals(name, value),
            Rule::StartsWith(prefix) => {
                Document::from_iter(["starts-with".to_owned(), format!("${name}"), prefix.clone()])
            }
        });
        let size = self.size.iter().map(|size| {
            Document::from_iter([
                Document::from("content-length-range"),
                (*size.start()).into(),
                (*size.end()).into(),
            ])
        });
        let conditions: Document = std::iter::once(bucket).chain(fields).chain(size).collect();
        // Whole seconds, as a fraction would only make the document longer.
        let expiration = DateTime::from_unix_seconds(expiration.unix_seconds());
        in_ascii(&format!("{{\"expiration\":\"{expiration}\",\"conditions\":{conditions}}}"))
    }
}

fn equals(name: &str, value: &str) -> Document {
    Document::from_iter([(name.to_owned(), Document::from(value))])
}

/// Escapes everything beyond ASCII, as S3 asks for. In JSON it can only stand in strings.
fn in_ascii(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    let mut units = [0; 2];
    for character in json.chars() {
        if character.is_ascii() {
            escaped.push(character);
        } else {
            for unit in character.encode_utf16(&mut units) {
                escaped += &format!("\\u{unit:04x}");
            }
        }
    }
    escaped
}
