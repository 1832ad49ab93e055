//! The main job, step by step: a session assumes a role with an MFA code and calls S3, SQS, STS and KMS.
//!
//! Without arguments everything happens on an embedded endpoint. `--endpoint URL --profile NAME` runs the same against
//! any server with a profile of yours, and `--mfa stdin` asks you for the code.

mod options;
mod steps;
mod world;

use options::Options;
use world::World;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), cumulo::BoxError> {
    let Some(options) = Options::from_args()? else { return Ok(()) };
    let world = World::prepare(&options).await?;
    let session = world.session(&options)?;

    steps::assume_role(&session).await?;
    let s3 = steps::timed_s3(&session);
    let bucket = steps::make_bucket(&s3).await?;
    steps::put_and_list(&s3, &bucket).await?;
    steps::get(&s3, &bucket).await?;
    steps::handle_no_such_key(&s3, &bucket).await?;
    steps::clean_up(&s3, &bucket).await?;
    steps::send_and_receive(&session).await?;
    steps::make_data_key(&session).await?;

    println!("\nDone.");
    Ok(())
}
