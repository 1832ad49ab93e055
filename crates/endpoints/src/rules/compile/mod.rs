//! From the JSON of a rule set to its table.
//!
//! In the order of the work: `parameters` and the tree of `rules` are read, in which [`call`] and [`template`] make
//! [`builder`] expressions; [`decide`] turns the tree into decisions that lead forwards.

mod attribute;
mod builder;
mod call;
mod condition;
mod decide;
mod endpoint;
mod parameters;
mod rules;
mod template;

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::error::Error;
use super::expression::Id;
use super::rule_set::RuleSet;
use super::table::Table;
use builder::Builder;
use parameters::Declared;

/// How many steps into the document rules, functions and properties may be nested.
const MAX_STEPS: usize = 128;
/// How deep functions may be nested, counting those of the variables that they use.
const MAX_DEPTH: usize = 64;
/// How many steps the value of one expression may take.
const MAX_WEIGHT: u32 = 10_000;

impl RuleSet {
    /// Reads the text of `endpoint-rule-set-1.json`.
    ///
    /// # Errors
    /// [`Error::InvalidRules`] with the place of what is wrong: text that is no JSON, an unknown function, variable or field, a
    /// wrong type, a variable made of itself, nesting without end, tables larger than 64 KB.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let json = serde_json::from_str(text).map_err(|error| Error::InvalidRules {
            path: "the document".to_owned(),
            reason: format!("it is no JSON: {error}"),
        })?;
        Self::from_json_value(&json)
    }

    /// The same, for JSON that was read already.
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json).
    pub fn from_json_value(rules: &Json) -> Result<Self, Error> {
        Compiler::default().compile(rules)
    }
}

/// What is known on the way through a rule set.
#[derive(Default)]
struct Compiler {
    builder: Builder,
    parameters: Vec<Declared>,
    /// The variables that the rules around have assigned.
    scope: Vec<(String, Id)>,
    /// The variable whose value is being read.
    assigning: Option<String>,
    path: String,
    depth: usize,
}

impl Compiler {
    fn compile(mut self, json: &Json) -> Result<RuleSet, Error> {
        if json.get("nodes").is_some() {
            return Err(self.refuse("the rules are a decision diagram, and only trees can be read"));
        }
        self.parameters(json.get("parameters").unwrap_or(&Json::Null))?;
        let rules = self.rules(json.get("rules").unwrap_or(&Json::Null))?;
        let decisions = decide::decisions(&rules, &self.builder);
        let parameters = self.encode_parameters();
        let Some(decisions) = decisions.filter(|_| !self.builder.is_full()) else {
            return Err(self.refuse("the rules are larger than their table can be"));
        };
        let builder = self.builder;
        let table = Table {
            text: Cow::Owned(builder.text),
            parameters: Cow::Owned(parameters),
            expressions: builder.expressions.iter().flat_map(|expression| expression.encode()).collect(),
            lists: Cow::Owned(builder.lists),
            decisions: Cow::Owned(decisions),
            results: builder.outcomes.iter().flat_map(|outcome| outcome.encode()).collect(),
        };
        Ok(RuleSet::read(table, builder.names.into_iter().map(|(_, name)| name)))
    }

    /// Reads what stands one step further into the document.
    fn within<T>(
        &mut self,
        step: &str,
        read: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let outer = self.path.len();
        self.enter(step)?;
        let value = read(self)?;
        self.depth -= 1;
        self.path.truncate(outer);
        Ok(value)
    }

    fn enter(&mut self, step: &str) -> Result<(), Error> {
        self.path.push_str(step);
        self.depth += 1;
        match self.depth > MAX_STEPS {
            true => Err(self.refuse("the rules are nested too deep")),
            false => Ok(()),
        }
    }

    fn refuse(&self, reason: impl Into<String>) -> Error {
        let path = self.path.trim_start_matches('.');
        let path = if path.is_empty() { "the document" } else { path };
        Error::InvalidRules { path: path.to_owned(), reason: reason.into() }
    }
}

/// The entries of an object by their names, so that a table does not depend on whether a reader of JSON keeps their order.
fn sorted(object: &Map<String, Json>) -> Vec<(&String, &Json)> {
    let mut entries: Vec<_> = object.iter().collect();
    entries.sort_by_key(|(name, _)| *name);
    entries
}
