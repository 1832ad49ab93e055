//! Instruction files: the object beside an encrypted object that holds its envelope, or the movable part of it.

use std::collections::BTreeMap;

use cumulo_core::{Body, Error};
use cumulo_s3::enums::RequestPayer;
use cumulo_s3::{GetObjectInput, PutObjectInput, S3Api, err_code as s3_err_code};

use crate::envelope::{Fields, json};
use crate::err_code;

/// What is appended to an object's key.
pub(crate) const SUFFIX: &str = ".instruction";
/// Marks instruction files among objects; its value is empty.
const MARKER: &str = "x-amz-crypto-instr-file";
/// The longest that is read. Envelopes have a kilobyte or two.
const MAX_LEN: usize = 256 * 1024;

/// Which object an instruction file belongs to, and who pays and answers for it.
pub(crate) struct Owner<'a> {
    pub(crate) bucket: Option<&'a str>,
    pub(crate) key: Option<&'a str>,
    pub(crate) suffix: &'a str,
    pub(crate) request_payer: Option<RequestPayer>,
    pub(crate) expected_bucket_owner: Option<&'a str>,
}

impl<'a> Owner<'a> {
    pub(crate) fn of_get(input: &'a GetObjectInput, suffix: &'a str) -> Self {
        Self {
            bucket: input.bucket.as_deref(),
            key: input.key.as_deref(),
            suffix,
            request_payer: input.request_payer.clone(),
            expected_bucket_owner: input.expected_bucket_owner.as_deref(),
        }
    }

    fn file(&self) -> Option<String> {
        self.key.map(|key| format!("{key}{}", self.suffix))
    }
}

/// Stores the file. Before the object, so that a failure between the two leaves a file too many and no object that nobody
/// can read.
pub(crate) async fn put(
    s3: &dyn S3Api,
    owner: &Owner<'_>,
    fields: &BTreeMap<String, String>,
) -> Result<(), Error> {
    let mut input = PutObjectInput::new().body(json::write(fields)).metadata([(MARKER, "")]);
    input.bucket = owner.bucket.map(str::to_owned);
    input.key = owner.file();
    input.request_payer = owner.request_payer.clone();
    input.expected_bucket_owner = owner.expected_bucket_owner.map(str::to_owned);
    s3.put_object(input).await.map(drop)
}

/// Reads the file's fields.
///
/// # Errors
/// `InstructionFileError` if there is none or it is no such file; what S3 says.
pub(crate) async fn get(s3: &dyn S3Api, owner: &Owner<'_>) -> Result<Fields, Error> {
    let mut input = GetObjectInput::new();
    input.bucket = owner.bucket.map(str::to_owned);
    input.key = owner.file();
    input.request_payer = owner.request_payer.clone();
    input.expected_bucket_owner = owner.expected_bucket_owner.map(str::to_owned);
    let answer = s3.get_object(input).await.map_err(|error| match error.code() {
        s3_err_code::NO_SUCH_KEY => missing("and there is no instruction file").with_source(error),
        _ => error,
    })?;
    Fields::from_instruction_file(&read_short(answer.body.unwrap_or_default()).await?)
}

/// The object's metadata do not tell how to decrypt it.
pub(crate) fn missing(why: &str) -> Error {
    Error::new(
        err_code::INSTRUCTION_FILE_ERROR,
        format!("the object has no encryption metadata, {why}: was it written by an encryption client?"),
    )
}

async fn read_short(mut body: Body) -> Result<Vec<u8>, Error> {
    let mut all = Vec::new();
    while let Some(chunk) = body.next_chunk().await? {
        all.extend_from_slice(&chunk);
        if all.len() > MAX_LEN {
            return Err(Error::new(
                err_code::INSTRUCTION_FILE_ERROR,
                "the instruction file is too long to be one",
            ));
        }
    }
    Ok(all)
}
