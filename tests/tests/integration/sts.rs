//! STS: who am I, and roles with and without MFA, directly and through a profile of the config files.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use cumulo::credentials::stscreds;
use cumulo::shared_config::{Env, Locations, MemoryFiles};
use cumulo::sts::{Client, GetCallerIdentityInput};
use cumulo::{Config, Credentials, Error, Session, s3};
use cumulo_tests::Mfa;

use crate::world::{World, unique};

async fn arn(client: &Client) -> Result<String, Error> {
    Ok(client.get_caller_identity(GetCallerIdentityInput::new()).await?.arn.unwrap())
}

/// The config files of a user with a role, and with one that demands MFA.
fn files(world: &World) -> MemoryFiles {
    let target = &world.target;
    let (role, mfa_role) = (target.role_arn.as_ref().unwrap(), target.mfa_role_arn.as_ref().unwrap());
    let serial = target.mfa_serial.as_ref().unwrap();
    let region = &target.region;
    let config = format!(
        "[profile reader]\nregion = {region}\nrole_arn = {role}\nsource_profile = me\n\
         [profile operator]\nregion = {region}\nrole_arn = {mfa_role}\nsource_profile = me\nmfa_serial = {serial}\n"
    );
    let credentials = format!(
        "[me]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        target.access_key_id, target.secret_access_key
    );
    MemoryFiles::from_map([("/aws/config", config), ("/aws/credentials", credentials)])
}

fn session(world: &World, profile: &str) -> cumulo::SessionBuilder {
    Session::builder()
        .env(Env::from_map([("AWS_PROFILE", profile)]))
        .file_system(files(world))
        .shared_config_files(Locations::new("/aws/config", "/aws/credentials"))
        .endpoint(&*world.target.endpoint)
}

#[tokio::test]
async fn a_profile_with_a_role_assumes_it_and_asks_for_no_code() {
    let world = World::start().await;
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let session = session(&world, "reader")
        .assume_role_token_provider(move || {
            count.fetch_add(1, Ordering::SeqCst);
            Ok("000000".into())
        })
        .build()
        .unwrap();
    let arn = arn(&Client::new(&session)).await.unwrap();
    assert!(arn.contains(":assumed-role/"), "{arn}");
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_profile_with_an_mfa_device_asks_once_for_a_code_that_many_callers_share() {
    let world = Arc::new(World::start().await);
    let asked = Arc::new(AtomicU32::new(0));
    let (device, count) = (Arc::clone(&world), Arc::clone(&asked));
    let session = session(&world, "operator")
        .assume_role_token_provider(move || {
            count.fetch_add(1, Ordering::SeqCst);
            Ok(device.mfa_code())
        })
        .build()
        .unwrap();
    let client = Client::new(&session);
    let calls: Vec<_> = (0..10)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { arn(&client).await })
        })
        .collect();
    for call in calls {
        let answer = call.await.unwrap();
        match world.target.capabilities().mfa {
            Mfa::Refused => assert_eq!(answer.unwrap_err().code(), "AccessDenied"),
            _ => assert!(answer.unwrap().contains(":assumed-role/")),
        }
    }
    if world.target.capabilities().mfa != Mfa::Refused {
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn an_mfa_device_without_a_token_provider_fails_when_the_session_is_made() {
    let world = World::start().await;
    let error = session(&world, "operator").build().unwrap_err();
    assert_eq!(error.code(), "AssumeRoleTokenProviderNotSetError");
}

#[tokio::test]
async fn one_session_serves_a_client_of_its_own_and_one_of_the_role() {
    let world = World::start().await;
    let base = world.config();
    let role = stscreds::new_credentials(&base, world.target.role_arn.clone().unwrap(), |role| role);
    let as_role = Config::new().credentials(role);
    assert!(!arn(&Client::new(&base)).await.unwrap().contains(":assumed-role/"));
    assert!(arn(&Client::with_config(&base, &as_role)).await.unwrap().contains(":assumed-role/"));
    let bucket = unique("bucket");
    let s3 = s3::Client::with_config(&base, &as_role);
    s3.create_bucket(s3::CreateBucketInput::new().bucket(&*bucket)).await.unwrap();
    s3.delete_bucket(s3::DeleteBucketInput::new().bucket(&*bucket)).await.unwrap();
}

#[tokio::test]
async fn a_wrong_session_token_is_refused_where_signatures_are_verified() {
    let world = World::start().await;
    let base = world.config();
    let role = stscreds::new_credentials(&base, world.target.role_arn.clone().unwrap(), |role| role);
    let issued = role.get().await.unwrap();
    let forged =
        cumulo::core::credentials::Value::new(&*issued.access_key_id, issued.secret_access_key.clone())
            .session_token("forged");
    let forged = Config::new().credentials(Credentials::from_value(forged));
    let answer = arn(&Client::with_config(&base, &forged)).await;
    if world.target.capabilities().verifies_signatures {
        assert_eq!(answer.unwrap_err().code(), "InvalidClientTokenId");
    } else {
        answer.unwrap();
    }
}
