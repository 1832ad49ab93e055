//! What goes into the rules: the parameters of a rule set and their values.

use std::fmt;

use super::evaluate::Evaluation;
use super::expression::{Expression, Id};
use super::texts::Texts;
use super::{Endpoint, Error, MatchedRule, RuleSet};

/// How many parameters a rule set can have, so that a set of them fits into a number. The published ones have up to seventeen.
pub const MAX_PARAMETERS: usize = 24;

/// One parameter of a rule set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter<'a> {
    /// Its name, such as `Bucket`.
    pub name: &'a str,
    /// What it takes.
    pub kind: ParameterKind,
    /// Where an SDK takes the value from, such as `AWS::Region`. None if the value comes from the call or the client.
    pub built_in: Option<&'a str>,
    /// Whether the rules cannot do without it.
    pub is_required: bool,
    /// Whether the endpoint can depend on it at all. A cache need not tell apart what differs in others alone.
    pub is_used: bool,
}

/// What setting a parameter needs to know of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Brief {
    pub(super) kind: ParameterKind,
    pub(super) is_required: bool,
    /// The expression of the value that it has unless one is set.
    pub(super) default: Option<Id>,
}

/// What a parameter takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ParameterKind {
    /// Text.
    #[default]
    String,
    /// True or false.
    Boolean,
    /// A list of texts.
    Strings,
}

impl ParameterKind {
    fn describe(self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Boolean => "a boolean",
            Self::Strings => "a list of strings",
        }
    }
}

/// The value of a parameter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParamValue<'a> {
    /// None.
    #[default]
    Unset,
    /// Text.
    String(&'a str),
    /// True or false.
    Boolean(bool),
    /// A list of texts.
    Strings(&'a [String]),
}

impl ParamValue<'_> {
    fn fits(self, kind: ParameterKind) -> bool {
        match self {
            Self::Unset => true,
            Self::String(_) => kind == ParameterKind::String,
            Self::Boolean(_) => kind == ParameterKind::Boolean,
            Self::Strings(_) => kind == ParameterKind::Strings,
        }
    }
}

impl<'a> From<&'a str> for ParamValue<'a> {
    fn from(text: &'a str) -> Self {
        Self::String(text)
    }
}

impl<'a> From<&'a String> for ParamValue<'a> {
    fn from(text: &'a String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for ParamValue<'_> {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl<'a> From<&'a [String]> for ParamValue<'a> {
    fn from(texts: &'a [String]) -> Self {
        Self::Strings(texts)
    }
}

/// The parameters of one resolution: borrowed, and without an allocation of their own.
///
/// Made by [`RuleSet::params`]. Cheap to copy, so that what is the same for all calls of a client is set once.
#[derive(Clone, Copy)]
pub struct Params<'a> {
    rules: &'a RuleSet,
    slots: [Slot<'a>; MAX_PARAMETERS],
    /// A bit for each parameter that is required and not set.
    missing: u32,
    /// A bit for each parameter that is true or, if it is no boolean, set.
    facts: u32,
}

/// What a parameter holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Slot<'a> {
    Given(ParamValue<'a>),
    /// A list that stands in the table.
    Default(Id),
}

impl Slot<'_> {
    fn is_true(&self) -> bool {
        !matches!(self, Self::Given(ParamValue::Unset | ParamValue::Boolean(false)))
    }
}

impl<'a> Params<'a> {
    pub(super) fn new(rules: &'a RuleSet) -> Self {
        let mut slots = [Slot::Given(ParamValue::Unset); MAX_PARAMETERS];
        let (mut missing, mut facts) = (0, 0);
        let view = rules.table().view();
        for (index, (slot, brief)) in slots.iter_mut().zip(rules.brief_parameters()).enumerate() {
            let Some(id) = brief.default else {
                missing |= u32::from(brief.is_required) << index;
                continue;
            };
            *slot = match view.expression(id) {
                Some(Expression::Boolean(value)) => Slot::Given(ParamValue::Boolean(value)),
                Some(Expression::Text(span)) => Slot::Given(ParamValue::String(view.text(span))),
                _ => Slot::Default(id),
            };
            facts |= u32::from(slot.is_true()) << index;
        }
        Self { rules, slots, missing, facts }
    }

    /// Sets a parameter by its name.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`] if the rules have no such parameter, [`Error::WrongType`] if it takes something else.
    pub fn set(&mut self, name: &str, value: impl Into<ParamValue<'a>>) -> Result<&mut Self, Error> {
        match self.rules.parameter_index(name) {
            Some(index) => self.set_at(index, value),
            None => Err(Error::UnknownParameter { name: name.to_owned() }),
        }
    }

    /// Sets a parameter by its place, which [`RuleSet::parameter_index`] tells.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub fn set_at(&mut self, index: usize, value: impl Into<ParamValue<'a>>) -> Result<&mut Self, Error> {
        let value = value.into();
        let (Some(brief), Some(slot)) = (self.rules.brief_parameter(index), self.slots.get_mut(index)) else {
            return Err(Error::UnknownParameter { name: format!("number {index}") });
        };
        if !value.fits(brief.kind) {
            let name = self.rules.parameter(index).map(|parameter| parameter.name.to_owned());
            return Err(Error::WrongType { name: name.unwrap_or_default(), expected: brief.kind.describe() });
        }
        *slot = Slot::Given(value);
        self.facts = self.facts & !(1 << index) | u32::from(slot.is_true()) << index;
        let is_missing = brief.is_required && matches!(value, ParamValue::Unset);
        self.missing = self.missing & !(1 << index) | u32::from(is_missing) << index;
        Ok(self)
    }

    /// The endpoint that the rules give for these parameters.
    ///
    /// Allocates what it returns and nothing else, unless the rules encode text.
    ///
    /// # Errors
    /// [`Error::Refused`] with the rules' own message, [`Error::MissingParameter`], [`Error::NoRule`] or [`Error::Unset`].
    pub fn resolve(&self) -> Result<Endpoint, Error> {
        self.with_rule(|rule| rule.endpoint())?
    }

    /// What `see` makes of the rule that applies to these parameters, of whose endpoint no more is worked out than is asked for.
    ///
    /// # Errors
    /// [`Error::Refused`] with the rules' own message, [`Error::MissingParameter`] or [`Error::NoRule`].
    pub fn with_rule<T>(&self, see: impl FnOnce(&MatchedRule<'_>) -> T) -> Result<T, Error> {
        self.check()?;
        let texts = Texts::default();
        let rule = MatchedRule::find(Evaluation::new(self.rules, &self.slots, self.facts, &texts))?;
        Ok(see(&rule))
    }

    fn check(&self) -> Result<(), Error> {
        if self.missing == 0 {
            return Ok(());
        }
        let index = self.missing.trailing_zeros() as usize;
        let name = self.rules.parameter(index).map(|parameter| parameter.name.to_owned());
        Err(Error::MissingParameter { name: name.unwrap_or_default() })
    }
}

impl fmt::Debug for Params<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = self.rules.parameters().zip(&self.slots);
        let set = set.filter(|(_, slot)| !matches!(slot, Slot::Given(ParamValue::Unset)));
        f.debug_map().entries(set.map(|(parameter, slot)| (parameter.name, slot))).finish()
    }
}
