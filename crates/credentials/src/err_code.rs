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
