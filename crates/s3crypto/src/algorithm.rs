//! The algorithm suites of S3 objects, and the policy that says which of them may be written and read.

use cumulo_core::Error;

use crate::err_code;

/// Content cipher of the second format: AES-256-GCM directly under the data key.
pub(crate) const GCM: &str = "AES/GCM/NoPadding";
/// Content cipher of the third format, by its number.
pub(crate) const GCM_COMMITTING: &str = "115";
/// Legacy content cipher, as JCE names it.
pub(crate) const CBC: &str = "AES/CBC/PKCS5Padding";
/// The same by its right name.
pub(crate) const CBC_PKCS7: &str = "AES/CBC/PKCS7Padding";

/// How content is encrypted by [`AesGcmContentCipherBuilder`](crate::AesGcmContentCipherBuilder).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum AlgorithmSuite {
    /// `ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY` (0x0073), message format V3: a key derived from the data key and a
    /// random message id, and a commitment to that key among the object's metadata. Read by the clients of other
    /// languages since their releases of December 2025. The default.
    #[default]
    Aes256GcmHkdfSha512CommitKey,
    /// `ALG_AES_256_GCM_IV12_TAG16_NO_KDF` (0x0072), message format V2: for readers that do not know V3. Needs the
    /// policy [`ForbidEncryptAllowDecrypt`](CommitmentPolicy::ForbidEncryptAllowDecrypt).
    Aes256GcmIv12Tag16NoKdf,
}

impl AlgorithmSuite {
    /// The name that data keys are bound to: `115` or `AES/GCM/NoPadding`.
    pub const fn cek_algorithm(self) -> &'static str {
        match self {
            Self::Aes256GcmHkdfSha512CommitKey => GCM_COMMITTING,
            Self::Aes256GcmIv12Tag16NoKdf => GCM,
        }
    }
}

/// Whether objects must commit to their key. Names and default are those of the other languages' clients.
///
/// Without commitment, who can write to the bucket and knows two wrapped keys can make an object that decrypts to
/// different texts under each of them (CVE-2025-14759 to CVE-2025-14764).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CommitmentPolicy {
    /// Writes without commitment only; reads both. For the time when some readers do not know V3.
    ForbidEncryptAllowDecrypt,
    /// Writes with commitment only; reads both. For the time when objects without commitment are left.
    RequireEncryptAllowDecrypt,
    /// Writes and reads with commitment only. The default.
    #[default]
    RequireEncryptRequireDecrypt,
}

impl CommitmentPolicy {
    /// Checked before a data key is asked for.
    pub(crate) fn check_encrypt(self, commits: bool) -> Result<(), Error> {
        match (self, commits) {
            (Self::ForbidEncryptAllowDecrypt, true) => Err(Error::new(
                err_code::CLIENT_CONSTRUCTION_ERROR,
                "the commitment policy forbids to write with key commitment: choose `Aes256GcmIv12Tag16NoKdf` or another policy",
            )),
            (Self::RequireEncryptAllowDecrypt | Self::RequireEncryptRequireDecrypt, false) => {
                Err(Error::new(
                    err_code::CLIENT_CONSTRUCTION_ERROR,
                    "the commitment policy requires key commitment, which this content cipher does not have: allow it with the policy `ForbidEncryptAllowDecrypt`",
                ))
            }
            _ => Ok(()),
        }
    }

    /// Checked before a data key is unwrapped.
    pub(crate) fn check_decrypt(self, commits: bool) -> Result<(), Error> {
        if commits || self != Self::RequireEncryptRequireDecrypt {
            return Ok(());
        }
        Err(Error::new(
            err_code::COMMITMENT_POLICY_ERROR,
            "the commitment policy requires key commitment, and the object was encrypted without: allow it with the policy `RequireEncryptAllowDecrypt`",
        ))
    }
}
