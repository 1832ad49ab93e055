//! Tests code that uses SQS without SQS: once with a mock, once with a fake that writes one method.

use cumulo::Error;
use cumulo::sqs::types::Message as SqsMessage;
use cumulo::sqs::{ReceiveMessageInput, ReceiveMessageOutput, SqsApi};
use cumulo_mocks::MockSqsApi;
use serde_json::Value;

/// The code under test: a queue whose messages are JSON.
struct Queue<S> {
    client: S,
    url: String,
}

#[derive(Debug, PartialEq)]
struct Message {
    from: String,
    to: String,
    msg: String,
}

impl<S: SqsApi> Queue<S> {
    async fn get_messages(&self, wait_time_seconds: i32) -> Result<Vec<Message>, Box<dyn std::error::Error>> {
        let mut input = ReceiveMessageInput::new().queue_url(&*self.url);
        if wait_time_seconds > 0 {
            input.wait_time_seconds = Some(wait_time_seconds);
        }
        let received = self.client.receive_message(input).await?;
        received.messages.unwrap_or_default().iter().map(parse).collect()
    }
}

fn parse(message: &SqsMessage) -> Result<Message, Box<dyn std::error::Error>> {
    let parsed: Value = serde_json::from_str(message.body.as_deref().unwrap_or_default())?;
    let text =
        |name: &str| parsed[name].as_str().map(str::to_owned).ok_or(format!("the message has no {name}"));
    Ok(Message { from: text("from")?, to: text("to")?, msg: text("msg")? })
}

/// A fake by hand: the other operations answer that they are not implemented.
struct FakeSqs(ReceiveMessageOutput);

#[async_trait::async_trait]
impl SqsApi for FakeSqs {
    async fn receive_message(&self, _input: ReceiveMessageInput) -> Result<ReceiveMessageOutput, Error> {
        Ok(self.0.clone())
    }
}

fn mock(response: ReceiveMessageOutput) -> MockSqsApi {
    let mut mock = MockSqsApi::new();
    mock.expect_receive_message().times(1).returning(move |_| Ok(response.clone()));
    mock
}

struct Case {
    response: ReceiveMessageOutput,
    expected: Vec<Message>,
}

fn cases() -> Vec<Case> {
    let body = |body: &str| SqsMessage::new().body(body);
    let message =
        |from: &str, to: &str, msg: &str| Message { from: from.into(), to: to.into(), msg: msg.into() };
    vec![
        Case {
            response: ReceiveMessageOutput::new().messages([
                body(r#"{"from":"user_1","to":"room_1","msg":"Hello!"}"#),
                body(r#"{"from":"user_2","to":"room_1","msg":"Hi user_1 :)"}"#),
            ]),
            expected: vec![
                message("user_1", "room_1", "Hello!"),
                message("user_2", "room_1", "Hi user_1 :)"),
            ],
        },
        Case { response: ReceiveMessageOutput::new(), expected: vec![] },
    ]
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    for (i, case) in cases().into_iter().enumerate() {
        let url = format!("mockURL_{i}");
        let mocked = Queue { client: mock(case.response.clone()), url: url.clone() }.get_messages(20).await?;
        assert_eq!(mocked, case.expected, "case {i}, mocked");
        let faked = Queue { client: FakeSqs(case.response), url }.get_messages(0).await?;
        assert_eq!(faked, case.expected, "case {i}, faked");
        println!("case {i}: {} messages", case.expected.len());
    }
    let unimplemented = FakeSqs(ReceiveMessageOutput::new()).list_queues(Default::default()).await;
    println!("{}", unimplemented.expect_err("the fake has one method"));
    Ok(())
}
