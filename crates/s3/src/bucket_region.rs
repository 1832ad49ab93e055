//! Requests that went to another region than the bucket's: the error names the right one.
//!
//! S3 tells where a bucket is in a header of most answers, an error among them, and else in the body:
//!
//! | answer | where the region stands |
//! | --- | --- |
//! | 301 `PermanentRedirect` | `x-amz-bucket-region`, or the host in `<Endpoint>` |
//! | 307 `TemporaryRedirect`, of a new bucket | `x-amz-bucket-region`, or the host in `<Endpoint>` |
//! | 400 `AuthorizationHeaderMalformed` | `<Region>` |
//! | 400 `IllegalLocationConstraintException` | the message |
//! | 301 or 400 of a HEAD request, without a body | `x-amz-bucket-region` |

use std::borrow::Cow;

use cumulo_core::schema::{Member, Schema, Target};
use cumulo_core::shape::{Mut, Ref, Shape, get, get_mut};
use cumulo_core::{Error, Request};

use crate::err_code;

/// The region of the bucket, as S3 has told it with an error.
///
/// ```
/// use cumulo_s3::{Client, HeadBucketInput, bucket_region_of};
///
/// # async fn find(client: Client) {
/// if let Err(error) = client.head_bucket(HeadBucketInput::new().bucket("my-bucket")).await
///     && let Some(region) = bucket_region_of(&error)
/// {
///     println!("the bucket is in {region}: make a client for that region");
/// }
/// # }
/// ```
pub fn bucket_region_of(error: &Error) -> Option<&str> {
    Some(&error.fields_as::<BucketRegion>()?.region.as_ref()?[..])
}

/// Adds the region that the answer tells to the error, and says so where the request went to another.
///
/// A 301 becomes `BucketRegionError`, as in Go. S3 gives no `Location` to follow: the request must be signed for the
/// other region.
pub(crate) fn name_region(request: &mut Request) {
    let Some(response) = &request.http_response else { return };
    let Some(error) = request.error.take() else { return };
    let body = response.body.bytes().map_or(Cow::Borrowed(""), |bytes| String::from_utf8_lossy(bytes));
    let region = told_region(request, &error, response.header("x-amz-bucket-region"), &body);
    let region = region.map(str::to_owned);
    let elsewhere = region.as_deref().filter(|region| **region != *request.signing_region);
    let mut named = match (response.status, elsewhere) {
        (301, _) => moved(&error, request, region.as_deref()),
        (307 | 400, Some(region)) => {
            let message = format!("{} (the bucket is in '{region}' region)", error.message());
            error.with_message(message)
        }
        _ => error,
    };
    if region.is_some() && named.fields().is_none() {
        named = named.with_fields(Box::new(BucketRegion { region }));
    }
    request.error = Some(named);
}

/// The region, from wherever the answer tells it. Servers that only look like S3 put elements of the same names into other
/// errors.
fn told_region<'a>(
    request: &Request,
    error: &'a Error,
    header: Option<&'a str>,
    body: &'a str,
) -> Option<&'a str> {
    let told = header.or_else(|| match error.code() {
        err_code::AUTHORIZATION_HEADER_MALFORMED => element(body, "Region"),
        err_code::PERMANENT_REDIRECT | err_code::TEMPORARY_REDIRECT => {
            region_of_host(element(body, "Endpoint")?)
        }
        // There it names the region that was asked for.
        err_code::ILLEGAL_LOCATION_CONSTRAINT_EXCEPTION if request.operation().name != "CreateBucket" => {
            let (before, _) = error.message().split_once(" location constraint is incompatible")?;
            before.rsplit(' ').next()
        }
        _ => None,
    })?;
    // It goes into messages, and callers make clients of it.
    let is_region = told.contains('-')
        && told.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    is_region.then_some(told)
}

/// What stands between the tags of an element that has nothing but text in it.
fn element<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = body.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    Some(text.trim())
}

/// The region in `bucket.s3.eu-west-1.amazonaws.com` and in the older `bucket.s3-eu-west-1.amazonaws.com`.
fn region_of_host(host: &str) -> Option<&str> {
    let (before, _) = host.rsplit_once(".amazonaws.com")?;
    let (rest, last) = before.rsplit_once('.').unwrap_or(("", before));
    match last.strip_prefix("s3-") {
        Some(region) => Some(region),
        None => (rest == "s3" || rest.ends_with(".s3")).then_some(last),
    }
}

/// The 301 in Go's words.
fn moved(error: &Error, request: &Request, region: Option<&str>) -> Error {
    let mut message = format!(
        "incorrect region, the bucket is not in '{}' region at endpoint '{}'",
        request.signing_region, request.http_request.url.authority
    );
    if let Some(region) = region {
        message += &format!(", bucket is in '{region}' region");
    }
    let mut moved = Error::new(err_code::BUCKET_REGION_ERROR, message).with_status(301);
    if let Some(id) = error.request_id() {
        moved = moved.with_request_id(id);
    }
    match error.extended_request_id() {
        Some(id) => moved.with_extended_request_id(id),
        None => moved,
    }
}

/// The member that errors get which the model does not describe.
#[derive(Default)]
struct BucketRegion {
    region: Option<String>,
}

static SCHEMA: Schema = Schema::new("BucketRegion", &[Member::new("Region", Target::String)]);

impl Shape for BucketRegion {
    fn schema(&self) -> &'static Schema {
        &SCHEMA
    }
    fn member(&self, index: usize) -> Option<Ref<'_>> {
        if index == 0 { get(&self.region) } else { None }
    }
    fn member_mut(&mut self, index: usize) -> Option<Mut<'_>> {
        if index == 0 { get_mut(&mut self.region) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_is_found_in_old_and_new_hosts() {
        for (host, region) in [
            ("b.s3.eu-west-1.amazonaws.com", Some("eu-west-1")),
            ("b.c.s3-eu-west-1.amazonaws.com", Some("eu-west-1")),
            ("s3.cn-north-1.amazonaws.com.cn", Some("cn-north-1")),
            ("b.s3.amazonaws.com", None),
            ("b.example.com", None),
        ] {
            assert_eq!(region_of_host(host), region, "{host}");
        }
    }
}
