//! The codes of errors that client-side encryption itself gives; those of S3 and KMS pass through unchanged.
//!
//! The first four and `ClientConstructionError` are the names of Go's package `s3crypto`.

/// KMS needs a key: none was given, or the object's description names none.
pub const MISSING_CMK_ID_ERROR: &str = "MissingCMKIDError";
/// The object's data key is wrapped in a way that this client has no key for, or that is not allowed.
pub const INVALID_WRAP_ALGORITHM_ERROR: &str = "InvalidWrapAlgorithmError";
/// The object's content is encrypted in a way that this client does not know, or that is not allowed.
pub const INVALID_CEK_ALGORITHM_ERROR: &str = "InvalidCEKAlgorithmError";
/// The object is of the first format, whose reading is a legacy mode.
pub const V1_NOT_SUPPORTED_ERROR: &str = "V1NotSupportedError";
/// The client's settings contradict one another, or the input asks for what an encrypted object cannot have.
pub const CLIENT_CONSTRUCTION_ERROR: &str = "ClientConstructionError";
/// The commitment policy does not allow the object's algorithm.
pub const COMMITMENT_POLICY_ERROR: &str = "CommitmentPolicyError";
/// The data key is not the one that the object was encrypted with.
pub const KEY_COMMITMENT_ERROR: &str = "KeyCommitmentError";
/// The algorithm that is bound to the data key is not the object's: the object has been relabelled.
pub const CEK_ALGORITHM_MISMATCH_ERROR: &str = "CEKAlgorithmMismatchError";
/// The encryption context is not the expected one, or uses a reserved name.
pub const ENCRYPTION_CONTEXT_ERROR: &str = "EncryptionContextError";
/// The object's material description is not the one of the key.
pub const MATERIAL_DESCRIPTION_ERROR: &str = "MaterialDescriptionError";
/// The object's encryption metadata are incomplete, malformed, or of several formats at once.
pub const ENVELOPE_ERROR: &str = "EnvelopeError";
/// The encryption metadata do not fit into the object's headers.
pub const METADATA_TOO_LARGE_ERROR: &str = "MetadataTooLargeError";
/// The instruction file is missing, cannot be read, or holds what only the object may hold.
pub const INSTRUCTION_FILE_ERROR: &str = "InstructionFileError";
/// The wrapped data key cannot be unwrapped with this key. One code and one sentence for every cause.
pub const KEY_UNWRAP_ERROR: &str = "KeyUnwrapError";
/// The content is not what was encrypted. One code and one sentence for every cause.
pub const DECRYPTION_ERROR: &str = "DecryptionError";
/// The content's length is unknown, wrong, or beyond what one key may encrypt.
pub const CONTENT_LENGTH_ERROR: &str = "ContentLengthError";
/// A ranged read is not allowed, not possible with the object's cipher, or outside the object.
pub const RANGED_GET_ERROR: &str = "RangedGetError";
/// The content was another when it was read again.
pub const CONTENT_CHANGED_ERROR: &str = "ContentChangedError";
/// The cryptographic library that was chosen by feature does not have the algorithm.
pub const CRYPTO_PROVIDER_ERROR: &str = "CryptoProviderError";
