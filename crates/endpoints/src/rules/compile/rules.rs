//! The tree of rules.

use serde_json::Value as Json;

use super::super::error::Error;
use super::super::expression::Id;
use super::super::table::Outcome;
use super::Compiler;
use super::builder::Type;
use super::condition::Condition;
use super::template::Use;

/// A rule: what must hold, and what follows.
pub(super) struct Rule {
    pub(super) conditions: Vec<Condition>,
    pub(super) body: Body,
}

/// What follows if the conditions of a rule hold.
pub(super) enum Body {
    /// A result, by its index.
    Result(u16),
    /// The first of further rules; if none applies, the rule after this one.
    Rules(Vec<Rule>),
}

impl Compiler {
    pub(super) fn rules(&mut self, json: &Json) -> Result<Vec<Rule>, Error> {
        let Some(rules) = json.as_array() else { return Err(self.refuse("there are no rules")) };
        let mut read = Vec::with_capacity(rules.len());
        for (index, rule) in rules.iter().enumerate() {
            let assigned = self.scope.len();
            read.push(self.within(&format!(".rules[{index}]"), |this| this.rule(rule))?);
            self.scope.truncate(assigned);
        }
        Ok(read)
    }

    fn rule(&mut self, json: &Json) -> Result<Rule, Error> {
        if self.builder.is_full() {
            return Err(self.refuse("the rules are larger than their table can be"));
        }
        let conditions = json.get("conditions").and_then(Json::as_array);
        let conditions = conditions.map(Vec::as_slice).unwrap_or_default();
        let mut read = Vec::with_capacity(conditions.len());
        for (index, condition) in conditions.iter().enumerate() {
            let assigned = self.scope.len();
            let id = self.within(&format!(".conditions[{index}]"), |this| this.condition_value(condition))?;
            read.push(self.condition(id, assigned));
        }
        let member = |name: &str| json.get(name).unwrap_or(&Json::Null);
        let body = match member("type").as_str() {
            Some("tree") => Body::Rules(self.rules(member("rules"))?),
            Some("endpoint") => {
                let outcome = self.within(".endpoint", |this| this.endpoint(member("endpoint")))?;
                Body::Result(self.builder.outcome(outcome))
            }
            Some("error") => {
                let message = self.within(".error", |this| this.string(member("error"), Use::Other))?;
                Body::Result(self.builder.outcome(Outcome::Error { message }))
            }
            _ => return Err(self.refuse("a rule must have the type tree, endpoint or error")),
        };
        Ok(Rule { conditions: read, body })
    }

    /// A value that must be a string.
    pub(super) fn string(&mut self, json: &Json, usage: Use) -> Result<Id, Error> {
        let id = match json {
            Json::String(text) => self.template(text, usage)?,
            json => self.value(json)?,
        };
        match self.builder.facts(id).gives {
            Type::String => self.bounded(id),
            gives => Err(self.refuse(format!("{} stands where a string must", gives.describe()))),
        }
    }
}
