//! Which service a request is for: one port serves them all.

use http::{HeaderMap, Method, Request, header};
use percent_encoding::percent_decode_str;

use crate::error::Service;

/// `X-Amz-Target` says it outright, then the credential's scope. What is unsigned is told apart by its form.
///
/// `Err` names a service that is not served.
pub(crate) fn route<B>(request: &Request<B>) -> Result<Service, String> {
    let headers = request.headers();
    let query = request.uri().query().unwrap_or_default();
    match text(headers, "x-amz-target").and_then(|target| target.split('.').next()) {
        Some("TrentService") => return Ok(Service::Kms),
        Some("AmazonSQS") => return Ok(Service::Sqs),
        _ => {}
    }
    match scoped_service(headers, query).as_deref() {
        Some("s3" | "s3express") => Ok(Service::S3),
        Some("sts") => Ok(Service::Sts),
        Some("kms") => Ok(Service::Kms),
        Some("sqs") => Ok(Service::Sqs),
        Some(other) => Err(other.to_owned()),
        None => match text(headers, "x-amz-target") {
            Some(target) => Err(target.to_owned()),
            None if is_query_protocol(request.method(), headers, query) => Ok(Service::Sts),
            None => Ok(Service::S3),
        },
    }
}

/// The part before `aws4_request` in the credential of either form.
fn scoped_service(headers: &HeaderMap, query: &str) -> Option<String> {
    let in_header = || {
        let fields = text(headers, header::AUTHORIZATION.as_str())?;
        let credential = fields.split_once("Credential=")?.1.split([',', ' ']).next()?;
        Some(credential.to_owned())
    };
    let in_query = || {
        let credential = query.split('&').find_map(|pair| pair.strip_prefix("X-Amz-Credential="))?;
        Some(percent_decode_str(credential).decode_utf8_lossy().into_owned())
    };
    let credential = in_header().or_else(in_query)?;
    credential.rsplit('/').nth(1).map(str::to_owned)
}

fn is_query_protocol(method: &Method, headers: &HeaderMap, query: &str) -> bool {
    let is_form = text(headers, header::CONTENT_TYPE.as_str())
        .is_some_and(|content_type| content_type.starts_with("application/x-www-form-urlencoded"));
    method == Method::POST && is_form || query.split('&').any(|pair| pair.starts_with("Action="))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routed(uri: &str, headers: &[(&str, &str)]) -> Result<Service, String> {
        let request = Request::builder().method("POST").uri(uri);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        route(&request.body(()).unwrap())
    }

    fn signed(service: &str) -> String {
        format!(
            "AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
        )
    }

    #[test]
    fn the_scope_names_the_service() {
        for (name, service) in [
            ("s3", Service::S3),
            ("s3express", Service::S3),
            ("sts", Service::Sts),
            ("kms", Service::Kms),
            ("sqs", Service::Sqs),
        ] {
            assert_eq!(routed("/", &[("authorization", &signed(name))]), Ok(service));
            let query = format!("/?X-Amz-Credential=AKID%2F20150830%2Fus-east-1%2F{name}%2Faws4_request");
            assert_eq!(routed(&query, &[]), Ok(service));
        }
        assert_eq!(routed("/", &[("authorization", &signed("ecs"))]), Err("ecs".to_owned()));
    }

    #[test]
    fn a_target_goes_before_the_scope_so_that_a_wrong_scope_is_found_out() {
        let headers = [("x-amz-target", "TrentService.Encrypt"), ("authorization", &signed("sqs"))];
        assert_eq!(routed("/", &headers), Ok(Service::Kms));
        assert_eq!(routed("/", &[("x-amz-target", "AmazonSQS.SendMessage")]), Ok(Service::Sqs));
    }

    #[test]
    fn unsigned_forms_go_to_sts_and_the_rest_to_s3() {
        let form = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
        assert_eq!(routed("/", &form), Ok(Service::Sts));
        assert_eq!(routed("/?Action=GetCallerIdentity", &[]), Ok(Service::Sts));
        assert_eq!(routed("/bucket/key", &[]), Ok(Service::S3));
    }
}
