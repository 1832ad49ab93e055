//! `paginators-1.json`: how the answers of operations are split into pages.

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(rename = "version")]
    _version: Option<Value>,
    pub(super) pagination: IndexMap<String, Paginator>,
}

/// How the answers of one operation are split. Output paths are JMESPath expressions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paginator {
    /// The input members that take the tokens.
    #[serde(rename = "input_token", deserialize_with = "one_or_more")]
    pub(crate) input_tokens: Vec<String>,
    /// Where in the output the tokens of the next page stand, in the order of the input tokens.
    #[serde(rename = "output_token", deserialize_with = "one_or_more")]
    pub(crate) output_tokens: Vec<String>,
    /// Where in the output the items stand; the first is what a stream of items yields.
    #[serde(rename = "result_key", deserialize_with = "one_or_more")]
    pub(crate) result_keys: Vec<String>,
    /// Where in the output it stands whether there is another page.
    pub(crate) more_results: Option<String>,
    /// The input member that limits the size of a page.
    pub(crate) limit_key: Option<String>,
    /// Where in the output values stand that are the same on every page.
    #[serde(default)]
    pub(crate) non_aggregate_keys: Vec<String>,
}

fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMore {
        One(String),
        More(Vec<String>),
    }
    Ok(match OneOrMore::deserialize(deserializer)? {
        OneOrMore::One(one) => vec![one],
        OneOrMore::More(more) => more,
    })
}
