//! Values that come from a closed set, in files and in environment variables alike.

use std::str::FromStr;

/// A text is none of a set's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct UnknownValue {
    /// The values it could have been.
    pub expected: &'static str,
}

/// Declares an enum whose values are written as given, in any case.
macro_rules! value_set {
    ($(#[$meta:meta])* $name:ident, $expected:literal, { $($(#[$vmeta:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vmeta])* $variant,)+
        }

        impl $name {
            /// The value as it is written in files.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl FromStr for $name {
            type Err = UnknownValue;

            fn from_str(text: &str) -> Result<Self, UnknownValue> {
                let found = position(&[$($text,)+], text);
                let value = found.and_then(|index| [$(Self::$variant,)+].get(index).copied());
                value.ok_or(UnknownValue { expected: $expected })
            }
        }
    };
}

/// Where `text` stands among `texts`, in any case.
fn position(texts: &[&str], text: &str) -> Option<usize> {
    texts.iter().position(|known| known.eq_ignore_ascii_case(text))
}

value_set! {
    /// Where a role's source credentials come from: `credential_source`.
    CredentialSource, "Ec2InstanceMetadata, EcsContainer or Environment", {
        /// The EC2 instance's role.
        Ec2InstanceMetadata = "Ec2InstanceMetadata",
        /// The ECS task's role.
        EcsContainer = "EcsContainer",
        /// The environment variables.
        Environment = "Environment",
    }
}

value_set! {
    /// How requests are retried: `retry_mode`.
    RetryMode, "legacy, standard or adaptive", {
        /// The mode of older SDKs.
        Legacy = "legacy",
        /// Three attempts, full jitter, retry quota.
        Standard = "standard",
        /// The standard mode with a rate limit on the client's side.
        Adaptive = "adaptive",
    }
}

value_set! {
    /// When checksums are calculated or validated: `request_checksum_calculation`, `response_checksum_validation`.
    ChecksumMode, "when_supported or when_required", {
        /// Whenever the operation can carry one.
        WhenSupported = "when_supported",
        /// Only when the operation demands one.
        WhenRequired = "when_required",
    }
}

value_set! {
    /// Which endpoint an old region uses: `sts_regional_endpoints`, `s3_us_east_1_regional_endpoint`.
    RegionalEndpoints, "legacy or regional", {
        /// The global endpoint.
        Legacy = "legacy",
        /// The region's own.
        Regional = "regional",
    }
}

value_set! {
    /// Whether account ids go into endpoints: `account_id_endpoint_mode`.
    AccountIdEndpointMode, "preferred, disabled or required", {
        /// Where the account is known.
        Preferred = "preferred",
        /// Never.
        Disabled = "disabled",
        /// Always.
        Required = "required",
    }
}

value_set! {
    /// The address family of the EC2 metadata service: `ec2_metadata_service_endpoint_mode`.
    IpMode, "IPv4 or IPv6", {
        /// `169.254.169.254`
        V4 = "IPv4",
        /// `[fd00:ec2::254]`
        V6 = "IPv6",
    }
}

value_set! {
    /// Where S3 requests carry the bucket's name: `addressing_style` under `s3`.
    AddressingStyle, "path, virtual or auto", {
        /// In the path.
        Path = "path",
        /// In the host name.
        Virtual = "virtual",
        /// In the host name if it can stand there.
        Auto = "auto",
    }
}

/// The size in bytes from which request bodies are compressed, 0 to 10485760: `request_min_compression_size_bytes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompressionSize(pub u32);

impl CompressionSize {
    const MAX: u32 = 10 * 1024 * 1024;
}

impl FromStr for CompressionSize {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        match whole_number(text, false) {
            Ok(size) if size <= Self::MAX => Ok(Self(size)),
            _ => Err(UnknownValue { expected: "a whole number from 0 to 10485760" }),
        }
    }
}

