//! What a tree finds in a value.

use std::borrow::Cow;

use super::Found;
use super::lexer::Literal;
use super::parser::{Comparator, Function, Node};
use crate::shape::{Map, Ref};

pub(super) fn eval<'a>(node: &'a Node, on: &Found<'a>) -> Found<'a> {
    match node {
        Node::Current => on.clone(),
        Node::Field(name) => field(on, name),
        Node::Literal(literal) => constant(literal),
        Node::Chain(left, right) => eval(right, &eval(left, on)),
        Node::Index(index) => element(on, *index),
        Node::Flatten(of) => flatten(&eval(of, on)),
        Node::Project { of, kept, each } => {
            let Some(items) = eval(of, on).items() else { return Found::Null };
            let is_kept = |item: &Found<'a>| kept.as_ref().is_none_or(|kept| eval(kept, item).is_truthy());
            project(items.into_iter().filter(is_kept), each)
        }
        Node::ProjectValues { of, each } => match eval(of, on) {
            Found::Ref(Ref::Structure(shape)) => {
                let members = (0..shape.schema().members().len()).filter_map(|index| shape.member(index));
                project(members.map(Found::from), each)
            }
            Found::Ref(Ref::Map(map)) => {
                project(keys(map).iter().filter_map(|key| map.entry(key)).map(Found::from), each)
            }
            _ => Found::Null,
        },
        Node::Multi(_) if on.is_null() => Found::Null,
        Node::Multi(nodes) => Found::List(nodes.iter().map(|node| eval(node, on)).collect()),
        Node::Or(left, right) => {
            Some(eval(left, on)).filter(Found::is_truthy).unwrap_or_else(|| eval(right, on))
        }
        Node::And(left, right) => {
            let left = eval(left, on);
            if left.is_truthy() { eval(right, on) } else { left }
        }
        Node::Not(inner) => Found::Bool(!eval(inner, on).is_truthy()),
        Node::Compare(comparator, left, right) => compare(*comparator, &eval(left, on), &eval(right, on)),
        Node::Call(function, arguments) => {
            let mut arguments = arguments.iter().map(|argument| eval(argument, on));
            let (first, second) = (arguments.next(), arguments.next());
            call(*function, &first.unwrap_or(Found::Null), &second.unwrap_or(Found::Null))
        }
    }
}

/// What `each` finds in every item, without those where it finds nothing.
fn project<'a>(items: impl Iterator<Item = Found<'a>>, each: &'a Node) -> Found<'a> {
    Found::List(items.map(|item| eval(each, &item)).filter(|found| !found.is_null()).collect())
}

fn field<'a>(on: &Found<'a>, name: &str) -> Found<'a> {
    match on {
        Found::Ref(Ref::Structure(shape)) => shape.named(name).into(),
        Found::Ref(Ref::Map(map)) => map.entry(name).into(),
        _ => Found::Null,
    }
}

fn constant(literal: &Literal) -> Found<'_> {
    match literal {
        Literal::Null => Found::Null,
        Literal::Bool(value) => Found::Bool(*value),
        Literal::Integer(value) => Found::Integer(*value),
        Literal::Double(value) => Found::Double(*value),
        Literal::Text(text) => Found::Text(Cow::Borrowed(text)),
    }
}

fn element<'a>(on: &Found<'a>, index: i64) -> Found<'a> {
    let place = |len: usize| {
        let distance = usize::try_from(index.unsigned_abs()).ok()?;
        if index < 0 { len.checked_sub(distance) } else { Some(distance) }
    };
    let found = match on {
        Found::List(items) => place(items.len()).and_then(|at| items.get(at)).cloned(),
        Found::Ref(Ref::List(list)) => place(list.len()).and_then(|at| list.item(at)).map(Found::from),
        _ => None,
    };
    found.unwrap_or(Found::Null)
}

fn flatten<'a>(list: &Found<'a>) -> Found<'a> {
    let Some(items) = list.items() else { return Found::Null };
    let mut flat = Vec::with_capacity(items.len());
    for item in items {
        match item.items() {
            Some(inner) => flat.extend(inner),
            None => flat.push(item),
        }
    }
    Found::List(flat)
}

fn compare<'a>(comparator: Comparator, left: &Found<'_>, right: &Found<'_>) -> Found<'a> {
    let by_size = |holds: fn(f64, f64) -> bool| match (left.number(), right.number()) {
        (Some(left), Some(right)) => Found::Bool(holds(left, right)),
        _ => Found::Null,
    };
    match comparator {
        Comparator::Equal => Found::Bool(left == right),
        Comparator::NotEqual => Found::Bool(left != right),
        Comparator::Less => by_size(|left, right| left < right),
        Comparator::LessOrEqual => by_size(|left, right| left <= right),
        Comparator::Greater => by_size(|left, right| left > right),
        Comparator::GreaterOrEqual => by_size(|left, right| left >= right),
    }
}

fn call<'a>(function: Function, first: &Found<'a>, second: &Found<'a>) -> Found<'a> {
    match function {
        Function::Length => {
            length(first).and_then(|length| i64::try_from(length).ok()).map_or(Found::Null, Found::Integer)
        }
        Function::Contains => match (first, second) {
            (Found::Text(text), Found::Text(part)) => Found::Bool(text.contains(&**part)),
            _ => first.items().map_or(Found::Null, |items| Found::Bool(items.contains(second))),
        },
        Function::Keys => match first {
            Found::Ref(Ref::Map(map)) => {
                Found::List(keys(*map).into_iter().map(|key| Found::Text(Cow::Owned(key))).collect())
            }
            Found::Ref(Ref::Structure(shape)) => {
                let members = shape.schema().members().iter().enumerate();
                let set = members.filter(|(index, _)| shape.member(*index).is_some());
                Found::List(set.map(|(_, member)| Found::Text(Cow::Borrowed(member.name))).collect())
            }
            _ => Found::Null,
        },
    }
}

fn length(found: &Found<'_>) -> Option<usize> {
    match found {
        Found::Text(text) => Some(text.chars().count()),
        Found::List(items) => Some(items.len()),
        Found::Ref(Ref::List(list)) => Some(list.len()),
        Found::Ref(Ref::Map(map)) => Some(map.len()),
        Found::Ref(Ref::Structure(shape)) => {
            Some((0..shape.schema().members().len()).filter(|index| shape.member(*index).is_some()).count())
        }
        _ => None,
    }
}

fn keys(map: &dyn Map) -> Vec<String> {
    let mut keys = Vec::with_capacity(map.len());
    let walked = map.visit(&mut |key, _| {
        keys.push(key.to_owned());
        Ok(())
    });
    debug_assert!(walked.is_ok(), "the visitor never fails");
    keys
}
