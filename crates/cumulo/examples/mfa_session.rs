//! A session assumes the role of its profile with an MFA code, and the next program is not asked for one.
//!
//! `cargo run --example mfa_session [-- --endpoint URL]`

mod mfa;

use cumulo::credentials::stscreds::RoleCache;
use cumulo::s3::{self, CreateBucketInput, PutObjectInput};
use cumulo::sts::{self, GetCallerIdentityInput};
use cumulo::{BoxError, Error, Session};
use mfa::World;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let world = World::from_args().await?;

    println!(
        "The profile `operator` has a role_arn and an mfa_serial. Without a token provider there is no session:"
    );
    let failed = world.session().profile("operator").build().err();
    println!("    {}", failed.map(|error| error.to_string()).unwrap_or_default());

    // `RoleCache::aws_cli` is the folder that the AWS CLI uses.
    let cache = RoleCache::new("/home/me/.aws/cli/cache").files(world.files.clone());
    let session = || {
        world
            .session()
            .profile("operator")
            .assume_role_token_provider(mfa::device())
            .assume_role_cache(cache.clone())
            .build()
    };

    println!(
        "With one, the first request that has to be signed asks for a code, and the rest share what it brought:"
    );
    let first = session()?;
    who_am_i(&first).await?;
    let s3 = s3::Client::new(&first);
    s3.create_bucket(CreateBucketInput::new().bucket("operators")).await?;
    s3.put_object(PutObjectInput::new().bucket("operators").key("today.txt").body("all is well")).await?;
    println!("    stored an object");

    println!("Another program finds the role in the cache, and nobody is asked:");
    who_am_i(&session()?).await?;
    Ok(())
}

async fn who_am_i(session: &Session) -> Result<(), Error> {
    let identity = sts::Client::new(session).get_caller_identity(GetCallerIdentityInput::new()).await?;
    println!("    I am {}", identity.arn.unwrap_or_default());
    Ok(())
}
