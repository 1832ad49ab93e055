//! The limiter as a whole: on a clock that only moves when somebody sleeps, against a service with a limit of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32};

use super::*;
use crate::future::BoxFuture;
use crate::testing::CountingClock;

async fn pass(limiter: &RateLimiter, clock: &dyn Clock) -> f64 {
    let before = clock.now();
    limiter.acquire(clock).await;
    clock.now().duration_since(before).as_secs_f64()
}

#[tokio::test]
async fn without_a_throttle_there_is_no_limit() {
    let (limiter, clock) = (RateLimiter::default(), CountingClock::new());
    for _ in 0..1000 {
        limiter.record(false, clock.now());
    }
    assert!(!limiter.is_enabled());
    limiter.record(true, clock.now());
    assert!(limiter.is_enabled());
}

#[tokio::test]
async fn the_rate_settles_near_what_the_service_takes() {
    let (limiter, clock) = (RateLimiter::default(), CountingClock::new());
    let mut service = TokenBucket::default();
    service.set_rate(10.0, 0.0);
    let (mut throttled, mut served) = (0, 0);
    let start = clock.now();
    while clock.now().duration_since(start).as_secs() < 120 {
        if limiter.is_enabled() {
            limiter.acquire(&clock).await;
        }
        let is_throttle = service.take(clock.now().duration_since(start).as_secs_f64()).is_some();
        *(if is_throttle { &mut throttled } else { &mut served }) += 1;
        // A request takes a hundredth of a second.
        clock.sleep(Duration::from_millis(10)).await;
        limiter.record(is_throttle, clock.now());
    }
    assert!(served > 120 * 7, "{served} served, {throttled} throttled");
    assert!(throttled * 10 < served, "{served} served, {throttled} throttled");
}

#[tokio::test]
async fn a_client_that_is_always_throttled_sends_one_request_in_two_seconds_and_recovers() {
    let (limiter, clock) = (RateLimiter::default(), CountingClock::new());
    for _ in 0..200 {
        limiter.record(true, clock.now());
        let waited = pass(&limiter, &clock).await;
        assert!(waited <= 2.001, "{waited}");
    }
    assert!(pass(&limiter, &clock).await > 1.9);
    for _ in 0..200 {
        pass(&limiter, &clock).await;
        limiter.record(false, clock.now());
    }
    assert!(pass(&limiter, &clock).await < 0.2, "the rate has grown again");
}

/// A clock that shows what it is told to, and whose sleep takes no time.
#[derive(Debug, Default)]
struct Odd {
    now: AtomicI64,
    sleeps: AtomicU32,
}

impl Clock for Odd {
    fn now(&self) -> DateTime {
        DateTime::from_unix_seconds(self.now.load(Ordering::SeqCst))
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        self.sleeps.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::ready(()))
    }
}

#[tokio::test]
async fn a_clock_that_stands_still_or_is_set_back_makes_nobody_wait_longer() {
    let (limiter, clock) = (RateLimiter::default(), Odd::default());
    clock.now.store(1_000_000, Ordering::SeqCst);
    limiter.record(true, clock.now());
    for step in 0..20 {
        clock.now.fetch_sub(3600 * (step % 2), Ordering::SeqCst);
        limiter.acquire(&clock).await;
        limiter.record(step % 3 == 0, clock.now());
    }
    assert!(clock.sleeps.load(Ordering::SeqCst) <= 20, "one sleep each is enough");
    clock.now.store(i64::MAX / 4, Ordering::SeqCst);
    limiter.record(false, clock.now());
    limiter.acquire(&clock).await;
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_go_in_their_order_and_one_who_gives_up_takes_nothing() {
    #[derive(Debug)]
    struct Tokio(tokio::time::Instant);
    impl Clock for Tokio {
        fn now(&self) -> DateTime {
            DateTime::from_unix_seconds(0).plus(self.0.elapsed())
        }
        fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
            Box::pin(tokio::time::sleep(duration))
        }
    }

    let limiter = Arc::new(RateLimiter::default());
    let clock = Arc::new(Tokio(tokio::time::Instant::now()));
    limiter.record(true, clock.now());
    let gone: Arc<Mutex<Vec<(u32, u64)>>> = Arc::default();
    let tasks: Vec<_> = (0..5)
        .map(|number| {
            let (limiter, clock, gone) = (Arc::clone(&limiter), Arc::clone(&clock), Arc::clone(&gone));
            tokio::spawn(async move {
                limiter.acquire(&*clock).await;
                gone.lock().unwrap().push((number, clock.0.elapsed().as_secs()));
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    // One that sleeps for its token, and one that waits behind it.
    tasks[0].abort();
    tasks[2].abort();
    for task in tasks {
        let _ = task.await;
    }
    assert_eq!(*gone.lock().unwrap(), [(1, 2), (3, 4), (4, 6)], "a token in two seconds");
}
