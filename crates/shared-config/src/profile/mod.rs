//! A profile: every key that AWS's tools agree on, with its type.

use std::fmt;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::values::{
    AccountIdEndpointMode, AddressingStyle, AppId, ChecksumMode, CompressionSize, CredentialSource,
    DefaultsMode, EndpointDiscovery, IpMode, RegionalEndpoints, RetryMode,
};
use crate::{Error, Nested, Secret, Section, SharedConfig, env};

/// The keys of static credentials, which are only ever taken from one file together.
pub(crate) const CREDENTIAL_KEYS: [&str; 3] =
    ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"];

/// A named profile, merged from both files. A view: cheap to copy.
///
/// It dereferences to its [`Section`], whose readers serve keys that have no method here. An empty value counts
/// as unset. A value of the wrong form is an error of the method that reads it, so an unused key harms nobody.
///
/// Source: the AWS SDKs and Tools Reference Guide, "Settings reference"; Go's `session.sharedConfig`.
#[derive(Clone, Copy)]
pub struct Profile<'a> {
    config: &'a SharedConfig,
    section: Section<'a>,
}

/// Long-lived or session credentials written into a profile.
#[derive(Debug, Clone)]
pub struct StaticCredentials {
    /// `aws_access_key_id`
    pub access_key_id: String,
    /// `aws_secret_access_key`
    pub secret_access_key: Secret,
    /// `aws_session_token`
    pub session_token: Option<Secret>,
    /// `aws_account_id`
    pub account_id: Option<String>,
    /// The file they were read from, as providers name their source.
    pub file: PathBuf,
}

/// Declares readers of keys that hold free text.
macro_rules! text_keys {
    ($($(#[$meta:meta])* $name:ident,)+) => {
        impl<'a> Profile<'a> {
            $(
                $(#[$meta])*
                pub fn $name(&self) -> Option<&'a str> {
                    self.section.string(stringify!($name))
                }
            )+
        }
    };
}

/// Declares readers of keys that hold a checked value.
macro_rules! checked_keys {
    ($($(#[$meta:meta])* $name:ident: $type:ty = $reader:ident($($extra:expr)?),)+) => {
        impl Profile<'_> {
            $(
                $(#[$meta])*
                ///
                /// # Errors
                ///
                /// [`Error::Value`] if the value has another form.
                pub fn $name(&self) -> Result<Option<$type>, Error> {
                    self.section.$reader(stringify!($name) $(, $extra)?)
                }
            )+
        }
    };
}

impl<'a> Profile<'a> {
    pub(crate) const fn new(config: &'a SharedConfig, section: Section<'a>) -> Self {
        Self { config, section }
    }

    /// The profile's name.
    pub const fn name(&self) -> &'a str {
        self.section.name()
    }

    /// The static credentials: all three keys from one file, the credentials file if it has a pair.
    ///
    /// # Errors
    ///
    /// [`Error::PartialCredentials`] if the access key id is there without the secret key, or the reverse.
    pub fn credentials(&self) -> Result<Option<StaticCredentials>, Error> {
        let [id_key, secret_key, token_key] = CREDENTIAL_KEYS;
        match (self.string(id_key), self.string(secret_key)) {
            (None, None) => Ok(None),
            (Some(_), None) => Err(self.partial(id_key, secret_key)),
            (None, Some(_)) => Err(self.partial(secret_key, id_key)),
            (Some(id), Some(secret)) => Ok(Some(StaticCredentials {
                access_key_id: id.to_owned(),
                secret_access_key: Secret::from(secret),
                session_token: self.string(token_key).map(Secret::from),
                account_id: self.aws_account_id().map(str::to_owned),
                file: self.file_of(id_key),
            })),
        }
    }

    #[cold]
    fn partial(&self, present: &'static str, missing: &'static str) -> Error {
        let section = format!("profile {}", self.name());
        Error::PartialCredentials { file: self.file_of(present), section, present, missing }
    }

    fn file_of(&self, key: &str) -> PathBuf {
        self.file(key).unwrap_or(Path::new("")).to_path_buf()
    }

    /// How long an assumed role's credentials last: `duration_seconds`.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] if it is no whole number of seconds, at least one.
    pub fn duration_seconds(&self) -> Result<Option<Duration>, Error> {
        let seconds = self.section.integer("duration_seconds", true)?;
        Ok(seconds.map(|seconds| Duration::from_secs(seconds.into())))
    }

    /// The section that `sso_session` names, if the config file has it.
    pub fn sso_session_section(&self) -> Option<Section<'a>> {
        self.config.sso_session(self.sso_session()?)
    }

    /// The section that `services` names, which has endpoints of single services.
    ///
    /// # Errors
    ///
    /// [`Error::ServicesNotExist`] if the config file has no such section.
    pub fn services_section(&self) -> Result<Option<Section<'a>>, Error> {
        let Some(name) = self.services() else { return Ok(None) };
        let missing = || Error::ServicesNotExist { profile: self.name().to_owned(), name: name.to_owned() };
        self.config.services(name).map(Some).ok_or_else(missing)
    }

    /// The endpoint configured for a service: `endpoint_url` under the service's id in the section that
    /// `services` names, else the profile's own `endpoint_url`.
    ///
    /// `service_id` is the model's, such as `S3` or `Secrets Manager`. Whether configured endpoints are ignored
    /// ([`ignore_configured_endpoint_urls`](Self::ignore_configured_endpoint_urls)) is the caller's question.
    ///
    /// ```
    /// use cumulo_shared_config::SharedConfig;
    ///
    /// let text = "[default]\nservices = local\nendpoint_url = http://localhost:1\n\
    ///             [services local]\nsqs =\n  endpoint_url = http://localhost:2\n";
    /// let config = SharedConfig::parse(text, "")?;
    /// let profile = config.require_profile("default")?;
    /// assert_eq!(profile.endpoint_url_of("SQS"), Some("http://localhost:2"));
    /// assert_eq!(profile.endpoint_url_of("S3"), Some("http://localhost:1"));
    /// # Ok::<(), cumulo_shared_config::Error>(())
    /// ```
    pub fn endpoint_url_of(&self, service_id: &str) -> Option<&'a str> {
        let key = env::service_key(service_id);
        self.services()
            .and_then(|name| self.config.services(name))
            .and_then(|services| services.nested_value(&key, "endpoint_url"))
            .or_else(|| self.endpoint_url())
    }

    /// The settings nested under `s3`.
    pub fn s3(&self) -> Option<Nested<'a>> {
        self.section.nested("s3")
    }

    /// The API versions of services by their names, nested under `api_versions`. No use to a compiled SDK.
    pub fn api_versions(&self) -> Option<Nested<'a>> {
        self.section.nested("api_versions")
    }
}

