//! Writes an envelope: compact ASCII JSON and base64, whole into the metadata, or split between object and instruction file.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::envelope::names::{
    CEK_ALG, CEK_ALG_V3, COMMITMENT, CONTEXT_V3, IV, KEY_V2, KEY_V3, MATDESC, MATDESC_V3, MESSAGE_ID,
    TAG_LEN, UNENCRYPTED_LENGTH, WRAP_ALG, WRAP_ALG_V3, wrap_code,
};
use crate::envelope::{Envelope, Format, json};
use crate::keys::names as wraps;

/// An envelope as names and texts.
pub(crate) struct Stored {
    /// What goes with the object in every case: V3's algorithm, commitment and message id.
    pub(crate) object: BTreeMap<String, String>,
    /// What goes into the metadata too, or into the instruction file.
    pub(crate) movable: BTreeMap<String, String>,
    /// What goes into the metadata or nowhere: Python refuses an instruction file with the content's length.
    pub(crate) metadata_only: BTreeMap<String, String>,
}

impl Stored {
    pub(crate) fn of(envelope: &Envelope) -> Self {
        let base64 = |bytes: &[u8]| BASE64_STANDARD.encode(bytes);
        let description = json::write(&envelope.key.description);
        let (mut object, mut movable, mut metadata_only) =
            (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut put = |name: &str, value: String| movable.insert(name.to_owned(), value);
        if envelope.format == Format::V3 {
            put(KEY_V3, base64(&envelope.key.bytes));
            put(WRAP_ALG_V3, wrap_code(&envelope.key.algorithm).to_owned());
            if envelope.key.algorithm == wraps::KMS_CONTEXT {
                put(CONTEXT_V3, description);
            } else if !envelope.key.description.is_empty() {
                put(MATDESC_V3, description);
            }
            object.insert(CEK_ALG_V3.to_owned(), envelope.key.cek_algorithm.clone());
            object.insert(COMMITMENT.to_owned(), base64(&envelope.commitment));
            object.insert(MESSAGE_ID.to_owned(), base64(&envelope.message_id));
        } else {
            put(KEY_V2, base64(&envelope.key.bytes));
            if !envelope.iv.is_empty() {
                put(IV, base64(&envelope.iv));
            }
            put(MATDESC, description);
            put(WRAP_ALG, envelope.key.algorithm.clone());
            put(CEK_ALG, envelope.key.cek_algorithm.clone());
            if let Some(bits) = envelope.tag_len {
                put(TAG_LEN, bits.to_string());
            }
            if let Some(length) = envelope.unencrypted_content_length {
                metadata_only.insert(UNENCRYPTED_LENGTH.to_owned(), length.to_string());
            }
        }
        Self { object, movable, metadata_only }
    }
}
