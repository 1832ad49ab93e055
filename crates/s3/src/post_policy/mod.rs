//! Uploads by forms: a signed policy with which a browser, or `curl -F`, uploads one object without credentials.
//!
//! A presigned PUT fixes the whole request. A policy fixes only what it names: it can leave the key's end, the content
//! type or the size open within limits, and S3 checks them when the form is sent.
//!
//! ```
//! use std::time::Duration;
//! use cumulo_core::{Config, Credentials};
//! use cumulo_s3::{Client, PostPolicy};
//!
//! # async fn run() -> Result<(), cumulo_core::Error> {
//! let config = Config::new().region("eu-central-1").credentials(Credentials::from_keys("AKIA…", "…"));
//! let post = PostPolicy::new("my-bucket")
//!     .key_prefix("uploads/42/")
//!     .content_length_range(1..=10 * 1024 * 1024)
//!     .content_type_prefix("image/")
//!     .metadata("user", "42")
//!     .success_action_status(201)
//!     .presign(&Client::new(&config), Duration::from_secs(600))
//!     .await?;
//! for (name, value) in &post.fields {
//!     // Each becomes `<input type="hidden" name=… value=…>`; the file's input comes last and is called `file`.
//! }
//! # Ok(()) }
//! ```

mod document;

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cumulo_core::auth_scheme::SchemeName;
use cumulo_core::http::HeaderName;
use cumulo_core::signer::v4::{PolicySigner, Scope, SigningCredentials};
use cumulo_core::{Error, Request, err_code};

use crate::{Client, HeadBucketInput};

/// The longest time that a signature is good for: so long lives the key that it is made with.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How large S3 lets a form be, the file aside, in bytes.
const LARGEST_FORM: usize = 20 * 1024;

/// What S3 puts the name of the uploaded file in the place of.
const FILE_NAME: &str = "${filename}";

/// The conditions of an upload by a form. Same role as `generate_presigned_post` of the Python SDK.
///
/// S3 takes no field that no condition names, so each field that the form shall have must be named here. Limits of S3:
/// the file has at most 5 GiB, the other fields 20 KiB in all, metadata 2 KiB.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>.
#[derive(Debug, Clone)]
#[must_use = "a policy does nothing until it is presigned"]
pub struct PostPolicy {
    bucket: String,
    /// The conditions on fields, each field once.
    fields: Vec<(String, Rule)>,
    size: Option<RangeInclusive<u64>>,
}

/// What a field must hold.
#[derive(Debug, Clone)]
enum Rule {
    /// This value; the form is given it.
    Exactly(String),
    /// Anything with this start; it is for the form to fill in.
    StartsWith(String),
}

impl PostPolicy {
    /// A policy for one object of a bucket. It needs a [`key`](Self::key) or a [`key_prefix`](Self::key_prefix).
    pub fn new(bucket: impl Into<String>) -> Self {
        Self { bucket: bucket.into(), fields: Vec::new(), size: None }
    }

    /// The key of the object.
    pub fn key(self, key: impl Into<String>) -> Self {
        self.field("key", key)
    }

    /// What the key of the object starts with. The form's `key` is this and the name of the uploaded file
    /// (`${filename}`); whoever sends the form may choose another key with this start.
    pub fn key_prefix(self, prefix: impl Into<String>) -> Self {
        self.field_prefix("key", prefix)
    }

    /// How many bytes the file may have. Without it, any number up to 5 GiB.
    pub fn content_length_range(mut self, bytes: RangeInclusive<u64>) -> Self {
        self.size = Some(bytes);
        self
    }

    /// The content type of the object.
    pub fn content_type(self, content_type: impl Into<String>) -> Self {
        self.field("Content-Type", content_type)
    }

    /// What the content type of the object starts with, such as `image/`. The form must have a field `Content-Type`.
    pub fn content_type_prefix(self, prefix: impl Into<String>) -> Self {
        self.field_prefix("Content-Type", prefix)
    }

    /// One entry of the object's metadata; `name` is without `x-amz-meta-`.
    pub fn metadata(self, name: impl AsRef<str>, value: impl Into<String>) -> Self {
        self.field(format!("x-amz-meta-{}", name.as_ref()), value)
    }

