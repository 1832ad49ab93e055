//! Calls each service once with the default credential chain, so that the linker keeps what a user's program would have.

use cumulo::{Error, Session, kms, s3, sqs, sts};

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.map(|runtime| runtime.block_on(run())) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => println!("{error}"),
        Err(error) => println!("{error}"),
    }
}

async fn run() -> Result<(), Error> {
    let session = Session::new()?;
    let s3 = s3::Client::new(&session);
    let object = s3.get_object(s3::GetObjectInput::new().bucket("bucket").key("key")).await?;
    println!("{:?}", object.body.unwrap_or_default().collect().await?);
    println!(
        "{:?}",
        s3.put_object(s3::PutObjectInput::new().bucket("bucket").key("key").body("data")).await?
    );
    println!("{:?}", s3.list_objects_v2(s3::ListObjectsV2Input::new().bucket("bucket")).await?);

    let identity = sts::Client::new(&session).get_caller_identity(sts::GetCallerIdentityInput::new());
    println!("{:?}", identity.await?);
    let data_key = kms::GenerateDataKeyInput::new().key_id("alias/key").number_of_bytes(32);
    println!("{:?}", kms::Client::new(&session).generate_data_key(data_key).await?);
    let message = sqs::SendMessageInput::new().queue_url("https://queue").message_body("hello");
    println!("{:?}", sqs::Client::new(&session).send_message(message).await?);
    Ok(())
}
