//! The interpreter's structures: lists and their items, partitions, ARNs and URLs and their fields.

use std::cell::Cell;

use super::evaluate::Evaluation;
use super::expression::{Expression, Field, Id};
use super::functions::{self, Arn, Url};
use super::params::{ParamValue, Slot};
use crate::Partition;
use crate::partition::{default_partition, partition_for_region};

/// The last two values of a kind, by their expressions.
pub(super) type Found<T> = Cell<[Option<(Id, T)>; 2]>;

/// A list, whose items are worked out when they are asked for.
#[derive(Clone, Copy)]
enum List<'a> {
    Given(&'a [String]),
    Of(Id),
}

impl<'a> Evaluation<'a> {
    /// An item of a list; a negative index counts from the end.
    pub(super) fn item(&self, list: Id, index: i16) -> Option<&'a str> {
        let list = match self.list(list)? {
            List::Given(texts) => return texts.get(place(index, || texts.len())?).map(String::as_str),
            List::Of(list) => list,
        };
        match self.view.expression(list)? {
            Expression::List(span) => {
                let ids = self.view.list(span);
                self.text(*ids.get(place(index, || ids.len())?)?)
            }
            Expression::Field(arn, Field::ArnResourceId) => {
                let resource = self.arn(arn)?.resource;
                functions::resource_part(resource, place(index, || functions::resource_parts(resource))?)
            }
            Expression::Split { text, delimiter, limit } => {
                let parts = functions::split(self.text(text)?, self.text(delimiter)?, limit);
                parts.clone().nth(place(index, || parts.count())?)
            }
            _ => None,
        }
    }

    fn list(&self, id: Id) -> Option<List<'a>> {
        let expression = self.view.expression(id)?;
        match expression {
            Expression::Parameter(index) => match self.slot(index) {
                Slot::Given(ParamValue::Strings(texts)) => Some(List::Given(texts)),
                Slot::Default(id) => Some(List::Of(*id)),
                Slot::Given(_) => None,
            },
            Expression::Coalesce(_) | Expression::IfElse(..) => self.list(self.choice(expression)?),
            _ => Some(List::Of(id)),
        }
    }

    /// A field that is text.
    pub(super) fn field(&self, target: Id, field: Field) -> Option<&'a str> {
        match field {
            Field::PartitionName => Some(self.partition(target)?.id()),
            Field::DnsSuffix => Some(self.partition(target)?.dns_suffix()),
            Field::DualStackDnsSuffix => Some(self.partition(target)?.dual_stack_dns_suffix()),
            Field::ImplicitGlobalRegion => Some(self.partition(target)?.implicit_global_region()),
            Field::ArnPartition => Some(self.arn(target)?.partition),
            Field::ArnService => Some(self.arn(target)?.service),
            Field::ArnRegion => Some(self.arn(target)?.region),
            Field::ArnAccountId => Some(self.arn(target)?.account_id),
            Field::UrlScheme => Some(self.url(target)?.scheme),
            Field::UrlAuthority => Some(self.url(target)?.authority),
            Field::UrlPath => Some(self.url(target)?.path),
            Field::UrlNormalizedPath => Some(match self.url(target)?.path {
                "" => "/",
                path if path.ends_with('/') => path,
                path => self.texts.keep(format!("{path}/")),
            }),
            Field::SupportsFips | Field::SupportsDualStack | Field::ArnResourceId | Field::UrlIsIp => None,
        }
    }

    /// The partition of a region; the first one for a region that no partition knows.
    pub(super) fn partition(&self, id: Id) -> Option<&'static Partition> {
        recall(&self.partitions, id, || match self.view.expression(id)? {
            Expression::Partition(region) => {
                Some(self.text(region).and_then(partition_for_region).unwrap_or_else(default_partition))
            }
            expression => self.partition(self.choice(expression)?),
        })
    }

    pub(super) fn arn(&self, id: Id) -> Option<Arn<'a>> {
        recall(&self.arns, id, || match self.view.expression(id)? {
            Expression::ParseArn(text) => functions::parse_arn(self.text(text)?),
            expression => self.arn(self.choice(expression)?),
        })
    }

    pub(super) fn url(&self, id: Id) -> Option<Url<'a>> {
        recall(&self.urls, id, || match self.view.expression(id)? {
            Expression::ParseUrl(text) => functions::parse_url(self.text(text)?),
            expression => self.url(self.choice(expression)?),
        })
    }
}

/// What was found for this expression before, or is found now.
#[inline]
fn recall<T: Copy>(found: &Found<T>, id: Id, find: impl FnOnce() -> Option<T>) -> Option<T> {
    let [first, second] = found.get();
    match (first, second) {
        (Some((known, value)), _) | (_, Some((known, value))) if known == id => return Some(value),
        _ => {}
    }
    let value = find()?;
    let [first, _] = found.get();
    found.set([Some((id, value)), first]);
    Some(value)
}

/// The place that an index means in a list of a length.
fn place(index: i16, len: impl FnOnce() -> usize) -> Option<usize> {
    match usize::try_from(index) {
        Ok(index) => Some(index),
        Err(_) => len().checked_sub(usize::from(index.unsigned_abs())),
    }
}