    /// Who may read the object: a name of [`ObjectCannedAcl`](crate::enums::ObjectCannedAcl).
    pub fn acl(self, acl: impl AsRef<str>) -> Self {
        self.field("acl", acl.as_ref())
    }

    /// The status that S3 answers a successful upload with: 200, 201 (with a document that names the object), or 204,
    /// which is S3's default.
    pub fn success_action_status(self, status: u16) -> Self {
        self.field("success_action_status", status.to_string())
    }

    /// Where S3 sends the browser after a successful upload; bucket, key and ETag are added to the URL's query.
    pub fn success_action_redirect(self, url: impl Into<String>) -> Self {
        self.field("success_action_redirect", url)
    }

    /// Any other field of the form, such as `Cache-Control` or `x-amz-storage-class`, with the value that it must have.
    /// One of the same name is replaced.
    pub fn field(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(name.into(), Rule::Exactly(value.into()))
    }

    /// Any other field of the form with what its value must start with; the empty text lets it be anything. It is for
    /// the form to have such a field. One of the same name is replaced.
    pub fn field_prefix(self, name: impl Into<String>, prefix: impl Into<String>) -> Self {
        self.with(name.into(), Rule::StartsWith(prefix.into()))
    }

    fn with(mut self, name: String, rule: Rule) -> Self {
        self.fields.retain(|(other, _)| !other.eq_ignore_ascii_case(&name));
        self.fields.push((name, rule));
        self
    }

    /// Signs the policy with the client's credentials. It is good for the time `expires`, which credentials that end
    /// sooner cut short. Nothing is sent but what it takes to get credentials.
    ///
    /// # Errors
    /// `InvalidPresignExpireError` unless `expires` is between 1 s and 7 days; `InvalidParameter` that names the field or
    /// the range which S3 would refuse, or a bucket for which S3 takes no forms (directory buckets, multi-region access
    /// points); what keeps the bucket's URL from being made, or credentials from being found.
    ///
    /// # Cancel safety
    /// Safe.
    pub async fn presign(&self, client: &Client, expires: Duration) -> Result<PresignedPost, Error> {
        self.check(expires)?;
        let mut request = client.head_bucket_request(HeadBucketInput::new().bucket(&*self.bucket));
        // The URL of the bucket is what is wanted of this request; the policy is signed in its place.
        request.handlers.sign.clear();
        let url = Request::presign(&mut request, expires).await?.url;
        takes_forms(&request)?;
        let settings = request.settings();
        let Some(credentials) = &settings.credentials else {
            return Err(Error::new(err_code::NO_CREDENTIAL_PROVIDERS, "no credentials are configured"));
        };
        let value = credentials.get().await?;
        let with = SigningCredentials {
            access_key_id: &value.access_key_id,
            secret_access_key: &value.secret_access_key,
            session_token: value.session_token.as_deref(),
        };
        let scope = Scope { region: &request.signing_region, service: &request.signing_name };
        let now = settings.signing_time();
        let signer = PolicySigner::new(&with, &scope, now.unix_seconds())
            .map_err(|error| Error::new(error.code(), error.to_string()))?;

        let mut signed = self.clone();
        signed = signed
            .field("x-amz-algorithm", signer.algorithm())
            .field("x-amz-credential", signer.credential());
        signed = signed.field("x-amz-date", signer.date());
        if let Some(token) = with.session_token {
            signed = signed.field("x-amz-security-token", token);
        }
        let policy = STANDARD.encode(signed.document(now.plus(expires)));
        let signature = signer.sign(&policy, None);
        let mut fields: Vec<_> = signed.fields.into_iter().filter_map(in_form).collect();
        fields.push(("policy".to_owned(), policy));
        fields.push(("x-amz-signature".to_owned(), signature));
        let size: usize = fields.iter().map(|(name, value)| name.len() + value.len()).sum();
        if size > LARGEST_FORM {
            let message = format!("the form has {size} bytes, of which S3 takes {LARGEST_FORM}");
            return Err(Error::new(err_code::INVALID_PARAMETER, message));
        }
        Ok(PresignedPost { url, fields })
    }

