//! SelectObjectContent of S3, from recorded bytes: the typed and the dynamic client read the same events, in whatever chunks
//! the bytes arrive.
//!
//! `select/moto.bin` is an answer of moto 5.2.5; `every-event.bin` and `error.bin` are written after the examples in the S3
//! API Reference, "Appendix: SelectObjectContent Response".

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use cumulo::core::dynamic::{self, to_json};
use cumulo::core::err_code;
use cumulo::core::http::{HttpClient, HttpRequest, HttpResponse};
use cumulo::core::{BoxFuture, Config, Credentials, Error, EventStream, Timeouts};
use cumulo::s3::types::{CsvInput, CsvOutput, InputSerialization, OutputSerialization};
use cumulo::s3::types::{RecordsEvent, SelectObjectContentEventStream};
use cumulo::s3::{self, S3Api};
use futures_core::Stream;
use serde_json::{Value, json};

const MOTO: &[u8] = include_bytes!("select/moto.bin");
const EVERY_EVENT: &[u8] = include_bytes!("select/every-event.bin");
const ERROR: &[u8] = include_bytes!("select/error.bin");

/// Answers every request with these bytes, so many at a time.
#[derive(Debug, Clone, Copy)]
struct Recorded {
    bytes: &'static [u8],
    chunk: usize,
}

impl HttpClient for Recorded {
    fn send<'a>(&'a self, _: HttpRequest, _: &'a Timeouts) -> BoxFuture<'a, Result<HttpResponse, Error>> {
        let body = cumulo::Body::received(Box::pin(*self), None);
        Box::pin(async { Ok(HttpResponse::new(200, body)) })
    }
}

impl Stream for Recorded {
    type Item = Result<Bytes, cumulo::core::BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let (chunk, rest) = self.bytes.split_at(self.chunk.min(self.bytes.len()));
        self.bytes = rest;
        Poll::Ready((!chunk.is_empty()).then(|| Ok(Bytes::from_static(chunk))))
    }
}

fn config(bytes: &'static [u8], chunk: usize) -> Config {
    Config::new()
        .region("eu-central-1")
        .credentials(Credentials::from_keys("AKID", "SECRET"))
        .http_client(Recorded { bytes, chunk })
}

fn input() -> s3::SelectObjectContentInput {
    s3::SelectObjectContentInput::new()
        .bucket("bucket")
        .key("people.csv")
        .expression("SELECT * FROM s3object")
        .expression_type("SQL")
        .input_serialization(InputSerialization::new().csv(CsvInput::new()))
        .output_serialization(OutputSerialization::new().csv(CsvOutput::new()))
}

/// The events as the typed client reads them, and the error with which they end.
async fn typed(bytes: &'static [u8], chunk: usize) -> (Vec<Value>, Option<Error>) {
    let mut found = Vec::new();
    let error = read(&s3::Client::new(&config(bytes, chunk)), &mut found).await.err();
    (found, error)
}

async fn read(client: &s3::Client, found: &mut Vec<Value>) -> Result<(), Error> {
    let mut events = client.select_object_content(input()).await?.payload.unwrap_or_default();
    while let Some(event) = events.recv().await? {
        found.push(to_json(&event));
    }
    Ok(())
}

#[tokio::test]
async fn every_event_is_read_in_chunks_of_any_size() {
    let details = |scanned: i64, returned: i64| json!({"Details": {"BytesScanned": scanned, "BytesProcessed": scanned, "BytesReturned": returned}});
    let expected = [
        json!({"Records": {"Payload": {"$bytes": "ann,30\nbjö"}}}),
        json!({"Cont": {}}),
        json!({"Progress": details(512, 12)}),
        json!({"Records": {"Payload": {"$bytes": "rn,40\n"}}}),
        json!({"Stats": details(1024, 22)}),
        json!({"End": {}}),
    ];
    for chunk in [1, 2, 5, 12, 100, EVERY_EVENT.len()] {
        let (events, error) = typed(EVERY_EVENT, chunk).await;
        assert!(error.is_none());
        assert_eq!(events, expected, "chunks of {chunk}");
    }
    let (events, _) = typed(MOTO, 50).await;
    let expected = [
        json!({"Records": {"Payload": {"$bytes": "ann\nbob\n\n"}}}),
        json!({"Stats": details(70, 9)}),
        json!({"End": {}}),
    ];
    assert_eq!(events, expected);
}

#[tokio::test]
async fn typed_and_dynamic_clients_read_the_same_events() {
    let model = super::model("s3").unwrap();
    let params = json!({
        "Bucket": "bucket", "Key": "people.csv", "Expression": "SELECT", "ExpressionType": "SQL",
        "InputSerialization": {}, "OutputSerialization": {}
    });
    for bytes in [EVERY_EVENT, MOTO] {
        let client = dynamic::Client::new(&model, &config(bytes, 7));
        let read = client.call("SelectObjectContent", &params).await.unwrap();
        let (events, error) = typed(bytes, 7).await;
        assert!(error.is_none());
        assert_eq!(read, json!({"Payload": events}));
    }
}

#[tokio::test]
async fn an_error_after_records_names_its_code_and_ends_the_stream() {
    let (events, error) = typed(ERROR, 40).await;
    assert_eq!(events, [json!({"Records": {"Payload": {"$bytes": "ann,30\n"}}})]);
    assert_eq!(
        error.unwrap().to_string(),
        "OverMaxRecordSize: The length of a record in the input or result is greater than maxCharsPerRecord of 1 MB. \
         (SelectObjectContent, 1 attempt)"
    );
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_an_error_and_never_an_early_end() {
    for length in [1, 12, 100, EVERY_EVENT.len() - 1] {
        let (_, error) = typed(&EVERY_EVENT[..length], 64).await;
        assert_eq!(error.unwrap().code(), err_code::READ_ERROR, "{length} bytes");
    }
}

/// Answers records without a server.
struct Fake;

impl S3Api for Fake {
    fn select_object_content<'life0, 'async_trait>(
        &'life0 self,
        _: s3::SelectObjectContentInput,
    ) -> BoxFuture<'async_trait, Result<s3::SelectObjectContentOutput, Error>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        let records = |text: &'static str| {
            SelectObjectContentEventStream::new().records(RecordsEvent::new().payload(text))
        };
        let output = s3::SelectObjectContentOutput::new().payload(vec![records("a"), records("b")]);
        Box::pin(async { Ok(output) })
    }
}

#[tokio::test]
async fn a_fake_answers_a_stream_made_of_a_vec() {
    let s3: Arc<dyn S3Api> = Arc::new(Fake);
    let output = s3.select_object_content(input()).await.unwrap();
    let mut events: EventStream<_> = output.payload.unwrap();
    let mut text = Vec::new();
    while let Some(event) = events.recv().await.unwrap() {
        text.extend_from_slice(&event.records.unwrap().payload.unwrap());
    }
    assert_eq!(text, b"ab");
}
