//! Services without a generated crate: a model is loaded at run time, and its operations are called by name.
//!
//! A [`Model`] is read from the JSON that AWS publishes for each service (`service-2.json` in the Python SDK's data). Its
//! operations go through the same handlers, protocols, signer, retries, paginators and waiters as those of generated
//! clients; only the structures differ, which are [`DynamicShape`]s: a schema and a value for each member.
//!
//! ```
//! use cumulo_core::{Config, Error, dynamic};
//! use serde_json::json;
//!
//! async fn read_item(config: &Config, model: &[u8]) -> Result<(), Error> {
//!     let model = dynamic::Model::from_json(model)?;
//!     let client = dynamic::Client::new(&model, config);
//!     let key = json!({"id": {"S": "42"}});
//!     let output = client.call("GetItem", &json!({"TableName": "music", "Key": key})).await?;
//!     assert!(output["Item"].is_object());
//!     Ok(())
//! }
//! ```
//!
//! How values are given and shown as JSON:
//!
//! | value | as JSON |
//! | --- | --- |
//! | structure, map, list | object by member names, object, array |
//! | stream of events | array of events, each an object with one member; see [`DynamicShape::take_events`] for one by one |
//! | text, boolean, number | the same; `"NaN"`, `"Infinity"` and `"-Infinity"` where there are no digits. For text any other JSON is read too, as it is written |
//! | bytes, body | `{"$bytes": "…"}` with the text whose UTF-8 they are, else `{"$b64": "…"}` in base64. A plain string is read as its UTF-8 |
//! | timestamp | `{"$time": "…"}` in RFC 3339, with a fraction if there is one. Plain RFC 3339, HTTP dates and seconds since 1970 are read too |
//! | document | itself |
//! | unset | left out. `null` is read too |
//!
//! Where requests go is told by the endpoint rules beside the model ([`ModelBuilder::endpoint_rules`]).
//!
//! What a service needs beyond the two, such as S3's encryption keys in Base64, is no part of a dynamic client. For a service
//! that has a crate, the crate's `customizations::client_handlers` brings it ([`Client::customized`]); anything else can be
//! pushed onto [`Client::handlers_mut`].

mod client;
mod endpoint_params;
mod events;
mod json;
mod model;
mod node;
mod operations;
mod schemas;
mod shape;
#[cfg(test)]
mod tests;

pub use client::{Client, read_bodies};
pub use json::{fill, input, to_json};
pub use model::{Model, ModelBuilder};
pub use shape::DynamicShape;
