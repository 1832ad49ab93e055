//! The expressions, lists and texts of a table under construction, each held once.

use std::collections::HashMap;

use super::super::expression::{Expression, Field, Id, Span};
use super::super::table::Outcome;

/// What an expression gives if it is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    String,
    Boolean,
    Integer,
    Strings,
    Partition,
    Arn,
    Url,
    /// An object in a property.
    Object,
}

impl Type {
    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Boolean => "a boolean",
            Self::Integer => "a number",
            Self::Strings => "a list",
            Self::Partition => "a partition",
            Self::Arn => "an ARN",
            Self::Url => "a URL",
            Self::Object => "an object",
        }
    }
}

/// What is known about an expression besides what it computes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    pub(super) gives: Type,
    /// Whether it is always set.
    pub(super) is_set: bool,
    pub(super) depth: usize,
    /// How many steps its value takes at most.
    pub(super) weight: u32,
}

/// A place where a service's name stands, apart from any other place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// At the start of a host name.
    Host,
    /// In the scope of signatures.
    Signing,
}

/// A table under construction.
#[derive(Debug, Default)]
pub(super) struct Builder {
    pub(super) text: String,
    pub(super) expressions: Vec<Expression>,
    pub(super) lists: Vec<u16>,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) names: Vec<(Role, String)>,
    facts: Vec<Facts>,
    known: Known,
    is_full: bool,
}

/// Where something stands, by its words. One type for everything, so that its code is compiled once.
pub(super) type Known = HashMap<Vec<u16>, u16>;

/// The first word of what is known, so that kinds do not meet.
mod kind {
    pub(super) const EXPRESSION: u16 = 0;
    pub(super) const LIST: u16 = 1;
    pub(super) const OUTCOME: u16 = 2;
}

impl Builder {
    /// Whether something did not fit into the table.
    pub(super) fn is_full(&self) -> bool {
        let limit = usize::from(u16::MAX);
        self.is_full
            || self.text.len() > limit
            || self.lists.len() > limit
            || self.expressions.len() > limit / 2
            || self.outcomes.len() >= limit / 2
    }

    pub(super) fn facts(&self, id: Id) -> Facts {
        let unknown = Facts { gives: Type::Object, is_set: false, depth: 0, weight: 1 };
        self.facts.get(usize::from(id)).copied().unwrap_or(unknown)
    }

    pub(super) fn expression(&self, id: Id) -> Option<Expression> {
        self.expressions.get(usize::from(id)).copied()
    }

    /// The id of an expression that gives `gives`, and which is made of `operands`.
    pub(super) fn add(&mut self, expression: Expression, gives: Type, is_set: bool, operands: &[Id]) -> Id {
        let key = key(kind::EXPRESSION, &expression.encode());
        if let Some(id) = self.known.get(&key) {
            return *id;
        }
        let operands = operands.iter().map(|id| self.facts(*id));
        let (depth, weight) = operands.fold((0, 1_u32), |(depth, weight), operand| {
            (operand.depth.max(depth), weight.saturating_add(operand.weight))
        });
        let id = self.index(self.expressions.len());
        self.expressions.push(expression);
        self.facts.push(Facts { gives, is_set, depth: depth + 1, weight });
        self.known.insert(key, id);
        id
    }

    pub(super) fn boolean(&mut self, value: bool) -> Id {
        self.add(Expression::Boolean(value), Type::Boolean, true, &[])
    }

    pub(super) fn text(&mut self, text: &str) -> Id {
        let span = self.text_span(text);
        self.add(Expression::Text(span), Type::String, true, &[])
    }

    /// A name of the service: not part of the table, so that others can share it.
    pub(super) fn name(&mut self, role: Role, name: &str) -> Id {
        let known = self.names.iter().position(|(other, text)| *other == role && text == name);
        let index = known.unwrap_or_else(|| {
            self.names.push((role, name.to_owned()));
            self.names.len() - 1
        });
        let index = self.index(index);
        self.add(Expression::Name(index), Type::String, true, &[])
    }

    pub(super) fn field(&mut self, target: Id, field: Field, gives: Type) -> Id {
        let is_set = self.facts(target).is_set;
        self.add(Expression::Field(target, field), gives, is_set, &[target])
    }

    /// Where `text` stands in the table's text.
    pub(super) fn text_span(&mut self, text: &str) -> Span {
        let start = self.text.find(text).unwrap_or_else(|| {
            self.text.push_str(text);
            self.text.len() - text.len()
        });
        Span { start: self.index(start), len: self.index(text.len()) }
    }

    /// Where `ids` stand in the table's lists.
    pub(super) fn list(&mut self, ids: &[Id]) -> Span {
        let key = key(kind::LIST, ids);
        let len = self.index(ids.len());
        if let Some(start) = self.known.get(&key) {
            return Span { start: *start, len };
        }
        let start = self.index(self.lists.len());
        self.lists.extend(ids);
        self.known.insert(key, start);
        Span { start, len }
    }

    pub(super) fn outcome(&mut self, outcome: Outcome) -> u16 {
        let key = key(kind::OUTCOME, &outcome.encode());
        if let Some(index) = self.known.get(&key) {
            return *index;
        }
        let index = self.index(self.outcomes.len());
        self.outcomes.push(outcome);
        self.known.insert(key, index);
        index
    }

    fn index(&mut self, index: usize) -> u16 {
        u16::try_from(index).unwrap_or_else(|_| {
            self.is_full = true;
            0
        })
    }
}

fn key(kind: u16, words: &[u16]) -> Vec<u16> {
    let mut key = vec![kind];
    key.extend(words);
    key
}
