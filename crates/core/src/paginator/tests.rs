//! Pages and items: tokens, ends, errors, and a service that repeats itself.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Waker;

use super::*;
use crate::NamedHandler;
use crate::fake::{ListInput, ListOutput, Object, Reply, Server, listing};
use crate::operation::Pagination;

const fn paginated(input: &'static [&'static str], output: &'static [&'static str]) -> Pagination {
    Pagination {
        input_tokens: input,
        output_tokens: output,
        more_results: None,
        limit_key: None,
        result_keys: &["Contents"],
    }
}

static V2: Operation = listing("ListObjectsV2").pagination(&Pagination {
    more_results: Some("IsTruncated"),
    ..paginated(&["ContinuationToken"], &["NextContinuationToken"])
});
static V1: Operation = listing("ListObjects").pagination(&Pagination {
    more_results: Some("IsTruncated"),
    ..paginated(&["ContinuationToken"], &["NextContinuationToken || Contents[-1].Key"])
});
static TWO_TOKENS: Operation = listing("ListParts").pagination(&paginated(
    &["ContinuationToken", "PartNumberMarker"],
    &["NextContinuationToken", "NextPartNumberMarker"],
));
static BY_KEY: Operation =
    listing("Scan").pagination(&paginated(&["ExclusiveStartKey"], &["LastEvaluatedKey"]));
static UNPAGED: Operation = listing("Unpaged");
static BROKEN_PATH: Operation =
    listing("Broken").pagination(&paginated(&["ContinuationToken"], &["NextContinuationToken["]));

fn page(keys: &[&str], token: Option<&str>) -> ListOutput {
    let contents: Vec<_> = keys.iter().map(|key| Object::default().key(*key)).collect();
    let page = ListOutput::default().contents(contents).truncated(token.is_some());
    match token {
        Some(token) => page.token(token),
        None => page,
    }
}

fn keys(page: &ListOutput) -> Vec<&str> {
    page.contents.iter().flatten().filter_map(|object| object.key.as_deref()).collect()
}

fn input() -> ListInput {
    ListInput::default().bucket("b")
}

/// The keys of every page, and the code of the error that ended them.
async fn walk(
    server: &Server,
    operation: &'static Operation,
    input: ListInput,
) -> (Vec<Vec<String>>, Option<String>) {
    let mut pages = Pages::<ListOutput>::new(&server.client(), operation, input);
    let mut walked = Vec::new();
    while let Some(page) = pages.next().await {
        match page {
            Ok(page) => walked.push(keys(&page).into_iter().map(str::to_owned).collect()),
            Err(error) => {
                assert!(pages.next().await.is_none(), "an error is the end");
                return (walked, Some(error.code().to_owned()));
            }
        }
    }
    assert!(pages.next().await.is_none(), "the end stays the end");
    (walked, None)
}

#[tokio::test]
async fn each_page_is_asked_for_with_the_token_of_the_last() {
    let pages = [page(&["a", "b"], Some("t1")), page(&["c"], Some("t2")), page(&["d"], None)];
    let server = Server::new(pages.map(Reply::good));
    let (walked, error) = walk(&server, &V2, input()).await;
    assert_eq!(
        (walked, error),
        (vec![vec!["a".into(), "b".into()], vec!["c".into()], vec!["d".into()]], None)
    );
    assert_eq!(
        server.seen(),
        [
            r#"ListInput { Bucket: "b" }"#,
            r#"ListInput { Bucket: "b", ContinuationToken: "t1" }"#,
            r#"ListInput { Bucket: "b", ContinuationToken: "t2" }"#,
        ]
    );
}

#[tokio::test]
async fn pages_of_any_calls_are_asked_for_in_the_same_way_and_end_with_the_same_errors() {
    let answers = Arc::new(Mutex::new(vec![page(&["c"], Some("t1")), page(&["a", "b"], Some("t1"))]));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let inputs = seen.clone();
    let mut pages = Pages::calling(&V2, input(), move |input: ListInput| {
        inputs.lock().unwrap().push((input.bucket, input.token));
        let answer = answers.lock().unwrap().pop();
        async move { answer.ok_or_else(|| Error::new("Empty", "nothing more")) }
    });
    assert_eq!(keys(&pages.next().await.unwrap().unwrap()), ["a", "b"]);
    assert_eq!(keys(&pages.next().await.unwrap().unwrap()), ["c"]);
    let repeated = pages.next().await.unwrap().map(|_| ()).unwrap_err();
    assert_eq!(repeated.code(), err_code::PAGINATION_ERROR);
    assert!(pages.next().await.is_none());
    let first = (Some("b".to_owned()), None);
    let second = (Some("b".to_owned()), Some("t1".to_owned()));
    assert_eq!(*seen.lock().unwrap(), [first, second]);
    let nothing = |_: ListInput| async { Err::<ListOutput, _>(Error::new("Empty", "nothing")) };
    let failed = Pages::calling(&V2, input(), nothing).items(|page| page.contents.take()).collect().await;
    assert_eq!(failed.map(|_| ()).unwrap_err().code(), "Empty");
}

