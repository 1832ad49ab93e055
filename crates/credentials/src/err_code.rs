//! The codes of the errors that providers answer. The values are Go's.

pub use cumulo_core::err_code::{EMPTY_STATIC_CREDS, NO_CREDENTIAL_PROVIDERS};

/// The environment has no access key id.
pub const ENV_ACCESS_KEY_NOT_FOUND: &str = "EnvAccessKeyNotFound";
/// The environment has no secret access key.
pub const ENV_SECRET_NOT_FOUND: &str = "EnvSecretNotFound";

/// The home directory, and with it the shared credentials file, cannot be found.
pub const USER_HOME_NOT_FOUND: &str = "UserHomeNotFound";
/// The shared credentials file cannot be read or does not have the profile.
pub const SHARED_CREDS_LOAD: &str = "SharedCredsLoad";
/// The profile has no access key id.
pub const SHARED_CREDS_ACCESS_KEY: &str = "SharedCredsAccessKey";
/// The profile has no secret access key.
pub const SHARED_CREDS_SECRET: &str = "SharedCredsSecret";

/// A role demands MFA, and there is no token code to be had.
pub const ASSUME_ROLE_TOKEN_NOT_AVAILABLE: &str = "AssumeRoleTokenNotAvailable";
/// The program's own token provider failed with an error that is not the SDK's.
pub const ASSUME_ROLE_TOKEN_PROVIDER_ERROR: &str = "AssumeRoleTokenProviderError";

/// What a `credential_process` printed is no JSON document.
pub const PROCESS_PROVIDER_PARSE: &str = "ProcessProviderParseError";
/// What a `credential_process` printed has another version than 1.
pub const PROCESS_PROVIDER_VERSION: &str = "ProcessProviderVersionError";
/// What a `credential_process` printed lacks a key.
pub const PROCESS_PROVIDER_REQUIRED: &str = "ProcessProviderRequiredError";
/// A `credential_process` could not be run, failed, took too long or printed too much.
pub const PROCESS_PROVIDER_EXECUTION: &str = "ProcessProviderExecutionError";

/// The metadata service of an EC2 instance refuses, or has no token to give.
pub const EC2_METADATA: &str = "EC2MetadataError";
/// The metadata service of an EC2 instance does not answer.
pub const EC2_METADATA_REQUEST: &str = "EC2MetadataRequestError";
/// The credentials of an EC2 instance's role cannot be fetched.
pub const EC2_ROLE_REQUEST: &str = "EC2RoleRequestError";
/// An EC2 instance has no role.
pub const EMPTY_EC2_ROLE_LIST: &str = "EmptyEC2RoleList";

/// A container's credentials cannot be fetched.
pub const CREDENTIALS_ENDPOINT: &str = "CredentialsEndpointError";

/// A web identity token cannot be read, or its role is not known.
pub const WEB_IDENTITY: &str = "WebIdentityErr";

/// The sign-in of an SSO session has ended, or there was none.
pub const SSO_PROVIDER_INVALID_TOKEN: &str = "SSOProviderInvalidToken";
/// The settings of an SSO profile are incomplete.
pub const SSO_PROVIDER_CONFIG: &str = "SSOProviderConfigError";

/// The sign-in of `aws login` has ended, or there was none.
pub const LOGIN_PROVIDER_INVALID_TOKEN: &str = "LoginProviderInvalidToken";
