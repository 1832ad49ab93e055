//! How one request is signed, where its endpoint has a say in it.

use cumulo_endpoints::rules;
pub use cumulo_endpoints::rules::SchemeName;

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

    /// The first scheme that can be used, else the first: what is wrong with it is said when it comes to signing.
    pub(crate) fn choose(schemes: &[rules::AuthScheme]) -> Option<&rules::AuthScheme> {
        schemes.iter().find(|scheme| Self::is_supported(&scheme.name)).or_else(|| schemes.first())
    }

    /// Whether the Sign stage has a signer of this name.
    pub(crate) fn is_supported(name: &SchemeName) -> bool {
        matches!(name, SchemeName::SigV4)
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
