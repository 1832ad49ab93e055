//! The rules of one service, as a program has them.

use std::borrow::Cow;
use std::fmt;

use super::params::{Brief, Parameter, Params};
use super::table::{self, Table};

/// The endpoint rules of one service.
///
/// The service crates have theirs as a constant; with the feature `json` one is read by `from_json`. Cheap to clone if it is a
/// constant's.
///
/// Two are equal if they are the same word by word, wherever they come from.
#[derive(Clone)]
pub struct RuleSet {
    table: Cow<'static, Table>,
    names: Names,
}

/// What the service is called where its rules are those of other services too.
#[derive(Clone)]
enum Names {
    Constant(&'static [&'static str]),
    #[cfg(feature = "json")]
    Read(std::sync::Arc<[String]>),
}

impl RuleSet {
    /// The rules in `table` for the service that has these names. Called by generated code.
    pub const fn of(table: &'static Table, names: &'static [&'static str]) -> Self {
        Self { table: Cow::Borrowed(table), names: Names::Constant(names) }
    }

    #[cfg(feature = "json")]
    pub(super) fn read(table: Table, names: impl Iterator<Item = String>) -> Self {
        Self { table: Cow::Owned(table), names: Names::Read(names.collect()) }
    }

    /// Parameters to fill in, set to their defaults.
    pub fn params(&self) -> Params<'_> {
        Params::new(self)
    }

    /// The parameters, in the order of [`Params::set_at`].
    pub fn parameters(&self) -> impl ExactSizeIterator<Item = Parameter<'_>> {
        self.table.parameter_words().map(|words| self.table.parameter(words))
    }

    pub(super) fn parameter(&self, index: usize) -> Option<Parameter<'_>> {
        Some(self.table.parameter(self.table.parameter_words().nth(index)?))
    }

    pub(super) fn brief_parameters(&self) -> impl Iterator<Item = Brief> {
        self.table.parameter_words().map(table::brief)
    }

    pub(super) fn brief_parameter(&self, index: usize) -> Option<Brief> {
        self.table.parameter_words().nth(index).map(table::brief)
    }

    /// Where the parameter called `name` stands among the parameters.
    ///
    /// Ask once and keep the answer for [`Params::set_at`].
    pub fn parameter_index(&self, name: &str) -> Option<usize> {
        self.parameters().position(|parameter| parameter.name == name)
    }

    /// The table of the rules. Read by the generator.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// What the service is called in its table. Read by the generator.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        (0..).map_while(|index| self.name(index))
    }

    #[inline]
    pub(super) fn name(&self, index: u16) -> Option<&str> {
        let index = usize::from(index);
        match &self.names {
            Names::Constant(names) => names.get(index).copied(),
            #[cfg(feature = "json")]
            Names::Read(names) => names.get(index).map(String::as_str),
        }
    }
}

impl PartialEq for RuleSet {
    fn eq(&self, other: &Self) -> bool {
        self.table == other.table && self.names().eq(other.names())
    }
}

impl Eq for RuleSet {}

impl fmt::Debug for RuleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameters: Vec<_> = self.parameters().map(|parameter| parameter.name).collect();
        f.debug_struct("RuleSet")
            .field("names", &self.names().collect::<Vec<_>>())
            .field("parameters", &parameters)
            .finish_non_exhaustive()
    }
}
