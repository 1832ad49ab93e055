//! The settings that only endpoint rules read.

/// Which endpoints a service uses in regions that once had a global one.
///
/// Source: "AWS STS Regional endpoints" in the AWS SDKs and Tools Reference Guide.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RegionalEndpoints {
    /// The region's own.
    #[default]
    Regional,
    /// The global one, where there was one before the region had its own.
    Legacy,
}

impl RegionalEndpoints {
    /// The name, as variables and profiles have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Regional => "regional",
            Self::Legacy => "legacy",
        }
    }
}

/// Whether the account of the credentials goes into the host name, for services that have endpoints for each account.
///
/// Source: "Account-based endpoints" in the AWS SDKs and Tools Reference Guide.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AccountIdEndpointMode {
    /// Where the account is known.
    #[default]
    Preferred,
    /// Never.
    Disabled,
    /// Always; a call without an account fails.
    Required,
}

impl AccountIdEndpointMode {
    /// The mode of this name, in whatever case: `preferred`, `disabled` or `required`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "preferred" => Some(Self::Preferred),
            "disabled" => Some(Self::Disabled),
            "required" => Some(Self::Required),
            _ => None,
        }
    }

    /// The name, as rules compare it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Preferred => "preferred",
            Self::Disabled => "disabled",
            Self::Required => "required",
        }
    }
}
