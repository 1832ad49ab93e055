//! A role for some clients, assumed with an MFA code, beside clients with the user's own credentials.
//!
//! `cargo run --example mfa_stscreds [-- --endpoint URL]`

mod mfa;

use std::time::Duration;

use cumulo::credentials::stscreds;
use cumulo::s3::{self, CreateBucketInput, ListBucketsInput};
use cumulo::sqs::{self, CreateQueueInput};
use cumulo::sts::{self, GetCallerIdentityInput};
use cumulo::{BoxError, Config, Error};
use mfa::World;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let world = World::from_args().await?;
    let session = world.session().profile("me").build()?;

    // Nothing is sent yet, and nobody is asked.
    let role = stscreds::new_credentials(&session, mfa::ROLE, |role| {
        role.serial_number(mfa::DEVICE)
            .token_provider(mfa::device())
            .role_session_name("mfa-stscreds")
            .duration(Duration::from_secs(3600))
    });
    let as_role = Config::new().credentials(role);

    println!("A queue is made with the session's own credentials:");
    let sqs = sqs::Client::new(&session);
    who_am_i(&sts::Client::new(&session)).await?;
    let queue = sqs.create_queue(CreateQueueInput::new().queue_name("mine")).await?;
    println!("    made {}", queue.queue_url.unwrap_or_default());

    println!("A bucket is made with the role's:");
    let s3 = s3::Client::with_config(&session, &as_role);
    who_am_i(&sts::Client::with_config(&session, &as_role)).await?;
    s3.create_bucket(CreateBucketInput::new().bucket("the-roles")).await?;
    let buckets = s3.list_buckets(ListBucketsInput::new()).await?.buckets.unwrap_or_default();
    println!("    there are {} buckets", buckets.len());
    Ok(())
}

async fn who_am_i(sts: &sts::Client) -> Result<(), Error> {
    let identity = sts.get_caller_identity(GetCallerIdentityInput::new()).await?;
    println!("    I am {}", identity.arn.unwrap_or_default());
    Ok(())
}
