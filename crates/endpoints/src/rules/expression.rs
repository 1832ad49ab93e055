//! One expression of the rules language, and the four words that it takes in a table.

use std::ops::Range;

use super::table::View;

/// Where an expression stands in its table.
pub(super) type Id = u16;

/// Consecutive bytes of a table's text, or words of its lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u16,
    pub(super) len: u16,
}

impl Span {
    pub(super) fn range(self) -> Range<usize> {
        let start = usize::from(self.start);
        start..start + usize::from(self.len)
    }
}

/// What an expression computes. Its operands are expressions of the same table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expression {
    /// The value of a parameter, by its place among the parameters.
    Parameter(u16),
    Boolean(bool),
    Integer(i32),
    /// Text of the table.
    Text(Span),
    /// One of the names in which services with the same rules differ.
    Name(u16),
    /// The texts of the expressions in a list, one after the other.
    Template(Span),
    IsSet(Id),
    Not(Id),
    StringEquals(Id, Id),
    BooleanEquals(Id, Id),
    /// A field of a partition, an ARN or a URL.
    Field(Id, Field),
    /// An item of a list; negative numbers count from the end.
    Item(Id, i16),
    Substring {
        text: Id,
        start: u16,
        stop: u16,
        reverse: bool,
    },
    UriEncode(Id),
    ParseUrl(Id),
    IsValidHostLabel(Id, Id),
    Partition(Id),
    ParseArn(Id),
    IsVirtualHostableBucket(Id, Id),
    /// The first of a list of expressions that is set.
    Coalesce(Span),
    /// The second if the first holds, else the third.
    IfElse(Id, Id, Id),
    Split {
        text: Id,
        delimiter: Id,
        limit: u16,
    },
    /// A list in a property or a header.
    List(Span),
    /// Names and values in turn.
    Object(Span),
}

/// What `getAttr` can take out of a structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub(super) enum Field {
    PartitionName,
    DnsSuffix,
    DualStackDnsSuffix,
    SupportsFips,
    SupportsDualStack,
    ImplicitGlobalRegion,
    ArnPartition,
    ArnService,
    ArnRegion,
    ArnAccountId,
    ArnResourceId,
    UrlScheme,
    UrlAuthority,
    UrlPath,
    UrlNormalizedPath,
    UrlIsIp,
}

impl Field {
    pub(super) const ALL: [Self; 16] = [
        Self::PartitionName,
        Self::DnsSuffix,
        Self::DualStackDnsSuffix,
        Self::SupportsFips,
        Self::SupportsDualStack,
        Self::ImplicitGlobalRegion,
        Self::ArnPartition,
        Self::ArnService,
        Self::ArnRegion,
        Self::ArnAccountId,
        Self::ArnResourceId,
        Self::UrlScheme,
        Self::UrlAuthority,
        Self::UrlPath,
        Self::UrlNormalizedPath,
        Self::UrlIsIp,
    ];
}

/// How many words an expression takes.
pub(super) const WORDS: usize = 4;

impl Expression {
    /// The expression in the words of a table; none if there is no such operation.
    #[inline(always)]
    pub(super) fn decode(words: [u16; WORDS]) -> Option<Self> {
        let [operation, a, b, c] = words;
        let span = Span { start: a, len: b };
        Some(match operation {
            0 => Self::Parameter(a),
            1 => Self::Boolean(a != 0),
            2 => Self::Integer((u32::from(a) << 16 | u32::from(b)) as i32),
            3 => Self::Text(span),
            4 => Self::Name(a),
            5 => Self::Template(span),
            6 => Self::IsSet(a),
            7 => Self::Not(a),
            8 => Self::StringEquals(a, b),
            9 => Self::BooleanEquals(a, b),
            10 => Self::Field(a, *Field::ALL.get(usize::from(b))?),
            11 => Self::Item(a, b as i16),
            12 => Self::Substring { text: a, start: b, stop: c, reverse: false },
            13 => Self::Substring { text: a, start: b, stop: c, reverse: true },
            14 => Self::UriEncode(a),
            15 => Self::ParseUrl(a),
            16 => Self::IsValidHostLabel(a, b),
            17 => Self::Partition(a),
            18 => Self::ParseArn(a),
            19 => Self::IsVirtualHostableBucket(a, b),
            20 => Self::Coalesce(span),
            21 => Self::IfElse(a, b, c),
            22 => Self::Split { text: a, delimiter: b, limit: c },
            23 => Self::List(span),
            24 => Self::Object(span),
            _ => return None,
        })
    }

