//! Sends S3 requests elsewhere, signed for a region of its own, and leaves every other service where it is.

mod support;

use cumulo::endpoints::{ResolvedEndpoint, resolver_fn, service};
use cumulo::s3::{self, CreateBucketInput, PutObjectInput};
use cumulo::{Config, Session, sqs};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (local, config) = support::embedded().await?;
    let url = local.endpoint_url();

    let resolver = resolver_fn(move |service, _region, _options| {
        if service == service::S3 {
            return Ok(Some(ResolvedEndpoint::new(&*url).signing_region("custom-signing-region")));
        }
        Ok(None) // what it would be without this resolver
    });
    let credentials = config.credentials.ok_or("the embedded endpoint has credentials")?;
    let session = Session::builder()
        .config(&Config::new().credentials(credentials))
        .region("us-west-2")
        .endpoint_resolver(resolver)
        .build()?;

    let svc = s3::Client::new(&session);
    svc.create_bucket(CreateBucketInput::new().bucket("my-bucket")).await?;
    svc.put_object(PutObjectInput::new().bucket("my-bucket").key("my-key").body("hello")).await?;
    let requests = local.requests();
    let sent = requests.last().ok_or("the endpoint has recorded no request")?;
    let signature = sent.header("authorization").unwrap_or_default();
    println!("{} {}", sent.method, sent.path());
    println!("{}", signature.split(',').next().unwrap_or_default());

    // Where another service's client would send.
    println!("{:?}", sqs::Client::new(&session).base().settings().endpoint);

    // A URL without a scheme is an error of the call, and says so.
    let lost = ResolvedEndpoint::new("s3.custom.endpoint.com");
    let svc = s3::Client::with_config(&session, &Config::new().endpoint_resolver(lost));
    if let Err(error) = svc.list_buckets(s3::ListBucketsInput::new()).await {
        println!("{error}");
    }
    Ok(())
}
