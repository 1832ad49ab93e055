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
//! `list_objects_v2_items`, `get_object_request(…).presign(…)`, `wait_until_object_exists`. Code that takes any [`S3Api`] has
//! the pages by [`S3Pages`]:
//!
//! ```
//! use std::sync::Arc;
//!
//! use cumulo_core::Error;
//! use cumulo_s3::{ListObjectsV2Input, S3Api, S3Pages as _};
//!
//! async fn size(s3: Arc<dyn S3Api>, bucket: &str) -> Result<i64, Error> {
//!     let mut objects = s3.list_objects_v2_items(ListObjectsV2Input::new().bucket(bucket));
//!     let mut size = 0;
//!     while let Some(object) = objects.next().await {
//!         size += object?.size.unwrap_or(0);
//!     }
//!     Ok(size)
//! }
//! ```
//!
//! SelectObjectContent answers a stream of events. One that has not brought an `End` is not whole:
//!
//! ```
//! use cumulo_core::Error;
//! use cumulo_s3::types::{CsvInput, CsvOutput, InputSerialization, OutputSerialization};
//! use cumulo_s3::{S3Api, SelectObjectContentInput};
//!
//! /// The first column of every record. `None` if the service gave up on the way.
//! async fn names(s3: impl S3Api) -> Result<Option<Vec<u8>>, Error> {
//!     let input = SelectObjectContentInput::new()
//!         .bucket("my-bucket")
//!         .key("people.csv")
//!         .expression("SELECT s._1 FROM S3Object s")
//!         .expression_type("SQL")
//!         .input_serialization(InputSerialization::new().csv(CsvInput::new()))
//!         .output_serialization(OutputSerialization::new().csv(CsvOutput::new()));
//!     let mut events = s3.select_object_content(input).await?.payload.unwrap_or_default();
//!     let mut names = Vec::new();
//!     let mut is_whole = false;
//!     while let Some(event) = events.recv().await? {
//!         if let Some(records) = event.records {
//!             names.extend_from_slice(&records.payload.unwrap_or_default());
//!         }
//!         is_whole |= event.end.is_some();
//!     }
//!     Ok(is_whole.then_some(names))
//! }
//! # use cumulo_s3::types::{EndEvent, RecordsEvent, SelectObjectContentEventStream as Event};
//! # struct Fake;
//! # impl S3Api for Fake {
//! #     fn select_object_content<'a, 'b>(&'a self, _: SelectObjectContentInput)
//! #         -> cumulo_core::BoxFuture<'b, Result<cumulo_s3::SelectObjectContentOutput, Error>> where 'a: 'b {
//! #         let events = vec![
//! #             Event::new().records(RecordsEvent::new().payload("ann\n")),
//! #             Event::new().end(EndEvent::new()),
//! #         ];
//! #         Box::pin(async { Ok(cumulo_s3::SelectObjectContentOutput::new().payload(events)) })
//! #     }
//! # }
//! # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
//! # assert_eq!(runtime.block_on(names(Fake)).unwrap().as_deref(), Some(&b"ann\n"[..]));
//! ```
//!
//! Uploads carry a checksum and downloads are compared with theirs: on AWS by default, on configured endpoints where the
//! caller asks. The table is in [`cumulo_core::checksum`].
//!
//! Uploads by forms are signed with a [`PostPolicy`]. [`get_bucket_region`] finds out where a bucket is, and
//! [`bucket_region_of`] what an error tells of it.
//!
//! Customer-provided keys (`sse_customer_key`) are given as their 32 bytes, or in Base64; their MD5 is added. They are not
//! sent without TLS.
//!
//! Requests on directory buckets (S3 Express One Zone), whose names end in `--x-s3`, are signed with the credentials of a
//! session. The client makes it with CreateSession, keeps it, and renews it ahead of its end after 5 minutes; a presigned URL of
//! such a bucket ends with it.
//!
//! What differs from the generated operations stands in [`customizations`], each handler with its name.
//!
//! Not here: uploads and downloads in parts at once, which the example `transfer` of the crate `cumulo` has, and encryption on
//! the client's side.
//!
//! What all services share, [`Config`](core::Config), [`Credentials`](core::Credentials), [`Error`](core::Error) and so on, is
//! in [`core`], so that a program needs no other crate.
//!
//! Features: `aws-lc-rs` (default) or `ring` choose the cryptography.

mod bucket_endpoint;
mod bucket_location;
mod bucket_region;
mod create_bucket;
pub mod customizations;
mod expect_continue;
mod express_session;
mod get_bucket_region;
pub mod post_policy;
mod sse_customer_key;
mod status_ok_error;
#[rustfmt::skip]
mod generated;

pub use bucket_location::normalize_bucket_location;
pub use bucket_region::bucket_region_of;
pub use cumulo_core as core;
pub use generated::iface::S3Api;
#[doc(no_inline)]
pub use generated::operation::*;
pub use generated::{Client, ENDPOINT_RULES, S3Pages, SERVICE, enums, err_code, iface, operation, types};
pub use get_bucket_region::{get_bucket_region, get_bucket_region_with_client};
pub use post_policy::{PostPolicy, PresignedPost};
