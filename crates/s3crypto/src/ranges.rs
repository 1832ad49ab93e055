//! Reads of a part of an object. They cannot be authenticated, so a client does them only if it is told to.

use cumulo_core::{Body, Error};
use cumulo_s3::{GetObjectInput, GetObjectOutput, HeadObjectInput};

use crate::cipher_stream::{BoxedErrors, CipherStream};
use crate::decryption_client::DecryptionClient;
use crate::err_code;
use crate::instruction_file::Owner;

/// The answer to a range while ranges are not enabled.
pub(crate) fn not_enabled() -> Error {
    refused(
        "ranges cannot be authenticated: allow them with `enable_unauthenticated_ranges`, or read the whole object",
    )
}

/// Reads the range that `input` names, in bytes of the content.
///
/// A counter mode decrypts from any byte on, so the bytes asked of S3 are those of the content; what the answer holds of the
/// tag is left out.
pub(crate) async fn get_object(
    client: &DecryptionClient,
    mut input: GetObjectInput,
) -> Result<GetObjectOutput, Error> {
    let range = input.range.as_deref().and_then(Range::parse);
    let range =
        range.ok_or_else(|| refused("the range must be one of `bytes=a-b`, `bytes=a-` and `bytes=-n`"))?;
    input.range = Some(match range {
        Range::From(first, None) => format!("bytes={first}-"),
        Range::From(first, Some(last)) => format!("bytes={first}-{last}"),
        Range::Last(len) => format!("bytes={}-", content_len(client, &input).await?.saturating_sub(len)),
    });
    let asked = input.clone();
    let mut output = client.s3.get_object(input).await?;
    let answered = output.content_range.as_deref().and_then(parse_content_range);
    let (first, last, total) =
        answered.ok_or_else(|| refused("S3 did not answer the range that was asked for"))?;

    let opened = client.open(&Owner::of_get(&asked, client.suffix()), output.metadata.as_ref()).await?;
    let content_len = opened.cek.plaintext_len(total);
    let cipher = opened.cek.range_decrypter(&opened.key, &opened.envelope, first)?;
    let (Some(content_len), Some(cipher)) = (content_len, cipher) else {
        return Err(refused("the object's content cipher does not allow ranges"));
    };
    if first >= content_len {
        return Err(refused("the range begins behind the content's end"));
    }
    let last = last.min(content_len - 1);
    let len = last - first + 1;
    let content =
        CipherStream::new(output.body.take().unwrap_or_default(), cipher).take(len).expect(Some(len));
    output.body = Some(Body::received(Box::pin(BoxedErrors(content)), Some(len)));
    output.content_length = i64::try_from(len).ok();
    output.content_range = Some(format!("bytes {first}-{last}/{content_len}"));
    Ok(output)
}

/// A range at the end can only be asked for when it is known where the content ends.
async fn content_len(client: &DecryptionClient, input: &GetObjectInput) -> Result<u64, Error> {
    let mut head = HeadObjectInput::new();
    head.bucket = input.bucket.clone();
    head.key = input.key.clone();
    head.version_id = input.version_id.clone();
    head.sse_customer_algorithm = input.sse_customer_algorithm.clone();
    head.sse_customer_key = input.sse_customer_key.clone();
    head.sse_customer_key_md5 = input.sse_customer_key_md5.clone();
    head.request_payer = input.request_payer.clone();
    head.expected_bucket_owner = input.expected_bucket_owner.clone();
    let len = client.head_object(head).await?.content_length;
    len.and_then(|len| u64::try_from(len).ok())
        .ok_or_else(|| refused("the length of the content is not known, so neither is its end"))
}

fn refused(message: &'static str) -> Error {
    Error::new(err_code::RANGED_GET_ERROR, message)
}

/// One range of RFC 9110 §14.1.2.
#[derive(Debug, PartialEq, Eq)]
enum Range {
    From(u64, Option<u64>),
    Last(u64),
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
        match (first, last) {
            ("", len) => Some(Self::Last(number(len)?)).filter(|range| *range != Self::Last(0)),
            (first, "") => Some(Self::From(number(first)?, None)),
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                (first <= last).then_some(Self::From(first, Some(last)))
            }
        }
    }
}

fn number(digits: &str) -> Option<u64> {
    if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
}

/// First and last byte, and the object's length.
fn parse_content_range(text: &str) -> Option<(u64, u64, u64)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last, total) = (number(first)?, number(last)?, number(total)?);
    (first <= last && last < total).then_some((first, last, total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_of_a_single_range_are_understood() {
        assert_eq!(Range::parse("bytes=0-0"), Some(Range::From(0, Some(0))));
        assert_eq!(Range::parse("bytes=7-"), Some(Range::From(7, None)));
        assert_eq!(Range::parse("bytes=-5"), Some(Range::Last(5)));
        for refused in
            ["bytes=5-4", "bytes=-", "bytes=1-2,4-5", "bytes=-0", "bytes=a-b", "bytes=+1-2", "items=1-2", ""]
        {
            assert_eq!(Range::parse(refused), None, "{refused}");
        }
    }

    #[test]
    fn answers_that_contradict_themselves_are_not_believed() {
        assert_eq!(parse_content_range("bytes 5-9/20"), Some((5, 9, 20)));
        for wrong in ["bytes 9-5/20", "bytes 5-20/20", "bytes */20", "bytes 5-9/*", "5-9/20"] {
            assert_eq!(parse_content_range(wrong), None, "{wrong}");
        }
    }
}
