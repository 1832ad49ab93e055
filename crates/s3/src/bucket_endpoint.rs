//! Where the bucket stands: the endpoint rules put it into the host name where that is possible, else into the path.

use std::borrow::Cow;

use cumulo_core::Request;
use cumulo_core::operation::ParamSource;

const BUCKET_LABEL: &str = "/{Bucket}";

/// What the names of directory buckets end with.
const DIRECTORY_BUCKET: &str = "--x-s3";
/// By this parameter of the rules the model marks operations on a directory bucket that are for the region to serve, and for
/// IAM to allow; the others are for its zone, and have sessions.
const FOR_REGION: &str = "UseS3ExpressControlEndpoint";

/// Takes the bucket out of the path template, as the URL that the rules give has it.
///
/// A client of a model that was loaded without rules keeps it there. What depends on the operation, as in Go's
/// `host_style_bucket.go`: `GetBucketLocation` has the bucket in the path, because in the host name it would have to be in
/// the client's region, and the accelerate endpoint does not take requests that make or delete buckets.
pub(crate) fn place_bucket(request: &mut Request) {
    if !request.settings().has_endpoint_rules() {
        return;
    }
    let Some(bucket) = request.params.text("Bucket") else { return };
    // The path with an empty label is refused when it is built.
    if bucket.is_empty() {
        return;
    }
    let is_arn = bucket.starts_with("arn:");
    let path = match &request.http_path {
        Cow::Borrowed(path) => path.strip_prefix(BUCKET_LABEL).map(Cow::Borrowed),
        Cow::Owned(path) => path.strip_prefix(BUCKET_LABEL).map(|rest| Cow::Owned(rest.to_owned())),
    };
    let Some(rest) = path else { return };
    let is_directory = bucket.ends_with(DIRECTORY_BUCKET);
    let is_on_bucket = !rest.starts_with('/');
    request.http_path = if is_on_bucket { Cow::Owned(format!("/{rest}")) } else { rest };
    if is_directory && is_for_region(request) {
        // The rules know the region's endpoint by itself, but not that a configured one stands for it: there they would ask
        // for a session of a bucket that is yet to be made.
        request.set_endpoint_param("DisableS3ExpressSessionAuth", ParamSource::Boolean(true));
    }
    let forced = match request.operation().name {
        "GetBucketLocation" => Some(("ForcePathStyle", !is_arn)),
        "CreateBucket" | "DeleteBucket" => Some(("Accelerate", false)),
        // Chosen for an endpoint below which no bucket resolves, not by anybody who would mean ARNs.
        _ if is_arn && request.settings().config.s3_path_style != Some(true) => {
            Some(("ForcePathStyle", false))
        }
        _ => None,
    };
    if let Some((name, value)) = forced {
        request.set_endpoint_param(name, ParamSource::Boolean(value));
    }
}

fn is_for_region(request: &Request) -> bool {
    let rules = request.settings().service.rules;
    let Some(index) = rules.and_then(|rules| rules.parameter_index(FOR_REGION)) else { return false };
    let mut params = request.operation().endpoint_params.iter();
    params.any(|param| param.index == index && matches!(param.source, ParamSource::Boolean(true)))
}

#[cfg(test)]
mod tests;
