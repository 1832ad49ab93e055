//! Tokens become a tree, by the binding powers of the JMESPath grammar.

use std::borrow::Cow;

use super::Fault;
use super::lexer::{Kind, Literal, Token};

/// A step of a path.
#[derive(Debug)]
pub(super) enum Node {
    /// The value the step is applied to.
    Current,
    /// A member or entry.
    Field(String),
    /// A constant.
    Literal(Literal),
    /// The right step on what the left one finds; also a pipe.
    Chain(Box<Self>, Box<Self>),
    /// An element, from the end if negative.
    Index(i64),
    /// The list with the lists in it opened.
    Flatten(Box<Self>),
    /// `each` on every element of the list `of` that `kept` lets through.
    Project { of: Box<Self>, kept: Option<Box<Self>>, each: Box<Self> },
    /// `each` on every value of the structure or map `of`.
    ProjectValues { of: Box<Self>, each: Box<Self> },
    /// The list of what several steps find.
    Multi(Vec<Self>),
    /// The left one if there is something, else the right one.
    Or(Box<Self>, Box<Self>),
    /// The left one if there is nothing, else the right one.
    And(Box<Self>, Box<Self>),
    /// Whether there is nothing.
    Not(Box<Self>),
    /// A comparison.
    Compare(Comparator, Box<Self>, Box<Self>),
    /// A function's answer.
    Call(Function, Vec<Self>),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Function {
    Length,
    Contains,
    Keys,
}

impl Function {
    const ALL: [(&'static str, usize, Self); 3] =
        [("length", 1, Self::Length), ("contains", 2, Self::Contains), ("keys", 1, Self::Keys)];
}

/// More steps than any path of a service model has; bounds the depth of the tree and of every walk over it.
const MAX_STEPS: usize = 300;
/// Marks that bind less end a projection.
const PROJECTION_END: u8 = 10;
const FILTER: u8 = 21;
const STAR: u8 = 20;
const DOT: u8 = 40;
const NOT: u8 = 45;

/// Parses the tokens of a path that is `length` bytes long.
pub(super) fn parse(tokens: &[Token], length: usize) -> Result<Node, Fault> {
    let mut parser = Parser { tokens, length, next: 0, steps: 0 };
    let node = parser.expression(0)?;
    match parser.peek() {
        None => Ok(node),
        Some(_) => Err(parser.fault("the path should have ended")),
    }
}

struct Parser<'t> {
    tokens: &'t [Token],
    length: usize,
    next: usize,
    steps: usize,
}

impl Parser<'_> {
    /// Reads as much as binds more than `power`.
    fn expression(&mut self, power: u8) -> Result<Node, Fault> {
        let mut left = self.prefix()?;
        while let Some(mark) = self.peek_mark().filter(|mark| binding_power(mark) > power) {
            self.next += 1;
            left = self.infix(mark, left)?;
        }
        Ok(left)
    }

    /// What can stand at the start.
    fn prefix(&mut self) -> Result<Node, Fault> {
        self.count_step()?;
        let Some(token) = self.tokens.get(self.next) else { return Err(self.fault("something is missing")) };
        self.next += 1;
        match &token.kind {
            Kind::Name(name) if self.peek_mark() == Some("(") => self.call(name),
            Kind::Name(name) => Ok(Node::Field(name.clone())),
            Kind::Literal(literal) => Ok(Node::Literal(literal.clone())),
            Kind::Mark("@") => Ok(Node::Current),
            Kind::Mark("!") => Ok(Node::Not(self.expression(NOT)?.into())),
            Kind::Mark("(") => {
                let inner = self.expression(0)?;
                self.expect(")")?;
                Ok(inner)
            }
            Kind::Mark("*") => self.values_of(Node::Current),
            Kind::Mark(mark @ ("[]" | "[?")) => self.infix(mark, Node::Current),
            Kind::Mark("[") if self.at_index_or_star() => self.infix("[", Node::Current),
            Kind::Mark("[") => self.list_until("]").map(Node::Multi),
            _ => {
                self.next -= 1;
                Err(self.fault("no value can start here"))
            }
        }
    }

    /// What can follow `left`, after `mark` has been read.
    fn infix(&mut self, mark: &str, left: Node) -> Result<Node, Fault> {
        self.count_step()?;
        let power = binding_power(mark);
        let left = Box::new(left);
        Ok(match mark {
            "." if self.peek_mark() == Some("*") => {
                self.next += 1;
                self.values_of(*left)?
            }
            "." => Node::Chain(left, self.after_dot(DOT)?.into()),
            "|" => Node::Chain(left, self.expression(power)?.into()),
            "||" => Node::Or(left, self.expression(power)?.into()),
            "&&" => Node::And(left, self.expression(power)?.into()),
            "[]" => {
                let of = Box::new(Node::Flatten(left));
                Node::Project { of, kept: None, each: self.projected(power)?.into() }
            }
            "[?" => {
                let kept = self.expression(0)?;
                self.expect("]")?;
                Node::Project { of: left, kept: Some(kept.into()), each: self.projected(FILTER)?.into() }
            }
            "[" => self.bracket(left)?,
            _ => match comparator(mark) {
                Some(comparator) => Node::Compare(comparator, left, self.expression(power)?.into()),
                None => return Err(self.fault("an operator was expected")),
            },
        })
    }

