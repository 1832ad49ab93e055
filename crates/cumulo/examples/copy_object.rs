//! Copies an object: a PUT that has no body, and so goes out without one, as the endpoint's record of it shows.

mod support;

use cumulo::s3::{self, CopyObjectInput, CreateBucketInput, PutObjectInput};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (local, config) = support::embedded().await?;
    let svc = s3::Client::new(&config);
    svc.create_bucket(CreateBucketInput::new().bucket("my-bucket")).await?;
    svc.put_object(PutObjectInput::new().bucket("my-bucket").key("original").body("hello")).await?;

    let copy = CopyObjectInput::new().bucket("my-bucket").key("copy").copy_source("my-bucket/original");
    let result = svc.copy_object(copy).await?.copy_object_result.unwrap_or_default();
    println!("copied, its ETag is {}", result.e_tag.unwrap_or_default());

    let requests = local.requests();
    let sent = requests.last().ok_or("the endpoint has recorded no request")?;
    println!("{} {}", sent.method, sent.path());
    println!("Content-Length: {:?}", sent.header("content-length"));
    println!("Transfer-Encoding: {:?}", sent.header("transfer-encoding"));
    Ok(())
}
