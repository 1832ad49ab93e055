//! The two calls that a sign-in needs, as tables by hand: two more service crates would cost more than they hold.

use cumulo_core::endpoints::ServiceEndpoint;
use cumulo_core::operation::{Operation, Service, ShapeType};
use cumulo_core::protocol::REST_JSON;
use cumulo_core::schema::{Member, Target};
use cumulo_core::{SecretString, signer};

use crate::document::{document, text};

/// The portal, which gives credentials for a sign-in.
pub(super) static PORTAL: Service =
    Service { id: "SSO", endpoint: ServiceEndpoint::new("portal.sso", "awsssoportal"), ..SERVICE };

/// The portal's OpenID Connect service, which refreshes a sign-in.
pub(super) static OIDC: Service =
    Service { id: "SSO OIDC", endpoint: ServiceEndpoint::new("oidc", "sso-oauth"), ..SERVICE };

const SERVICE: Service = Service {
    id: "",
    endpoint: ServiceEndpoint::new("", ""),
    rules: None,
    signing: signer::v4::Options::new(),
    api_version: "2019-06-10",
    target_prefix: None,
    xml_namespace: None,
    protocol: &REST_JSON,
    query_compatible: false,
    errors: &[],
};

pub(super) static GET_ROLE_CREDENTIALS: Operation = Operation::new(
    "GetRoleCredentials",
    "GET",
    "/federation/credentials",
    ShapeType::of::<GetRoleCredentialsInput>(GetRoleCredentialsInput::SCHEMA),
    ShapeType::of::<GetRoleCredentialsOutput>(GetRoleCredentialsOutput::SCHEMA),
)
.anonymous();

pub(super) static CREATE_TOKEN: Operation = Operation::new(
    "CreateToken",
    "POST",
    "/token",
    ShapeType::of::<CreateTokenInput>(CreateTokenInput::SCHEMA),
    ShapeType::of::<CreateTokenOutput>(CreateTokenOutput::SCHEMA),
)
.anonymous();

document! {
    /// What the portal is asked.
    GetRoleCredentialsInput {
        0 role_name: String = text("roleName").query("role_name").required();
        1 account_id: String = text("accountId").query("account_id").required();
        2 access_token: SecretString =
            text("accessToken").header("x-amz-sso_bearer_token").required().sensitive();
    }
}

document! {
    /// What it answers.
    GetRoleCredentialsOutput {
        0 role_credentials: RoleCredentials =
            Member::new("roleCredentials", Target::Structure(RoleCredentials::SCHEMA)).sensitive();
    }
}

document! {
    /// The credentials; they end at a time in milliseconds since 1970.
    RoleCredentials {
        0 access_key_id: String = text("accessKeyId");
        1 secret_access_key: SecretString = text("secretAccessKey").sensitive();
        2 session_token: SecretString = text("sessionToken").sensitive();
        3 expiration: i64 = Member::new("expiration", Target::Long);
    }
}

document! {
    /// A sign-in to be refreshed.
    CreateTokenInput {
        0 client_id: String = text("clientId").required();
        1 client_secret: SecretString = text("clientSecret").required().sensitive();
        2 grant_type: String = text("grantType").required();
        3 refresh_token: SecretString = text("refreshToken").sensitive();
    }
}

document! {
    /// The new sign-in, which ends after a number of seconds.
    CreateTokenOutput {
        0 access_token: SecretString = text("accessToken").sensitive();
        1 expires_in: i32 = Member::new("expiresIn", Target::Integer);
        2 refresh_token: SecretString = text("refreshToken").sensitive();
    }
}
