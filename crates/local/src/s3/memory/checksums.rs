//! Checksums of bodies: claimed, computed and compared; and those of objects that were made of parts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use s3s::checksum::ChecksumHasher;
use s3s::dto::{Checksum, ChecksumAlgorithm, ChecksumType, CompletedPart};
use s3s::{S3Error, S3ErrorCode, S3Result, TrailingHeaders};

use super::store::{Upload, UploadedPart, error};
use crate::s3::chunked::malformed_trailer;

/// The checksums that came before a body and those that followed it; one that was announced must have come.
pub(super) fn with_trailers(
    mut checksum: Checksum,
    announced: Option<String>,
    trailers: Option<TrailingHeaders>,
) -> S3Result<Checksum> {
    let trailers = trailers.and_then(|trailers| trailers.take()).unwrap_or_default();
    if announced.is_some_and(|name| !trailers.contains_key(name.trim())) {
        return Err(malformed_trailer());
    }
    let fields = [
        ("x-amz-checksum-crc32", &mut checksum.checksum_crc32),
        ("x-amz-checksum-crc32c", &mut checksum.checksum_crc32c),
        ("x-amz-checksum-crc64nvme", &mut checksum.checksum_crc64nvme),
        ("x-amz-checksum-sha1", &mut checksum.checksum_sha1),
        ("x-amz-checksum-sha256", &mut checksum.checksum_sha256),
    ];
    for (name, field) in fields {
        if let Some(value) = trailers.get(name).and_then(|value| value.to_str().ok()) {
            *field = Some(value.to_owned());
        }
    }
    Ok(checksum)
}

/// Computes every checksum that is claimed and answers them when all agree.
pub(in crate::s3) fn compare(data: &[u8], claimed: Checksum) -> S3Result<Checksum> {
    let mut hasher = ChecksumHasher {
        crc32: claimed.checksum_crc32.as_ref().map(|_| Default::default()),
        crc32c: claimed.checksum_crc32c.as_ref().map(|_| Default::default()),
        crc64nvme: claimed.checksum_crc64nvme.as_ref().map(|_| Default::default()),
        sha1: claimed.checksum_sha1.as_ref().map(|_| s3s::crypto::Checksum::new()),
        sha256: claimed.checksum_sha256.as_ref().map(|_| s3s::crypto::Checksum::new()),
    };
    hasher.update(data);
    let computed = hasher.finalize();
    let pairs = [
        ("CRC32", &claimed.checksum_crc32, &computed.checksum_crc32),
        ("CRC32C", &claimed.checksum_crc32c, &computed.checksum_crc32c),
        ("CRC64NVME", &claimed.checksum_crc64nvme, &computed.checksum_crc64nvme),
        ("SHA1", &claimed.checksum_sha1, &computed.checksum_sha1),
        ("SHA256", &claimed.checksum_sha256, &computed.checksum_sha256),
    ];
    match pairs.iter().find(|(_, claimed, computed)| claimed != computed) {
        Some((name, ..)) => Err(wrong(name)),
        None => Ok(computed),
    }
}

/// The checksum of an object that came with none, where every object has one.
pub(super) fn crc32(data: &[u8]) -> Checksum {
    let mut hasher = ChecksumHasher { crc32: Some(Default::default()), ..Default::default() };
    hasher.update(data);
    let kind = ChecksumType::from_static(ChecksumType::FULL_OBJECT);
    Checksum { checksum_type: Some(kind), ..hasher.finalize() }
}

fn wrong(name: &str) -> S3Error {
    let message = format!("The {name} you specified did not match the calculated checksum.");
    S3Error::with_message(S3ErrorCode::BadDigest, message)
}

