//! Mocks of every Cumulo service trait, made with [mockall]: a feature for each service.
//!
//! A mock costs a tenth of a second of compile time per operation, so turn on only the services that a test mocks, and
//! only as a `dev-dependency`. Where a test needs one or two operations, a fake by hand is cheaper: every method of a
//! service trait has a default body.
//!
//! ```
//! # #[cfg(feature = "sqs")] {
//! use cumulo_mocks::MockSqsApi;
//! use cumulo_sqs::{ReceiveMessageOutput, SqsApi, types::Message};
//!
//! let mut sqs = MockSqsApi::new();
//! sqs.expect_receive_message()
//!     .returning(|_| Ok(ReceiveMessageOutput::new().messages([Message::new().body("hello")])));
//! let sqs: &dyn SqsApi = &sqs;
//! # }
//! ```

#[rustfmt::skip]
mod generated;

pub use generated::*;
