//! Why a rule set could not be read, or gave no endpoint.

/// Why a rule set could not be read, or gave no endpoint. Its [`code`](Error::code) is what an SDK error carries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The rule set breaks the rules language: an unknown function or variable, a wrong type, nesting without end.
    #[error("invalid endpoint rules: {reason} (at {path})")]
    InvalidRules {
        /// Where, such as `rules[2].conditions[0].argv[1]`.
        path: String,
        /// What is wrong.
        reason: String,
    },

    /// The rule set has no parameter of this name.
    #[error("the endpoint rules have no parameter {name}")]
    UnknownParameter {
        /// The name as it was given.
        name: String,
    },

    /// A parameter was given a value of another type.
    #[error("the endpoint parameter {name} is not {expected}")]
    WrongType {
        /// The parameter.
        name: String,
        /// What it takes: `a string`, `a boolean` or `a list of strings`.
        expected: &'static str,
    },

    /// A parameter that the rules cannot do without was not set.
    #[error("the endpoint parameter {name} is required")]
    MissingParameter {
        /// The parameter.
        name: String,
    },

    /// The rules refuse the parameters; the message is theirs.
    #[error("{message}")]
    Refused {
        /// What the service's rules say.
        message: String,
    },

    /// No rule applies to the parameters.
    #[error("no endpoint rule applies to the parameters")]
    NoRule,

    /// A rule applies whose endpoint holds a value that is not set.
    #[error("the endpoint of the rule that applies uses {name}, which is not set")]
    Unset {
        /// The parameter, or what kind of value it is.
        name: String,
    },
}

impl Error {
    /// The error code: `InvalidModel` for rules that cannot be read, `InvalidParameter` for a parameter that they do not
    /// take, `InvalidEndpointConfiguration` for the rest.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidRules { .. } => "InvalidModel",
            Self::UnknownParameter { .. } | Self::WrongType { .. } => "InvalidParameter",
            Self::MissingParameter { .. } | Self::Refused { .. } | Self::NoRule | Self::Unset { .. } => {
                "InvalidEndpointConfiguration"
            }
        }
    }
}
