//! The life of a request.
//!
//! ```text
//! validate → build → [sign → send → unmarshal_meta → validate_response → unmarshal | unmarshal_error → retry → after_retry]* → complete
//! ```
//!
//! The modules below stand in the order in which a request meets them. Service crates are made of generated shapes and
//! operations over this crate; most programs use it through the facade crate `cumulo`.
//!
//! Core reads no file and no environment variable, and only [`hyper_client`] names hyper.

// What a call is configured with.
pub mod config;
pub mod timeouts;
pub mod clock;
pub mod client;
mod custom_endpoint;

// What is called: tables, and the lens through which values are reached.
pub mod operation;
pub mod schema;
pub mod shape;
pub mod value;
mod date_time;
mod open_enum;
pub mod iface;
#[cfg(any(feature = "dynamic", test))]
pub mod dynamic;

// The request, its handlers, and the loop that runs them.
pub mod request;
pub mod handlers;
mod pipeline;
pub mod stages;

// What the stages do.
pub mod protocol;
pub mod body;
pub mod checksum;
pub mod event_stream;
pub mod credentials;
pub mod signer;
mod skew;
pub mod crypto;
pub mod http;
pub mod hyper_client;
pub mod retryer;

// Calls made of several requests.
pub mod path;
pub mod paginator;
pub mod waiter;

// What comes back when something fails.
pub mod err_code;
mod error;
mod future;

#[cfg(test)]
mod fake;
#[cfg(test)]
mod testing;

pub use cumulo_endpoints as endpoints;

pub use body::Body;
pub use config::{ChecksumPolicy, Config, ConfigProvider};
pub use credentials::Credentials;
pub use date_time::DateTime;
pub use error::{BoxError, Error};
pub use event_stream::EventStream;
pub use future::BoxFuture;
pub use handlers::{HandlerList, Handlers, NamedHandler};
pub use paginator::{Items, Pages};
pub use request::{Call, OperationRequest, PresignedRequest, Request};
pub use retryer::RetryMode;
pub use shape::Shape;
pub use timeouts::Timeouts;
pub use value::{Blob, Document, SecretBlob, SecretString};
pub use waiter::Waiter;
