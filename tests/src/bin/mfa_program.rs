//! A program with a profile's role, as a user starts it again and again: asks for an MFA code on standard error unless the
//! cache has the role, and prints who it is.
//!
//! Usage: mfa_program ENDPOINT CONFIG_FILE CREDENTIALS_FILE CACHE_FOLDER

use cumulo::credentials::stscreds::{self, RoleCache};
use cumulo::session::{Env, Locations};
use cumulo::sts::{Client, GetCallerIdentityInput};
use cumulo::{BoxError, Session};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [endpoint, config, credentials, cache] = arguments.as_slice() else {
        return Err("usage: mfa_program ENDPOINT CONFIG_FILE CREDENTIALS_FILE CACHE_FOLDER".into());
    };
    let session = Session::builder()
        .env(Env::from_map([("AWS_PROFILE", "operator")]))
        .shared_config_files(Locations::new(config, credentials))
        .endpoint(endpoint)
        .assume_role_token_provider(stscreds::stdin_token_provider)
        .assume_role_cache(RoleCache::new(cache))
        .build()?;
    let identity = Client::new(&session).get_caller_identity(GetCallerIdentityInput::new()).await?;
    println!("{}", identity.arn.unwrap_or_default());
    Ok(())
}
