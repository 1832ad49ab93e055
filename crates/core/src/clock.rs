//! Time and chance from outside: the only callers of the system's clock, timers and random numbers.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::date_time::DateTime;
use crate::future::BoxFuture;

/// Tells the time and waits. Tests bring one that does neither.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The current time.
    fn now(&self) -> DateTime;
    /// Waits for `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

impl<T: Clock + ?Sized> Clock for Arc<T> {
    fn now(&self) -> DateTime {
        (**self).now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        (**self).sleep(duration)
    }
}

/// The system's clock and tokio's timer.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime {
        SystemTime::now().into()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Gives random numbers for jitter and tokens. Tests bring one that repeats.
pub trait Random: fmt::Debug + Send + Sync {
    /// A number from 0 up to but not including 1, for jitter.
    fn fraction(&self) -> f64;
    /// A random UUID (RFC 9562, version 4), for idempotency tokens.
    fn uuid(&self) -> String;
}

impl<T: Random + ?Sized> Random for Arc<T> {
    fn fraction(&self) -> f64 {
        (**self).fraction()
    }

    fn uuid(&self) -> String {
        (**self).uuid()
    }
}

/// A fast generator for jitter, the operating system's for UUIDs.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fraction(&self) -> f64 {
        fastrand::f64()
    }

    fn uuid(&self) -> String {
        crate::crypto::uuid_v4()
    }
}
