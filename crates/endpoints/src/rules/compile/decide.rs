//! From a tree of rules to decisions that lead forwards.
//!
//! Every condition becomes a decision: where to go on if it holds, and if not. Rules repeat each other's conditions, so what
//! is known on the way to a decision lets most of them be skipped: in S3's rules nine out of ten.

use std::collections::{BTreeMap, HashMap};

use super::super::expression::{Expression, Id};
use super::super::table::{Decision, Target};
use super::builder::{Builder, Type};
use super::rules::{Body, Rule};

/// The words of the decisions, or none if there are more than a table can hold.
pub(super) fn decisions(rules: &[Rule], builder: &Builder) -> Option<Vec<u16>> {
    let mut graph = Graph { builder, nodes: Vec::new(), known: HashMap::new() };
    let entry = graph.rules(rules, Target::Nowhere);
    let mut nodes = graph.nodes;
    let mut entry = Target::Decision(match entry {
        Target::Decision(index) => index,
        // Even rules that ask nothing start with a decision.
        target => {
            nodes.push(Node { condition: ALWAYS, holds: target, fails: target });
            u16::try_from(nodes.len() - 1).ok()?
        }
    });
    loop {
        let before = nodes.clone();
        entry = skip_known(&mut nodes, entry, builder);
        if nodes == before {
            break;
        }
    }
    encode(&nodes, entry)
}

/// A decision under construction: it leads to nodes that were made before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Node {
    condition: Id,
    holds: Target,
    fails: Target,
}

/// The condition of a decision whose branches are the same; no expression is asked.
const ALWAYS: Id = Id::MAX;

/// What a condition comes to.
enum Condition {
    Constant(bool),
    /// Whether this expression holds, or does not.
    Asked(Id, bool),
}

struct Graph<'a> {
    builder: &'a Builder,
    nodes: Vec<Node>,
    known: HashMap<Node, Target>,
}

impl Graph<'_> {
    /// The way through `rules`; `otherwise` if none applies.
    fn rules(&mut self, rules: &[Rule], otherwise: Target) -> Target {
        rules.iter().rev().fold(otherwise, |next, rule| self.rule(rule, next))
    }

    fn rule(&mut self, rule: &Rule, otherwise: Target) -> Target {
        let body = match &rule.body {
            Body::Result(index) => Target::Result(*index),
            Body::Rules(rules) => self.rules(rules, otherwise),
        };
        rule.conditions.iter().rev().fold(body, |body, condition| {
            match simplify(*condition, self.builder) {
                Condition::Constant(true) => body,
                Condition::Constant(false) => otherwise,
                Condition::Asked(condition, true) => self.node(condition, body, otherwise),
                Condition::Asked(condition, false) => self.node(condition, otherwise, body),
            }
        })
    }

    fn node(&mut self, condition: Id, holds: Target, fails: Target) -> Target {
        let node = Node { condition, holds, fails };
        if holds == fails {
            return holds;
        }
        let nodes = &mut self.nodes;
        *self.known.entry(node).or_insert_with(|| {
            nodes.push(node);
            // Too many nodes are told apart when they are encoded.
            Target::Decision(u16::try_from(nodes.len() - 1).unwrap_or(u16::MAX))
        })
    }
}

/// Takes negations and comparisons with `true` and `false` apart, so that the same question is the same expression.
fn simplify(id: Id, builder: &Builder) -> Condition {
    let negated = |condition| match condition {
        Condition::Constant(value) => Condition::Constant(!value),
        Condition::Asked(id, value) => Condition::Asked(id, !value),
    };
    match builder.expression(id) {
        Some(Expression::Boolean(value)) => Condition::Constant(value),
        Some(Expression::Not(inner)) => negated(simplify(inner, builder)),
        Some(Expression::BooleanEquals(a, b)) => match builder.expression(b) {
            Some(Expression::Boolean(true)) => simplify(a, builder),
            Some(Expression::Boolean(false)) if builder.facts(a).is_set => negated(simplify(a, builder)),
            _ => Condition::Asked(id, true),
        },
        Some(Expression::IsSet(inner)) if builder.facts(inner).is_set => Condition::Constant(true),
        // Whatever is no boolean holds if it is set.
        Some(Expression::IsSet(inner)) if builder.facts(inner).gives != Type::Boolean => {
            Condition::Asked(inner, true)
        }
        _ if builder.facts(id).is_set && builder.facts(id).gives != Type::Boolean => Condition::Constant(true),
        _ => Condition::Asked(id, true),
    }
}

