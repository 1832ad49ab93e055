//! The names of the environment variables that the SDK reads, each in one place.
//!
//! Source: the AWS SDKs and Tools Reference Guide; Go's `session.envConfig`.

/// Access key id of static credentials. Read before [`AWS_ACCESS_KEY`].
pub const AWS_ACCESS_KEY_ID: &str = "AWS_ACCESS_KEY_ID";
/// Older name of [`AWS_ACCESS_KEY_ID`].
pub const AWS_ACCESS_KEY: &str = "AWS_ACCESS_KEY";
/// Secret key of static credentials. Read before [`AWS_SECRET_KEY`].
pub const AWS_SECRET_ACCESS_KEY: &str = "AWS_SECRET_ACCESS_KEY";
/// Older name of [`AWS_SECRET_ACCESS_KEY`].
pub const AWS_SECRET_KEY: &str = "AWS_SECRET_KEY";
/// Session token of static credentials.
pub const AWS_SESSION_TOKEN: &str = "AWS_SESSION_TOKEN";
/// Account that the static credentials belong to.
pub const AWS_ACCOUNT_ID: &str = "AWS_ACCOUNT_ID";

/// The region.
pub const AWS_REGION: &str = "AWS_REGION";
/// The region of the AWS CLI, read when shared config is on and [`AWS_REGION`] is unset.
pub const AWS_DEFAULT_REGION: &str = "AWS_DEFAULT_REGION";
/// The profile's name.
pub const AWS_PROFILE: &str = "AWS_PROFILE";
/// Older name of [`AWS_PROFILE`], read when shared config is on.
pub const AWS_DEFAULT_PROFILE: &str = "AWS_DEFAULT_PROFILE";

/// Whether shared config is on: see [`Env::load_config`](crate::Env::load_config).
pub const AWS_SDK_LOAD_CONFIG: &str = "AWS_SDK_LOAD_CONFIG";
/// Path of the config file. Default `~/.aws/config`.
pub const AWS_CONFIG_FILE: &str = "AWS_CONFIG_FILE";
/// Path of the credentials file. Default `~/.aws/credentials`.
pub const AWS_SHARED_CREDENTIALS_FILE: &str = "AWS_SHARED_CREDENTIALS_FILE";
/// Path of a PEM file with the certificate authorities to trust.
pub const AWS_CA_BUNDLE: &str = "AWS_CA_BUNDLE";
/// Path of a PEM file with the client's certificate.
pub const AWS_SDK_GO_CLIENT_TLS_CERT: &str = "AWS_SDK_GO_CLIENT_TLS_CERT";
/// Path of a PEM file with the private key of that certificate.
pub const AWS_SDK_GO_CLIENT_TLS_KEY: &str = "AWS_SDK_GO_CLIENT_TLS_KEY";

/// URL of the proxy for `http` URLs; before [`HTTP_PROXY_LOWER`], and not read where a web server runs the program
/// ([`REQUEST_METHOD`]), because there it may be a header of the request.
pub const HTTP_PROXY: &str = "HTTP_PROXY";
/// URL of the proxy for `https` URLs; before [`HTTPS_PROXY_LOWER`].
pub const HTTPS_PROXY: &str = "HTTPS_PROXY";
/// The hosts that are reached without a proxy, with commas between; before [`NO_PROXY_LOWER`].
pub const NO_PROXY: &str = "NO_PROXY";
/// The same as [`HTTP_PROXY`], as other programs write it.
pub const HTTP_PROXY_LOWER: &str = "http_proxy";
/// The same as [`HTTPS_PROXY`], as other programs write it.
pub const HTTPS_PROXY_LOWER: &str = "https_proxy";
/// The same as [`NO_PROXY`], as other programs write it.
pub const NO_PROXY_LOWER: &str = "no_proxy";
/// Set where a web server runs the program as a CGI script.
pub const REQUEST_METHOD: &str = "REQUEST_METHOD";

/// Path of a web identity token.
pub const AWS_WEB_IDENTITY_TOKEN_FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
/// The role to assume with a web identity.
pub const AWS_ROLE_ARN: &str = "AWS_ROLE_ARN";
/// The session name of that role.
pub const AWS_ROLE_SESSION_NAME: &str = "AWS_ROLE_SESSION_NAME";

/// Folder of the sign-ins of `aws login`. Default `~/.aws/login/cache`.
pub const AWS_LOGIN_CACHE_DIRECTORY: &str = "AWS_LOGIN_CACHE_DIRECTORY";

/// URL of a container's credentials.
pub const AWS_CONTAINER_CREDENTIALS_FULL_URI: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
/// Path of a container's credentials on the ECS agent.
pub const AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
/// Authorization header for a container's credentials.
pub const AWS_CONTAINER_AUTHORIZATION_TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
/// File that holds the authorization header for a container's credentials.
pub const AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