/// The checksum of an object joined of `chosen` parts, where its upload was begun with an algorithm: of all its bytes, or
/// of the parts' checksums, with their number behind it.
///
/// One of the `claimed` that is another is an error.
pub(super) fn of_object(
    upload: &Upload,
    chosen: &[CompletedPart],
    data: &[u8],
    claimed: &mut Checksum,
) -> S3Result<Checksum> {
    let Some(algorithm) = &upload.checksum_algorithm else { return Ok(Checksum::default()) };
    let is_full = match &upload.checksum_type {
        Some(kind) => kind.as_str() == ChecksumType::FULL_OBJECT,
        None => algorithm.as_str() == ChecksumAlgorithm::CRC64NVME,
    };
    let mut hasher = hasher(algorithm)?;
    let kind = if is_full {
        hasher.update(data);
        ChecksumType::FULL_OBJECT
    } else {
        for choice in chosen {
            let part = choice.part_number.and_then(|number| upload.parts.get(&number));
            hasher.update(&of_part(part, choice).ok_or_else(invalid_part)?);
        }
        ChecksumType::COMPOSITE
    };
    let mut checksum = hasher.finalize();
    if !is_full {
        for field in fields(&mut checksum).into_iter().flatten() {
            field.push_str(&format!("-{}", chosen.len()));
        }
    }
    for (claimed, computed) in fields(claimed).into_iter().zip(fields(&mut checksum)) {
        // The number of parts behind it is not always told.
        let is_right = |claimed: &String, computed: &String| {
            computed == claimed || computed.split('-').next() == Some(claimed)
        };
        if let (Some(claimed), Some(computed)) = (claimed, computed)
            && !is_right(claimed, computed)
        {
            return Err(wrong(algorithm.as_str()));
        }
    }
    checksum.checksum_type = Some(ChecksumType::from_static(kind));
    Ok(checksum)
}

/// The one checksum of a part, which must be the one that the client says it is.
fn of_part(part: Option<&UploadedPart>, choice: &CompletedPart) -> Option<Vec<u8>> {
    let mut stored = part?.checksum.clone();
    let mut claimed = Checksum {
        checksum_crc32: choice.checksum_crc32.clone(),
        checksum_crc32c: choice.checksum_crc32c.clone(),
        checksum_crc64nvme: choice.checksum_crc64nvme.clone(),
        checksum_sha1: choice.checksum_sha1.clone(),
        checksum_sha256: choice.checksum_sha256.clone(),
        ..Default::default()
    };
    let stored = fields(&mut stored).into_iter().flatten().next()?;
    let claimed = fields(&mut claimed).into_iter().flatten().next()?;
    if stored == claimed { STANDARD.decode(stored.as_str()).ok() } else { None }
}

fn invalid_part() -> S3Error {
    let message = "One or more of the specified parts could not be found, or the specified checksum might not have \
                   matched the part's checksum.";
    error(S3ErrorCode::InvalidPart, message)
}

fn hasher(algorithm: &ChecksumAlgorithm) -> S3Result<ChecksumHasher> {
    let mut hasher = ChecksumHasher::default();
    match algorithm.as_str() {
        ChecksumAlgorithm::CRC32 => hasher.crc32 = Some(Default::default()),
        ChecksumAlgorithm::CRC32C => hasher.crc32c = Some(Default::default()),
        ChecksumAlgorithm::CRC64NVME => hasher.crc64nvme = Some(Default::default()),
        ChecksumAlgorithm::SHA1 => hasher.sha1 = Some(s3s::crypto::Checksum::new()),
        ChecksumAlgorithm::SHA256 => hasher.sha256 = Some(s3s::crypto::Checksum::new()),
        _ => return Err(error(S3ErrorCode::NotImplemented, "This checksum algorithm is not served here.")),
    }
    Ok(hasher)
}

fn fields(checksum: &mut Checksum) -> [Option<&mut String>; 5] {
    [
        checksum.checksum_crc32.as_mut(),
        checksum.checksum_crc32c.as_mut(),
        checksum.checksum_crc64nvme.as_mut(),
        checksum.checksum_sha1.as_mut(),
        checksum.checksum_sha256.as_mut(),
    ]
}
