//! The codes of the failures that the SDK itself finds. Service codes stand in each service's `err_code`.

pub use cumulo_core::err_code::*;
#[cfg(feature = "credentials")]
pub use cumulo_credentials::err_code::*;

/// A shared file exists but cannot be read, or breaks the grammar.
pub const SHARED_CONFIG_LOAD_ERROR: &str = "SharedConfigLoadError";
/// The profile that was asked for is in no shared file.
pub const SHARED_CONFIG_PROFILE_NOT_EXISTS_ERROR: &str = "SharedConfigProfileNotExistsError";
/// A profile's role cannot be assumed, because there are no credentials to do it with.
pub const SHARED_CONFIG_ASSUME_ROLE_ERROR: &str = "SharedConfigAssumeRoleError";
/// A profile holds a value that it cannot have, or settings that exclude each other.
pub const SHARED_CONFIG_ERR: &str = "SharedConfigErr";
/// An environment variable holds a value that it cannot have.
pub const ENV_CONFIG_ERR: &str = "EnvConfigErr";
/// A profile says how to assume a role, but not which.
pub const CREDENTIAL_REQUIRES_ARN_ERROR: &str = "CredentialRequiresARNError";
/// A profile's role demands MFA, and the session has no token provider.
pub const ASSUME_ROLE_TOKEN_PROVIDER_NOT_SET_ERROR: &str = "AssumeRoleTokenProviderNotSetError";
/// The bundle of certificate authorities that the code, `AWS_CA_BUNDLE` or the profile names cannot be used.
pub const LOAD_CUSTOM_CA_BUNDLE_ERROR: &str = "LoadCustomCABundleError";
/// The client's certificate or its key cannot be used.
pub const LOAD_CLIENT_TLS_CERT_ERROR: &str = "LoadClientTLSCertError";
