//! The algorithms, and how each is called in models and in headers.

use ::http::HeaderName;

/// A checksum algorithm of S3's and of other services' `httpChecksum` trait.
///
/// ```
/// use cumulo_core::checksum::Algorithm;
///
/// assert_eq!(Algorithm::from_name("CRC32"), Some(Algorithm::Crc32));
/// assert_eq!(Algorithm::Crc64Nvme.header().as_str(), "x-amz-checksum-crc64nvme");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// CRC-32 of IEEE 802.3; the default of requests.
    Crc32,
    /// CRC-32C, Castagnoli's (RFC 3720).
    Crc32c,
    /// CRC-64/NVME, the one that S3 computes itself for objects that came without a checksum.
    Crc64Nvme,
    /// SHA-1 (FIPS 180-4).
    Sha1,
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SHA-512 (FIPS 180-4).
    Sha512,
    /// MD5 (RFC 1321).
    Md5,
}

impl Algorithm {
    /// All of them, the one that is validated first where an answer carries several in front: the quick ones before the
    /// slow, the longer before the shorter.
    pub const ALL: [Self; 7] =
        [Self::Crc64Nvme, Self::Crc32c, Self::Crc32, Self::Sha1, Self::Sha256, Self::Sha512, Self::Md5];

    /// The name in service models, for example `CRC64NVME`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
            Self::Md5 => "MD5",
        }
    }

    /// The algorithm that models call `name`, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    /// The header or trailer that carries the checksum.
    pub const fn header(self) -> HeaderName {
        HeaderName::from_static(match self {
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
            Self::Sha512 => "x-amz-checksum-sha512",
            Self::Md5 => "x-amz-checksum-md5",
        })
    }

    /// The size of a checksum in bytes.
    pub const fn size(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme => 8,
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    /// The length of a checksum as it is sent, in base64.
    pub(crate) const fn encoded_len(self) -> usize {
        self.size().div_ceil(3) * 4
    }
}
