//! Step 1: which headers are signed and, when presigning, which of them move into the query.

/// Whether a header of the request is signed as it stands.
///
/// Left out are those that change on the way, which a signature would break on, and those that the signer writes itself.
pub(super) fn is_signed(name: &str) -> bool {
    !matches!(
        name,
        "authorization"
            | "connection"
            | "expect"
            | "transfer-encoding"
            | "user-agent"
            | "x-amzn-trace-id"
            | "host"
            | "x-amz-date"
            | "x-amz-security-token"
    )
}

/// Whether presigning writes this header or query parameter itself, so that one from an earlier signature is dropped.
pub(super) fn is_presign_parameter(name: &[u8]) -> bool {
    const NAMES: [&[u8]; 7] = [
        b"X-Amz-Algorithm",
        b"X-Amz-Credential",
        b"X-Amz-Date",
        b"X-Amz-Expires",
        b"X-Amz-Security-Token",
        b"X-Amz-Signature",
        b"X-Amz-SignedHeaders",
    ];
    NAMES.iter().any(|reserved| name.eq_ignore_ascii_case(reserved))
}

/// Whether presigning moves this header into the query.
///
/// Only `x-amz-*` headers move, and of them not the ones that S3 reads from headers alone or that carry keys: whoever uses the
/// URL must send those. The list is Go's `requiredSignedHeaders`.
pub(super) fn is_hoisted(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("x-amz-") else { return false };
    let stays = matches!(
        rest,
        "acl"
            | "content-sha256"
            | "expected-bucket-owner"
            | "metadata-directive"
            | "mfa"
            | "request-payer"
            | "storage-class"
            | "tagging"
            | "website-redirect-location"
    ) || ["copy-source", "grant-", "meta-", "object-lock-", "server-side-encryption"]
        .iter()
        .any(|prefix| rest.starts_with(prefix));
    !stays
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_change_on_the_way_are_not_signed() {
        for name in
            ["authorization", "user-agent", "x-amzn-trace-id", "expect", "transfer-encoding", "connection"]
        {
            assert!(!is_signed(name), "{name}");
        }
        for name in ["accept", "content-length", "content-type", "date", "range", "x-amz-acl"] {
            assert!(is_signed(name), "{name}");
        }
    }

    #[test]
    fn only_amz_headers_that_s3_reads_from_a_query_are_hoisted() {
        for name in ["x-amz-checksum-sha256", "x-amz-target", "x-amz-bypass-governance-retention"] {
            assert!(is_hoisted(name), "{name}");
        }
        for name in [
            "content-type",
            "if-match",
            "range",
            "x-amz-acl",
            "x-amz-content-sha256",
            "x-amz-copy-source-range",
            "x-amz-grant-read",
            "x-amz-meta-owner",
            "x-amz-object-lock-mode",
            "x-amz-server-side-encryption",
            "x-amz-server-side-encryption-customer-key",
            "x-amz-storage-class",
        ] {
            assert!(!is_hoisted(name), "{name}");
        }
    }

    #[test]
    fn presign_parameters_are_known_in_any_case() {
        assert!(is_presign_parameter(b"X-Amz-SignedHeaders"));
        assert!(is_presign_parameter(b"x-amz-signature"));
        assert!(!is_presign_parameter(b"X-Amz-Signatures"));
        assert!(!is_presign_parameter(b"x-id"));
    }
}
