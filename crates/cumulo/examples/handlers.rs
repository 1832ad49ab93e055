//! Watches requests with handlers: a logger on several lists, the time between the front and the back of Send, on every
//! request of a client and on a single one.

mod support;

use std::time::Instant;

use cumulo::Request;
use cumulo::s3::{self, CreateBucketInput, ListBucketsInput};

fn custom_logger(req: &mut Request) {
    println!(
        "Op: {}\nParams: {:?}\nTime: {}\nRetryCount: {}\n",
        req.operation().name,
        req.params,
        req.time,
        req.retry_count
    );
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (_local, config) = support::embedded().await?;
    let mut svc = s3::Client::new(&config);

    // On every request of the client.
    let handlers = svc.handlers_mut();
    handlers.sign.push_back(custom_logger);
    handlers.send.push_back(custom_logger);
    handlers.unmarshal.push_back(|req| {
        println!("Unmarshal handler");
        custom_logger(req);
    });
    handlers.send.push_front(|req| {
        req.extensions.insert(Instant::now());
    });
    handlers.send.push_back(|req| {
        if let Some(started) = req.extensions.get::<Instant>() {
            println!("SENDING {:?}\n", started.elapsed());
        }
    });
    svc.create_bucket(CreateBucketInput::new().bucket("my-bucket")).await?;

    // On one request.
    let mut req = svc.list_buckets_request(ListBucketsInput::new());
    req.handlers.complete.push_back(|req| println!("{} is complete", req.operation().name));
    let buckets = req.send().await?.buckets.unwrap_or_default();
    println!("{} bucket", buckets.len());
    Ok(())
}
