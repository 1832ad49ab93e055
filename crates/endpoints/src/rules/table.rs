//! The flat table of a rule set, which generated code can hold as constants and the interpreter reads without parsing.

use std::borrow::Cow;
use std::slice::ChunksExact;

use super::expression::{Expression, Id, Span};
use super::params::{Brief, Parameter, ParameterKind};

/// The table of a rule set: words that refer to each other by index.
///
/// Written by `cargo xtask codegen` and by `RuleSet::from_json`, read by the interpreter; its layout changes with them. An index
/// that leads nowhere stands for a value that is not set.
///
/// Services with the same rules up to their names share one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// All texts, overlapping where they can.
    pub text: Cow<'static, str>,
    /// Six words each: flags, the place of the name, the place of the built-in's name, the default and one.
    pub parameters: Cow<'static, [u16]>,
    /// Four words each: the operation and its operands.
    pub expressions: Cow<'static, [u16]>,
    /// The parts of templates, lists and objects.
    pub lists: Cow<'static, [u16]>,
    /// Three words each: what to ask, and where to go on if it holds or not. They lead forwards only.
    pub decisions: Cow<'static, [u16]>,
    /// Three words each: the URL, the headers and the properties of an endpoint, or the message of an error.
    pub results: Cow<'static, [u16]>,
}

/// How many words a parameter takes.
const PARAMETER_WORDS: usize = 6;
/// How many words a decision takes.
const DECISION_WORDS: usize = 3;
/// How many words a result takes.
const RESULT_WORDS: usize = 3;

/// The bits in a parameter's first word.
pub(super) mod flag {
    pub(in super::super) const BOOLEAN: u16 = 1;
    pub(in super::super) const STRINGS: u16 = 2;
    pub(in super::super) const REQUIRED: u16 = 4;
    pub(in super::super) const USED: u16 = 8;
}

/// Where a decision leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Decision(u16),
    Result(u16),
    /// Out of the rules.
    Nowhere,
}

impl Target {
    const NOWHERE: u16 = u16::MAX;
    const RESULT: u16 = 0x8000;

    #[inline]
    pub(super) fn decode(word: u16) -> Self {
        match word {
            Self::NOWHERE => Self::Nowhere,
            word if word & Self::RESULT != 0 => Self::Result(word & !Self::RESULT),
            word => Self::Decision(word),
        }
    }

    #[cfg(feature = "json")]
    pub(super) fn encode(self) -> u16 {
        match self {
            Self::Decision(index) => index,
            Self::Result(index) => index | Self::RESULT,
            Self::Nowhere => Self::NOWHERE,
        }
    }
}

/// What to ask, and where to go on.
#[cfg(feature = "json")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decision {
    pub(super) condition: Question,
    pub(super) holds: Target,
    pub(super) fails: Target,
}

/// What a decision depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// Whether a parameter is true or, if it is no boolean, set: what most decisions ask.
    Parameter(u16),
    /// Whether an expression holds.
    Expression(Id),
}

impl Question {
    const PARAMETER: u16 = 0x8000;

    #[inline]
    pub(super) fn decode(word: u16) -> Self {
        match word & Self::PARAMETER {
            0 => Self::Expression(word),
            _ => Self::Parameter(word & !Self::PARAMETER),
        }
    }
}

#[cfg(feature = "json")]
impl Decision {
    pub(super) fn encode(self) -> [u16; DECISION_WORDS] {
        let condition = match self.condition {
            Question::Parameter(index) => index | Question::PARAMETER,
            Question::Expression(id) => id,
        };
        [condition, self.holds.encode(), self.fails.encode()]
    }
}

/// What the rules answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Endpoint { url: Id, headers: Id, properties: Id },
    Error { message: Id },
}

impl Outcome {
    /// In place of the headers and properties, where the outcome is an error.
    const IS_ERROR: u16 = u16::MAX;

    pub(super) fn decode(words: [u16; RESULT_WORDS]) -> Self {
        match words {
            [message, Self::IS_ERROR, _] => Self::Error { message },
            [url, headers, properties] => Self::Endpoint { url, headers, properties },
        }
    }

    #[cfg(feature = "json")]
    pub(super) fn encode(self) -> [u16; RESULT_WORDS] {
        match self {
            Self::Endpoint { url, headers, properties } => [url, headers, properties],
            Self::Error { message } => [message, Self::IS_ERROR, Self::IS_ERROR],
        }
    }
}

impl Table {
    pub(super) fn view(&self) -> View<'_> {
        View {
            text: &self.text,
            expressions: &self.expressions,
            lists: &self.lists,
            decisions: &self.decisions,
            results: &self.results,
        }
    }

    pub(super) fn parameter_words(&self) -> ChunksExact<'_, u16> {
        self.parameters.chunks_exact(PARAMETER_WORDS)
    }

    pub(super) fn parameter(&self, words: &[u16]) -> Parameter<'_> {
        let [flags, name, name_len, built_in, built_in_len, _] = *words else {
            return Parameter::default();
        };
        let text = |start, len| self.text.get(Span { start, len }.range()).unwrap_or_default();
        Parameter {
            name: text(name, name_len),
            kind: kind(flags),
            built_in: (built_in_len > 0).then(|| text(built_in, built_in_len)),
            is_required: flags & flag::REQUIRED != 0,
            is_used: flags & flag::USED != 0,
        }
    }
}

/// The parameter in these words without its names.
pub(super) fn brief(words: &[u16]) -> Brief {
    let flags = words.first().copied().unwrap_or_default();
    Brief {
        kind: kind(flags),
        is_required: flags & flag::REQUIRED != 0,
        default: words.last().and_then(|default| default.checked_sub(1)),
    }
}

fn kind(flags: u16) -> ParameterKind {
    match flags {
        flags if flags & flag::BOOLEAN != 0 => ParameterKind::Boolean,
        flags if flags & flag::STRINGS != 0 => ParameterKind::Strings,
        _ => ParameterKind::String,
    }
}

/// A table without the question of who owns it.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    text: &'a str,
    expressions: &'a [u16],
    lists: &'a [u16],
    decisions: &'a [u16],
    results: &'a [u16],
}

impl<'a> View<'a> {
    #[inline]
    pub(super) fn expression(self, id: Id) -> Option<Expression> {
        Expression::decode(entry(self.expressions, id)?)
    }

    /// The words of a decision: what to ask, and where to go on if it holds or not.
    #[inline]
    pub(super) fn decision(self, index: u16) -> Option<[u16; DECISION_WORDS]> {
        entry(self.decisions, index)
    }

    pub(super) fn outcome(self, index: u16) -> Option<Outcome> {
        Some(Outcome::decode(entry(self.results, index)?))
    }

    pub(super) fn text(self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or_default()
    }

    pub(super) fn list(self, span: Span) -> &'a [u16] {
        self.lists.get(span.range()).unwrap_or_default()
    }
}

#[inline]
fn entry<const N: usize>(words: &[u16], index: u16) -> Option<[u16; N]> {
    let start = usize::from(index) * N;
    words.get(start..start + N)?.try_into().ok()
}
