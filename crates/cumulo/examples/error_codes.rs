//! Handles errors by their codes: every modelled error of a service has a constant in its `err_code`.

mod support;

use cumulo::s3::{self, CreateBucketInput, GetObjectInput, err_code};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (_local, config) = support::embedded().await?;
    let svc = s3::Client::new(&config);
    svc.create_bucket(CreateBucketInput::new().bucket("my-bucket")).await?;

    for bucket in ["my-bucket", "another-bucket"] {
        let result = svc.get_object(GetObjectInput::new().bucket(bucket).key("my-key")).await;
        match result {
            Ok(object) => println!("{object:?}"),
            // Special handling for bucket and key errors.
            Err(err) => match err.code() {
                err_code::NO_SUCH_BUCKET => println!("bucket does not exist."),
                err_code::NO_SUCH_KEY => println!("key does not exist."),
                _ => return Err(err.into()),
            },
        }
    }
    Ok(())
}
