//! What comes out of the rules.

/// An endpoint as the rules give it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Endpoint {
    /// The URL that requests go to, such as `https://my-bucket.s3.eu-west-1.amazonaws.com`. It may have a path.
    pub url: String,
    /// Headers to send with every request, such as `x-amz-outpost-id`.
    pub headers: Vec<(String, String)>,
    /// How requests can be signed, best first. Empty where the service's own way holds.
    pub auth_schemes: Vec<AuthScheme>,
    /// The kind of S3 behind the URL, such as `S3Express`.
    pub backend: Option<String>,
    /// Everything else that the rules say about the endpoint.
    pub properties: Vec<(String, Property)>,
}

/// One way to sign.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthScheme {
    /// Which.
    pub name: SchemeName,
    /// The service in the signature's scope, if it is not the service's own name.
    pub signing_name: Option<String>,
    /// The region in the signature's scope, if it is not the client's.
    pub signing_region: Option<String>,
    /// The regions that a SigV4a signature is good for; `*` is all. Empty for other schemes.
    pub signing_region_set: Vec<String>,
    /// Whether the path is signed as it stands, and not escaped once more.
    pub disable_double_encoding: bool,
    /// What this engine gives no meaning.
    pub other: Vec<(String, Property)>,
}

/// The name of a way to sign.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemeName {
    /// `sigv4`: Signature Version 4.
    #[default]
    SigV4,
    /// `sigv4a`: the asymmetric one, for several regions at once.
    SigV4a,
    /// `sigv4-s3express`: with the credentials of an S3 Express session.
    SigV4S3Express,
    /// One that this engine does not know.
    Other(String),
}

impl SchemeName {
    /// The name as it stands in rules.
    pub fn as_str(&self) -> &str {
        match self {
            Self::SigV4 => "sigv4",
            Self::SigV4a => "sigv4a",
            Self::SigV4S3Express => "sigv4-s3express",
            Self::Other(name) => name,
        }
    }
}

impl From<&str> for SchemeName {
    fn from(name: &str) -> Self {
        match name {
            "sigv4" => Self::SigV4,
            "sigv4a" => Self::SigV4a,
            "sigv4-s3express" => Self::SigV4S3Express,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// A value that rules attach to an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Property {
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i32),
    /// Text.
    String(String),
    /// Several.
    List(Vec<Self>),
    /// By name.
    Object(Vec<(String, Self)>),
}
