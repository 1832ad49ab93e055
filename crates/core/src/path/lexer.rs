//! A path's text becomes tokens.

use super::Fault;

/// One token and the byte it starts at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) at: usize,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// A field or function name, quoted or not.
    Name(String),
    /// An index.
    Index(i64),
    /// A literal.
    Literal(Literal),
    /// An operator, a bracket or another mark, as written.
    Mark(&'static str),
}

/// A constant in a path.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Null,
    Bool(bool),
    Integer(i64),
    Double(f64),
    Text(String),
}

/// Marks of two characters stand before those that they start with.
const MARKS: [&str; 24] = [
    "[?", "[]", "||", "&&", "==", "!=", "<=", ">=", "[", "]", "<", ">", "!", "|", ".", "*", "@", "(", ")",
    ",", "{", "}", ":", "&",
];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if first.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let (kind, length) = token(rest, first).map_err(|message| Fault { at, message: message.into() })?;
        tokens.push(Token { at, kind });
        at += length;
    }
    Ok(tokens)
}

fn token(rest: &str, first: char) -> Result<(Kind, usize), &'static str> {
    if first.is_ascii_alphabetic() || first == '_' {
        let length = span(rest, |c| c.is_ascii_alphanumeric() || c == '_');
        return Ok((Kind::Name(rest[..length].to_owned()), length));
    }
    if first.is_ascii_digit() || first == '-' {
        let length = 1 + span(&rest[1..], |c| c.is_ascii_digit());
        let number = rest[..length].parse().map_err(|_| "a number was expected")?;
        return Ok((Kind::Index(number), length));
    }
    match first {
        '\'' => {
            let (text, length) = quoted(rest, '\'')?;
            Ok((Kind::Literal(Literal::Text(text)), length))
        }
        '"' => {
            let length = quoted(rest, '"')?.1;
            Ok((Kind::Name(json_text(&rest[..length])?), length))
        }
        '`' => {
            let (json, length) = quoted(rest, '`')?;
            Ok((Kind::Literal(literal(json.trim())?), length))
        }
        _ => {
            let mark = MARKS.into_iter().find(|mark| rest.starts_with(mark));
            mark.map(|mark| (Kind::Mark(mark), mark.len())).ok_or("the character has no meaning here")
        }
    }
}

/// How many bytes at the start fit.
fn span(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|c| !fits(c)).unwrap_or(text.len())
}

/// The content between two `quote`s, where `\` keeps a quote from ending it, and the length with the quotes.
fn quoted(rest: &str, quote: char) -> Result<(String, usize), &'static str> {
    let mut content = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote => return Ok((content, at + 1)),
            '\\' => match chars.next() {
                Some((_, next)) if next == quote => content.push(next),
                Some((_, next)) => content.extend(['\\', next]),
                None => break,
            },
            c => content.push(c),
        }
    }
    Err("the quote is not closed")
}

fn literal(json: &str) -> Result<Literal, &'static str> {
    Ok(match json {
        "null" => Literal::Null,
        "true" => Literal::Bool(true),
        "false" => Literal::Bool(false),
        _ if json.starts_with('"') => Literal::Text(json_text(json)?),
        _ => match (json.parse(), json.parse()) {
            (Ok(number), _) => Literal::Integer(number),
            (_, Ok(number)) => Literal::Double(number),
            _ => return Err("only JSON scalars can be literals"),
        },
    })
}

/// The text of a JSON string, with its quotes.
fn json_text(json: &str) -> Result<String, &'static str> {
    const BROKEN: &str = "the JSON string is broken";
    let inner = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or(BROKEN)?;
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.push(match chars.next().ok_or(BROKEN)? {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                c @ ('"' | '\\' | '/') => c,
                _ => return Err("the escape is not supported"),
            }),
            '"' => return Err(BROKEN),
            c => text.push(c),
        }
    }
    Ok(text)
}
