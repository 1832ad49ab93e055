//! Calls a service without a crate for it: the model is a file that is read when the program runs.
//!
//! Without arguments it calls Amazon SQS, by its model, in the embedded endpoint. With a file, an operation and its
//! parameters as JSON it calls any service of AWS with the credentials and the region that a session finds:
//!
//! ```text
//! cargo run --example dynamic -- dynamodb/service-2.json GetItem '{"TableName": "music", "Key": {"id": {"S": "42"}}}'
//! cargo run --example dynamic -- lambda/service-2.json ListFunctions '{"MaxItems": 10}'
//! ```
//!
//! The files stand in the folder `botocore/data` of the Python SDK.

mod support;

use std::fs;

use cumulo::{Config, Session, dynamic};
use serde_json::{Value, json};

const SQS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../xtask/models/sqs/service-2.json");

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [] => {
            let (_local, config) = support::embedded().await?;
            embedded_queue(&config).await
        }
        [file, operation] => call(file, operation, "{}").await,
        [file, operation, params, ..] => call(file, operation, params).await,
        [_] => Err("name a model file, an operation and its parameters".into()),
    }
}

/// Any operation of any service.
async fn call(file: &str, operation: &str, params: &str) -> Result<(), Box<dyn std::error::Error>> {
    let model = dynamic::Model::from_json(fs::read(file)?)?;
    let client = dynamic::Client::new(&model, &Session::new()?);
    let params: Value = serde_json::from_str(params)?;
    let output = client.call(operation, &params).await?;
    println!("{output:#}");
    Ok(())
}

/// A message through a queue; values go by the names of the model.
async fn embedded_queue(config: &Config) -> Result<(), Box<dyn std::error::Error>> {
    let model = dynamic::Model::from_json(fs::read(SQS)?)?;
    let sqs = dynamic::Client::new(&model, config);

    let queue = sqs.call("CreateQueue", &json!({"QueueName": "letters"})).await?;
    let url = &queue["QueueUrl"];
    let attributes = json!({"Language": {"DataType": "String", "StringValue": "en"}});
    let message = json!({"QueueUrl": url, "MessageBody": "hello", "MessageAttributes": attributes});
    sqs.call("SendMessage", &message).await?;

    let received = sqs.call("ReceiveMessage", &json!({"QueueUrl": url})).await?;
    println!("received: {}", received["Messages"][0]["Body"]);

    let missing =
        json!({"QueueUrl": format!("{}-missing", url.as_str().unwrap_or_default()), "MessageBody": "x"});
    match sqs.call("SendMessage", &missing).await {
        Err(error) => println!("an error has the service's code: {}", error.code()),
        Ok(_) => return Err("a queue that does not exist took a message".into()),
    }
    Ok(())
}
