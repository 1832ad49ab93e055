//! The sign-in as it is kept, and the one call that refreshes it, as a table by hand.

use cumulo_core::endpoints::{ServiceEndpoint, partition_for_region};
use cumulo_core::operation::{Operation, Service, ShapeType};
use cumulo_core::protocol::REST_JSON;
use cumulo_core::schema::{Member, Target};
use cumulo_core::{Config, Credentials, DateTime, SecretString, signer};

use crate::document::{document, text, time};

pub(super) static SIGNIN: Service = Service {
    id: "Signin",
    endpoint: ServiceEndpoint::new("signin", "signin"),
    rules: None,
    signing: signer::v4::Options::new(),
    api_version: "2023-01-01",
    target_prefix: None,
    xml_namespace: None,
    protocol: &REST_JSON,
    query_compatible: false,
    errors: &[],
};

pub(super) static CREATE_OAUTH2_TOKEN: Operation = Operation::new(
    "CreateOAuth2Token",
    "POST",
    "/v1/token",
    ShapeType::of::<CreateTokenInput>(CreateTokenInput::SCHEMA),
    ShapeType::of::<CreateTokenOutput>(CreateTokenOutput::SCHEMA),
)
.anonymous();

document! {
    /// A sign-in as the AWS CLI keeps it.
    Login {
        0 access_token: Keys = Member::new("accessToken", Target::Structure(Keys::SCHEMA)).sensitive();
        1 token_type: String = text("tokenType");
        2 client_id: String = text("clientId");
        3 refresh_token: SecretString = text("refreshToken").sensitive();
        4 id_token: SecretString = text("idToken").sensitive();
        5 dpop_key: SecretString = text("dpopKey").sensitive();
        6 sign_in_region: String = text("signInRegion");
    }
}

document! {
    /// The credentials of a sign-in.
    Keys {
        0 access_key_id: String = text("accessKeyId");
        1 secret_access_key: SecretString = text("secretAccessKey").sensitive();
        2 session_token: SecretString = text("sessionToken").sensitive();
        3 account_id: String = text("accountId");
        4 expires_at: DateTime = time("expiresAt");
    }
}

document! {
    /// A sign-in to be refreshed.
    CreateTokenInput {
        0 client_id: String = text("clientId").required();
        1 refresh_token: SecretString = text("refreshToken").required().sensitive();
        2 grant_type: String = text("grantType").required();
    }
}

document! {
    /// The new credentials, which end after a number of seconds.
    CreateTokenOutput {
        0 access_token: Keys = Member::new("accessToken", Target::Structure(Keys::SCHEMA)).sensitive();
        1 expires_in: i32 = Member::new("expiresIn", Target::Integer);
        2 refresh_token: SecretString = text("refreshToken").sensitive();
    }
}

/// The settings of the client in the place of the session's: it does not sign, and its host names do not follow the common
/// rule in the larger partitions.
pub(super) fn overrides(config: &Config, sign_in_region: Option<&str>) -> Config {
    let mut overrides = Config::new().credentials(Credentials::anonymous());
    overrides.region = sign_in_region.map(str::to_owned);
    let is_configured =
        config.configured_endpoint.is_some() && config.ignore_configured_endpoint_urls != Some(true);
    let is_plain = config.use_fips != Some(true) && config.use_dual_stack != Some(true);
    if !is_configured
        && is_plain
        && let Some(region) = sign_in_region.or(config.region.as_deref())
        && let Some(suffix) = suffix(region)
    {
        overrides.configured_endpoint = Some(format!("https://{region}.{suffix}"));
        overrides.ignore_configured_endpoint_urls = Some(false);
    }
    overrides
}

fn suffix(region: &str) -> Option<&'static str> {
    match partition_for_region(region)?.id() {
        "aws" => Some("signin.aws.amazon.com"),
        "aws-cn" => Some("signin.amazonaws.cn"),
        "aws-us-gov" => Some("signin.amazonaws-us-gov.com"),
        _ => None,
    }
}
