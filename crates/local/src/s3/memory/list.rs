//! Listings: keys in order, rolled up at a delimiter, in pages.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::dto::*;
use s3s::{S3ErrorCode, S3Result};

use super::store::{Memory, Object as Stored, error, owner};

const MAXIMUM_KEYS: i32 = 1000;

/// What `encoding-type=url` leaves as it is.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/').remove(b'*');

/// One page of a listing.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) objects: Vec<(String, Arc<Stored>)>,
    pub(super) prefixes: Vec<String>,
    /// The last key or prefix on the page, if more follow.
    pub(super) next: Option<String>,
}

impl Memory {
    pub(super) fn list_v1(&self, input: ListObjectsInput) -> S3Result<ListObjectsOutput> {
        let max_keys = page_size(input.max_keys)?;
        let page = self.with_bucket(&input.bucket, |bucket| {
            Ok(page(
                &bucket.objects,
                input.prefix.as_deref().unwrap_or_default(),
                input.delimiter.as_deref(),
                input.marker.as_deref(),
                max_keys,
            ))
        })?;
        let encode = encoder(input.encoding_type.as_ref());
        let text = |text: Option<String>| text.map(|text| encode(&text));
        // Without a delimiter the last key serves as the next marker, and AWS leaves it out.
        let next_marker = page.next.clone().filter(|_| input.delimiter.is_some());
        Ok(ListObjectsOutput {
            is_truncated: Some(page.next.is_some()),
            contents: Some(contents(&page, encode, true)),
            common_prefixes: Some(common_prefixes(&page, encode)),
            name: Some(input.bucket),
            prefix: Some(encode(input.prefix.as_deref().unwrap_or_default())),
            marker: Some(encode(input.marker.as_deref().unwrap_or_default())),
            max_keys: Some(max_keys),
            delimiter: text(input.delimiter),
            next_marker: text(next_marker),
            encoding_type: input.encoding_type,
            request_charged: None,
        })
    }

    pub(super) fn list_v2(&self, input: ListObjectsV2Input) -> S3Result<ListObjectsV2Output> {
        let max_keys = page_size(input.max_keys)?;
        let continued = input.continuation_token.as_deref().map(decode_token).transpose()?;
        let after = continued.as_deref().or(input.start_after.as_deref());
        let prefix = input.prefix.as_deref().unwrap_or_default();
        let page = self.with_bucket(&input.bucket, |bucket| {
            bucket.check_listing(&input)?;
            Ok(page(&bucket.objects, prefix, input.delimiter.as_deref(), after, max_keys))
        })?;
        let encode = encoder(input.encoding_type.as_ref());
        let text = |text: Option<String>| text.map(|text| encode(&text));
        Ok(ListObjectsV2Output {
            key_count: i32::try_from(page.objects.len() + page.prefixes.len()).ok(),
            is_truncated: Some(page.next.is_some()),
            next_continuation_token: page.next.as_ref().map(|next| URL_SAFE.encode(next)),
            contents: Some(contents(&page, encode, input.fetch_owner.unwrap_or_default())),
            common_prefixes: Some(common_prefixes(&page, encode)),
            name: Some(input.bucket),
            prefix: Some(encode(prefix)),
            max_keys: Some(max_keys),
            continuation_token: input.continuation_token,
            delimiter: text(input.delimiter),
            start_after: text(input.start_after),
            encoding_type: input.encoding_type,
            request_charged: None,
        })
    }
}

/// Collects one page of the keys with `prefix` that come after `after`, which is a key or an earlier common prefix.
fn page(
    objects: &BTreeMap<String, Arc<Stored>>,
    prefix: &str,
    delimiter: Option<&str>,
    after: Option<&str>,
    max_keys: i32,
) -> Page {
    let limit = usize::try_from(max_keys).unwrap_or_default();
    let mut page = Page::default();
    if limit == 0 {
        return page;
    }
    let start = match after {
        Some(after) if after >= prefix => Bound::Excluded(after),
        _ => Bound::Included(prefix),
    };
    let mut last = String::new();
    let keys = objects.range::<str, _>((start, Bound::Unbounded));
    for (key, object) in keys.take_while(|(key, _)| key.starts_with(prefix)) {
        let rolled_up = common_prefix(key, prefix, delimiter);
        let is_listed = rolled_up.is_some_and(|rolled_up| {
            Some(rolled_up) == after || page.prefixes.last().is_some_and(|listed| listed == rolled_up)
        });
        if is_listed {
            continue;
        }
        if page.objects.len() + page.prefixes.len() == limit {
            page.next = Some(last);
            break;
        }
        last = rolled_up.unwrap_or(key).to_owned();
        match rolled_up {
            Some(rolled_up) => page.prefixes.push(rolled_up.to_owned()),
            None => page.objects.push((key.clone(), Arc::clone(object))),
        }
    }
    page
}

/// The part of a key up to and with the first delimiter behind the prefix.
pub(super) fn common_prefix<'a>(key: &'a str, prefix: &str, delimiter: Option<&str>) -> Option<&'a str> {
    let delimiter = delimiter.filter(|delimiter| !delimiter.is_empty())?;
    let at = key[prefix.len()..].find(delimiter)?;
    Some(&key[..prefix.len() + at + delimiter.len()])
}

fn page_size(requested: Option<i32>) -> S3Result<i32> {
    match requested {
        None => Ok(MAXIMUM_KEYS),
        Some(count) if count < 0 => Err(error(
            S3ErrorCode::InvalidArgument,
            "Argument maxKeys must be an integer between 0 and 2147483647",
        )),
        Some(count) => Ok(count.min(MAXIMUM_KEYS)),
    }
}

fn decode_token(token: &str) -> S3Result<String> {
    let text = URL_SAFE.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| error(S3ErrorCode::InvalidArgument, "The continuation token provided is incorrect"))
}

fn encoder(encoding: Option<&EncodingType>) -> fn(&str) -> String {
    match encoding.map(EncodingType::as_str) {
        Some(EncodingType::URL) => |text| utf8_percent_encode(text, ENCODED).to_string(),
        _ => str::to_owned,
    }
}

fn contents(page: &Page, encode: fn(&str) -> String, with_owner: bool) -> Vec<Object> {
    let object = |(key, stored): &(String, Arc<Stored>)| {
        let class = stored.attributes.storage_class.as_ref().map_or("STANDARD", StorageClass::as_str);
        Object {
            e_tag: Some(stored.e_tag()),
            key: Some(encode(key)),
            last_modified: Some(stored.last_modified.clone()),
            owner: with_owner.then(owner),
            size: Some(stored.length()),
            storage_class: Some(ObjectStorageClass::from(class.to_owned())),
            ..Default::default()
        }
    };
    page.objects.iter().map(object).collect()
}

fn common_prefixes(page: &Page, encode: fn(&str) -> String) -> Vec<CommonPrefix> {
    page.prefixes.iter().map(|prefix| CommonPrefix { prefix: Some(encode(prefix)) }).collect()
}
