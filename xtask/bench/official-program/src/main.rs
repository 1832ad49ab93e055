//! Calls each service once with the default credential chain, as the program beside it does with our own SDK.

use std::error::Error;

use aws_config::BehaviorVersion;
use aws_sdk_s3::primitives::ByteStream;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.map(|runtime| runtime.block_on(run())) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => println!("{error}"),
        Err(error) => println!("{error}"),
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let s3 = aws_sdk_s3::Client::new(&config);
    let object = s3.get_object().bucket("bucket").key("key").send().await?;
    println!("{:?}", object.body.collect().await?.into_bytes());
    let body = ByteStream::from_static(b"data");
    println!("{:?}", s3.put_object().bucket("bucket").key("key").body(body).send().await?);
    println!("{:?}", s3.list_objects_v2().bucket("bucket").send().await?);

    let sts = aws_sdk_sts::Client::new(&config);
    println!("{:?}", sts.get_caller_identity().send().await?);
    let kms = aws_sdk_kms::Client::new(&config);
    println!("{:?}", kms.generate_data_key().key_id("alias/key").number_of_bytes(32).send().await?);
    let sqs = aws_sdk_sqs::Client::new(&config);
    println!("{:?}", sqs.send_message().queue_url("https://queue").message_body("hello").send().await?);
    Ok(())
}
