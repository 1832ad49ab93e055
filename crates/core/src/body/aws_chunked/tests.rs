//! AWS's examples byte for byte, and bodies of every size.

use super::*;
use crate::body::Body;
use crate::signer::v4::{self, Scope, SigningCredentials};

const SIGNED: Option<ChunkSignature> = Some(ChunkSignature::V4);

/// The body of the S3 documentation's examples.
fn documented() -> Body {
    Body::rewindable_stream(|| Body::from(vec![b'a'; 66_560]), 66_560)
}

fn signer(seed: &str) -> ChunkSigner {
    let credentials = SigningCredentials {
        access_key_id: "AKIAIOSFODNN7EXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        session_token: None,
    };
    let seed = seed.as_bytes().try_into().unwrap();
    let scope = Scope { region: "us-east-1", service: "s3" };
    ChunkSigner::V4(v4::ChunkSigner::new(&credentials, &scope, 1_369_353_600, seed, None).unwrap())
}

/// The encoded body with the run of `a`s cut out; its length must be the announced one.
async fn encoded(mut body: Body, encoding: Encoding, seed: Option<&str>) -> String {
    body.encode_chunks(encoding);
    if let Some(seed) = seed {
        body.sign_chunks(signer(seed));
    }
    let announced = body.len().unwrap();
    let bytes = body.collect().await.unwrap();
    assert_eq!(bytes.len() as u64, announced);
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    text.replace(&"a".repeat(65_536), "<64 KiB>").replace(&"a".repeat(1_024), "<1 KiB>")
}

#[tokio::test]
async fn aws_example_of_signed_chunks_byte_for_byte() {
    let seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
    let encoding = Encoding { trailer: None, signature: SIGNED };
    let mut body = documented();
    body.encode_chunks(encoding);
    assert_eq!(body.len(), Some(66_824), "the documented Content-Length");
    assert_eq!(
        encoded(documented(), encoding, Some(seed)).await,
        "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n<64 KiB>\r\n\
         400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n<1 KiB>\r\n\
         0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n"
    );
}

#[tokio::test]
async fn aws_example_of_signed_chunks_with_a_trailer() {
    let seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
    let encoding = Encoding { trailer: Some(Algorithm::Crc32c), signature: SIGNED };
    assert_eq!(
        encoded(documented(), encoding, Some(seed)).await,
        "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n<64 KiB>\r\n\
         400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n<1 KiB>\r\n\
         0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n\
         x-amz-checksum-crc32c:sOO8/Q==\r\n\
         x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n"
    );
}

#[tokio::test]
async fn unsigned_chunks_carry_their_size_alone_and_any_length_is_announced_rightly() {
    let encoding = Encoding { trailer: Some(Algorithm::Crc32), signature: None };
    let of = |text: &'static str| Body::stream(Body::from(text), text.len() as u64);
    assert_eq!(
        encoded(of("123456789"), encoding, None).await,
        "9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n"
    );
    assert_eq!(encoded(of(""), encoding, None).await, "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n");
    for len in [1, 15, 16, 65_535, 65_536, 65_537, 131_072, 200_000] {
        for trailer in Algorithm::ALL {
            // In pieces that do not fit the chunks.
            let pieces = move || BodyInPieces(Body::from(vec![b'b'; len]));
            let encoding = Encoding { trailer: Some(trailer), signature: SIGNED };
            encoded(Body::rewindable_stream(pieces, len as u64), encoding, Some(&"0".repeat(64))).await;
        }
    }
}

struct BodyInPieces(Body);

impl futures_core::Stream for BodyInPieces {
    type Item = Result<Bytes, Error>;
    fn poll_next(mut self: std::pin::Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.0.take_piece(7_919) {
            Some(piece) => Poll::Ready(Some(Ok(piece))),
            None => std::pin::Pin::new(&mut self.0).poll_next(context),
        }
    }
}

#[tokio::test]
async fn a_copy_begins_anew_and_wants_a_signature_of_its_own() {
    let mut body = documented();
    body.encode_chunks(Encoding { trailer: None, signature: SIGNED });
    body.sign_chunks(signer(&"0".repeat(64)));
    let copy = body.try_clone().unwrap();
    assert!(copy.is_rewindable());
    body.collect().await.unwrap();
    assert_eq!(copy.collect().await.unwrap_err().code(), err_code::READ_ERROR);
}

#[tokio::test]
async fn a_body_that_is_shorter_than_announced_fails() {
    let mut body = Body::stream(Body::from("123"), 4);
    body.encode_chunks(Encoding { trailer: Some(Algorithm::Sha1), signature: None });
    assert_eq!(body.collect().await.unwrap_err().code(), err_code::READ_ERROR);
}

#[cfg(feature = "aws-lc-rs")]
#[tokio::test]
async fn a_body_signed_with_sigv4a_has_the_length_and_the_form_of_the_aws_common_runtime() {
    use crate::signer::v4a;

    let credentials =
        SigningCredentials { access_key_id: "example", secret_access_key: "example", session_token: None };
    let scope = v4a::Scope { region_set: "us-east-1", service: "s3" };
    // Many times, as signatures are of several lengths.
    for _ in 0..20 {
        let mut body = Body::stream(Body::from("a"), 1);
        body.encode_chunks(Encoding {
            trailer: Some(Algorithm::Crc32c),
            signature: Some(ChunkSignature::V4a),
        });
        let signer = v4a::ChunkSigner::new(&credentials, &scope, 1_369_353_600, b"3045", None).unwrap();
        body.sign_chunks(ChunkSigner::V4a(signer));
        assert_eq!(body.len(), Some(535), "the Content-Length in its tests");
        let bytes = body.collect().await.unwrap();
        assert_eq!(bytes.len(), 535);
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let lines: Vec<_> = text.split("\r\n").collect();
        let [first, "a", last, "x-amz-checksum-crc32c:wdBDMA==", trailer, "", ""] = lines[..] else {
            panic!("{text}")
        };
        for (line, before) in [
            (first, "1;chunk-signature=30"),
            (last, "0;chunk-signature=30"),
            (trailer, "x-amz-trailer-signature:30"),
        ] {
            let signature = line.strip_prefix(before).unwrap().trim_end_matches('*');
            assert!(
                signature.len() > 120 && signature.bytes().all(|byte| byte.is_ascii_hexdigit()),
                "{line}"
            );
        }
    }
}

#[tokio::test]
async fn a_signer_of_another_kind_than_was_announced_is_refused() {
    let mut body = documented();
    body.encode_chunks(Encoding { trailer: None, signature: Some(ChunkSignature::V4a) });
    body.sign_chunks(signer(&"0".repeat(64)));
    assert_eq!(body.collect().await.unwrap_err().code(), err_code::READ_ERROR);
}