/// Declares readers of keys nested under `s3`, some of which may stand in the profile too.
macro_rules! s3_keys {
    ($($(#[$meta:meta])* $name:ident: $type:ty = $reader:ident($($outer:literal,)? s3.$inner:ident),)+) => {
        impl Profile<'_> {
            $(
                $(#[$meta])*
                ///
                /// # Errors
                ///
                /// [`Error::Value`] if the value has another form.
                pub fn $name(&self) -> Result<Option<$type>, Error> {
                    $(if let Some(found) = self.section.$reader($outer)? {
                        return Ok(Some(found));
                    })?
                    self.s3().map_or(Ok(None), |s3| s3.$reader(stringify!($inner)))
                }
            )+
        }
    };
}

s3_keys! {
    /// Where S3 requests carry the bucket's name: `addressing_style` under `s3`.
    s3_addressing_style: AddressingStyle = value(s3.addressing_style),
    /// Whether S3 requests go to the accelerate endpoint: `use_accelerate_endpoint` under `s3`.
    s3_use_accelerate_endpoint: bool = flag(s3.use_accelerate_endpoint),
    /// Whether S3 requests go to dual-stack endpoints: `use_dualstack_endpoint` under `s3`.
    s3_use_dualstack_endpoint: bool = flag(s3.use_dualstack_endpoint),
    /// Whether S3 request bodies are part of the signature over TLS: `payload_signing_enabled` under `s3`.
    s3_payload_signing_enabled: bool = flag(s3.payload_signing_enabled),
    /// Whether the region of S3 requests is taken from their ARNs: the key itself, else `use_arn_region` under `s3`.
    s3_use_arn_region: bool = flag("s3_use_arn_region", s3.use_arn_region),
    /// Which S3 endpoint `us-east-1` uses: the key itself, else `us_east_1_regional_endpoint` under `s3`.
    s3_us_east_1_regional_endpoint: RegionalEndpoints =
        value("s3_us_east_1_regional_endpoint", s3.us_east_1_regional_endpoint),
    /// Whether multi-region access points are refused: the key itself, or the same under `s3`.
    s3_disable_multiregion_access_points: bool =
        flag("s3_disable_multiregion_access_points", s3.s3_disable_multiregion_access_points),
}

text_keys! {
    /// The region.
    region,
    /// The role to assume.
    role_arn,
    /// The profile whose credentials assume the role.
    source_profile,
    /// The MFA device (serial number or ARN) that the role demands.
    mfa_serial,
    /// The external id that a third party's role demands.
    external_id,
    /// The session's name.
    role_session_name,
    /// The command that prints credentials.
    credential_process,
    /// The file with the web identity token.
    web_identity_token_file,
    /// The SSO session, which holds the SSO settings.
    sso_session,
    /// The URL of the SSO portal.
    sso_start_url,
    /// The region of the SSO portal.
    sso_region,
    /// The account to get credentials for.
    sso_account_id,
    /// The role to get credentials for.
    sso_role_name,
    /// The sign-in session of `aws login`.
    login_session,
    /// The account that the credentials belong to.
    aws_account_id,
    /// The file with the certificate authorities to trust.
    ca_bundle,
    /// The endpoint of every service.
    endpoint_url,
    /// The `services` section with an endpoint for each service.
    services,
    /// The URL of the EC2 metadata service.
    ec2_metadata_service_endpoint,
    /// The regions of a multi-region signature, with commas between.
    sigv4a_signing_region_set,
    /// The authentication schemes to prefer, with commas between.
    auth_scheme_preference,
    /// The folders with further service models of botocore, with colons between. No use to a compiled SDK.
    data_path,
    /// Host of the agent for client-side monitoring.
    csm_host,
    /// Name of the program in client-side monitoring.
    csm_client_id,
    /// The AWS CLI's output format. No use to an SDK.
    output,
}

checked_keys! {
    /// Where the credentials that assume the role come from, in place of a source profile.
    credential_source: CredentialSource = value(),
    /// Whether to use FIPS 140 endpoints.
    use_fips_endpoint: bool = flag(),
    /// Whether to use dual-stack endpoints.
    use_dualstack_endpoint: bool = flag(),
    /// Whether configured endpoints are ignored.
    ignore_configured_endpoint_urls: bool = flag(),
    /// Attempts in all of a request.
    max_attempts: u32 = integer(true),
    /// How requests are retried.
    retry_mode: RetryMode = value(),
    /// When requests get a checksum.
    request_checksum_calculation: ChecksumMode = value(),
    /// When answers have their checksum validated.
    response_checksum_validation: ChecksumMode = value(),
    /// Whether request bodies go out uncompressed.
    disable_request_compression: bool = flag(),
    /// The size in bytes from which request bodies are compressed.
    request_min_compression_size_bytes: CompressionSize = value(),
    /// Which STS endpoint an old region uses.
    sts_regional_endpoints: RegionalEndpoints = value(),
    /// Whether requests to S3 Express buckets are signed as any other.
    s3_disable_express_session_auth: bool = flag(),
    /// The address family of the EC2 metadata service.
    ec2_metadata_service_endpoint_mode: IpMode = value(),
    /// Whether the first version of the EC2 metadata service is refused.
    ec2_metadata_v1_disabled: bool = flag(),
    /// Older name of IPv6 in `ec2_metadata_service_endpoint_mode`.
    imds_use_ipv6: bool = flag(),
    /// Seconds until a request to the EC2 metadata service times out.
    metadata_service_timeout: u32 = integer(true),
    /// Attempts in all of a request to the EC2 metadata service.
    metadata_service_num_attempts: u32 = integer(true),
    /// The set of defaults.
    defaults_mode: DefaultsMode = value(),
    /// Whether account ids go into endpoints.
    account_id_endpoint_mode: AccountIdEndpointMode = value(),
    /// The application's name, added to the user agent.
    sdk_ua_app_id: AppId = value(),
    /// Whether parameters are checked before a request is built.
    parameter_validation: bool = flag(),
    /// Whether operations put no prefix in front of host names.
    disable_host_prefix_injection: bool = flag(),
    /// Whether the system probes silent connections.
    tcp_keepalive: bool = flag(),
    /// Whether the endpoints of single operations are asked for.
    endpoint_discovery_enabled: EndpointDiscovery = value(),
    /// Whether calls are reported to an agent for client-side monitoring.
    csm_enabled: bool = flag(),
    /// Port of that agent.
    csm_port: u32 = integer(true),
}

impl<'a> Deref for Profile<'a> {
    type Target = Section<'a>;

    fn deref(&self) -> &Section<'a> {
        &self.section
    }
}

impl fmt::Debug for Profile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.section.keys().collect::<Vec<_>>();
        f.debug_struct("Profile").field("name", &self.name()).field("keys", &keys).finish()
    }
}

#[cfg(test)]
mod tests;
