//! `getAttr`: fields of structures and items of lists.

use super::super::error::Error;
use super::super::expression::{Expression, Field, Id};
use super::Compiler;
use super::builder::Type;

impl Compiler {
    /// Follows a path such as `resourceId[1]`, with dots between fields.
    pub(super) fn path(&mut self, target: Id, path: &str) -> Result<Id, Error> {
        path.split('.').try_fold(target, |target, part| self.attribute(target, part))
    }

    /// A field, an item of a list, or an item of a field that is a list.
    pub(super) fn attribute(&mut self, mut target: Id, part: &str) -> Result<Id, Error> {
        let (name, index) = match part.split_once('[') {
            Some((name, index)) => (name, Some(index)),
            None => (part, None),
        };
        if !name.is_empty() || index.is_none() {
            let (field, gives) = field(self.builder.facts(target).gives, name).ok_or_else(|| {
                let gives = self.builder.facts(target).gives.describe();
                self.refuse(format!("{gives} has no field {name:?}"))
            })?;
            target = self.builder.field(target, field, gives);
        }
        let Some(index) = index else { return Ok(target) };
        let Some(index) = index.strip_suffix(']').and_then(|index| index.parse().ok()) else {
            return Err(self.refuse(format!("{part:?} has no number in its brackets")));
        };
        if self.builder.facts(target).gives != Type::Strings {
            return Err(self.refuse(format!("{part:?} takes an item of what is no list")));
        }
        Ok(self.builder.add(Expression::Item(target, index), Type::String, false, &[target]))
    }
}

fn field(of: Type, name: &str) -> Option<(Field, Type)> {
    Some(match (of, name) {
        (Type::Partition, "name") => (Field::PartitionName, Type::String),
        (Type::Partition, "dnsSuffix") => (Field::DnsSuffix, Type::String),
        (Type::Partition, "dualStackDnsSuffix") => (Field::DualStackDnsSuffix, Type::String),
        (Type::Partition, "supportsFIPS") => (Field::SupportsFips, Type::Boolean),
        (Type::Partition, "supportsDualStack") => (Field::SupportsDualStack, Type::Boolean),
        (Type::Partition, "implicitGlobalRegion") => (Field::ImplicitGlobalRegion, Type::String),
        (Type::Arn, "partition") => (Field::ArnPartition, Type::String),
        (Type::Arn, "service") => (Field::ArnService, Type::String),
        (Type::Arn, "region") => (Field::ArnRegion, Type::String),
        (Type::Arn, "accountId") => (Field::ArnAccountId, Type::String),
        (Type::Arn, "resourceId") => (Field::ArnResourceId, Type::Strings),
        (Type::Url, "scheme") => (Field::UrlScheme, Type::String),
        (Type::Url, "authority") => (Field::UrlAuthority, Type::String),
        (Type::Url, "path") => (Field::UrlPath, Type::String),
        (Type::Url, "normalizedPath") => (Field::UrlNormalizedPath, Type::String),
        (Type::Url, "isIp") => (Field::UrlIsIp, Type::Boolean),
        _ => return None,
    })
}
