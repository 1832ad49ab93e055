//! From the result that the rules lead to, the endpoint or the error.

use std::fmt;

use super::endpoint::{AuthScheme, Endpoint, Property, SchemeName};
use super::error::Error;
use super::evaluate::Evaluation;
use super::expression::{Expression, Id, parameters};
use super::table::Outcome;

/// Long enough for most URLs, so that they are allocated once.
const URL_CAPACITY: usize = 96;

/// The rule that applies to some parameters, with what it takes to work out its endpoint.
///
/// Given by [`Params::with_rule`](super::Params::with_rule), for whoever keeps endpoints: mostly the URL alone differs from one that the
/// same rule gave before.
pub struct MatchedRule<'a> {
    evaluation: Evaluation<'a>,
    rule: u16,
    url: Id,
    headers: Id,
    properties: Id,
}

impl<'a> MatchedRule<'a> {
    /// Finds the rule.
    pub(super) fn find(evaluation: Evaluation<'a>) -> Result<Self, Error> {
        let rule = evaluation.result().ok_or(Error::NoRule)?;
        match evaluation.view.outcome(rule).ok_or(Error::NoRule)? {
            Outcome::Endpoint { url, headers, properties } => {
                Ok(Self { evaluation, rule, url, headers, properties })
            }
            Outcome::Error { message } => Err(Error::Refused { message: evaluation.string(message)? }),
        }
    }

    /// Which rule it is: a number that tells the rules of one set apart.
    pub fn rule(&self) -> u16 {
        self.rule
    }

    /// The parameters that the endpoint but for its URL can depend on, given that this rule applies: a bit for each, by its place.
    pub fn parameters_beside_url(&self) -> u32 {
        let view = self.evaluation.view;
        parameters(view, self.headers) | parameters(view, self.properties)
    }

    /// Adds the URL to a text.
    ///
    /// # Errors
    /// [`Error::Unset`]; a part of the URL may have been added then.
    pub fn append_url(&self, text: &mut String) -> Result<(), Error> {
        self.evaluation.append(self.url, text).map_err(|unset| self.evaluation.unset(unset))
    }

    /// The endpoint with all but its URL.
    ///
    /// # Errors
    /// [`Error::Unset`].
    pub fn beside_url(&self) -> Result<Endpoint, Error> {
        let evaluation = &self.evaluation;
        let mut endpoint = Endpoint::default();
        for (name, values) in evaluation.object(self.headers) {
            for value in evaluation.items(values) {
                endpoint.headers.push((name.to_owned(), evaluation.string(*value)?));
            }
        }
        for (name, value) in evaluation.object(self.properties) {
            match name {
                "authSchemes" => {
                    let schemes = evaluation.items(value);
                    endpoint.auth_schemes.reserve_exact(schemes.len());
                    for scheme in schemes {
                        endpoint.auth_schemes.push(evaluation.auth_scheme(*scheme)?);
                    }
                }
                "backend" => endpoint.backend = Some(evaluation.string(value)?),
                _ => endpoint.properties.push((name.to_owned(), evaluation.property(value)?)),
            }
        }
        Ok(endpoint)
    }

    /// The whole endpoint.
    ///
    /// # Errors
    /// [`Error::Unset`].
    pub fn endpoint(&self) -> Result<Endpoint, Error> {
        let mut url = String::with_capacity(URL_CAPACITY);
        self.append_url(&mut url)?;
        Ok(Endpoint { url, ..self.beside_url()? })
    }
}

impl fmt::Debug for MatchedRule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MatchedRule").field("rule", &self.rule).finish_non_exhaustive()
    }
}

impl<'a> Evaluation<'a> {
    fn auth_scheme(&self, id: Id) -> Result<AuthScheme, Error> {
        let mut scheme = AuthScheme::default();
        for (name, value) in self.object(id) {
            match name {
                "name" => {
                    scheme.name = match self.text(value) {
                        Some(name) => SchemeName::from(name),
                        None => return Err(self.unset(value)),
                    }
                }
                "signingName" => scheme.signing_name = Some(self.string(value)?),
                "signingRegion" => scheme.signing_region = Some(self.string(value)?),
                "signingRegionSet" => {
                    for region in self.items(value) {
                        scheme.signing_region_set.push(self.string(*region)?);
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
            _ => Property::String(self.string(id)?),
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
    fn string(&self, id: Id) -> Result<String, Error> {
        if !matches!(self.view.expression(id), Some(Expression::Template(_))) {
            return self.text(id).map(str::to_owned).ok_or_else(|| self.unset(id));
        }
        let mut text = String::with_capacity(URL_CAPACITY);
        match self.append(id, &mut text) {
            Ok(()) => Ok(text),
            Err(unset) => Err(self.unset(unset)),
        }
    }

    fn unset(&self, id: Id) -> Error {
        let parameter = match self.view.expression(id) {
            Some(Expression::Parameter(index)) => self.rules.parameter(index.into()),
            _ => None,
        };
        let name = parameter.map(|parameter| format!("the parameter {}", parameter.name));
        Error::Unset { name: name.unwrap_or_else(|| "a value".to_owned()) }
    }
}
