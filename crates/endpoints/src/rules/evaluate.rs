//! The interpreter: walks the decisions to a result, and works out the expressions on the way.

use std::borrow::Cow;
use std::cell::Cell;

use super::endpoint::{AuthScheme, Endpoint, Property};
use super::error::Error;
use super::expression::{Expression, Field, Id, Span};
use super::functions;
use super::params::{ParamValue, Slot};
use super::table::{Outcome, RuleSet, Target, View};
use super::value::{List, Value, slice};
use crate::Partition;
use crate::partition::{default_partition, partition_for_region};

/// Long enough for most URLs, so that they are allocated once.
const URL_CAPACITY: usize = 96;

/// One walk through a rule set.
///
/// It ends, because decisions lead forwards only and `compile` bounds what an expression can cost.
pub(super) struct Evaluation<'a> {
    rules: &'a RuleSet,
    view: View<'a>,
    slots: &'a [Slot<'a>],
    /// The partitions found so far, by their expression: they are used often and cost the most to find.
    partitions: Cell<[Option<(Id, &'static Partition)>; 2]>,
}

impl<'a> Evaluation<'a> {
    pub(super) fn new(rules: &'a RuleSet, slots: &'a [Slot<'a>]) -> Self {
        Self { rules, view: rules.table.view(), slots, partitions: Cell::new([None; 2]) }
    }

    pub(super) fn endpoint(&self) -> Result<Endpoint, Error> {
        match self.outcome().ok_or(Error::NoRule)? {
            Outcome::Error { message } => Err(Error::Refused { message: self.text(message)? }),
            Outcome::Endpoint { url, headers, properties } => {
                let mut endpoint = Endpoint { url: self.text(url)?, ..Endpoint::default() };
                for (name, values) in self.object(headers) {
                    for value in self.items(values) {
                        endpoint.headers.push((name.to_owned(), self.text(*value)?));
                    }
                }
                for (name, value) in self.object(properties) {
                    self.set_property(&mut endpoint, name, value)?;
                }
                Ok(endpoint)
            }
        }
    }

    fn outcome(&self) -> Option<Outcome> {
        let mut at = 0;
        loop {
            let decision = self.view.decision(at)?;
            let next = if self.holds(decision.condition) { decision.holds } else { decision.fails };
            match Target::decode(next) {
                Target::Decision(next) if next > at => at = next,
                Target::Result(result) => return self.view.outcome(result),
                Target::Decision(_) | Target::Nowhere => return None,
            }
        }
    }

    fn set_property(&self, endpoint: &mut Endpoint, name: &str, value: Id) -> Result<(), Error> {
        match name {
            "authSchemes" => {
                let schemes = self.items(value);
                endpoint.auth_schemes.reserve_exact(schemes.len());
                for scheme in schemes {
                    endpoint.auth_schemes.push(self.auth_scheme(*scheme)?);
                }
            }
            "backend" => endpoint.backend = Some(self.text(value)?),
            _ => endpoint.properties.push((name.to_owned(), self.property(value)?)),
        }
        Ok(())
    }

    fn auth_scheme(&self, id: Id) -> Result<AuthScheme, Error> {
        let mut scheme = AuthScheme::default();
        for (name, value) in self.object(id) {
            match name {
                "name" => scheme.name = self.text(value)?.into(),
                "signingName" => scheme.signing_name = Some(self.text(value)?),
                "signingRegion" => scheme.signing_region = Some(self.text(value)?),
                "signingRegionSet" => {
                    for region in self.items(value) {
                        scheme.signing_region_set.push(self.text(*region)?);
                    }
                }
                "disableDoubleEncoding" => scheme.disable_double_encoding = self.holds(value),
                _ => scheme.other.push((name.to_owned(), self.property(value)?)),
            }
        }
        Ok(scheme)
    }

    fn property(&self, id: Id) -> Result<Property, Error> {
        Ok(match self.view.expression(id) {
            Some(Expression::Boolean(value)) => Property::Boolean(value),
            Some(Expression::Integer(value)) => Property::Integer(value),
            Some(Expression::List(_)) => {
                Property::List(self.items(id).iter().map(|id| self.property(*id)).collect::<Result<_, _>>()?)
            }
            Some(Expression::Object(_)) => {
                let entry = |(name, value): (&str, Id)| Ok((name.to_owned(), self.property(value)?));
                Property::Object(self.object(id).map(entry).collect::<Result<_, Error>>()?)
            }
            _ => Property::String(self.text(id)?),
        })
    }

    /// The entries of an object, in their order.
    fn object(&self, id: Id) -> impl Iterator<Item = (&'a str, Id)> + use<'a> {
        let view = self.view;
        let entries = match view.expression(id) {
            Some(Expression::Object(span)) => view.list(span),
            _ => &[],
        };
        entries.chunks_exact(2).map(move |pair| {
            let name = match view.expression(pair[0]) {
                Some(Expression::Text(span)) => view.text(span),
                _ => "",
            };
            (name, pair[1])
        })
    }

    fn items(&self, id: Id) -> &'a [Id] {
        match self.view.expression(id) {
            Some(Expression::List(span)) => self.view.list(span),
            _ => &[],
        }
    }

    /// The text of an expression that must have one.
    fn text(&self, id: Id) -> Result<String, Error> {
        let mut text = String::new();
        if matches!(self.view.expression(id), Some(Expression::Template(_))) {
            text.reserve(URL_CAPACITY);
        }
        match self.append(id, &mut text) {
            Ok(()) => Ok(text),
            Err(unset) => Err(Error::Unset { name: self.describe(unset) }),
        }
    }

    /// Adds the text of an expression, or tells which part has none.
    fn append(&self, id: Id, text: &mut String) -> Result<(), Id> {
        match self.view.expression(id) {
            Some(Expression::Text(span)) => text.push_str(self.view.text(span)),
            Some(Expression::Name(index)) => text.push_str(self.name(index)),
            Some(Expression::Template(span)) => {
                for part in self.view.list(span) {
                    self.append(*part, text)?;
                }
            }
            _ => match self.value(id) {
                Value::Text(value) => text.push_str(&value),
                Value::Boolean(value) => text.push_str(if value { "true" } else { "false" }),
                Value::Integer(value) => text.push_str(&value.to_string()),
                _ => return Err(id),
            },
        }
        Ok(())
    }

    fn name(&self, index: u16) -> &'a str {
        self.rules.names.get(usize::from(index)).map_or("", |name| name)
    }

    fn describe(&self, id: Id) -> String {
        let parameter = match self.view.expression(id) {
            Some(Expression::Parameter(index)) => self.rules.parameter(index.into()),
            _ => None,
        };
        parameter.map_or_else(|| "a value".to_owned(), |parameter| format!("the parameter {}", parameter.name))
    }

    /// Whether an expression holds, as a condition.
    fn holds(&self, id: Id) -> bool {
        match self.view.expression(id) {
            Some(Expression::Parameter(index)) => match self.slots.get(usize::from(index)) {
                Some(Slot::Given(value)) => !matches!(value, ParamValue::Unset | ParamValue::Boolean(false)),
                Some(Slot::Default(_)) => true,
                None => false,
            },
            Some(Expression::IsSet(value)) => self.value(value) != Value::Unset,
            Some(Expression::Not(value)) => !self.holds(value),
            Some(Expression::StringEquals(a, b)) => {
                let a = self.value(a);
                a.as_text().is_some_and(|a| match self.view.expression(b) {
                    Some(Expression::Text(span)) => a == self.view.text(span),
                    _ => self.value(b).as_text() == Some(a),
                })
            }
            Some(Expression::IsValidHostLabel(text, subdomains)) => {
                let text = self.value(text);
                text.as_text().is_some_and(|text| functions::is_valid_host_label(text, self.holds(subdomains)))
            }
            Some(Expression::IsVirtualHostableBucket(text, subdomains)) => self
                .value(text)
                .as_text()
                .is_some_and(|text| functions::is_virtual_hostable_bucket(text, self.holds(subdomains))),
            _ => self.value(id).is_true(),
        }
    }

    fn value(&self, id: Id) -> Value<'a> {
        let Some(expression) = self.view.expression(id) else { return Value::Unset };
        match expression {
            Expression::Parameter(index) => self.parameter(index),
            Expression::Boolean(value) => Value::Boolean(value),
            Expression::Integer(value) => Value::Integer(value),
            Expression::Text(span) => Value::text(Some(self.view.text(span))),
            Expression::Name(index) => Value::text(Some(self.name(index))),
            Expression::Template(_) => {
                let mut text = String::new();
                Value::owned(self.append(id, &mut text).is_ok().then_some(Cow::Owned(text)))
            }
            Expression::IsSet(_)
            | Expression::Not(_)
            | Expression::StringEquals(..)
            | Expression::IsValidHostLabel(..)
            | Expression::IsVirtualHostableBucket(..) => Value::Boolean(self.holds(id)),
            Expression::BooleanEquals(a, b) => match (self.value(a), self.value(b)) {
                (Value::Boolean(a), Value::Boolean(b)) => Value::Boolean(a == b),
                _ => Value::Unset,
            },
            Expression::Field(target, field) => self.field(target, field),
            Expression::Item(target, index) => match self.value(target) {
                Value::List(list) => Value::owned(list.item(index)),
                _ => Value::Unset,
            },
            Expression::Substring { text, start, stop, reverse } => match self.value(text) {
                Value::Text(text) => {
                    Value::owned(slice(&text, |text| functions::substring(text, start, stop, reverse)))
                }
                _ => Value::Unset,
            },
            Expression::UriEncode(text) => match self.value(text) {
                Value::Text(text) => Value::Text(functions::uri_encode(text)),
                _ => Value::Unset,
            },
            Expression::ParseUrl(text) => match self.value(text) {
                Value::Text(text) if functions::parse_url(&text).is_some() => Value::Url(text),
                _ => Value::Unset,
            },
            Expression::ParseArn(text) => match self.value(text) {
                Value::Text(text) if functions::parse_arn(&text).is_some() => Value::Arn(text),
                _ => Value::Unset,
            },
            Expression::Partition(_) => Value::Partition(self.partition(id)),
            Expression::Coalesce(span) => {
                let values = self.view.list(span).iter().map(|id| self.value(*id));
                values.into_iter().find(|value| *value != Value::Unset).unwrap_or(Value::Unset)
            }
            Expression::IfElse(condition, a, b) => self.value(if self.holds(condition) { a } else { b }),
            Expression::Split { text, delimiter, limit } => match (self.value(text), self.value(delimiter)) {
                (Value::Text(text), Value::Text(delimiter)) => {
                    Value::List(List::Split { text, delimiter, limit: limit.into() })
                }
                _ => Value::Unset,
            },
            Expression::List(span) => Value::List(List::Default(self.texts(span))),
            Expression::Object(_) => Value::Unset,
        }
    }

    fn parameter(&self, index: u16) -> Value<'a> {
        match self.slots.get(usize::from(index)) {
            Some(Slot::Given(ParamValue::String(text))) => Value::text(Some(text)),
            Some(Slot::Given(ParamValue::Boolean(value))) => Value::Boolean(*value),
            Some(Slot::Given(ParamValue::Strings(texts))) => Value::List(List::Texts(texts)),
            Some(Slot::Default(id)) => self.value(*id),
            Some(Slot::Given(ParamValue::Unset)) | None => Value::Unset,
        }
    }

    fn texts(&self, span: Span) -> Vec<&'a str> {
        let text = |id: &Id| match self.view.expression(*id) {
            Some(Expression::Text(span)) => Some(self.view.text(span)),
            _ => None,
        };
        self.view.list(span).iter().filter_map(text).collect()
    }

    /// The partition of a region: the first one for a region that no partition knows.
    fn partition(&self, id: Id) -> &'static Partition {
        let mut known = self.partitions.get();
        if let Some((_, partition)) = known.iter().flatten().find(|(known, _)| *known == id) {
            return partition;
        }
        let region = match self.view.expression(id) {
            Some(Expression::Partition(region)) => self.value(region),
            _ => Value::Unset,
        };
        let partition = region.as_text().and_then(partition_for_region).unwrap_or_else(default_partition);
        known.rotate_right(1);
        known[0] = Some((id, partition));
        self.partitions.set(known);
        partition
    }

    fn field(&self, target: Id, field: Field) -> Value<'a> {
        match self.value(target) {
            Value::Partition(partition) => match field {
                Field::PartitionName => Value::text(Some(partition.id())),
                Field::DnsSuffix => Value::text(Some(partition.dns_suffix())),
                Field::DualStackDnsSuffix => Value::text(Some(partition.dual_stack_dns_suffix())),
                Field::SupportsFips => Value::Boolean(partition.supports_fips()),
                Field::SupportsDualStack => Value::Boolean(partition.supports_dual_stack()),
                Field::ImplicitGlobalRegion => Value::text(Some(partition.implicit_global_region())),
                _ => Value::Unset,
            },
            Value::Arn(text) => {
                let part = slice(&text, |text| arn_field(text, field));
                match (field, part) {
                    (Field::ArnResourceId, Some(part)) => Value::List(List::Resource(part)),
                    (_, part) => Value::owned(part),
                }
            }
            Value::Url(text) => match field {
                Field::UrlIsIp => {
                    functions::parse_url(&text).map_or(Value::Unset, |url| Value::Boolean(url.is_ip()))
                }
                Field::UrlNormalizedPath => Value::owned(slice(&text, |text| url_field(text, field)).map(closed)),
                _ => Value::owned(slice(&text, |text| url_field(text, field))),
            },
            _ => Value::Unset,
        }
    }
}

fn arn_field(text: &str, field: Field) -> Option<&str> {
    let arn = functions::parse_arn(text)?;
    match field {
        Field::ArnPartition => Some(arn.partition),
        Field::ArnService => Some(arn.service),
        Field::ArnRegion => Some(arn.region),
        Field::ArnAccountId => Some(arn.account_id),
        Field::ArnResourceId => Some(arn.resource),
        _ => None,
    }
}

fn url_field(text: &str, field: Field) -> Option<&str> {
    let url = functions::parse_url(text)?;
    match field {
        Field::UrlScheme => Some(url.scheme),
        Field::UrlAuthority => Some(url.authority),
        Field::UrlPath | Field::UrlNormalizedPath => Some(url.path),
        _ => None,
    }
}

/// The path with a slash at its end.
fn closed(path: Cow<'_, str>) -> Cow<'_, str> {
    match path.ends_with('/') {
        true => path,
        false => Cow::Owned(format!("{path}/")),
    }
}
