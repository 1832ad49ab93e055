//! What the tests share: a clock that is moved by hand, an STS that counts, and a network that is played.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cumulo::core::clock::Clock;
use cumulo::core::http::{HttpClient, HttpRequest, HttpResponse};
use cumulo::credentials::stscreds::AssumeRoler;
use cumulo::sts::types::{AssumedRoleUser, Credentials};
use cumulo::sts::{AssumeRoleInput, AssumeRoleOutput};
use cumulo::{BoxFuture, DateTime, Error, Timeouts};
use tokio::sync::Semaphore;

pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/operator";
pub(crate) const DEVICE: &str = "arn:aws:iam::123456789012:mfa/me";

/// Stands at 2026-01-01 until it is moved. A sleep is over as soon as others have run.
#[derive(Debug, Clone)]
pub(crate) struct HandClock(Arc<Mutex<DateTime>>);

impl HandClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(DateTime::parse_iso8601("2026-01-01T00:00:00Z").unwrap())))
    }

    pub(crate) fn advance(&self, seconds: u64) {
        let mut now = self.0.lock().unwrap();
        *now = now.plus(Duration::from_secs(seconds));
    }

    pub(crate) fn shared(&self) -> Arc<dyn Clock> {
        Arc::new(self.clone())
    }
}

impl Clock for HandClock {
    fn now(&self) -> DateTime {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async { let_others_run().await })
    }
}

pub(crate) async fn let_others_run() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

/// An STS that assumes any role for as long as it is asked to, one call per permit, and keeps what it was asked.
#[derive(Debug, Clone)]
pub(crate) struct CountingSts {
    clock: HandClock,
    pub(crate) permits: Arc<Semaphore>,
    asked: Arc<Mutex<Vec<AssumeRoleInput>>>,
}

impl CountingSts {
    pub(crate) fn new(clock: &HandClock, permits: usize) -> Self {
        Self { clock: clock.clone(), permits: Arc::new(Semaphore::new(permits)), asked: Arc::default() }
    }

    pub(crate) fn asked(&self) -> Vec<AssumeRoleInput> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait::async_trait]
impl AssumeRoler for CountingSts {
    async fn assume_role(&self, input: AssumeRoleInput) -> Result<AssumeRoleOutput, Error> {
        let seconds = u64::try_from(input.duration_seconds.unwrap()).unwrap();
        let number = {
            let mut asked = self.asked.lock().unwrap();
            asked.push(input);
            asked.len()
        };
        self.permits.acquire().await.unwrap().forget();
        let credentials = Credentials::new()
            .access_key_id(format!("ASIA{number}"))
            .secret_access_key("hush")
            .session_token("whisper")
            .expiration(self.clock.now().plus(Duration::from_secs(seconds)));
        let user = AssumedRoleUser::new().arn("arn:aws:sts::123456789012:assumed-role/operator/me");
        Ok(AssumeRoleOutput::new().credentials(credentials).assumed_role_user(user))
    }
}

/// A request as a test looks at it: who it is for, and its body.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) body: String,
    pub(crate) authorization: String,
}

/// What the other end answers; none if it never does.
type Answer = dyn Fn(&Sent) -> Option<(u16, String)> + Send + Sync;

/// A network on which one function answers everything.
#[derive(Clone)]
pub(crate) struct Network {
    answer: Arc<Answer>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl Network {
    pub(crate) fn answering(answer: impl Fn(&Sent) -> Option<(u16, String)> + Send + Sync + 'static) -> Self {
        Self { answer: Arc::new(answer), sent: Arc::default() }
    }

    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Network")
    }
}

impl HttpClient for Network {
    fn send<'a>(
        &'a self,
        request: HttpRequest,
        _: &'a Timeouts,
    ) -> BoxFuture<'a, Result<HttpResponse, Error>> {
        let header = |name| request.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let body = request.body.bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let sent = Sent {
            host: request.url.host().to_owned(),
            path: request.url.path.clone(),
            body: body.unwrap_or_default(),
            authorization: header("authorization").unwrap_or_default(),
        };
        self.sent.lock().unwrap().push(sent.clone());
        match (self.answer)(&sent) {
            Some((status, body)) => Box::pin(async move { Ok(HttpResponse::new(status, body)) }),
            None => Box::pin(std::future::pending()),
        }
    }
}

/// How STS answers AssumeRole with credentials of an hour from `now`.
pub(crate) fn assumed(now: DateTime, name: &str) -> String {
    let end = now.plus(Duration::from_secs(3600));
    format!(
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA{name}</AccessKeyId>\
         <SecretAccessKey>hush</SecretAccessKey><SessionToken>whisper</SessionToken><Expiration>{end}</Expiration>\
         </Credentials></AssumeRoleResult></AssumeRoleResponse>"
    )
}

/// How STS says who somebody is.
pub(crate) const CALLER: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:me</Arn>\
     </GetCallerIdentityResult></GetCallerIdentityResponse>";
