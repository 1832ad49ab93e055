//! The boxed future that every dyn-compatible async function answers.

use std::pin::Pin;

/// A future that may be sent between threads, boxed.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
