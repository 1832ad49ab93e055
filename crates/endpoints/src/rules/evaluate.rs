//! The interpreter: walks the decisions to a result, and works out the expressions on the way.
//!
//! `compile` has checked what every expression gives, so that each kind of value has a function of its own here. A value that is
//! not set makes what is computed of it not set.

use std::cell::Cell;

use super::expression::{Expression, Field, Id};
use super::fields::Found;
use super::functions::{self, Arn, Url};
use super::params::{ParamValue, Slot};
use super::rule_set::RuleSet;
use super::table::{Question, Target, View};
use super::texts::Texts;
use crate::Partition;

/// One walk through a rule set.
///
/// It ends, because decisions lead forwards only and `compile` bounds what an expression can cost.
pub(super) struct Evaluation<'a> {
    pub(super) rules: &'a RuleSet,
    pub(super) view: View<'a>,
    slots: &'a [Slot<'a>],
    /// A bit for each parameter that is true or, if it is no boolean, set.
    facts: u32,
    pub(super) texts: &'a Texts,
    // What was found last: rules ask for one field after the other.
    pub(super) partitions: Found<&'static Partition>,
    pub(super) arns: Found<Arn<'a>>,
    pub(super) urls: Found<Url<'a>>,
}

impl<'a> Evaluation<'a> {
    pub(super) fn new(rules: &'a RuleSet, slots: &'a [Slot<'a>], facts: u32, texts: &'a Texts) -> Self {
        let view = rules.table().view();
        Self {
            rules,
            view,
            slots,
            facts,
            texts,
            partitions: Cell::new([None; 2]),
            arns: Cell::new([None; 2]),
            urls: Cell::new([None; 2]),
        }
    }

    /// The place of the result that the decisions lead to.
    pub(super) fn result(&self) -> Option<u16> {
        let mut at = 0;
        loop {
            let [question, yes, no] = self.view.decision(at)?;
            let holds = match Question::decode(question) {
                Question::Parameter(index) => self.is_true(index),
                Question::Expression(id) => self.holds(id),
            };
            match Target::decode(if holds { yes } else { no }) {
                Target::Decision(next) if next > at => at = next,
                Target::Result(result) => return Some(result),
                Target::Decision(_) | Target::Nowhere => return None,
            }
        }
    }

    /// Whether an expression holds, as a condition: whether it is true or, if it is no boolean, set.
    #[inline]
    pub(super) fn holds(&self, id: Id) -> bool {
        match self.view.expression(id) {
            Some(Expression::Parameter(index)) => self.is_true(index),
            Some(Expression::Boolean(value)) => value,
            Some(expression) => self.computed_holds(id, expression),
            None => false,
        }
    }

    fn computed_holds(&self, id: Id, expression: Expression) -> bool {
        match expression {
            Expression::IsSet(value) => self.is_set(value),
            Expression::Not(value) => !self.holds(value),
            Expression::StringEquals(a, b) => match (self.text(a), self.text(b)) {
                (Some(a), Some(b)) => a == b,
                _ => false,
            },
            Expression::BooleanEquals(a, b) => {
                self.is_set(a) && self.is_set(b) && self.holds(a) == self.holds(b)
            }
            Expression::IsValidHostLabel(text, subdomains) => match self.text(text) {
                Some(text) => functions::is_valid_host_label(text, self.holds(subdomains)),
                None => false,
            },
            Expression::IsVirtualHostableBucket(text, subdomains) => match self.text(text) {
                Some(text) => functions::is_virtual_hostable_bucket(text, self.holds(subdomains)),
                None => false,
            },
            Expression::Field(target, Field::SupportsFips) => {
                self.partition(target).is_some_and(Partition::supports_fips)
            }
            Expression::Field(target, Field::SupportsDualStack) => {
                self.partition(target).is_some_and(Partition::supports_dual_stack)
            }
            Expression::Field(target, Field::UrlIsIp) => self.url(target).is_some_and(|url| url.is_ip()),
            Expression::Coalesce(_) | Expression::IfElse(..) => {
                self.choice(expression).is_some_and(|chosen| self.holds(chosen))
            }
            Expression::Substring { .. } => self.computed_text(id, expression).is_some(),
            _ => self.is_set(id),
        }
    }

    fn is_set(&self, id: Id) -> bool {
        let Some(expression) = self.view.expression(id) else { return false };
        match expression {
            Expression::Parameter(index) => !matches!(self.slot(index), Slot::Given(ParamValue::Unset)),
            Expression::Boolean(_)
            | Expression::Integer(_)
            | Expression::Text(_)
            | Expression::IsSet(_)
            | Expression::Not(_)
            | Expression::StringEquals(..)
            | Expression::IsValidHostLabel(..)
            | Expression::IsVirtualHostableBucket(..)
            | Expression::Partition(_)
            | Expression::List(_) => true,
            Expression::BooleanEquals(a, b) => self.is_set(a) && self.is_set(b),
            Expression::Field(target, Field::SupportsFips | Field::SupportsDualStack) => {
                self.partition(target).is_some()
            }
            Expression::Field(target, Field::UrlIsIp) => self.url(target).is_some(),
            Expression::ParseUrl(_) => self.url(id).is_some(),
            Expression::Field(target, Field::ArnResourceId) => self.arn(target).is_some(),
            Expression::ParseArn(_) => self.arn(id).is_some(),
            Expression::Split { text, .. } => self.text(text).is_some(),
            Expression::Coalesce(_) | Expression::IfElse(..) => {
                self.choice(expression).is_some_and(|chosen| self.is_set(chosen))
            }
            Expression::Object(_) => false,
            _ => self.computed_text(id, expression).is_some(),
        }
    }

    /// The text of an expression that gives one.
    #[inline]
    pub(super) fn text(&self, id: Id) -> Option<&'a str> {
        match self.view.expression(id)? {
            Expression::Parameter(index) => match self.slot(index) {
                Slot::Given(ParamValue::String(text)) => Some(text),
                _ => None,
            },
            Expression::Text(span) => Some(self.view.text(span)),
            expression => self.computed_text(id, expression),
        }
    }

