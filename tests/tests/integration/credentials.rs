//! Credentials of the machine that a program runs on, from servers that play its metadata service and its container agent,
//! and roles for the tokens of an identity provider.

use cumulo::credentials::imds;
use cumulo::shared_config::{Env, FileSystem as _, MemoryFiles};
use cumulo::sts::{Client, GetCallerIdentityInput};
use cumulo::{Config, Error, Session};
use cumulo_tests::InstanceMetadata;

use crate::world::World;

/// `{"alg":"none"}` and `{"iss":"https://issuer.test","aud":"sts.amazonaws.com","sub":"pod"}`, unsigned.
const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0IiwiYXVkIjoic3RzLmFtYXpvbmF3cy5jb20iLCJzdWIiOiJwb2QifQ.";

fn session(world: &World, variables: &[(&str, &str)], files: &MemoryFiles) -> Session {
    let region = [("AWS_REGION", &*world.target.region)];
    Session::builder()
        .env(Env::from_map(region.iter().chain(variables).copied()))
        .file_system(files.clone())
        .endpoint(&*world.target.endpoint)
        .build()
        .unwrap()
}

fn env_of_instance(world: &World) -> [(&str, &str); 1] {
    [("AWS_EC2_METADATA_SERVICE_ENDPOINT", &*world.target.endpoint)]
}

async fn credentials(session: &Session) -> Result<std::sync::Arc<cumulo::credentials::Value>, Error> {
    session.config().credentials.as_ref().unwrap().get().await
}

#[tokio::test]
async fn an_instance_without_other_credentials_has_those_of_its_role() {
    let world = World::start().await;
    let found = credentials(&session(&world, &env_of_instance(&world), &MemoryFiles::default())).await;
    if world.target.capabilities().instance_metadata == InstanceMetadata::None {
        let error = found.unwrap_err();
        assert_eq!(error.code(), "NoCredentialProviders");
        assert!(error.message().contains("EC2 instance metadata ("), "{error}");
        return;
    }
    let value = found.unwrap();
    assert_eq!(value.provider_name, "EC2RoleProvider");
    assert!(value.session_token.is_some() && value.expires.is_some(), "{value:?}");
}

#[tokio::test]
async fn an_instance_knows_itself() {
    let world = World::start().await;
    let env = Env::from_map(env_of_instance(&world));
    let client = imds::Client::new(&Config::new()).configured(&env, None).unwrap().v1_disabled(true);
    let offered = world.target.capabilities().instance_metadata;
    assert_eq!(client.available().await, offered != InstanceMetadata::None);
    if offered == InstanceMetadata::Full {
        let document = client.instance_identity_document().await.unwrap();
        assert_eq!(document.instance_id, Some(client.metadata("instance-id").await.unwrap()));
        assert_eq!(client.region().await.unwrap(), world.target.region);
        assert!(
            client.iam_info().await.unwrap().instance_profile_arn.unwrap().contains(":instance-profile/")
        );
        assert_eq!(client.metadata("none").await.unwrap_err().status(), Some(404));
    }
}

#[tokio::test]
async fn a_container_has_the_credentials_that_its_agent_gives() {
    let world = World::start().await;
    let uri = format!("{}/v2/credentials/7c1b5f2e", world.target.endpoint);
    let variables = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", &*uri)];
    let found = credentials(&session(&world, &variables, &MemoryFiles::default())).await;
    if world.target.capabilities().has_container_agent {
        let value = found.unwrap();
        assert_eq!(value.provider_name, "CredentialsEndpointProvider");
        assert!(value.session_token.is_some() && value.expires.is_some(), "{value:?}");
    } else {
        let error = found.unwrap_err();
        assert!(error.message().contains("container (CredentialsEndpointError: failed to load"), "{error}");
    }
}

#[tokio::test]
async fn a_token_in_a_file_becomes_a_role_that_signs() {
    let world = World::start().await;
    let role = world.target.web_identity_role_arn.as_deref().unwrap_or("arn:aws:iam::123456789012:role/none");
    let files = MemoryFiles::default();
    files.replace("/token".as_ref(), TOKEN.as_bytes()).unwrap();
    let variables =
        [("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"), ("AWS_ROLE_ARN", role), ("AWS_ROLE_SESSION_NAME", "pod")];
    let session = session(&world, &variables, &files);
    let answer = Client::new(&session).get_caller_identity(GetCallerIdentityInput::new()).await;
    if world.target.web_identity_role_arn.is_none() {
        assert_eq!(answer.unwrap_err().operation(), Some("AssumeRoleWithWebIdentity"));
        return;
    }
    let arn = answer.unwrap().arn.unwrap();
    assert!(arn.contains(":assumed-role/") && arn.ends_with("/pod"), "{arn}");

    files.remove("/token");
    session.config().credentials.as_ref().unwrap().expire();
    assert_eq!(credentials(&session).await.unwrap_err().code(), "WebIdentityErr");
}
