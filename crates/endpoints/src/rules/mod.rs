//! The rules that AWS publishes for each service: from the parameters of a call to its URL, headers and signature.
//!
//! A [`RuleSet`] is a decision table. The service crates hold theirs as constants, and one can be read from JSON at run time
//! (`endpoint-rule-set-1.json` in the Python SDK's data) with the feature `json`; both go through the same interpreter.
//!
//! ```
//! # #[cfg(feature = "json")] {
//! use cumulo_endpoints::rules::RuleSet;
//!
//! let rules = RuleSet::from_json(r#"{
//!     "parameters": {"Region": {"type": "string", "required": true}},
//!     "rules": [{
//!         "type": "endpoint",
//!         "conditions": [{"fn": "aws.partition", "argv": [{"ref": "Region"}], "assign": "partition"}],
//!         "endpoint": {"url": "https://music.{Region}.{partition#dnsSuffix}"}
//!     }]
//! }"#)?;
//! let endpoint = rules.params().set("Region", "eu-west-1")?.resolve()?;
//! assert_eq!(endpoint.url, "https://music.eu-west-1.amazonaws.com");
//! # }
//! # Ok::<(), cumulo_endpoints::rules::Error>(())
//! ```
//!
//! Reading order: [`RuleSet`] and its [`Table`], `params` (what goes in), `evaluate` (the interpreter, over `fields` and
//! `functions`), `answer` ([`MatchedRule`]) and [`Endpoint`] (what comes out). `compile` makes a table of JSON.

mod answer;
#[cfg(feature = "json")]
mod compile;
mod endpoint;
mod error;
mod evaluate;
mod expression;
mod fields;
mod functions;
#[rustfmt::skip]
mod generated {
    pub mod shared;
}
mod params;
mod rule_set;
mod table;
#[cfg(all(test, feature = "json"))]
mod tests;
mod texts;

pub use answer::MatchedRule;
pub use endpoint::{AuthScheme, Endpoint, Property, SchemeName};
pub use error::Error;
pub use generated::shared;
pub use params::{MAX_PARAMETERS, ParamValue, Parameter, ParameterKind, Params};
pub use rule_set::RuleSet;
pub use table::Table;