    fn computed_text(&self, id: Id, expression: Expression) -> Option<&'a str> {
        match expression {
            Expression::Name(index) => self.rules.name(index),
            Expression::Template(_) => {
                let mut text = String::new();
                self.append(id, &mut text).ok()?;
                Some(self.texts.keep(text))
            }
            Expression::Field(target, field) => self.field(target, field),
            Expression::Item(list, index) => self.item(list, index),
            Expression::Substring { text, start, stop, reverse } => {
                functions::substring(self.text(text)?, start, stop, reverse)
            }
            Expression::UriEncode(text) => {
                let text = self.text(text)?;
                Some(functions::uri_encode(text).map_or(text, |encoded| self.texts.keep(encoded)))
            }
            Expression::Coalesce(_) | Expression::IfElse(..) => self.text(self.choice(expression)?),
            _ => None,
        }
    }

    /// Adds the text of an expression, or tells which part has none.
    pub(super) fn append(&self, id: Id, text: &mut String) -> Result<(), Id> {
        match self.view.expression(id) {
            Some(Expression::Template(span)) => {
                for part in self.view.list(span) {
                    match self.view.expression(*part) {
                        Some(Expression::Text(span)) => text.push_str(self.view.text(span)),
                        Some(Expression::Template(_)) => self.append(*part, text)?,
                        _ => text.push_str(self.text(*part).ok_or(*part)?),
                    }
                }
            }
            _ => text.push_str(self.text(id).ok_or(id)?),
        }
        Ok(())
    }

    #[inline]
    fn is_true(&self, parameter: u16) -> bool {
        self.facts >> (parameter & 31) & 1 != 0
    }

    #[inline]
    pub(super) fn slot(&self, index: u16) -> &'a Slot<'a> {
        self.slots.get(usize::from(index)).unwrap_or(&Slot::Given(ParamValue::Unset))
    }

    /// Which of its operands a choice stands for.
    pub(super) fn choice(&self, expression: Expression) -> Option<Id> {
        match expression {
            Expression::Coalesce(span) => self.view.list(span).iter().copied().find(|id| self.is_set(*id)),
            Expression::IfElse(condition, a, b) => Some(if self.holds(condition) { a } else { b }),
            _ => None,
        }
    }
}
