//! How one request is signed, where its endpoint has a say in it.

use cumulo_endpoints::rules;
pub use cumulo_endpoints::rules::SchemeName;

use crate::config::Config;
use crate::operation::{Auth, Operation};

/// The way in which a request is signed; [`Request::auth_scheme`](crate::Request::auth_scheme).
///
/// Set by [`core.ResolveEndpoint`](crate::stages::endpoint::RESOLVE_ENDPOINT) from the endpoint's rules, read by the handlers of
/// the Sign stage. The region and the service in the signature's scope stand in the request itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthScheme {
    /// Which signature. Defaults to Signature Version 4.
    pub name: SchemeName,
    /// The regions that a SigV4a signature is good for; `*` is all. Empty for other schemes, and where the rules name none:
    /// it is the signing region then.
    pub signing_region_set: Vec<String>,
    /// Whether the path is signed as it stands, and not escaped once more, whatever the service does otherwise.
    pub disable_double_encoding: bool,
}

impl AuthScheme {
    /// The scheme of this name with nothing else said.
    #[must_use]
    pub fn new(name: SchemeName) -> Self {
        Self { name, ..Self::default() }
    }

    /// Whether the Sign stage has a signer of this name.
    pub(crate) fn is_supported(name: &SchemeName) -> bool {
        matches!(name, SchemeName::SigV4 | SchemeName::SigV4S3Express)
            || (*name == SchemeName::SigV4a && cfg!(feature = "aws-lc-rs"))
    }

    /// The one to sign with of those that an operation or an endpoint takes, best first: one that is preferred, else the first
    /// that there is a signer of, else the first, whose signer says what it lacks.
    pub(crate) fn choose<'a, T>(
        offered: &'a [T],
        name: impl Fn(&T) -> &SchemeName,
        preferred: &[SchemeName],
    ) -> Option<&'a T> {
        let find = |wanted: &dyn Fn(&SchemeName) -> bool| {
            offered.iter().find(|scheme| Self::is_supported(name(scheme)) && wanted(name(scheme)))
        };
        let preferred = preferred.iter().find_map(|preferred| find(&|name| name == preferred));
        preferred.or_else(|| find(&|_| true)).or(offered.first())
    }

    /// The endpoint's scheme, else the operation's.
    pub(crate) fn of(endpoints: Option<&Self>, operation: &Operation, config: &Config) -> Self {
        match (endpoints, operation.auth) {
            (Some(scheme), _) => scheme.clone(),
            (None, Auth::AnyOf(offered)) => {
                let preferred = config.auth_scheme_preference.as_deref().unwrap_or_default();
                Self::choose(offered, |name| name, preferred).cloned().map(Self::new).unwrap_or_default()
            }
            (None, Auth::SigV4 | Auth::None) => Self::default(),
        }
    }
}

impl From<&rules::AuthScheme> for AuthScheme {
    fn from(scheme: &rules::AuthScheme) -> Self {
        Self {
            name: scheme.name.clone(),
            signing_region_set: scheme.signing_region_set.clone(),
            disable_double_encoding: scheme.disable_double_encoding,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_scheme_is_chosen_if_it_is_offered_and_can_be_made() {
        let other = || SchemeName::Other("bearer".to_owned());
        let offered = [other(), SchemeName::SigV4, SchemeName::SigV4S3Express];
        let chosen = |preferred: &[SchemeName]| AuthScheme::choose(&offered, |name| name, preferred).cloned();
        assert_eq!(chosen(&[]), Some(SchemeName::SigV4));
        assert_eq!(chosen(&[other(), SchemeName::SigV4S3Express]), Some(SchemeName::SigV4S3Express));
        assert_eq!(chosen(&[SchemeName::SigV4a]), Some(SchemeName::SigV4), "it is not offered");
        assert_eq!(AuthScheme::choose(&[other()], |name| name, &[]), Some(&other()), "its error is told");
    }
}