    /// `[0]` or `[*]`, after its bracket has been read.
    fn bracket(&mut self, left: Box<Node>) -> Result<Node, Fault> {
        let kind = self.tokens.get(self.next).map(|token| &token.kind);
        let node = match kind {
            Some(Kind::Index(index)) => Node::Chain(left, Node::Index(*index).into()),
            Some(Kind::Mark("*")) => {
                self.next += 1;
                self.expect("]")?;
                return Ok(Node::Project { of: left, kept: None, each: self.projected(STAR)?.into() });
            }
            _ => return Err(self.fault("an index or * was expected")),
        };
        self.next += 1;
        self.expect("]")?;
        Ok(node)
    }

    fn values_of(&mut self, of: Node) -> Result<Node, Fault> {
        Ok(Node::ProjectValues { of: of.into(), each: self.projected(STAR)?.into() })
    }

    /// What a projection does with each element: everything up to a mark that ends projections.
    fn projected(&mut self, power: u8) -> Result<Node, Fault> {
        match self.peek_mark() {
            Some("[" | "[?") => self.expression(power),
            Some(".") => {
                self.next += 1;
                self.after_dot(power)
            }
            Some(mark) if binding_power(mark) >= PROJECTION_END => Err(self.fault("a step was expected")),
            _ => Ok(Node::Current),
        }
    }

    /// A name, a list of steps or `*` after a dot.
    fn after_dot(&mut self, power: u8) -> Result<Node, Fault> {
        match self.tokens.get(self.next).map(|token| &token.kind) {
            Some(Kind::Name(_) | Kind::Mark("*")) => self.expression(power),
            Some(Kind::Mark("[")) => {
                self.next += 1;
                self.list_until("]").map(Node::Multi)
            }
            _ => Err(self.fault("a name was expected after the dot")),
        }
    }

    fn call(&mut self, name: &str) -> Result<Node, Fault> {
        let known = Function::ALL.into_iter().find(|(known, ..)| *known == name);
        let Some((_, arity, function)) = known else { return Err(self.fault("the function is not known")) };
        self.next += 1;
        let arguments = self.list_until(")")?;
        if arguments.len() != arity {
            return Err(self.fault("the function takes another number of arguments"));
        }
        Ok(Node::Call(function, arguments))
    }

    fn list_until(&mut self, end: &'static str) -> Result<Vec<Node>, Fault> {
        let mut nodes = vec![self.expression(0)?];
        while self.peek_mark() == Some(",") {
            self.next += 1;
            nodes.push(self.expression(0)?);
        }
        self.expect(end)?;
        Ok(nodes)
    }

    fn at_index_or_star(&self) -> bool {
        match self.tokens.get(self.next).map(|token| &token.kind) {
            Some(Kind::Index(_)) => true,
            Some(Kind::Mark("*")) => {
                self.tokens.get(self.next + 1).is_some_and(|token| token.kind == Kind::Mark("]"))
            }
            _ => false,
        }
    }

    fn expect(&mut self, mark: &'static str) -> Result<(), Fault> {
        if self.peek_mark() != Some(mark) {
            return Err(self.fault(format!("{mark} was expected")));
        }
        self.next += 1;
        Ok(())
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn peek_mark(&self) -> Option<&'static str> {
        match self.peek()?.kind {
            Kind::Mark(mark) => Some(mark),
            _ => None,
        }
    }

    fn count_step(&mut self) -> Result<(), Fault> {
        self.steps += 1;
        if self.steps > MAX_STEPS { Err(self.fault("the path has too many parts")) } else { Ok(()) }
    }

    fn fault(&self, message: impl Into<Cow<'static, str>>) -> Fault {
        Fault { at: self.peek().map_or(self.length, |token| token.at), message: message.into() }
    }
}

fn comparator(mark: &str) -> Option<Comparator> {
    Some(match mark {
        "==" => Comparator::Equal,
        "!=" => Comparator::NotEqual,
        "<" => Comparator::Less,
        "<=" => Comparator::LessOrEqual,
        ">" => Comparator::Greater,
        ">=" => Comparator::GreaterOrEqual,
        _ => return None,
    })
}

/// How strongly a mark binds what stands on its left.
fn binding_power(mark: &str) -> u8 {
    match mark {
        "|" => 1,
        "||" => 2,
        "&&" => 3,
        "==" | "!=" | "<" | "<=" | ">" | ">=" => 5,
        "[]" => 9,
        "*" => STAR,
        "[?" => FILTER,
        "." => DOT,
        "[" => 55,
        _ => 0,
    }
}