/// What is known about the conditions on every way to a node.
type Known = BTreeMap<Id, bool>;

/// Leads every branch past the decisions whose answer is known there. A pass over all nodes, those that lead to others first.
fn skip_known(nodes: &mut [Node], entry: Target, builder: &Builder) -> Target {
    let mut known: Vec<Option<Known>> = vec![None; nodes.len()];
    if let Target::Decision(index) = entry {
        known[usize::from(index)] = Some(Known::new());
    }
    for index in (0..nodes.len()).rev() {
        let Some(here) = known[index].take() else { continue };
        let node = nodes[index];
        let mut branch = |answer: bool, target: Target| {
            let mut there = here.clone();
            learn(&mut there, node.condition, answer, builder);
            let target = follow(nodes, target, &there);
            if let Target::Decision(next) = target {
                match &mut known[usize::from(next)] {
                    Some(others) => others.retain(|id, answer| there.get(id) == Some(answer)),
                    none => *none = Some(there),
                }
            }
            target
        };
        let (holds, fails) = (branch(true, node.holds), branch(false, node.fails));
        nodes[index] = Node { condition: node.condition, holds, fails };
    }
    follow(nodes, entry, &Known::new())
}

/// Adds what follows from an answer.
fn learn(known: &mut Known, condition: Id, answer: bool, builder: &Builder) {
    known.insert(condition, answer);
    if !answer {
        return;
    }
    for (other, expression) in builder.expressions.iter().enumerate() {
        let follows = match (builder.expression(condition), expression) {
            // A text that equals one constant equals no other.
            (Some(Expression::StringEquals(a, text)), Expression::StringEquals(b, other)) if a == *b => {
                let is_text = |id| matches!(builder.expression(id), Some(Expression::Text(_)));
                (text != *other && is_text(text) && is_text(*other)).then_some(false)
            }
            (Some(Expression::StringEquals(a, _)), Expression::IsSet(b)) if a == *b => Some(true),
            (_, Expression::IsSet(b)) if condition == *b => Some(true),
            _ => None,
        };
        if let (Some(follows), Ok(other)) = (follows, Id::try_from(other)) {
            known.insert(other, follows);
        }
    }
}

/// Where a way ends up that need not ask what is known, nor what makes no difference.
fn follow(nodes: &[Node], mut target: Target, known: &Known) -> Target {
    while let Target::Decision(index) = target {
        let node = nodes[usize::from(index)];
        target = match known.get(&node.condition) {
            Some(true) => node.holds,
            Some(false) => node.fails,
            None if node.holds == node.fails => node.holds,
            None => break,
        };
    }
    target
}

/// The words of the decisions that the entry leads to, the entry first.
fn encode(nodes: &[Node], entry: Target) -> Option<Vec<u16>> {
    if nodes.len() >= usize::from(u16::MAX) / 2 {
        return None;
    }
    let mut reached = vec![false; nodes.len()];
    let mark = |reached: &mut Vec<bool>, target| {
        if let Target::Decision(index) = target {
            reached[usize::from(index)] = true;
        }
    };
    mark(&mut reached, entry);
    let mut order = Vec::new();
    for index in (0..nodes.len()).rev() {
        if reached[index] {
            order.push(index);
            mark(&mut reached, nodes[index].holds);
            mark(&mut reached, nodes[index].fails);
        }
    }
    let mut places = vec![0_u16; nodes.len()];
    for (place, index) in order.iter().enumerate() {
        places[*index] = u16::try_from(place).ok()?;
    }
    let place = |target| match target {
        Target::Decision(index) => Target::Decision(places[usize::from(index)]).encode(),
        target => target.encode(),
    };
    if order.is_empty() {
        return Some(vec![ALWAYS, entry.encode(), entry.encode()]);
    }
    let decisions = order.iter().map(|index| nodes[*index]);
    let decisions = decisions.map(|node| Decision {
        condition: node.condition,
        holds: place(node.holds),
        fails: place(node.fails),
    });
    Some(decisions.flat_map(|decision| [decision.condition, decision.holds, decision.fails]).collect())
}
