//! Decides what an object is, strictly: what belongs to no format, or to two, is refused and never guessed at.

use cumulo_core::Error;

use crate::envelope::names::{
    CEK_ALG, CEK_ALG_V3, COMMITMENT, CONTEXT_V3, IV, KEY_V1, KEY_V2, KEY_V3, MATDESC, MATDESC_V3, MESSAGE_ID,
    TAG_LEN, UNENCRYPTED_LENGTH, WRAP_ALG, WRAP_ALG_V3, wrap_of_code,
};
use crate::envelope::{Envelope, Fields, Format};
use crate::keys::{WrappedKey, names as wraps};
use crate::{algorithm, err_code, error};

/// Names that only formats V1 and V2 have.
const OLD: [&str; 5] = [KEY_V1, KEY_V2, IV, WRAP_ALG, CEK_ALG];
/// Names that only format V3 has.
const NEW: [&str; 5] = [KEY_V3, CEK_ALG_V3, WRAP_ALG_V3, COMMITMENT, MESSAGE_ID];
/// Of those of V3, the ones that stay with the object when the rest is in an instruction file.
const ON_OBJECT: [&str; 3] = [CEK_ALG_V3, COMMITMENT, MESSAGE_ID];

/// Where an object's envelope is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Location {
    /// All of it in the object's metadata.
    Metadata(Format),
    /// The key in the instruction file, algorithm and commitment in the object's metadata.
    Split,
    /// Nothing in the object's metadata: all in the instruction file, if the object is encrypted at all.
    InstructionFile,
}

/// Tells from the object's metadata where its envelope is.
///
/// # Errors
/// `EnvelopeError` if the metadata are of several formats or incomplete.
pub(crate) fn locate(object: &Fields) -> Result<Location, Error> {
    refuse_mixture(object)?;
    match object.first_of(&[KEY_V1, KEY_V2, KEY_V3]) {
        Some(KEY_V1) => Ok(Location::Metadata(Format::V1)),
        Some(KEY_V2) => Ok(Location::Metadata(Format::V2)),
        Some(_) => Ok(Location::Metadata(Format::V3)),
        None if object.first_of(&ON_OBJECT).is_some() => {
            match object.first_of(&[WRAP_ALG_V3, CONTEXT_V3, MATDESC_V3]) {
                None => Ok(Location::Split),
                Some(name) => Err(error::envelope(format!("{KEY_V3} is missing, and {name} is there"))),
            }
        }
        None => match object.first_of(&[IV, WRAP_ALG, CEK_ALG, WRAP_ALG_V3]) {
            None => Ok(Location::InstructionFile),
            Some(name) => Err(error::envelope(format!("the wrapped key is missing, and {name} is there"))),
        },
    }
}

/// Reads the envelope: of the object alone, or of the object and its instruction file.
///
/// # Errors
/// `EnvelopeError` if it is malformed, `InstructionFileError` if the file holds what only the object may hold.
pub(crate) fn read(location: Location, object: &Fields, file: Option<&Fields>) -> Result<Envelope, Error> {
    let file = file.unwrap_or(object);
    match location {
        Location::Metadata(Format::V3) => read_v3(object, object),
        Location::Metadata(format) => read_old(object, format),
        Location::Split => {
            if let Some(name) = file.first_of(&ON_OBJECT).or(file.first_of(&OLD)) {
                return Err(Error::new(
                    err_code::INSTRUCTION_FILE_ERROR,
                    format!(
                        "the instruction file has been tampered with: it holds {name}, which it must not"
                    ),
                ));
            }
            read_v3(object, file)
        }
        Location::InstructionFile => {
            refuse_mixture(file)?;
            match file.first_of(&[KEY_V1, KEY_V2, KEY_V3]) {
                Some(KEY_V1) => read_old(file, Format::V1),
                Some(KEY_V2) => read_old(file, Format::V2),
                Some(_) => {
                    Err(error::envelope("the instruction file is of format V3, and the object is not"))
                }
                None => Err(error::envelope("the instruction file has no wrapped key")),
            }
        }
    }
}

fn refuse_mixture(fields: &Fields) -> Result<(), Error> {
    let several_keys = [KEY_V1, KEY_V2, KEY_V3].iter().filter(|name| fields.has(name)).count() > 1;
    match (fields.first_of(&OLD), fields.first_of(&NEW)) {
        (Some(old), Some(new)) => {
            Err(error::envelope(format!("{old} and {new} are of different formats, and both are there")))
        }
        _ if several_keys => Err(error::envelope("there are wrapped keys of different formats")),
        _ => Ok(()),
    }
}

fn read_old(fields: &Fields, format: Format) -> Result<Envelope, Error> {
    let description = fields.map(MATDESC)?;
    let key = if format == Format::V1 {
        let bytes = fields.bytes(KEY_V1)?;
        // The wrap has no name. An AES-wrapped key has 48 bytes, an RSA-wrapped one the modulus's length.
        let wrap = if bytes.len() > 48 { wraps::V1_RSA } else { wraps::V1_AES };
        WrappedKey::new(bytes, wrap, algorithm::CBC, description)
    } else {
        let (wrap, cek) = (fields.required(WRAP_ALG)?, fields.required(CEK_ALG)?);
        WrappedKey::new(fields.bytes(KEY_V2)?, wrap, cek, description)
    };
    let mut envelope = Envelope::new(key);
    envelope.format = format;
    if format == Format::V1 || fields.has(IV) {
        envelope.iv = fields.bytes(IV)?;
    }
    envelope.tag_len = fields.number(TAG_LEN)?;
    envelope.unencrypted_content_length = fields.number(UNENCRYPTED_LENGTH)?;
    Ok(envelope)
}

/// `object` has the algorithm and the commitment, `file` the key; they are one unless there is an instruction file.
fn read_v3(object: &Fields, file: &Fields) -> Result<Envelope, Error> {
    let cek = object.required(CEK_ALG_V3)?;
    let (commitment, message_id) = (object.bytes(COMMITMENT)?, object.bytes(MESSAGE_ID)?);
    let wrap = wrap_of_code(file.required(WRAP_ALG_V3)?);
    let (own, other) = match wrap.as_str() {
        wraps::KMS_CONTEXT => (CONTEXT_V3, Some(MATDESC_V3)),
        wraps::AES_GCM | wraps::RSA_OAEP_SHA1 => (MATDESC_V3, Some(CONTEXT_V3)),
        _ => (MATDESC_V3, None),
    };
    // Ruby writes an empty material description beside every context.
    if let Some(other) = other
        && !file.map(other)?.is_empty()
    {
        return Err(error::envelope(format!(
            "{other} does not belong to the key wrap that {WRAP_ALG_V3} names"
        )));
    }
    let mut envelope = Envelope::new(WrappedKey::new(file.bytes(KEY_V3)?, wrap, cek, file.map(own)?));
    envelope.format = Format::V3;
    envelope.commitment = commitment;
    envelope.message_id = message_id;
    Ok(envelope)
}
