//! For tests of calls made of several requests: shapes as the generator writes them, and a server that answers with them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cumulo_endpoints::ServiceEndpoint;

use crate::client::BaseClient;
use crate::config::Config;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::http::{HeaderValue, HttpResponse};
use crate::operation::{Operation, Service, ShapeType};
use crate::protocol::Protocol;
use crate::request::Request;
use crate::retryer::NoRetryer;
use crate::schema::{ListSchema, MapSchema, Member, Schema, Target};
use crate::shape::{Mut, Ref, Shape, get, get_mut};
use crate::signer::v4;
use crate::testing::CountingClock;

macro_rules! shape {
    ($name:ident { $($index:literal $field:ident: $type:ty = $member:literal $target:expr;)* }) => {
        #[derive(Default)]
        pub(crate) struct $name { $(pub(crate) $field: Option<$type>,)* }

        impl $name {
            pub(crate) const SCHEMA: &'static Schema =
                &Schema::new(stringify!($name), &[$(Member::new($member, $target),)*]);
            $(
                #[allow(dead_code, reason = "tests do not fill every member of every shape")]
                pub(crate) fn $field(mut self, value: impl Into<$type>) -> Self {
                    self.$field = Some(value.into());
                    self
                }
            )*
        }

        impl Shape for $name {
            fn schema(&self) -> &'static Schema {
                Self::SCHEMA
            }
            fn member(&self, index: usize) -> Option<Ref<'_>> {
                match index {
                    $($index => get(&self.$field),)*
                    _ => None,
                }
            }
            fn member_mut(&mut self, index: usize) -> Option<Mut<'_>> {
                match index {
                    $($index => get_mut(&mut self.$field),)*
                    _ => None,
                }
            }
        }
    };
}

const NAMES: Target = Target::List(&ListSchema { element: Member::new("member", Target::String) });
const KEY: Target = Target::Map(&MapSchema {
    key: Member::new("key", Target::String),
    value: Member::new("value", Target::String),
});

const fn list_of(schema: &'static ListSchema) -> Target {
    Target::List(schema)
}

shape!(ListInput {
    0 bucket: String = "Bucket" Target::String;
    1 token: String = "ContinuationToken" Target::String;
    2 part: i32 = "PartNumberMarker" Target::Integer;
    3 start: BTreeMap<String, String> = "ExclusiveStartKey" KEY;
});

shape!(Object { 0 key: String = "Key" Target::String; });

shape!(ListOutput {
    0 truncated: bool = "IsTruncated" Target::Boolean;
    1 contents: Vec<Object> = "Contents" list_of(&ListSchema {
        element: Member::new("member", Target::Structure(Object::SCHEMA)),
    });
    2 token: String = "NextContinuationToken" Target::String;
    3 part: i32 = "NextPartNumberMarker" Target::Integer;
    4 last: BTreeMap<String, String> = "LastEvaluatedKey" KEY;
});

shape!(DescribeServicesInput { 0 services: Vec<String> = "services" NAMES; });

shape!(Deployment { 0 id: String = "id" Target::String; });

shape!(EcsService {
    0 status: String = "status" Target::String;
    1 running: i32 = "runningCount" Target::Integer;
    2 desired: i32 = "desiredCount" Target::Integer;
    3 deployments: Vec<Deployment> = "deployments" list_of(&ListSchema {
        element: Member::new("member", Target::Structure(Deployment::SCHEMA)),
    });
});

shape!(Failure { 0 reason: String = "reason" Target::String; });

shape!(DescribeServicesOutput {
    0 services: Vec<EcsService> = "services" list_of(&ListSchema {
        element: Member::new("member", Target::Structure(EcsService::SCHEMA)),
    });
    1 failures: Vec<Failure> = "failures" list_of(&ListSchema {
        element: Member::new("member", Target::Structure(Failure::SCHEMA)),
    });
});

