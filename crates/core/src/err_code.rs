//! The codes of the failures that the SDK itself finds; service codes stand in each service crate's `err_code`.

/// Parameters that do not fit the operation; the message lists every fault with its path.
pub const INVALID_PARAMETER: &str = "InvalidParameter";
/// No region is configured.
pub const MISSING_REGION: &str = "MissingRegion";
/// No endpoint can be found for the service and region.
pub const MISSING_ENDPOINT: &str = "MissingEndpoint";
/// The configured endpoint is no usable URL.
pub const INVALID_ENDPOINT_URL: &str = "InvalidEndpointURL";
/// A configuration that contradicts itself.
pub const CONFIG_ERROR: &str = "ConfigError";
/// No provider has credentials.
pub const NO_CREDENTIAL_PROVIDERS: &str = "NoCredentialProviders";
/// The static credentials are empty.
pub const EMPTY_STATIC_CREDS: &str = "EmptyStaticCreds";
/// The request could not be signed.
pub const SIGNING_ERROR: &str = "SigningError";
/// A presigned URL's lifetime is not between one second and seven days.
pub const INVALID_PRESIGN_EXPIRE: &str = "InvalidPresignExpireError";
/// The request could not be sent, or its answer not be received.
pub const REQUEST_ERROR: &str = "RequestError";
/// The call was given up by its caller.
pub const REQUEST_CANCELED: &str = "RequestCanceled";
/// A time limit passed before the answer.
pub const RESPONSE_TIMEOUT: &str = "ResponseTimeout";
/// A message could not be written or read in the service's protocol.
pub const SERIALIZATION_ERROR: &str = "SerializationError";
/// The body of an answer broke off.
pub const READ_ERROR: &str = "ReadError";
/// The body of an answer is not the one whose checksum the service told.
pub const CHECKSUM_MISMATCH: &str = "ChecksumMismatch";
/// The service answered with an error that it did not name.
pub const UNKNOWN_ERROR: &str = "UnknownError";
/// A service answered a page with the token that had asked for it, which would go on for ever.
pub const PAGINATION_ERROR: &str = "PaginationError";
/// A waiter saw a state from which the awaited one cannot come, or gave up.
pub const RESOURCE_NOT_READY: &str = "ResourceNotReady";
/// The request's body cannot be read a second time.
pub const BODY_NOT_REWINDABLE: &str = "BodyNotRewindable";
/// The request has been sent or presigned before.
pub const REQUEST_USED: &str = "RequestUsed";
/// A service model that was loaded at run time cannot be used; the message says why.
pub const INVALID_MODEL: &str = "InvalidModel";
/// The method of a service trait has no implementation.
pub const NOT_IMPLEMENTED: &str = "NotImplemented";
