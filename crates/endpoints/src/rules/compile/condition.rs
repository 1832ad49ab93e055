//! Conditions brought into one form, so that the same question is the same expression.

use super::super::expression::{Expression, Id};
use super::Compiler;
use super::builder::Type;

/// What a condition of a rule comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    Constant(bool),
    /// Whether this expression holds, or does not.
    Asked(Id, bool),
}

impl Condition {
    fn negated(self) -> Self {
        match self {
            Self::Constant(value) => Self::Constant(!value),
            Self::Asked(id, value) => Self::Asked(id, !value),
        }
    }
}

impl Compiler {
    /// Takes negations and comparisons with `true` and `false` apart. `assigned` is how many variables there were before
    /// the condition.
    pub(super) fn condition(&self, id: Id, assigned: usize) -> Condition {
        let gives = self.builder.facts(id).gives;
        match self.builder.expression(id) {
            Some(Expression::Boolean(value)) => Condition::Constant(value),
            Some(Expression::Not(inner)) => self.condition(inner, assigned).negated(),
            Some(Expression::BooleanEquals(a, b)) => match self.builder.expression(b) {
                Some(Expression::Boolean(true)) => self.condition(a, assigned),
                Some(Expression::Boolean(false)) if self.is_set(a, assigned) => {
                    self.condition(a, assigned).negated()
                }
                _ => Condition::Asked(id, true),
            },
            Some(Expression::IsSet(inner)) if self.is_set(inner, assigned) => Condition::Constant(true),
            // Whatever is no boolean holds if it is set.
            Some(Expression::IsSet(inner)) if self.builder.facts(inner).gives != Type::Boolean => {
                Condition::Asked(inner, true)
            }
            _ if gives != Type::Boolean && self.is_set(id, assigned) => Condition::Constant(true),
            _ => Condition::Asked(id, true),
        }
    }

    /// Whether an expression is set where these variables are: they are, or the rules would not have come there.
    fn is_set(&self, id: Id, assigned: usize) -> bool {
        let variables = self.scope.iter().take(assigned);
        self.builder.facts(id).is_set
            || variables.into_iter().any(|(_, variable)| *variable == id)
            || match self.builder.expression(id) {
                Some(Expression::Field(target, _)) => self.is_set(target, assigned),
                _ => false,
            }
    }
}
