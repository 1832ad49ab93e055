//! How much a path makes of what it finds: lists of several steps, one after the other, multiply it.

use super::parser::Node;

/// More than any path of a service model comes near.
pub(super) const MOST: usize = 10_000;

/// How many times over a search can visit a value and list it, lists in the value itself not counted.
pub(super) fn growth(node: &Node) -> usize {
    match node {
        Node::Current | Node::Field(_) | Node::Literal(_) | Node::Index(_) => 1,
        Node::Flatten(of) | Node::Not(of) => growth(of),
        Node::Chain(left, right) => growth(left).saturating_mul(growth(right)),
        Node::Project { of, kept, each } => {
            let kept = kept.as_ref().map_or(0, |kept| growth(kept));
            growth(of).saturating_mul(growth(each).saturating_add(kept))
        }
        Node::ProjectValues { of, each } => growth(of).saturating_mul(growth(each)),
        Node::Or(left, right) | Node::And(left, right) | Node::Compare(_, left, right) => {
            growth(left).saturating_add(growth(right))
        }
        Node::Multi(nodes) | Node::Call(_, nodes) => {
            nodes.iter().fold(0, |sum: usize, node| sum.saturating_add(growth(node)))
        }
    }
}
