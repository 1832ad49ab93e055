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
    let input = s3::PutObjectInput::new().bucket("bucket").key("key").body("data");
    println!("{:?}", s3.put_object(input).await?);
    println!("{:?}", s3.list_objects_v2(s3::ListObjectsV2Input::new().bucket("bucket")).await?);

    let sts = sts::Client::new(&session);
    println!("{:?}", sts.get_caller_identity(sts::GetCallerIdentityInput::new()).await?);
    let kms = kms::Client::new(&session);
    let input = kms::GenerateDataKeyInput::new().key_id("alias/key").number_of_bytes(32);
    println!("{:?}", kms.generate_data_key(input).await?);
    let sqs = sqs::Client::new(&session);
    let input = sqs::SendMessageInput::new().queue_url("https://queue").message_body("hello");
    println!("{:?}", sqs.send_message(input).await?);
    Ok(())
}
