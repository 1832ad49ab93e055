//! Paths into values: the subset of JMESPath (the query language of jmespath.org) that service models use in paginators and
//! waiters, over the lens.
//!
//! Fields go by the member names of the service model. Supported: `a.b`, `a[0]`, `a[-1]`, `a[]`, `a[*]`, `a.*`, `a[?filter]`,
//! `[a, b]`, `a | b`, `||`, `&&`, `!`, `(…)`, `@`, comparisons, the literals `'text'` and `` `JSON scalar` ``, and the
//! functions `length`, `contains` and `keys`. What a path names and a value does not have is [`Found::Null`], never an error.

mod eval;
mod growth;
mod lexer;
mod parser;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

use crate::error::Error;
use crate::shape::{Ref, Shape, same_value};
use parser::Node;

/// A path, parsed once and searched often. Called by paginators and waiters.
///
/// ```
/// use cumulo_core::path::Path;
///
/// # fn main() -> Result<(), cumulo_core::Error> {
/// let path = Path::parse("NextMarker || Contents[-1].Key")?;
/// assert!(Path::parse("Contents[").is_err());
/// # drop(path);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Path(Node);

impl Path {
    /// Parses a path.
    ///
    /// # Errors
    /// `SerializationError` saying where the path stops to make sense, also for a path of more than 300 parts, for one whose
    /// lists of several steps multiply what it finds more than 10,000 times, and for a JMESPath construct that is not
    /// supported.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let parsed = lexer::tokens(text).and_then(|tokens| parser::parse(&tokens, text.len()));
        let parsed = parsed.and_then(|node| match growth::growth(&node) {
            0..=growth::MOST => Ok(node),
            _ => Err(Fault { at: text.len(), message: "its lists multiply what they find too often".into() }),
        });
        parsed.map(Self).map_err(|fault| {
            Error::unreadable(format!("the path `{text}` cannot be read at {}: {}", fault.at, fault.message))
        })
    }

    /// What stands at this path in `shape`.
    pub fn search<'a>(&'a self, shape: &'a dyn Shape) -> Found<'a> {
        eval::eval(&self.0, &Found::Ref(Ref::Structure(shape)))
    }
}

/// What is wrong with a path, and at which byte.
#[derive(Debug)]
struct Fault {
    at: usize,
    message: Cow<'static, str>,
}

/// What a path led to, borrowed from the value and the path.
#[derive(Clone)]
pub enum Found<'a> {
    /// Nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Double(f64),
    /// Text.
    Text(Cow<'a, str>),
    /// Anything else as it stands in the value: a structure, a list, a map, bytes, a time.
    Ref(Ref<'a>),
    /// A list made by the path.
    List(Vec<Self>),
}

impl<'a> Found<'a> {
    /// Whether there is something: not null, `false`, or empty text, list or map. Numbers always count.
    pub fn is_truthy(&self) -> bool {
        match self {
            Self::Null | Self::Bool(false) => false,
            Self::Text(text) => !text.is_empty(),
            Self::List(items) => !items.is_empty(),
            Self::Ref(Ref::List(list)) => !list.is_empty(),
            Self::Ref(Ref::Map(map)) => !map.is_empty(),
            _ => true,
        }
    }

    /// Whether there is nothing at all.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The items of a list, whoever made it.
    pub fn items(&self) -> Option<Vec<Self>> {
        match self {
            Self::List(items) => Some(items.clone()),
            Self::Ref(Ref::List(list)) => {
                Some((0..list.len()).map(|index| list.item(index).into()).collect())
            }
            _ => None,
        }
    }

    /// The value as a lens shows it, if it is no list that the path made.
    pub(crate) fn value(&self) -> Option<Ref<'_>> {
        match self {
            Self::Null | Self::List(_) => None,
            Self::Bool(value) => Some(Ref::Boolean(*value)),
            Self::Integer(value) => Some(i32::try_from(*value).map_or(Ref::Long(*value), Ref::Integer)),
            Self::Double(value) => Some(Ref::Double(*value)),
            Self::Text(text) => Some(Ref::String(text)),
            Self::Ref(value) => Some(*value),
        }
    }

    /// The value of a number.
    fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Double(number) => Some(*number),
            _ => None,
        }
    }
}

impl<'a> From<Ref<'a>> for Found<'a> {
    fn from(value: Ref<'a>) -> Self {
        match value {
            Ref::Boolean(value) => Self::Bool(value),
            Ref::Integer(value) => Self::Integer(value.into()),
            Ref::Long(value) => Self::Integer(value),
            Ref::Float(value) => Self::Double(value.into()),
            Ref::Double(value) => Self::Double(value),
            Ref::String(text) => Self::Text(Cow::Borrowed(text)),
            other => Self::Ref(other),
        }
    }
}

impl<'a> From<Option<Ref<'a>>> for Found<'a> {
    fn from(value: Option<Ref<'a>>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

impl PartialEq for Found<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Integer(a), Self::Integer(b)) => a == b,
            (Self::Integer(_) | Self::Double(_), Self::Integer(_) | Self::Double(_)) => {
                self.number() == other.number()
            }
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Ref(a), Self::Ref(b)) => same_value(*a, *b),
            (Self::List(_), _) | (_, Self::List(_)) => match (self.items(), other.items()) {
                (Some(a), Some(b)) => a == b,
                _ => false,
            },
            _ => false,
        }
    }
}

impl fmt::Debug for Found<'_> {
    /// Shows what kind of value it is and not the value, which may be one that must not be shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.value()) {
            (Self::List(items), _) => f.debug_list().entries(items).finish(),
            (_, Some(value)) => f.write_str(value.kind()),
            (_, None) => f.write_str("null"),
        }
    }
}
