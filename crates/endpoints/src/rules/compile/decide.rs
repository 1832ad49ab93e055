//! From a tree of rules to decisions that lead forwards.
//!
//! Every condition becomes a decision: where to go on if it holds, and if not. Rules repeat each other's conditions, so a decision
//! is left out wherever the way there has answered it, and made once for all ways that have answered the same of what
//! comes after it.

use super::super::expression::{Expression, Id};
use super::super::table::{Decision, Question, Target};
use super::builder::{Builder, Known};
use super::condition::Condition;
use super::rules::{Body, Rule};

/// How much longer the decisions may get by knowing the way to them. The published rules get shorter, but for one service's.
const MAX_GROWTH: usize = 4;

/// The words of the decisions, or none if there are more than a table can hold.
pub(super) fn decisions(rules: &[Rule], builder: &Builder) -> Option<Vec<u16>> {
    let mut graph = Graph::default();
    let entry = graph.rules(rules, Target::Nowhere);
    if graph.nodes.len() > MAX_NODES {
        return None;
    }
    if graph.nodes.len() <= MAX_INFORMED {
        let mut informed = Informed::new(&graph.nodes, builder);
        if let Some(entry) = informed.target(entry, &Answers::default()) {
            return encode(&informed.graph.nodes, entry, builder);
        }
    }
    encode(&graph.nodes, entry, builder)
}

/// Up to how many decisions the way to them is looked at, step by step. S3 has 711.
const MAX_INFORMED: usize = 1500;

/// How many decisions a table can hold.
const MAX_NODES: usize = 0x7fff;

/// A decision under construction: it leads to nodes that were made before it.
#[derive(Debug, Clone, Copy)]
struct Node {
    condition: Id,
    holds: Target,
    fails: Target,
}

#[derive(Default)]
struct Graph {
    nodes: Vec<Node>,
    known: Known,
}

impl Graph {
    /// The way through `rules`; `otherwise` if none applies.
    fn rules(&mut self, rules: &[Rule], otherwise: Target) -> Target {
        rules.iter().rev().fold(otherwise, |next, rule| self.rule(rule, next))
    }

    fn rule(&mut self, rule: &Rule, otherwise: Target) -> Target {
        let body = match &rule.body {
            Body::Result(index) => Target::Result(*index),
            Body::Rules(rules) => self.rules(rules, otherwise),
        };
        rule.conditions.iter().rev().fold(body, |body, condition| match *condition {
            Condition::Constant(true) => body,
            Condition::Constant(false) => otherwise,
            Condition::Asked(condition, true) => self.node(condition, body, otherwise),
            Condition::Asked(condition, false) => self.node(condition, otherwise, body),
        })
    }

    fn node(&mut self, condition: Id, holds: Target, fails: Target) -> Target {
        if holds == fails {
            return holds;
        }
        let key = vec![condition, holds.encode(), fails.encode()];
        if let Some(index) = self.known.get(&key) {
            return Target::Decision(*index);
        }
        // Too many nodes are told apart before they are encoded.
        let index = u16::try_from(self.nodes.len()).unwrap_or(u16::MAX);
        self.nodes.push(Node { condition, holds, fails });
        self.known.insert(key, index);
        Target::Decision(index)
    }
}

/// The answers on the way to a decision, by their conditions in ascending order.
#[derive(Debug, Clone, Default)]
struct Answers {
    conditions: Vec<Id>,
    answers: Vec<u16>,
}

impl Answers {
    fn get(&self, condition: Id) -> Option<bool> {
        let place = self.conditions.binary_search(&condition).ok()?;
        Some(self.answers[place] != 0)
    }

    fn set(&mut self, condition: Id, answer: bool) {
        match self.conditions.binary_search(&condition) {
            Ok(place) => self.answers[place] = answer.into(),
            Err(place) => {
                self.conditions.insert(place, condition);
                self.answers.insert(place, answer.into());
            }
        }
    }

    /// Those to these conditions, which are in ascending order.
    fn only(&self, conditions: &[Id]) -> Self {
        let mut only = Self::default();
        for (condition, answer) in self.conditions.iter().zip(&self.answers) {
            if conditions.binary_search(condition).is_ok() {
                only.conditions.push(*condition);
                only.answers.push(*answer);
            }
        }
        only
    }
}

/// The decisions of another graph, each for the answers that are known where it is made.
struct Informed<'a> {
    nodes: &'a [Node],
    builder: &'a Builder,
    /// For each node what it and those after it ask.
    asked: Vec<Vec<Id>>,
    /// Where a node stands among the new ones, by its index and the answers that matter to it.
    made: Known,
    graph: Graph,
}

impl<'a> Informed<'a> {
    fn new(nodes: &'a [Node], builder: &'a Builder) -> Self {
        let mut asked: Vec<Vec<Id>> = Vec::with_capacity(nodes.len());
        for node in nodes {
            let mut here = vec![node.condition];
            for target in [node.holds, node.fails] {
                if let Target::Decision(next) = target {
                    here.extend(&asked[usize::from(next)]);
                }
            }
            here.sort_unstable();
            here.dedup();
            asked.push(here);
        }
        Self { nodes, builder, asked, made: Known::new(), graph: Graph::default() }
    }

    /// The way on from `target`, or none if there are too many.
    fn target(&mut self, mut target: Target, known: &Answers) -> Option<Target> {
        let (index, node) = loop {
            let Target::Decision(index) = target else { return Some(target) };
            let node = self.nodes[usize::from(index)];
            target = match known.get(node.condition) {
                Some(true) => node.holds,
                Some(false) => node.fails,
                None => break (index, node),
            };
        };
        let relevant = known.only(&self.asked[usize::from(index)]);
        let mut key = vec![index];
        key.extend(relevant.conditions.iter().chain(&relevant.answers));
        if let Some(made) = self.made.get(&key) {
            return Some(Target::decode(*made));
        }
        if self.made.len() > self.nodes.len() * MAX_GROWTH {
            return None;
        }
        let mut branch = |answer, target| {
            let mut known = relevant.clone();
            learn(&mut known, node.condition, answer, self.builder);
            self.target(target, &known)
        };
        let (holds, fails) = (branch(true, node.holds)?, branch(false, node.fails)?);
        let made = self.graph.node(node.condition, holds, fails);
        self.made.insert(key, made.encode());
        Some(made)
    }
}

/// Adds what follows from an answer.
fn learn(known: &mut Answers, condition: Id, answer: bool, builder: &Builder) {
    known.set(condition, answer);
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
            known.set(other, follows);
        }
    }
}

/// The words of the decisions that the entry leads to, the entry first.
fn encode(nodes: &[Node], entry: Target, builder: &Builder) -> Option<Vec<u16>> {
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
    if order.len() > MAX_NODES {
        return None;
    }
    let mut places = vec![0; nodes.len()];
    for (place, index) in order.iter().enumerate() {
        places[*index] = u16::try_from(place).ok()?;
    }
    let place = |target| match target {
        Target::Decision(index) => Target::Decision(places[usize::from(index)]),
        target => target,
    };
    let mut words = Vec::new();
    for index in &order {
        let node = nodes[*index];
        let condition = match builder.expression(node.condition) {
            Some(Expression::Parameter(parameter)) => Question::Parameter(parameter),
            _ => Question::Expression(node.condition),
        };
        words.extend(Decision { condition, holds: place(node.holds), fails: place(node.fails) }.encode());
    }
    if order.is_empty() {
        // Even rules that ask nothing start with a decision.
        words.extend(Decision { condition: Question::Parameter(0), holds: entry, fails: entry }.encode());
    }
    Some(words)
}
