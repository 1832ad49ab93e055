//! What a client tells the rules, once: the parameters that rule sets call built-ins.

use cumulo_endpoints::rules::{ParamValue, Parameter, RuleSet};

use super::settings::RegionalEndpoints;
use crate::config::Config;
use crate::custom_endpoint::Custom;
use crate::http::Url;

/// A value that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Boolean(bool),
    Text(String),
    Texts(Vec<String>),
}

impl Value {
    pub(super) fn as_param(&self) -> ParamValue<'_> {
        match self {
            Self::Boolean(value) => (*value).into(),
            Self::Text(text) => text.into(),
            Self::Texts(texts) => texts.as_slice().into(),
        }
    }
}

/// The parameter that is filled with the account of the credentials.
pub(super) const ACCOUNT_ID: &str = "AWS::Auth::AccountId";

/// The parameters that hold for every call of a client, by their places in the rules.
pub(super) fn values(
    rules: &RuleSet,
    config: &Config,
    region: &str,
    is_fips_region: bool,
    custom: Option<&Custom>,
) -> Vec<(usize, Value)> {
    let client = Client { config, region, is_fips_region, custom };
    let used = rules.parameters().enumerate().filter(|(_, parameter)| parameter.is_used);
    used.filter_map(|(index, parameter)| Some((index, client.value(&parameter)?))).collect()
}

struct Client<'a> {
    config: &'a Config,
    region: &'a str,
    is_fips_region: bool,
    custom: Option<&'a Custom>,
}

impl Client<'_> {
    fn value(&self, parameter: &Parameter<'_>) -> Option<Value> {
        let config = self.config;
        // A resolver of the user's own has seen these two, and answered.
        let is_answered = self.custom.is_some_and(|custom| custom.is_resolved);
        let use_fips = self.is_fips_region || config.use_fips.unwrap_or(false);
        let Some(built_in) = parameter.built_in else {
            return match parameter.name {
                "DisableS3ExpressSessionAuth" => config.s3_disable_express_session_auth.map(Value::Boolean),
                _ => None,
            };
        };
        match built_in {
            "AWS::Region" => Some(Value::Text(self.region.to_owned())),
            "AWS::UseFIPS" => Some(Value::Boolean(use_fips && !is_answered)),
            "AWS::UseDualStack" => {
                Some(Value::Boolean(config.use_dual_stack.unwrap_or(false) && !is_answered))
            }
            "SDK::Endpoint" => self.custom.map(|custom| Value::Text(custom.url.clone())),
            "AWS::S3::ForcePathStyle" => Some(Value::Boolean(self.is_path_style())),
            "AWS::S3::Accelerate" => config.s3_use_accelerate.map(Value::Boolean),
            "AWS::S3::UseArnRegion" | "AWS::S3Control::UseArnRegion" => {
                config.s3_use_arn_region.map(Value::Boolean)
            }
            "AWS::S3::DisableMultiRegionAccessPoints" => {
                config.s3_disable_multiregion_access_points.map(Value::Boolean)
            }
            "AWS::S3::UseGlobalEndpoint" => is_legacy(config.s3_us_east_1_regional_endpoint),
            "AWS::STS::UseGlobalEndpoint" => is_legacy(config.sts_regional_endpoints),
            "AWS::Auth::AccountIdEndpointMode" => {
                let mode = config.account_id_endpoint_mode.unwrap_or_default();
                Some(Value::Text(mode.as_str().to_owned()))
            }
            _ => None,
        }
    }

    /// No bucket's name resolves below an IP address, or below a name without a dot such as `localhost`.
    fn is_path_style(&self) -> bool {
        self.config.s3_path_style.unwrap_or(false)
            || self.custom.is_some_and(|custom| !takes_buckets(&custom.parsed))
    }
}

fn is_legacy(setting: Option<RegionalEndpoints>) -> Option<Value> {
    setting.map(|setting| Value::Boolean(setting == RegionalEndpoints::Legacy))
}

fn takes_buckets(url: &Url) -> bool {
    let host = url.host();
    host.contains('.') && !host.starts_with('[') && host.parse::<std::net::Ipv4Addr>().is_err()
}

/// The region in an old name of FIPS endpoints such as `fips-us-east-1`, and whether it was one.
pub(super) fn without_fips(region: &str) -> (String, bool) {
    let plain = region.replace("-fips-", "-");
    let plain = plain.strip_prefix("fips-").unwrap_or(&plain);
    let plain = plain.strip_suffix("-fips").unwrap_or(plain);
    (plain.to_owned(), plain != region)
}