value_set! {
    /// Which set of defaults an SDK takes: `defaults_mode`.
    DefaultsMode, "legacy, standard, in-region, cross-region, mobile or auto", {
        /// What the SDK did before there were modes.
        Legacy = "legacy",
        /// The recommended values.
        Standard = "standard",
        /// For calls within one region.
        InRegion = "in-region",
        /// For calls between regions.
        CrossRegion = "cross-region",
        /// For mobile programs.
        Mobile = "mobile",
        /// By what is known of the machine.
        Auto = "auto",
    }
}

value_set! {
    /// Whether the endpoints of single operations are asked for: `endpoint_discovery_enabled`.
    EndpointDiscovery, "true, false or auto", {
        /// Wherever the service can tell.
        On = "true",
        /// Never.
        Off = "false",
        /// Only where the operation demands it.
        Auto = "auto",
    }
}

/// An application's name, 1 to 50 letters, digits, blanks and some signs (``!#$%&'*+-.^_`|~``): `sdk_ua_app_id`.
///
/// Source: the AWS SDKs and Tools Reference Guide, "Application ID".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppId(pub String);

impl FromStr for AppId {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b" !#$%&'*+-.^_`|~".contains(&byte);
        if (1..=50).contains(&text.len()) && text.bytes().all(is_fit) {
            return Ok(Self(text.to_owned()));
        }
        Err(UnknownValue { expected: "1 to 50 letters, digits, blanks and signs of !#$%&'*+-.^_`|~" })
    }
}

/// A value for a message, or its beginning if it is long.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Reads `true` or `false` in any case.
pub(crate) fn flag(text: &str) -> Result<bool, UnknownValue> {
    if text.eq_ignore_ascii_case("true") {
        Ok(true)
    } else if text.eq_ignore_ascii_case("false") {
        Ok(false)
    } else {
        Err(UnknownValue { expected: "true or false" })
    }
}

/// Reads a whole number, which is at least one if `positive`.
pub(crate) fn whole_number(text: &str, positive: bool) -> Result<u32, UnknownValue> {
    let expected = if positive { "a whole number of at least 1" } else { "a whole number" };
    text.parse().ok().filter(|number| !positive || *number > 0).ok_or(UnknownValue { expected })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_in_any_case_and_written_in_their_own() {
        assert_eq!("ENVIRONMENT".parse(), Ok(CredentialSource::Environment));
        assert_eq!("ipv6".parse::<IpMode>().map(IpMode::as_str), Ok("IPv6"));
    }

    #[test]
    fn an_unknown_value_names_the_known_ones() {
        let error = "fast".parse::<RetryMode>().unwrap_err();
        assert_eq!(error.to_string(), "expected legacy, standard or adaptive");
    }

    #[test]
    fn a_flag_is_true_or_false_and_nothing_else() {
        assert_eq!((flag("True"), flag("FALSE")), (Ok(true), Ok(false)));
        for text in ["1", "yes", "on", "", "maybe"] {
            assert!(flag(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_compression_size_has_a_greatest_value() {
        assert_eq!("10485760".parse(), Ok(CompressionSize(10_485_760)));
        for text in ["10485761", "-1", "128 KB"] {
            assert!(text.parse::<CompressionSize>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_application_name_is_short_and_fit_for_a_header() {
        let longest = "x".repeat(50);
        for text in ["my app", "a-b_c.1", &longest] {
            assert_eq!(text.parse(), Ok(AppId(text.to_owned())));
        }
        for text in ["", "my/app", "a\r\nX: y", "é", "(x)", &"x".repeat(51)] {
            assert!(text.parse::<AppId>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_whole_number_has_neither_sign_nor_fraction() {
        assert_eq!((whole_number("0", false), whole_number("900", true)), (Ok(0), Ok(900)));
        for text in ["0", "-1", "1.5", "abc", "", "99999999999"] {
            assert_eq!(
                whole_number(text, true).unwrap_err().expected,
                "a whole number of at least 1",
                "{text}"
            );
        }
    }
}
