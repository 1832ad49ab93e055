//! The cache in front of a provider: one refresh at a time, ahead of the end, lost to nobody who waits.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::credentials::{Provider, Value};
use crate::date_time::DateTime;
use crate::err_code;
use crate::error::Error;
use crate::future::BoxFuture;

/// How long before their end credentials are fetched anew in the background.
const REFRESH_AHEAD: Duration = Duration::from_secs(300);
/// How long before their end credentials are no longer used.
const EXPIRY_WINDOW: Duration = Duration::from_secs(10);
/// How long after an early refresh failed the next one may start.
const EARLY_RETRY: Duration = Duration::from_secs(30);

/// How many refreshes a caller waits for if they end without an outcome.
const REFRESHES_TO_JOIN: u32 = 3;

type Fetched = Result<Arc<Value>, Error>;
type Waiting = watch::Receiver<Option<Fetched>>;

pub(super) struct Cache {
    provider: Arc<dyn Provider>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    cached: Option<Cached>,
    /// The refresh under way.
    refresh: Option<Waiting>,
}

struct Cached {
    value: Arc<Value>,
    /// From when on a refresh is started in the background.
    early: Option<DateTime>,
    /// From when on the value is not used.
    end: Option<DateTime>,
}

impl Cached {
    fn new(value: Arc<Value>, now: DateTime) -> Self {
        let life = value.expires.map(|expires| expires.duration_since(now));
        let before_end = |wish: Duration, share: u32| {
            let expires = value.expires?;
            Some(expires.minus(wish.min(life? / share)))
        };
        Self { early: before_end(REFRESH_AHEAD, 5), end: before_end(EXPIRY_WINDOW, 10), value }
    }
}

impl Cache {
    pub(super) fn new(provider: Arc<dyn Provider>, clock: Arc<dyn Clock>) -> Self {
        Self { provider, clock, state: Mutex::default() }
    }

    pub(super) fn provider(&self) -> &dyn Provider {
        &*self.provider
    }

    /// Drops the cached value if it `is_meant`.
    pub(super) fn expire(&self, is_meant: impl FnOnce(&Arc<Value>) -> bool) {
        self.state().cached.take_if(|cached| is_meant(&cached.value));
    }

    /// The cached value while it may be used; starts an early refresh when it is time for one.
    pub(super) fn fresh(self: &Arc<Self>) -> Option<Arc<Value>> {
        let mut state = self.state();
        let cached = state.cached.as_ref()?;
        let value = Arc::clone(&cached.value);
        let Some(end) = cached.end else { return Some(value) };
        let now = self.clock.now();
        if now >= end {
            return None;
        }
        let is_early = cached.early.is_some_and(|early| now >= early) && state.refresh.is_none();
        if is_early && let Ok(waiting) = self.start_refresh() {
            state.refresh = Some(waiting);
        }
        Some(value)
    }

    /// Waits for the refresh under way, or for a new one.
    pub(super) fn refreshed(self: &Arc<Self>) -> BoxFuture<'_, Fetched> {
        Box::pin(self.next_refresh())
    }

    async fn next_refresh(self: &Arc<Self>) -> Fetched {
        // One may be lost with the runtime that ran it. A provider that panics loses every one.
        for _ in 0..REFRESHES_TO_JOIN {
            let mut waiting = self.join_refresh()?;
            let fetched = waiting.wait_for(Option::is_some).await.map(|fetched| fetched.clone());
            match fetched {
                Ok(Some(fetched)) => return fetched,
                Ok(None) | Err(_) => self.forget_refresh(&waiting),
            }
        }
        let message = "the provider of the credentials has panicked, or its runtime was shut down";
        Err(Error::new(err_code::NO_CREDENTIAL_PROVIDERS, message))
    }

    fn join_refresh(self: &Arc<Self>) -> Result<Waiting, Error> {
        let mut state = self.state();
        if let Some(waiting) = &state.refresh {
            return Ok(waiting.clone());
        }
        let waiting = self.start_refresh()?;
        state.refresh = Some(waiting.clone());
        Ok(waiting)
    }

    fn forget_refresh(&self, gone: &Waiting) {
        let mut state = self.state();
        if state.refresh.as_ref().is_some_and(|waiting| waiting.same_channel(gone)) {
            state.refresh = None;
        }
    }

    /// Starts a task of its own, so that no caller who gives up takes the refresh along.
    fn start_refresh(self: &Arc<Self>) -> Result<Waiting, Error> {
        let runtime = Handle::try_current().map_err(|error| {
            Error::new(err_code::CONFIG_ERROR, "credentials can only be fetched inside a tokio runtime")
                .with_source(error)
        })?;
        let (sender, waiting) = watch::channel(None);
        let cache = Arc::clone(self);
        runtime.spawn(async move {
            let fetched = cache.provider.retrieve().await.map(Arc::new);
            cache.store(&fetched);
            sender.send_replace(Some(fetched));
        });
        Ok(waiting)
    }

    fn store(&self, fetched: &Fetched) {
        let now = self.clock.now();
        let mut state = self.state();
        state.refresh = None;
        match (fetched, &mut state.cached) {
            (Ok(value), _) => state.cached = Some(Cached::new(Arc::clone(value), now)),
            (Err(error), Some(cached)) => {
                tracing::warn!(%error, "the early refresh of credentials failed; the old ones stay in use");
                cached.early = Some(now.plus(EARLY_RETRY));
            }
            (Err(_), None) => {}
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
