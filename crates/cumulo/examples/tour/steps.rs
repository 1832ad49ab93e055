//! The steps, each with what it shows.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use cumulo::kms::enums::DataKeySpec;
use cumulo::kms::{self, CreateKeyInput, DecryptInput, GenerateDataKeyInput};
use cumulo::s3::{
    self, CreateBucketInput, DeleteBucketInput, DeleteObjectInput, GetObjectInput, ListObjectsV2Input,
    PutObjectInput, err_code,
};
use cumulo::sqs::{
    self, CreateQueueInput, DeleteMessageInput, DeleteQueueInput, ReceiveMessageInput, SendMessageInput,
};
use cumulo::sts::{self, GetCallerIdentityInput};
use cumulo::{BoxError, Error, NamedHandler, Request, Session};

fn title(text: &str) {
    println!("\n{text}");
}

/// A name that is free on a server that others use too.
fn unique(prefix: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{prefix}-{}", now.as_micros())
}

pub(crate) async fn assume_role(session: &Session) -> Result<(), Error> {
    title("1. The first call makes the session assume the role, with a code from the MFA device.");
    let identity = sts::Client::new(session).get_caller_identity(GetCallerIdentityInput::new()).await?;
    println!("    I am {}", identity.arn.unwrap_or_default());
    Ok(())
}

/// A client with a named Send handler at each end of the list, which time every attempt.
pub(crate) fn timed_s3(session: &Session) -> s3::Client {
    title("2. An S3 client, with a handler before and one after Send that time each call.");
    let mut s3 = s3::Client::new(session);
    let send = &mut s3.handlers_mut().send;
    send.push_front_named(NamedHandler::new("tour.StartTimer", |request: &mut Request| {
        request.extensions.insert(Instant::now());
    }));
    send.push_back_named(NamedHandler::new("tour.ShowTime", |request: &mut Request| {
        if let Some(started) = request.extensions.get::<Instant>() {
            println!("    [{} took {:.1?}]", request.operation().name, started.elapsed());
        }
    }));
    println!("    Send is now: {}", send.names().collect::<Vec<_>>().join(", "));
    s3
}

pub(crate) async fn make_bucket(s3: &s3::Client) -> Result<String, Error> {
    title("3. A bucket.");
    let bucket = unique("tour");
    s3.create_bucket(CreateBucketInput::new().bucket(&*bucket)).await?;
    println!("    made {bucket}");
    Ok(bucket)
}

pub(crate) async fn put_and_list(s3: &s3::Client, bucket: &str) -> Result<(), Error> {
    title("4. Five objects, listed two to a page.");
    for index in 1..=5 {
        let body = format!("hello, number {index}");
        s3.put_object(PutObjectInput::new().bucket(bucket).key(format!("hello-{index}.txt")).body(body))
            .await?;
    }
    let mut pages = s3.list_objects_v2_pages(ListObjectsV2Input::new().bucket(bucket).max_keys(2));
    while let Some(page) = pages.next().await {
        let objects = page?.contents.unwrap_or_default();
        let keys: Vec<_> = objects.iter().filter_map(|object| object.key.as_deref()).collect();
        println!("    a page: {}", keys.join(", "));
    }
    Ok(())
}

pub(crate) async fn get(s3: &s3::Client, bucket: &str) -> Result<(), Error> {
    title("5. One of them, fetched.");
    let object = s3.get_object(GetObjectInput::new().bucket(bucket).key("hello-3.txt")).await?;
    let content = object.body.unwrap_or_default().collect().await?;
    println!("    {}", String::from_utf8_lossy(&content));
    Ok(())
}

pub(crate) async fn handle_no_such_key(s3: &s3::Client, bucket: &str) -> Result<(), Error> {
    title("6. An object that is not there: the error has the service's code.");
    match s3.get_object(GetObjectInput::new().bucket(bucket).key("nothing.txt")).await {
        Err(error) if error.code() == err_code::NO_SUCH_KEY => println!("    handled: {error}"),
        Err(error) => return Err(error),
        Ok(_) => println!("    it is there after all"),
    }
    Ok(())
}

pub(crate) async fn clean_up(s3: &s3::Client, bucket: &str) -> Result<(), Error> {
    title("7. Everything is deleted again, item by item of the same listing.");
    let mut objects = s3.list_objects_v2_items(ListObjectsV2Input::new().bucket(bucket));
    while let Some(object) = objects.next().await {
        let key = object?.key.unwrap_or_default();
        s3.delete_object(DeleteObjectInput::new().bucket(bucket).key(key)).await?;
    }
    s3.delete_bucket(DeleteBucketInput::new().bucket(bucket)).await?;
    Ok(())
}

pub(crate) async fn send_and_receive(session: &Session) -> Result<(), BoxError> {
    title("8. A message goes through an SQS queue.");
    let sqs = sqs::Client::new(session);
    let made = sqs.create_queue(CreateQueueInput::new().queue_name(unique("tour"))).await?;
    let url = made.queue_url.ok_or("the answer has no queue URL")?;
    sqs.send_message(SendMessageInput::new().queue_url(&*url).message_body("a message")).await?;
    let receive = ReceiveMessageInput::new().queue_url(&*url).wait_time_seconds(5);
    for message in sqs.receive_message(receive).await?.messages.unwrap_or_default() {
        println!("    received: {}", message.body.unwrap_or_default());
        let handle = message.receipt_handle.unwrap_or_default();
        sqs.delete_message(DeleteMessageInput::new().queue_url(&*url).receipt_handle(handle)).await?;
    }
    sqs.delete_queue(DeleteQueueInput::new().queue_url(url)).await?;
    Ok(())
}

pub(crate) async fn make_data_key(session: &Session) -> Result<(), BoxError> {
    title("9. KMS makes a data key, and decrypts it for the same encryption context alone.");
    let kms = kms::Client::new(session);
    let key = kms.create_key(CreateKeyInput::new().description("the tour's key")).await?;
    let key = key.key_metadata.and_then(|key| key.key_id).ok_or("the answer has no key id")?;
    let context = [("purpose", "tour")];
    let data_key =
        GenerateDataKeyInput::new().key_id(key).key_spec(DataKeySpec::AES_256).encryption_context(context);
    let data_key = kms.generate_data_key(data_key).await?;
    println!("    {data_key:?}");
    let blob = data_key.ciphertext_blob.ok_or("the answer has no ciphertext")?;
    let decrypt = |context| {
        kms.decrypt(DecryptInput::new().ciphertext_blob(blob.clone()).encryption_context([context]))
    };
    let decrypted = decrypt(context[0]).await?;
    println!("    decrypted to the same key: {}", decrypted.plaintext == data_key.plaintext);
    if let Err(error) = decrypt(("purpose", "another")).await {
        println!("    with another context: {error}");
    }
    Ok(())
}
