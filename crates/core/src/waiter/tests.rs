//! Waiters: what ends them, what makes them go on, and for how long.

use std::error::Error as _;

use super::*;
use crate::fake::{
    DESCRIBE_SERVICES, Deployment, DescribeServicesInput, DescribeServicesOutput, EcsService, Failure,
    ListInput, ListOutput, Reply, Server, listing,
};

static HEAD_BUCKET: Operation = listing("HeadBucket");
static BUCKET_EXISTS: WaiterModel = WaiterModel {
    name: "BucketExists",
    operation: &HEAD_BUCKET,
    delay: 5,
    max_attempts: 20,
    acceptors: &[
        Acceptor::success(Matcher::Status(200)),
        Acceptor::success(Matcher::Status(301)),
        Acceptor::success(Matcher::Status(403)),
        Acceptor::retry(Matcher::Status(404)),
    ],
};
static OBJECT_NOT_EXISTS: WaiterModel = WaiterModel {
    name: "ObjectNotExists",
    acceptors: &[Acceptor::success(Matcher::Status(404))],
    ..BUCKET_EXISTS_COPY
};
const BUCKET_EXISTS_COPY: WaiterModel =
    WaiterModel { name: "", operation: &HEAD_BUCKET, delay: 5, max_attempts: 20, acceptors: &[] };
static SERVICES_STABLE: WaiterModel = WaiterModel {
    name: "ServicesStable",
    operation: &DESCRIBE_SERVICES,
    delay: 15,
    max_attempts: 40,
    acceptors: &[
        Acceptor::failure(Matcher::PathAny("failures[].reason", Expected::Text("MISSING"))),
        Acceptor::failure(Matcher::PathAny("services[].status", Expected::Text("DRAINING"))),
        Acceptor::failure(Matcher::PathAny("services[].status", Expected::Text("INACTIVE"))),
        Acceptor::success(Matcher::Path(
            "length(services[?!(length(deployments) == `1` && runningCount == desiredCount)]) == `0`",
            Expected::Bool(true),
        )),
    ],
};
static BY_CODE: WaiterModel = WaiterModel {
    name: "ByCode",
    acceptors: &[
        Acceptor::retry(Matcher::Error("NotYet")),
        Acceptor::failure(Matcher::AnyError),
        Acceptor::success(Matcher::NoError),
    ],
    ..BUCKET_EXISTS_COPY
};
static BROKEN: WaiterModel = WaiterModel {
    name: "Broken",
    acceptors: &[Acceptor::success(Matcher::Path("a[", Expected::Bool(true)))],
    ..BUCKET_EXISTS_COPY
};

fn bucket(server: &Server, model: &'static WaiterModel) -> Waiter {
    Waiter::new(&server.client(), model, ListInput::default().bucket("b"))
}

fn stable(server: &Server) -> Waiter {
    let input = DescribeServicesInput::default().services(vec!["web".to_owned()]);
    Waiter::new(&server.client(), &SERVICES_STABLE, input)
}

fn service(status: &str, running: i32, deployments: usize) -> EcsService {
    let deployments: Vec<_> = (0..deployments).map(|_| Deployment::default()).collect();
    EcsService::default().status(status).running(running).desired(2).deployments(deployments)
}

fn services(services: impl Into<Vec<EcsService>>) -> Reply {
    Reply::good(DescribeServicesOutput::default().services(services).failures(vec![]))
}