/// `true` turns the EC2 metadata client off.
pub const AWS_EC2_METADATA_DISABLED: &str = "AWS_EC2_METADATA_DISABLED";
/// URL of the EC2 metadata service.
pub const AWS_EC2_METADATA_SERVICE_ENDPOINT: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
/// `IPv4` or `IPv6`.
pub const AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
/// `true` refuses the metadata service's first version.
pub const AWS_EC2_METADATA_V1_DISABLED: &str = "AWS_EC2_METADATA_V1_DISABLED";
/// Seconds until a metadata request times out.
pub const AWS_METADATA_SERVICE_TIMEOUT: &str = "AWS_METADATA_SERVICE_TIMEOUT";
/// Attempts in all of a metadata request.
pub const AWS_METADATA_SERVICE_NUM_ATTEMPTS: &str = "AWS_METADATA_SERVICE_NUM_ATTEMPTS";

/// Endpoint of every service; for one service, see [`endpoint_url_of`].
pub const AWS_ENDPOINT_URL: &str = "AWS_ENDPOINT_URL";
/// `true` ignores every configured endpoint.
pub const AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: &str = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
/// `true` uses FIPS 140 endpoints.
pub const AWS_USE_FIPS_ENDPOINT: &str = "AWS_USE_FIPS_ENDPOINT";
/// `true` uses dual-stack endpoints.
pub const AWS_USE_DUALSTACK_ENDPOINT: &str = "AWS_USE_DUALSTACK_ENDPOINT";
/// `legacy` or `regional`.
pub const AWS_STS_REGIONAL_ENDPOINTS: &str = "AWS_STS_REGIONAL_ENDPOINTS";
/// `legacy` or `regional`.
pub const AWS_S3_US_EAST_1_REGIONAL_ENDPOINT: &str = "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT";
/// `preferred`, `disabled` or `required`.
pub const AWS_ACCOUNT_ID_ENDPOINT_MODE: &str = "AWS_ACCOUNT_ID_ENDPOINT_MODE";
/// `true` takes the region of S3 requests from their ARNs.
pub const AWS_S3_USE_ARN_REGION: &str = "AWS_S3_USE_ARN_REGION";
/// `true` signs requests to S3 Express buckets as any other.
pub const AWS_S3_DISABLE_EXPRESS_SESSION_AUTH: &str = "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH";
/// `true` refuses multi-region access points.
pub const AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS: &str = "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS";
/// The regions of a multi-region signature, with commas between.
pub const AWS_SIGV4A_SIGNING_REGION_SET: &str = "AWS_SIGV4A_SIGNING_REGION_SET";
/// The authentication schemes to prefer, with commas between.
pub const AWS_AUTH_SCHEME_PREFERENCE: &str = "AWS_AUTH_SCHEME_PREFERENCE";
/// `true` leaves out the prefixes that operations put in front of host names.
pub const AWS_DISABLE_HOST_PREFIX_INJECTION: &str = "AWS_DISABLE_HOST_PREFIX_INJECTION";
/// The set of defaults.
pub const AWS_DEFAULTS_MODE: &str = "AWS_DEFAULTS_MODE";
/// `true`, `false` or `auto`.
pub const AWS_ENABLE_ENDPOINT_DISCOVERY: &str = "AWS_ENABLE_ENDPOINT_DISCOVERY";

/// Attempts in all of a request.
pub const AWS_MAX_ATTEMPTS: &str = "AWS_MAX_ATTEMPTS";
/// `legacy`, `standard` or `adaptive`.
pub const AWS_RETRY_MODE: &str = "AWS_RETRY_MODE";
/// `when_supported` or `when_required`.
pub const AWS_REQUEST_CHECKSUM_CALCULATION: &str = "AWS_REQUEST_CHECKSUM_CALCULATION";
/// `when_supported` or `when_required`.
pub const AWS_RESPONSE_CHECKSUM_VALIDATION: &str = "AWS_RESPONSE_CHECKSUM_VALIDATION";
/// `true` sends request bodies uncompressed.
pub const AWS_DISABLE_REQUEST_COMPRESSION: &str = "AWS_DISABLE_REQUEST_COMPRESSION";
/// Size in bytes from which request bodies are compressed.
pub const AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES: &str = "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES";

/// The platform's name, added to the user agent.
pub const AWS_EXECUTION_ENV: &str = "AWS_EXECUTION_ENV";
/// The application's name, added to the user agent.
pub const AWS_SDK_UA_APP_ID: &str = "AWS_SDK_UA_APP_ID";

/// The home directory.
pub const HOME: &str = "HOME";
/// The home directory on Windows, read when [`HOME`] is unset.
pub const USERPROFILE: &str = "USERPROFILE";

/// The variable that holds one service's endpoint: `AWS_ENDPOINT_URL_` and the service id in capitals.
///
/// ```
/// assert_eq!(cumulo_shared_config::env::endpoint_url_of("Secrets Manager"), "AWS_ENDPOINT_URL_SECRETS_MANAGER");
/// ```
pub fn endpoint_url_of(service_id: &str) -> String {
    format!("{AWS_ENDPOINT_URL}_{}", service_key(service_id).to_ascii_uppercase())
}

/// The key of a service in a `services` section: the service id in small letters, with underscores.
///
/// ```
/// assert_eq!(cumulo_shared_config::env::service_key("Secrets Manager"), "secrets_manager");
/// ```
pub fn service_key(service_id: &str) -> String {
    service_id.replace([' ', '-'], "_").to_ascii_lowercase()
}