    /// The words of the expression.
    #[cfg(feature = "json")]
    pub(super) fn encode(self) -> [u16; WORDS] {
        match self {
            Self::Parameter(index) => [0, index, 0, 0],
            Self::Boolean(value) => [1, value.into(), 0, 0],
            Self::Integer(value) => [2, ((value as u32) >> 16) as u16, value as u16, 0],
            Self::Text(span) => [3, span.start, span.len, 0],
            Self::Name(index) => [4, index, 0, 0],
            Self::Template(span) => [5, span.start, span.len, 0],
            Self::IsSet(a) => [6, a, 0, 0],
            Self::Not(a) => [7, a, 0, 0],
            Self::StringEquals(a, b) => [8, a, b, 0],
            Self::BooleanEquals(a, b) => [9, a, b, 0],
            Self::Field(a, field) => [10, a, field as u16, 0],
            Self::Item(a, index) => [11, a, index as u16, 0],
            Self::Substring { text, start, stop, reverse: false } => [12, text, start, stop],
            Self::Substring { text, start, stop, reverse: true } => [13, text, start, stop],
            Self::UriEncode(a) => [14, a, 0, 0],
            Self::ParseUrl(a) => [15, a, 0, 0],
            Self::IsValidHostLabel(a, b) => [16, a, b, 0],
            Self::Partition(a) => [17, a, 0, 0],
            Self::ParseArn(a) => [18, a, 0, 0],
            Self::IsVirtualHostableBucket(a, b) => [19, a, b, 0],
            Self::Coalesce(span) => [20, span.start, span.len, 0],
            Self::IfElse(a, b, c) => [21, a, b, c],
            Self::Split { text, delimiter, limit } => [22, text, delimiter, limit],
            Self::List(span) => [23, span.start, span.len, 0],
            Self::Object(span) => [24, span.start, span.len, 0],
        }
    }
}

/// The parameters that an expression can depend on: a bit for each, by its place.
pub(super) fn parameters(view: View<'_>, id: Id) -> u32 {
    let of = |id| parameters(view, id);
    let all = |span| view.list(span).iter().fold(0, |bits, id| bits | of(*id));
    match view.expression(id) {
        Some(Expression::Parameter(index)) => 1 << (index & 31),
        Some(
            Expression::IsSet(a)
            | Expression::Not(a)
            | Expression::Field(a, _)
            | Expression::Item(a, _)
            | Expression::Substring { text: a, .. }
            | Expression::UriEncode(a)
            | Expression::ParseUrl(a)
            | Expression::Partition(a)
            | Expression::ParseArn(a),
        ) => of(a),
        Some(
            Expression::StringEquals(a, b)
            | Expression::BooleanEquals(a, b)
            | Expression::IsValidHostLabel(a, b)
            | Expression::IsVirtualHostableBucket(a, b)
            | Expression::Split { text: a, delimiter: b, .. },
        ) => of(a) | of(b),
        Some(Expression::IfElse(a, b, c)) => of(a) | of(b) | of(c),
        Some(
            Expression::Template(span)
            | Expression::Coalesce(span)
            | Expression::List(span)
            | Expression::Object(span),
        ) => all(span),
        Some(Expression::Boolean(_) | Expression::Integer(_) | Expression::Text(_) | Expression::Name(_))
        | None => 0,
    }
}

#[cfg(all(test, feature = "json"))]
mod tests {
    use super::*;

    #[test]
    fn every_operation_and_field_survives_its_words() {
        for operation in 0..25 {
            let expression = Expression::decode([operation, 1, 2, 3]).unwrap();
            assert_eq!(Expression::decode(expression.encode()), Some(expression));
            assert_eq!(expression.encode()[0], operation);
        }
        for (index, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(field as usize, index);
        }
        assert_eq!(Expression::decode([25, 0, 0, 0]), None);
        assert_eq!(Expression::decode(Expression::Integer(-3).encode()), Some(Expression::Integer(-3)));
    }
}