#[tokio::test]
async fn an_expected_error_is_waited_on_until_the_awaited_answer() {
    let server = Server::new([
        Reply::Bad(404, "NotFound"),
        Reply::Bad(404, "NotFound"),
        Reply::good(ListOutput::default()),
    ]);
    bucket(&server, &BUCKET_EXISTS).await.unwrap();
    assert_eq!(server.slept(), [5, 5]);
    assert_eq!(server.seen(), [r#"ListInput { Bucket: "b" }"#; 3]);
}

#[tokio::test]
async fn an_error_may_be_what_is_awaited() {
    for (model, status) in [(&BUCKET_EXISTS, 301), (&BUCKET_EXISTS, 403), (&OBJECT_NOT_EXISTS, 404)] {
        let server = Server::new([Reply::Bad(status, "Whatever")]);
        bucket(&server, model).await.unwrap();
        assert_eq!(server.slept(), [0; 0]);
    }
}

#[tokio::test]
async fn an_answer_that_nothing_fits_is_waited_on() {
    let server = Server::new([Reply::good(ListOutput::default()), Reply::Bad(404, "NotFound")]);
    bucket(&server, &OBJECT_NOT_EXISTS).await.unwrap();
    assert_eq!(server.slept(), [5]);
}

#[tokio::test]
async fn an_error_that_nothing_fits_is_returned_at_once() {
    let server = Server::new([Reply::Bad(400, "BadRequest")]);
    let error = bucket(&server, &BUCKET_EXISTS).await.unwrap_err();
    assert_eq!(
        (error.code(), error.status(), error.operation()),
        ("BadRequest", Some(400), Some("HeadBucket"))
    );
    assert_eq!(server.slept(), [0; 0]);
}

#[tokio::test]
async fn used_up_attempts_are_not_followed_by_a_sleep_and_name_the_last_error() {
    let server = Server::new((0..3).map(|_| Reply::Bad(404, "NotFound")));
    let error =
        bucket(&server, &BUCKET_EXISTS).max_attempts(3).delay(Duration::from_secs(1)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "ResourceNotReady: exceeded 3 wait attempts for BucketExists (HeadBucket, 404, 3 attempts)"
    );
    let cause = error.source().and_then(|source| source.downcast_ref::<Error>()).map(Error::code);
    assert_eq!(cause, Some("NotFound"));
    assert_eq!(server.slept(), [1, 1]);
}

#[tokio::test]
async fn the_time_limit_ends_the_wait_before_a_sleep_that_would_pass_it() {
    let server = Server::new((0..3).map(|_| Reply::Bad(404, "NotFound")));
    let error = bucket(&server, &BUCKET_EXISTS).max_wait(Duration::from_secs(12)).await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), (err_code::RESOURCE_NOT_READY, 3));
    assert_eq!(server.slept(), [5, 5]);
}

#[tokio::test]
async fn one_call_is_made_even_if_none_is_allowed() {
    let server = Server::new([Reply::good(ListOutput::default())]);
    bucket(&server, &BUCKET_EXISTS).max_attempts(0).max_wait(Duration::ZERO).await.unwrap();
}

#[tokio::test]
async fn errors_are_told_apart_by_their_codes_and_the_first_acceptor_that_fits_decides() {
    let server = Server::new([Reply::Bad(400, "NotYet"), Reply::good(ListOutput::default())]);
    bucket(&server, &BY_CODE).await.unwrap();
    let server = Server::new([Reply::Bad(400, "NotYet"), Reply::Bad(400, "Gone")]);
    let error = bucket(&server, &BY_CODE).await.unwrap_err();
    assert_eq!(error.message(), "failed waiting for ByCode: the call failed");
    assert_eq!(error.source().unwrap().downcast_ref::<Error>().unwrap().code(), "Gone");
}

#[tokio::test]
async fn services_are_stable_when_each_has_one_deployment_and_runs_what_it_should() {
    let server = Server::new([
        services([service("ACTIVE", 2, 1), service("ACTIVE", 2, 2)]),
        services([service("ACTIVE", 1, 1), service("ACTIVE", 2, 1)]),
        services([service("ACTIVE", 2, 1), service("ACTIVE", 2, 1)]),
    ]);
    stable(&server).await.unwrap();
    assert_eq!(server.slept(), [15, 15]);
    assert_eq!(server.seen()[2], r#"DescribeServicesInput { services: ["web"] }"#);
}

#[tokio::test]
async fn a_state_that_leads_nowhere_fails_the_wait_and_says_which() {
    let server = Server::new([services([service("ACTIVE", 2, 1), service("DRAINING", 2, 1)])]);
    let error = stable(&server).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "ResourceNotReady: failed waiting for ServicesStable: services[].status is DRAINING (DescribeServices, 200, 1 attempt)"
    );
    let missing = DescribeServicesOutput::default().failures(vec![Failure::default().reason("MISSING")]);
    let server = Server::new([Reply::good(missing)]);
    assert!(stable(&server).await.unwrap_err().message().contains("MISSING"));
}

#[tokio::test]
async fn a_list_fits_all_only_if_it_is_not_empty() {
    static ALL: WaiterModel = WaiterModel {
        acceptors: &[Acceptor::success(Matcher::PathAll("services[].status", Expected::Text("ACTIVE")))],
        ..SERVICES_STABLE_COPY
    };
    const SERVICES_STABLE_COPY: WaiterModel =
        WaiterModel { name: "All", operation: &DESCRIBE_SERVICES, delay: 1, max_attempts: 5, acceptors: &[] };
    let mixed = [service("ACTIVE", 0, 0), service("DRAINING", 0, 0)];
    let server = Server::new([services([]), services(mixed), services([service("ACTIVE", 0, 0)])]);
    Waiter::new(&server.client(), &ALL, DescribeServicesInput::default()).await.unwrap();
    assert_eq!(server.slept().len(), 2);
}

#[tokio::test]
async fn a_path_that_cannot_be_read_is_an_error_and_no_request() {
    let server = Server::new([]);
    assert_eq!(bucket(&server, &BROKEN).await.unwrap_err().code(), err_code::SERIALIZATION_ERROR);
}
