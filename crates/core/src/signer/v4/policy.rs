//! Signatures of policy documents, with which a browser's form uploads to S3.

use std::fmt;

use crate::crypto;

use super::string_to_sign::{Timestamp, write_scope};
use super::{ALGORITHM, Scope, SigningCredentials, SigningError, SigningKeyCache, signature};

/// What signs a policy document: first it tells what the document must say of its signature, then it signs it.
///
/// The string to sign is the document itself, in Base64; there is no canonical form. Called by `cumulo_s3`'s `PostPolicy`.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html>.
///
/// ```
/// use cumulo_core::signer::v4::{PolicySigner, Scope, SigningCredentials};
///
/// let credentials = SigningCredentials {
///     access_key_id: "AKIDEXAMPLE",
///     secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
///     session_token: None,
/// };
/// let scope = Scope { region: "us-east-1", service: "s3" };
/// let signer = PolicySigner::new(&credentials, &scope, 1_440_938_160)?;
/// assert_eq!(signer.date(), "20150830T123600Z");
/// assert_eq!(signer.credential(), "AKIDEXAMPLE/20150830/us-east-1/s3/aws4_request");
/// # Ok::<(), cumulo_core::signer::v4::SigningError>(())
/// ```
pub struct PolicySigner<'a> {
    credentials: &'a SigningCredentials<'a>,
    scope: &'a Scope<'a>,
    timestamp: Timestamp,
    credential: String,
}

impl<'a> PolicySigner<'a> {
    /// A signer for one document. `time` is in seconds since 1970-01-01 UTC.
    ///
    /// # Errors
    /// [`SigningError::TimeOutOfRange`] for a time outside the years 0 to 9999.
    pub fn new(
        credentials: &'a SigningCredentials<'a>,
        scope: &'a Scope<'a>,
        time: i64,
    ) -> Result<Self, SigningError> {
        let timestamp = Timestamp::from_unix_seconds(time)?;
        let mut credential = Vec::with_capacity(credentials.access_key_id.len() + scope.len() + 32);
        credential.extend_from_slice(credentials.access_key_id.as_bytes());
        credential.push(b'/');
        write_scope(&mut credential, &timestamp, &scope.parts());
        let credential = String::from_utf8_lossy(&credential).into_owned();
        Ok(Self { credentials, scope, timestamp, credential })
    }

    /// The value of `x-amz-algorithm`.
    pub const fn algorithm(&self) -> &'static str {
        ALGORITHM
    }

    /// The value of `x-amz-credential`.
    pub fn credential(&self) -> &str {
        &self.credential
    }

    /// The value of `x-amz-date`.
    pub fn date(&self) -> &str {
        std::str::from_utf8(self.timestamp.as_bytes()).unwrap_or_default()
    }

    /// The value of `x-amz-signature` for the document `policy`, which is in Base64. With a `cache` the signing key is
    /// shared with the requests of the same day.
    pub fn sign(&self, policy: &str, cache: Option<&SigningKeyCache>) -> String {
        let signed = signature::sign(self.credentials, self.scope, &self.timestamp, cache, policy.as_bytes());
        crypto::hex(&signed)
    }
}

impl fmt::Debug for PolicySigner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicySigner").field("credential", &self.credential).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The document of the example at <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html>.
    const POLICY: &str = "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAg\
        ICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwN\
        CiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBs\
        ZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50\
        LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZl\
        ci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAg\
        ICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9\
        LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAw\
        MDAwWiIgfQ0KICBdDQp9";

    #[test]
    fn the_published_document_has_the_published_signature() {
        let credentials = SigningCredentials {
            access_key_id: "AKIAIOSFODNN7EXAMPLE",
            secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            session_token: None,
        };
        let scope = Scope { region: "us-east-1", service: "s3" };
        let signer = PolicySigner::new(&credentials, &scope, 1_451_347_200).unwrap();
        assert_eq!(signer.date(), "20151229T000000Z");
        assert_eq!(signer.credential(), "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request");
        let published = "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e";
        assert_eq!(signer.sign(POLICY, None), published);
        assert_eq!(signer.sign(POLICY, Some(&SigningKeyCache::new())), published);
    }
}
