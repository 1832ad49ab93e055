//! The values between the expressions. They borrow from the parameters and the table wherever they can.

use std::borrow::Cow;

use super::functions;
use crate::Partition;

/// What an expression gives.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    Unset,
    Boolean(bool),
    Integer(i32),
    Text(Cow<'a, str>),
    List(List<'a>),
    Partition(&'static Partition),
    /// The text of a valid ARN, whose fields are found when they are asked for.
    Arn(Cow<'a, str>),
    /// The text of a valid URL, likewise.
    Url(Cow<'a, str>),
}

impl<'a> Value<'a> {
    /// Whether a condition holds that gives this value.
    pub(super) fn is_true(&self) -> bool {
        !matches!(self, Self::Unset | Self::Boolean(false))
    }

    pub(super) fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Unset, |text| Self::Text(Cow::Borrowed(text)))
    }

    pub(super) fn owned(text: Option<Cow<'a, str>>) -> Self {
        text.map_or(Self::Unset, Self::Text)
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// A list of texts.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum List<'a> {
    /// A parameter's.
    Texts(&'a [String]),
    /// A parameter's default.
    Default(Vec<&'a str>),
    /// The parts of an ARN's resource, which colons and slashes divide.
    Resource(Cow<'a, str>),
    /// The parts of a text; at most `limit` of them if it is not zero.
    Split { text: Cow<'a, str>, delimiter: Cow<'a, str>, limit: usize },
}

impl<'a> List<'a> {
    /// The item at `index`, which counts from the end if it is negative.
    pub(super) fn item(&self, index: i16) -> Option<Cow<'a, str>> {
        let place = |len: usize| match index {
            0.. => usize::try_from(index).ok(),
            _ => len.checked_sub(usize::from(index.unsigned_abs())),
        };
        match self {
            Self::Texts(texts) => texts.get(place(texts.len())?).map(|text| Cow::Borrowed(text.as_str())),
            Self::Default(texts) => texts.get(place(texts.len())?).map(|text| Cow::Borrowed(*text)),
            Self::Resource(text) => slice(text, |text| {
                let parts = || text.split([':', '/']);
                parts().nth(place(if index < 0 { parts().count() } else { 0 })?)
            }),
            Self::Split { text, delimiter, limit } => slice(text, |text| {
                let parts = || functions::split(text, delimiter, *limit);
                parts().nth(place(if index < 0 { parts().count() } else { 0 })?)
            }),
        }
    }
}

/// A part of `text`: borrowed if `text` is.
pub(super) fn slice<'a>(
    text: &Cow<'a, str>,
    part: impl for<'t> FnOnce(&'t str) -> Option<&'t str>,
) -> Option<Cow<'a, str>> {
    match text {
        Cow::Borrowed(text) => part(text).map(Cow::Borrowed),
        Cow::Owned(text) => part(text).map(|part| Cow::Owned(part.to_owned())),
    }
}