/// An operation from `ListInput` to `ListOutput`.
pub(crate) const fn listing(name: &'static str) -> Operation {
    let input = ShapeType::of::<ListInput>(ListInput::SCHEMA);
    Operation::new(name, "GET", "/", input, ShapeType::of::<ListOutput>(ListOutput::SCHEMA)).anonymous()
}

pub(crate) static DESCRIBE_SERVICES: Operation = Operation::new(
    "DescribeServices",
    "POST",
    "/",
    ShapeType::of::<DescribeServicesInput>(DescribeServicesInput::SCHEMA),
    ShapeType::of::<DescribeServicesOutput>(DescribeServicesOutput::SCHEMA),
)
.anonymous();

/// One answer of the [`Server`].
pub(crate) enum Reply {
    Good(Box<dyn Shape>),
    Bad(u16, &'static str),
}

impl Reply {
    pub(crate) fn good(output: impl Shape) -> Self {
        Self::Good(Box::new(output))
    }
}

/// Answers requests from a list and keeps the parameters of each as their `Debug` text.
#[derive(Clone)]
pub(crate) struct Server {
    replies: Arc<Mutex<VecDeque<Reply>>>,
    seen: Arc<Mutex<Vec<String>>>,
    clock: CountingClock,
}

impl Server {
    pub(crate) fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self {
            replies: Arc::new(Mutex::new(replies.into_iter().collect())),
            seen: Arc::default(),
            clock: CountingClock::new(),
        }
    }

    /// A client whose Send stage this server answers.
    pub(crate) fn client(&self) -> BaseClient {
        let config = Config::new().region("eu-central-1").retryer(NoRetryer).clock(self.clock.clone());
        let mut client = BaseClient::new(&SERVICE, &config, &Config::new(), |_| {});
        let server = self.clone();
        client.handlers_mut().send.push_front(move |request| server.answer(request));
        client
    }

    /// The parameters of the requests so far.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// The seconds that have been slept, sleep by sleep.
    pub(crate) fn slept(&self) -> Vec<u64> {
        self.clock.slept.lock().unwrap().iter().map(Duration::as_secs).collect()
    }

    fn answer(&self, request: &mut Request) {
        self.seen.lock().unwrap().push(format!("{:?}", request.params));
        let reply = self.replies.lock().unwrap().pop_front().expect("no request more than there are replies");
        request.http_response = Some(match reply {
            Reply::Good(output) => {
                request.data = Some(output);
                HttpResponse::new(200, "")
            }
            Reply::Bad(status, code) => {
                let mut response = HttpResponse::new(status, "");
                response.headers.insert("x-code", HeaderValue::from_static(code));
                response
            }
        });
    }
}

static SERVICE: Service = Service {
    id: "Fake",
    endpoint: ServiceEndpoint::new("fake", "fake"),
    rules: None,
    signing: v4::Options::new(),
    api_version: "2020-01-01",
    target_prefix: None,
    xml_namespace: None,
    protocol: &FakeProtocol,
    query_compatible: false,
    errors: &[],
};

/// Writes nothing, as the server reads nothing; reads the code of errors from a header.
#[derive(Debug)]
struct FakeProtocol;

impl Protocol for FakeProtocol {
    fn name(&self) -> &'static str {
        "fake"
    }
    fn build(&self, _request: &mut Request) {}
    fn unmarshal_meta(&self, _request: &mut Request) {}
    fn unmarshal<'a>(&self, _request: &'a mut Request) -> BoxFuture<'a, ()> {
        Box::pin(std::future::ready(()))
    }
    fn unmarshal_error<'a>(&self, request: &'a mut Request) -> BoxFuture<'a, ()> {
        if let Some(response) = &request.http_response {
            let code = response.header("x-code").unwrap_or_default().to_owned();
            let error = Error::new(code, "the server said so").with_status(response.status);
            request.fail(error);
        }
        Box::pin(std::future::ready(()))
    }
}
