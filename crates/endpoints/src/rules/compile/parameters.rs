//! The parameters that a rule set declares.

use serde_json::Value as Json;

use super::super::error::Error;
use super::super::expression::{Expression, Id};
use super::super::params::MAX_PARAMETERS;
use super::super::table::flag;
use super::builder::Type;
use super::{Compiler, sorted};

/// A parameter as it is declared.
pub(super) struct Declared {
    name: String,
    built_in: String,
    gives: Type,
    is_required: bool,
    default: Option<Id>,
    is_used: bool,
}

impl Declared {
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.name == name
    }
}

impl Compiler {
    pub(super) fn parameters(&mut self, json: &Json) -> Result<(), Error> {
        let Some(parameters) = json.as_object() else {
            return Err(self.refuse("there are no parameters"));
        };
        if parameters.len() > MAX_PARAMETERS {
            return Err(self.refuse(format!("there are more than {MAX_PARAMETERS} parameters")));
        }
        for (name, json) in sorted(parameters) {
            let declared = self.within(&format!("parameters.{name}"), |this| this.declared(name, json))?;
            self.parameters.push(declared);
        }
        Ok(())
    }

    fn declared(&mut self, name: &str, json: &Json) -> Result<Declared, Error> {
        let kind = json.get("type").and_then(Json::as_str).unwrap_or_default();
        let gives = match kind.to_ascii_lowercase().as_str() {
            "string" => Type::String,
            "boolean" => Type::Boolean,
            "stringarray" => Type::Strings,
            _ => return Err(self.refuse(format!("a parameter cannot have the type {kind:?}"))),
        };
        let default = match json.get("default") {
            None | Some(Json::Null) => None,
            Some(default) => Some(self.default(gives, default)?),
        };
        Ok(Declared {
            name: name.to_owned(),
            built_in: json.get("builtIn").and_then(Json::as_str).unwrap_or_default().to_owned(),
            gives,
            is_required: json.get("required").and_then(Json::as_bool).unwrap_or_default(),
            default,
            is_used: false,
        })
    }

    fn default(&mut self, gives: Type, json: &Json) -> Result<Id, Error> {
        let id = match (gives, json) {
            (Type::String, Json::String(text)) => self.builder.text(text),
            (Type::Boolean, Json::Bool(value)) => self.builder.boolean(*value),
            (Type::Strings, Json::Array(texts)) if texts.iter().all(Json::is_string) => {
                let texts = texts.iter().filter_map(Json::as_str);
                let texts: Vec<Id> = texts.map(|text| self.builder.text(text)).collect();
                let span = self.builder.list(&texts);
                self.builder.add(Expression::List(span), Type::Strings, true, &texts)
            }
            _ => return Err(self.refuse(format!("the default is not {}", gives.describe()))),
        };
        Ok(id)
    }

    /// The expression of a parameter, if there is one of that name.
    pub(super) fn parameter(&mut self, name: &str) -> Option<Id> {
        let index = self.parameters.iter().position(|parameter| parameter.name == name)?;
        let parameter = &mut self.parameters[index];
        parameter.is_used = true;
        let is_set = parameter.is_required || parameter.default.is_some();
        let expression = Expression::Parameter(u16::try_from(index).ok()?);
        Some(self.builder.add(expression, parameter.gives, is_set, &[]))
    }

    /// The words of all parameters.
    pub(super) fn encode_parameters(&mut self) -> Vec<u16> {
        let mut words = Vec::new();
        for parameter in &self.parameters {
            let kind = match parameter.gives {
                Type::Boolean => flag::BOOLEAN,
                Type::Strings => flag::STRINGS,
                _ => 0,
            };
            let required = if parameter.is_required { flag::REQUIRED } else { 0 };
            let used = if parameter.is_used { flag::USED } else { 0 };
            let name = self.builder.text_span(&parameter.name);
            let built_in = self.builder.text_span(&parameter.built_in);
            let default = parameter.default.map_or(0, |id| id + 1);
            words.extend([
                kind | required | used,
                name.start,
                name.len,
                built_in.start,
                built_in.len,
                default,
            ]);
        }
        words
    }
}
