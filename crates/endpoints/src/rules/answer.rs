//! From the result that the rules lead to, the endpoint or the error.

use super::endpoint::{AuthScheme, Endpoint, Property, SchemeName};
use super::error::Error;
use super::evaluate::Evaluation;
use super::expression::{Expression, Id};
use super::table::Outcome;

/// Long enough for most URLs, so that they are allocated once.
const URL_CAPACITY: usize = 96;

impl<'a> Evaluation<'a> {
    pub(super) fn endpoint(&self) -> Result<Endpoint, Error> {
        let (url, headers, properties) = match self.outcome() {
            Some(Outcome::Endpoint { url, headers, properties }) => (url, headers, properties),
            Some(Outcome::Error { message }) => {
                return Err(Error::Refused { message: self.string(message)? });
            }
            None => return Err(Error::NoRule),
        };
        let mut endpoint = Endpoint { url: self.string(url)?, ..Endpoint::default() };
        for (name, values) in self.object(headers) {
            for value in self.items(values) {
                endpoint.headers.push((name.to_owned(), self.string(*value)?));
            }
        }
        for (name, value) in self.object(properties) {
            match name {
                "authSchemes" => {
                    let schemes = self.items(value);
                    endpoint.auth_schemes.reserve_exact(schemes.len());
                    for scheme in schemes {
                        endpoint.auth_schemes.push(self.auth_scheme(*scheme)?);
                    }
                }
                "backend" => endpoint.backend = Some(self.string(value)?),
                _ => endpoint.properties.push((name.to_owned(), self.property(value)?)),
            }
        }
        Ok(endpoint)
    }

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
