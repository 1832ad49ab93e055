//! The header `DPoP`: a proof that whoever refreshes a sign-in holds its key (RFC 9449).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cumulo_core::crypto::P256Key;
use cumulo_core::http::HeaderName;
use cumulo_core::{Error, NamedHandler, Request, err_code};

const DPOP: HeaderName = HeaderName::from_static("dpop");

/// The handler of the Sign stage that adds the header, new for each attempt.
pub(super) fn handler(key: P256Key) -> NamedHandler {
    NamedHandler::new("login.Proof", move |request: &mut Request| {
        let id = request.settings().random.uuid();
        let url = format!("{}", request.http_request.url);
        let outcome = proof(&key, &url, request.attempt_time.unix_seconds(), &id)
            .ok_or_else(|| {
                Error::new(err_code::CONFIG_ERROR, "the proof of the login session cannot be signed")
            })
            .and_then(|proof| request.http_request.set_header(DPOP, &proof));
        if let Err(error) = outcome {
            request.fail(error);
        }
    })
}

/// A JSON Web Token about one POST to `url`. What goes into it has no character that JSON escapes.
fn proof(key: &P256Key, url: &str, now: i64, id: &str) -> Option<String> {
    let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let (x, y) = key.public_point();
    let head = format!(
        r#"{{"typ":"dpop+jwt","alg":"ES256","jwk":{{"kty":"EC","x":"{}","y":"{}","crv":"P-256"}}}}"#,
        encoded(x),
        encoded(y)
    );
    let claims = format!(r#"{{"htm":"POST","htu":"{url}","iat":{now},"jti":"{id}"}}"#);
    let signed = format!("{}.{}", encoded(head.as_bytes()), encoded(claims.as_bytes()));
    let signature = key.sign(signed.as_bytes())?;
    Some(format!("{signed}.{}", encoded(&signature)))
}