    /// Finds what S3 would refuse when the form is sent, when it is too late for whoever makes it.
    fn check(&self, expires: Duration) -> Result<(), Error> {
        if !(Duration::from_secs(1)..=LONGEST).contains(&expires) {
            let message = format!("a policy must expire between 1 s and 7 days from now, not in {expires:?}");
            return Err(Error::new(err_code::INVALID_PRESIGN_EXPIRE, message));
        }
        let invalid = |message: String| Err(Error::new(err_code::INVALID_PARAMETER, message));
        match self.rule("key") {
            None => return invalid("a policy needs a key or a key_prefix".to_owned()),
            Some(Rule::Exactly(key)) if key.contains(FILE_NAME) => {
                return invalid(format!(
                    "S3 replaces {FILE_NAME} in a key before it compares: use key_prefix"
                ));
            }
            Some(Rule::Exactly(key)) if key.is_empty() => return invalid("the key is empty".to_owned()),
            Some(_) => {}
        }
        if let Some(size) = self.size.as_ref().filter(|size| size.is_empty()) {
            return invalid(format!("no length is between {} and {} bytes", size.start(), size.end()));
        }
        if let Some(Rule::Exactly(status)) = self.rule("success_action_status")
            && !matches!(&**status, "200" | "201" | "204")
        {
            return invalid(format!("S3 answers an upload with the status 200, 201 or 204, not {status}"));
        }
        for (name, rule) in &self.fields {
            let (Rule::Exactly(text) | Rule::StartsWith(text)) = rule;
            if HeaderName::from_bytes(name.as_bytes()).is_err() {
                return invalid(format!("a form cannot have a field called {name:?}"));
            }
            if is_reserved(name) {
                return invalid(format!("the field {name} is not the caller's to set"));
            }
            if text.chars().any(char::is_control) {
                return invalid(format!("the field {name} holds a control character"));
            }
        }
        Ok(())
    }

    fn rule(&self, name: &str) -> Option<&Rule> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, rule)| rule)
    }
}

/// Whether there are forms for where the bucket stands. S3 signs them with Signature Version 4 alone, and POST Object is none
/// of the operations of directory buckets.
///
/// Source: "Directory bucket API operations" in the Amazon S3 User Guide; the page on [`PostPolicy`], at `x-amz-algorithm`.
fn takes_forms(request: &Request) -> Result<(), Error> {
    let message = if request.signing_name == "s3express" {
        "S3 takes no forms for directory buckets: presign a PutObject in its place"
    } else if request.auth_scheme.name == SchemeName::SigV4a {
        "S3 takes no forms signed with SigV4a, as this bucket's endpoint asks for: name a bucket behind it"
    } else {
        return Ok(());
    };
    Err(Error::new(err_code::INVALID_PARAMETER, message))
}

/// The fields that the signature is made of, those that stand outside it, and the bucket, which the URL names.
fn is_reserved(name: &str) -> bool {
    const RESERVED: [&str; 9] = [
        "bucket",
        "content-length-range",
        "file",
        "policy",
        "x-amz-algorithm",
        "x-amz-credential",
        "x-amz-date",
        "x-amz-security-token",
        "x-amz-signature",
    ];
    RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(name))
}

/// The field as the form has it; none where it is for the form to fill in.
fn in_form((name, rule): (String, Rule)) -> Option<(String, String)> {
    match rule {
        Rule::Exactly(value) => Some((name, value)),
        Rule::StartsWith(prefix) if name == "key" => Some((name, prefix + FILE_NAME)),
        Rule::StartsWith(_) => None,
    }
}

/// A form that uploads one object; made by [`PostPolicy::presign`].
///
/// To be sent by POST as `multipart/form-data` to [`url`](Self::url), with [`fields`](Self::fields) in their order, then
/// those that the policy leaves to the form, and last the content as `file`: S3 does not read what comes after it.
/// Whoever has it can upload until it expires, so `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PresignedPost {
    /// Where the form is sent.
    pub url: String,
    /// The names and values of the form's fields, in order.
    pub fields: Vec<(String, String)>,
}

impl fmt::Debug for PresignedPost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.fields.iter().map(|(name, _)| name).collect();
        f.debug_struct("PresignedPost").field("url", &self.url).field("fields", &names).finish()
    }
}

#[cfg(test)]
mod tests;