#[tokio::test]
async fn an_answer_without_anything_is_one_page() {
    let server = Server::new([Reply::good(ListOutput::default())]);
    assert_eq!(walk(&server, &V2, input()).await, (vec![vec![]], None));
    let server = Server::new([Reply::good(page(&["a"], Some("t")))]);
    assert_eq!(walk(&server, &UNPAGED, input()).await.0.len(), 1);
}

#[tokio::test]
async fn the_flag_ends_the_pages_although_there_is_a_token() {
    let server = Server::new([Reply::good(page(&["a"], Some("t")).truncated(false))]);
    assert_eq!(walk(&server, &V2, input()).await, (vec![vec!["a".into()]], None));
}

#[tokio::test]
async fn empty_text_and_zero_are_no_tokens() {
    let server = Server::new([Reply::good(ListOutput::default().token("").part(0))]);
    assert_eq!(walk(&server, &TWO_TOKENS, input()).await, (vec![vec![]], None));
}

#[tokio::test]
async fn an_error_in_a_later_page_comes_after_the_good_ones_and_ends_them() {
    let server = Server::new([Reply::good(page(&["a"], Some("t"))), Reply::Bad(403, "AccessDenied")]);
    let (walked, error) = walk(&server, &V2, input()).await;
    assert_eq!((walked.len(), error.as_deref()), (1, Some("AccessDenied")));
}

