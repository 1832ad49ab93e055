//! Customer-provided encryption keys (SSE-C): sent in Base64 beside their MD5, and over TLS alone.
//!
//! Which operations take such keys is read off their schemas, so that the handlers serve every operation of the model,
//! typed or loaded at run time.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cumulo_core::http::{HeaderName, HeaderValue};
use cumulo_core::schema::{Location, Member};
use cumulo_core::shape::Ref;
use cumulo_core::{Error, Request, checksum, err_code};

/// How the wire names of keys end: that of the object and that of the source of a copy.
const KEY_HEADER: &str = "x-amz-server-side-encryption-customer-key";
const COPY_SOURCE_KEY_HEADER: &str = "x-amz-copy-source-server-side-encryption-customer-key";

/// The length of every key that S3 takes, in bytes: AES-256's.
const KEY_LENGTH: usize = 32;

/// Refuses to send a key in the clear. Same meaning as Go's `validateSSERequiresSSL`.
pub(crate) fn require_tls(request: &mut Request) {
    if !request.http_request.url.is_https && keys(request).next().is_some() {
        request.fail(Error::new(err_code::CONFIG_ERROR, "cannot send SSE keys over HTTP."));
    }
}

/// Writes the headers of the keys.
///
/// A key is given as it is, and sent in Base64 with the MD5 of its bytes, as Go does. One that is in Base64 already, as
/// other SDKs ask for it, is recognised and sent as it stands: either the MD5 that the caller has set is that of the
/// decoded bytes, or they are as many as a key has. An MD5 that the caller has set is never replaced.
pub(crate) fn encode_keys(request: &mut Request) {
    let found: Vec<_> = keys(request).map(|(header, key)| headers_of(request, header, key)).collect();
    for (header, key, md5_header, md5) in found {
        let http = &mut request.http_request;
        if let Ok(mut value) = HeaderValue::try_from(key) {
            value.set_sensitive(true);
            http.insert_header(header, value);
        }
        if let (false, Ok(value)) = (http.headers.contains_key(&md5_header), HeaderValue::try_from(md5)) {
            http.insert_header(md5_header, value);
        }
    }
}

/// The keys that are set, with the names of their headers.
fn keys(request: &Request) -> impl Iterator<Item = (&'static str, &[u8])> {
    let params = &*request.params;
    let members = params.schema().members().iter().enumerate();
    members.filter(|(_, member)| is_key(member)).filter_map(move |(index, member)| {
        let key = match params.member(index)? {
            Ref::Blob(bytes) => bytes,
            // What a model that is loaded at run time calls it.
            Ref::String(text) => text.as_bytes(),
            _ => return None,
        };
        (!key.is_empty()).then_some((member.wire_name(), key))
    })
}

fn is_key(member: &Member) -> bool {
    member.is_sensitive()
        && member.location == Location::Header
        && matches!(member.wire_name(), KEY_HEADER | COPY_SOURCE_KEY_HEADER)
}

/// The header with the key, and the one with its MD5.
fn headers_of(
    request: &Request,
    header: &'static str,
    key: &[u8],
) -> (HeaderName, String, HeaderName, String) {
    let (key_header, md5_header) = match header {
        KEY_HEADER => (
            HeaderName::from_static(KEY_HEADER),
            HeaderName::from_static("x-amz-server-side-encryption-customer-key-md5"),
        ),
        _ => (
            HeaderName::from_static(COPY_SOURCE_KEY_HEADER),
            HeaderName::from_static("x-amz-copy-source-server-side-encryption-customer-key-md5"),
        ),
    };
    let own_md5 = request.http_request.headers.get(&md5_header).map(HeaderValue::as_bytes);
    let is_meant = |decoded: &Vec<u8>| match own_md5 {
        Some(own) => own == md5_of(decoded).as_bytes(),
        None => decoded.len() == KEY_LENGTH,
    };
    match STANDARD.decode(key).ok().filter(is_meant) {
        Some(decoded) => (key_header, STANDARD.encode(&decoded), md5_header, md5_of(&decoded)),
        None => (key_header, STANDARD.encode(key), md5_header, md5_of(key)),
    }
}

fn md5_of(key: &[u8]) -> String {
    STANDARD.encode(checksum::md5(key))
}

#[cfg(test)]
mod tests;
