//! Amazon S3 for Cumulo.
//!
//! ```no_run
//! use cumulo_core::{Config, Credentials};
//! use cumulo_s3::{Client, GetObjectInput, err_code};
//!
//! # async fn run() -> Result<(), cumulo_core::Error> {
//! let config = Config::new().region("eu-central-1").credentials(Credentials::from_keys("AKIA…", "…"));
//! let s3 = Client::new(&config);
//! match s3.get_object(GetObjectInput::new().bucket("my-bucket").key("hello.txt")).await {
//!     Ok(object) => println!("{:?}", object.body.unwrap_or_default().collect().await?),
//!     Err(error) if error.code() == err_code::NO_SUCH_KEY => println!("there is no such object"),
//!     Err(error) => return Err(error),
//! }
//! # Ok(()) }
//! ```
//!
//! Every operation has an input and an output type at the root, made with setters or by plain field assignment;
//! nested structures are in [`types`], names out of a set in [`enums`], error codes in [`err_code`], and the
//! operations as a trait, for fakes and mocks, in [`iface`].
//!
//! Code that takes any `S3Api` can be given a client, a reference to one, a mock, or an `Arc<dyn S3Api>` that the
//! program shares:
//!
//! ```
//! use std::sync::Arc;
//! use cumulo_core::Config;
//! use cumulo_s3::{Client, HeadObjectInput, S3Api};
//!
//! /// Tells a missing object from a failure. The answer to a HEAD has no body: its code is its status.
//! async fn exists(s3: impl S3Api, bucket: &str, key: &str) -> Result<bool, cumulo_core::Error> {
//!     match s3.head_object(HeadObjectInput::new().bucket(bucket).key(key)).await {
//!         Ok(_) => Ok(true),
//!         Err(error) if error.status() == Some(404) => Ok(false),
//!         Err(error) => Err(error),
//!     }
//! }
//!
//! let s3: Arc<dyn S3Api> = Arc::new(Client::new(&Config::new()));
//! let _ = exists(s3.clone(), "my-bucket", "hello.txt");
//! let _ = exists(&s3, "my-bucket", "hello.txt");
//! ```
//!
//! Pages, presigned URLs and waiters take the names of their operations: `list_objects_v2_pages`,
//! `list_objects_v2_items`, `get_object_request(…).presign(…)`, `wait_until_object_exists`.
//!
//! Not here: uploads and downloads in parts at once, and encryption on the client's side.
//!
//! Features: `aws-lc-rs` (default) or `ring` choose the cryptography.

mod bucket_endpoint;
mod bucket_region;
mod content_md5;
mod create_bucket;
pub mod customizations;
mod status_ok_error;
#[rustfmt::skip]
mod generated;

pub use generated::iface::S3Api;
#[doc(no_inline)]
pub use generated::operation::*;
pub use generated::{Client, ENDPOINT_RULES, SERVICE, enums, err_code, iface, operation, types};