#[tokio::test]
async fn a_server_that_answers_the_same_token_twice_is_an_error_after_the_page() {
    let server = Server::new([page(&["a"], Some("t")), page(&["b"], Some("t"))].map(Reply::good));
    let (walked, error) = walk(&server, &V2, input()).await;
    assert_eq!((walked.len(), error.as_deref()), (2, Some(err_code::PAGINATION_ERROR)));
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn the_second_place_of_a_token_is_used_where_the_first_is_empty() {
    let server = Server::new([
        Reply::good(page(&["a", "b"], None).truncated(true)),
        Reply::good(page(&["c"], Some("next"))),
        Reply::good(page(&["d"], None)),
    ]);
    assert_eq!(walk(&server, &V1, input()).await.0.len(), 3);
    assert!(server.seen()[1].contains(r#"ContinuationToken: "b""#), "{:?}", server.seen());
    assert!(server.seen()[2].contains(r#"ContinuationToken: "next""#), "{:?}", server.seen());
}

#[tokio::test]
async fn of_several_tokens_those_that_are_unset_are_left_out() {
    let server = Server::new([
        Reply::good(ListOutput::default().token("t").part(7)),
        Reply::good(ListOutput::default().part(8)),
        Reply::good(ListOutput::default()),
    ]);
    walk(&server, &TWO_TOKENS, input()).await;
    assert_eq!(
        server.seen()[1..],
        [
            r#"ListInput { Bucket: "b", ContinuationToken: "t", PartNumberMarker: 7 }"#,
            r#"ListInput { Bucket: "b", PartNumberMarker: 8 }"#,
        ]
    );
}

#[tokio::test]
async fn a_token_may_be_a_map() {
    let key = |value: &str| BTreeMap::from([("id".to_owned(), value.to_owned())]);
    let replies = [key("1"), key("2"), key("2")].map(|last| Reply::good(ListOutput::default().last(last)));
    let server = Server::new(replies);
    let (walked, error) = walk(&server, &BY_KEY, input()).await;
    assert_eq!((walked.len(), error.as_deref()), (3, Some(err_code::PAGINATION_ERROR)));
    assert_eq!(server.seen()[1], r#"ListInput { Bucket: "b", ExclusiveStartKey: {"id": "1"} }"#);
}

#[tokio::test]
async fn a_path_that_cannot_be_read_is_an_error_and_no_request() {
    let server = Server::new([]);
    assert_eq!(walk(&server, &BROKEN_PATH, input()).await.1.as_deref(), Some(err_code::SERIALIZATION_ERROR));
}

#[tokio::test]
async fn pages_are_requested_when_asked_for_and_not_ahead() {
    let server = Server::new([page(&["a"], Some("t")), page(&["b"], None)].map(Reply::good));
    let mut pages = Pages::<ListOutput>::new(&server.client(), &V2, input());
    assert_eq!(server.seen().len(), 0);
    pages.next().await.unwrap().unwrap();
    drop(pages);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn items_run_through_all_pages_and_past_empty_ones() {
    let pages = [
        page(&["a", "b"], Some("1")),
        page(&[], Some("2")),
        ListOutput::default().token("3").truncated(true),
    ];
    let server = Server::new(pages.into_iter().chain([page(&["c"], None)]).map(Reply::good));
    let pages = Pages::<ListOutput>::new(&server.client(), &V2, input());
    let all = pages.items(|page| page.contents.take()).collect().await.unwrap();
    let keys: Vec<_> = all.iter().filter_map(|object| object.key.as_deref()).collect();
    assert_eq!(keys, ["a", "b", "c"]);
}

#[tokio::test]
async fn items_end_with_the_error_of_a_page() {
    let server = Server::new([Reply::good(page(&["a"], Some("t"))), Reply::Bad(403, "AccessDenied")]);
    let mut items =
        Pages::new(&server.client(), &V2, input()).items(|page: &mut ListOutput| page.contents.take());
    assert_eq!(items.next().await.unwrap().unwrap().key.as_deref(), Some("a"));
    assert_eq!(items.next().await.unwrap().err().unwrap().code(), "AccessDenied");
    assert!(items.next().await.is_none());
}

#[tokio::test]
async fn both_are_streams() {
    let server = Server::new([page(&["a"], Some("t")), page(&["b"], None)].map(Reply::good));
    let mut pages = pin!(Pages::<ListOutput>::new(&server.client(), &V2, input()));
    assert_eq!(keys(&poll_fn(|context| pages.as_mut().poll_next(context)).await.unwrap().unwrap()), ["a"]);
    let server = Server::new([Reply::good(page(&["a"], None))]);
    let pages = Pages::<ListOutput>::new(&server.client(), &V2, input());
    let mut items = pin!(pages.items(|page| page.contents.take()));
    assert!(poll_fn(|context| items.as_mut().poll_next(context)).await.unwrap().is_ok());
    assert!(poll_fn(|context| items.as_mut().poll_next(context)).await.is_none());
}

#[tokio::test]
async fn a_next_that_is_dropped_loses_no_page() {
    let server = Server::new([page(&["a"], Some("t")), page(&["b"], None)].map(Reply::good));
    let mut client = server.client();
    let is_open = Arc::new(AtomicBool::new(false));
    let gate = Arc::clone(&is_open);
    client.handlers_mut().send.push_back_named(NamedHandler::new_async("test.Gate", move |_| {
        let gate = Arc::clone(&gate);
        Box::pin(poll_fn(move |_| if gate.load(Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending }))
    }));
    let mut pages = Pages::<ListOutput>::new(&client, &V2, input());
    let is_pending = pin!(pages.next()).poll(&mut Context::from_waker(Waker::noop())).is_pending();
    assert!(is_pending);
    is_open.store(true, Ordering::SeqCst);
    assert_eq!(keys(&pages.next().await.unwrap().unwrap()), ["a"]);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_handler_that_edits_the_parameters_edits_each_page_alone() {
    let server = Server::new([page(&["a"], Some("t")), page(&["b"], None)].map(Reply::good));
    let mut pages = Pages::<ListOutput>::new(&server.client(), &V2, input());
    pages.handlers_mut().build.push_back(|request| {
        if let Some(bucket) = request.params_as_mut::<ListInput>().and_then(|input| input.bucket.as_mut()) {
            bucket.push('!');
        }
    });
    while let Some(page) = pages.next().await {
        page.unwrap();
    }
    assert!(server.seen().iter().all(|params| params.contains(r#"Bucket: "b!""#)), "{:?}", server.seen());
}

#[tokio::test]
async fn data_of_another_type_is_an_error_and_the_end() {
    let server = Server::new([Reply::good(Object::default())]);
    assert_eq!(walk(&server, &UNPAGED, input()).await, (vec![], Some(err_code::SERIALIZATION_ERROR.into())));
}
