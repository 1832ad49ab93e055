//! The names of an envelope's fields in metadata and instruction files, and the codes of format V3.

use crate::keys::names as wraps;

pub(super) const KEY_V1: &str = "x-amz-key";
pub(super) const KEY_V2: &str = "x-amz-key-v2";
pub(super) const KEY_V3: &str = "x-amz-3";

pub(super) const IV: &str = "x-amz-iv";
pub(super) const MATDESC: &str = "x-amz-matdesc";
pub(super) const WRAP_ALG: &str = "x-amz-wrap-alg";
pub(super) const CEK_ALG: &str = "x-amz-cek-alg";
pub(super) const TAG_LEN: &str = "x-amz-tag-len";
pub(super) const UNENCRYPTED_LENGTH: &str = "x-amz-unencrypted-content-length";

pub(super) const CEK_ALG_V3: &str = "x-amz-c";
pub(super) const WRAP_ALG_V3: &str = "x-amz-w";
pub(super) const COMMITMENT: &str = "x-amz-d";
pub(super) const MESSAGE_ID: &str = "x-amz-i";
pub(super) const CONTEXT_V3: &str = "x-amz-t";
pub(super) const MATDESC_V3: &str = "x-amz-m";

/// Every name that an envelope may use.
const ALL: [&str; 15] = [
    KEY_V1,
    KEY_V2,
    KEY_V3,
    IV,
    MATDESC,
    WRAP_ALG,
    CEK_ALG,
    TAG_LEN,
    UNENCRYPTED_LENGTH,
    CEK_ALG_V3,
    WRAP_ALG_V3,
    COMMITMENT,
    MESSAGE_ID,
    CONTEXT_V3,
    MATDESC_V3,
];

/// The name as it stands in [`ALL`], whatever its case and with or without the prefix that metadata have on the wire.
pub(super) fn known(name: &str) -> Option<&'static str> {
    const PREFIX: &str = "x-amz-meta-";
    let bare = match name.get(..PREFIX.len()) {
        Some(start) if start.eq_ignore_ascii_case(PREFIX) => &name[PREFIX.len()..],
        _ => name,
    };
    ALL.iter().find(|known| known.eq_ignore_ascii_case(bare)).copied()
}

/// The MD5 of the content in clear, which old clients stored: it tells who knows it what the content is (CVE-2022-2582).
const UNENCRYPTED_MD5: &str = "x-amz-unencrypted-content-md5";

/// Whether a caller's own metadata must not have this name.
pub(crate) fn is_reserved(name: &str) -> bool {
    known(name).is_some() || name.eq_ignore_ascii_case(UNENCRYPTED_MD5)
}

/// Whether an instruction file may have this name, though nothing is made of it.
pub(super) fn is_without_use(name: &str) -> bool {
    name == UNENCRYPTED_MD5
}

/// Wraps that have a code in format V3.
const WRAP_CODES: [(&str, &str); 3] =
    [("02", wraps::AES_GCM), ("12", wraps::KMS_CONTEXT), ("22", wraps::RSA_OAEP_SHA1)];

pub(super) fn wrap_code(algorithm: &str) -> &str {
    WRAP_CODES.iter().find(|(_, name)| *name == algorithm).map_or(algorithm, |(code, _)| *code)
}

/// The wrap of a code. A program's own wrap has no code and stands with its name; the names of other formats, legacy ones
/// above all, have no place here and stay codes that nobody knows.
pub(super) fn wrap_of_code(code: &str) -> String {
    let foreign = [wraps::AES_GCM, wraps::KMS_CONTEXT, wraps::RSA_OAEP_SHA1, wraps::KMS, wraps::AES_WRAP]
        .into_iter()
        .chain([wraps::RSA_OAEP_SHA256, wraps::V1_AES, wraps::V1_RSA]);
    match WRAP_CODES.iter().find(|(known, _)| *known == code) {
        Some((_, name)) => (*name).to_owned(),
        None if foreign.into_iter().any(|name| name == code) => format!("{code} (in place of a code)"),
        None => code.to_owned(),
    }
}
