//! The endpoint of a rule: its URL, headers and properties.

use serde_json::Value as Json;

use super::super::error::Error;
use super::super::expression::{Expression, Id};
use super::super::table::Outcome;
use super::builder::Type;
use super::template::Use;
use super::{Compiler, sorted};

impl Compiler {
    pub(super) fn endpoint(&mut self, json: &Json) -> Result<Outcome, Error> {
        let url = json.get("url").unwrap_or(&Json::Null);
        let url = self.within(".url", |this| this.string(url, Use::Url))?;
        let headers = self.entries(json, "headers", |this, _, values| this.header(values))?;
        let properties = self.entries(json, "properties", |this, name, value| match (name, value) {
            ("authSchemes", Json::Array(schemes)) if schemes.iter().all(Json::is_object) => {
                this.property(name, value)
            }
            ("authSchemes", _) => Err(this.refuse("the authSchemes are no list of objects")),
            _ => this.property(name, value),
        })?;
        Ok(Outcome::Endpoint { url, headers, properties })
    }

    fn header(&mut self, json: &Json) -> Result<Id, Error> {
        let Some(values) = json.as_array() else { return Err(self.refuse("the header is no list")) };
        let ids = values.iter().map(|value| self.string(value, Use::Other)).collect::<Result<Vec<_>, _>>()?;
        Ok(self.list(ids))
    }

    fn property(&mut self, name: &str, json: &Json) -> Result<Id, Error> {
        match json {
            Json::Array(items) => {
                let mut ids = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    ids.push(self.within(&format!("[{index}]"), |this| this.property(name, item))?);
                }
                Ok(self.list(ids))
            }
            Json::Object(object) if !object.contains_key("ref") && !object.contains_key("fn") => {
                self.object(json, Self::property)
            }
            Json::String(_) if name == "signingName" => self.string(json, Use::SigningName),
            json => self.value(json),
        }
    }

    /// The object under `member`, empty if there is none.
    fn entries(
        &mut self,
        json: &Json,
        member: &str,
        read: impl FnMut(&mut Self, &str, &Json) -> Result<Id, Error>,
    ) -> Result<Id, Error> {
        self.within(&format!(".{member}"), |this| this.object(json.get(member).unwrap_or(&Json::Null), read))
    }

    fn object(
        &mut self,
        json: &Json,
        mut read: impl FnMut(&mut Self, &str, &Json) -> Result<Id, Error>,
    ) -> Result<Id, Error> {
        let mut ids = Vec::new();
        match json {
            Json::Null => {}
            Json::Object(object) => {
                for (name, value) in sorted(object) {
                    let value = self.within(&format!(".{name}"), |this| read(this, name, value))?;
                    ids.extend([self.builder.text(name), value]);
                }
            }
            _ => return Err(self.refuse("this is no object")),
        }
        let span = self.builder.list(&ids);
        Ok(self.builder.add(Expression::Object(span), Type::Object, true, &ids))
    }

    fn list(&mut self, ids: Vec<Id>) -> Id {
        let span = self.builder.list(&ids);
        self.builder.add(Expression::List(span), Type::Strings, true, &ids)
    }
}
