//! In which region a bucket is, for whoever may not even see it.

use cumulo_core::{Config, ConfigProvider, Credentials, Error};

use crate::{Client, HeadBucketInput, S3Api, bucket_region_of, normalize_bucket_location};

/// Asks S3 in which region a bucket is, without credentials. Same meaning as Go's `s3manager.GetBucketRegion`.
///
/// Called by programs that are given a bucket's name and need a client for its region. `region_hint` is a region whose
/// S3 knows the bucket, any region of the bucket's partition; without one it is the region of `provider`. One request is
/// sent, unsigned, with the bucket in the path; S3 names the region even where it denies access.
///
/// ```no_run
/// use cumulo_core::Config;
/// use cumulo_s3::{Client, get_bucket_region};
///
/// # async fn run(session: Config) -> Result<(), cumulo_core::Error> {
/// let region = get_bucket_region(&session, "my-bucket", "us-east-1").await?;
/// let client = Client::with_config(&session, &Config::new().region(region));
/// # Ok(()) }
/// ```
///
/// # Errors
/// `NotFound` if there is no such bucket; what kept S3 from answering.
///
/// # Cancel safety
/// Safe; nothing is changed.
pub async fn get_bucket_region(
    provider: &dyn ConfigProvider,
    bucket: &str,
    region_hint: impl Into<Option<&str>>,
) -> Result<String, Error> {
    let mut config =
        Config::new().credentials(Credentials::anonymous()).s3_path_style(true).s3_use_accelerate(false);
    if let Some(hint) = region_hint.into() {
        config = config.region(hint);
    }
    get_bucket_region_with_client(&Client::with_config(provider, &config), bucket).await
}

/// The same with a client, or a mock of one; its credentials sign the request. Same meaning as Go's
/// `s3manager.GetBucketRegionWithClient`.
///
/// # Errors
/// As [`get_bucket_region`].
///
/// # Cancel safety
/// As [`get_bucket_region`].
pub async fn get_bucket_region_with_client(s3: impl S3Api, bucket: &str) -> Result<String, Error> {
    match s3.head_bucket(HeadBucketInput::new().bucket(bucket)).await {
        // Servers that are not S3 may leave it out, where it means the first of all regions.
        Ok(output) => {
            Ok(normalize_bucket_location(output.bucket_region.as_deref().unwrap_or_default()).to_owned())
        }
        Err(error) => match bucket_region_of(&error) {
            Some(region) if error.status() != Some(404) => Ok(region.to_owned()),
            _ => Err(error),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use cumulo_core::http::{HttpClient, HttpRequest, HttpResponse};
    use cumulo_core::{BoxFuture, Timeouts};

    use super::*;

    /// Gives the same answer to every request, and remembers the latest.
    #[derive(Debug)]
    struct Answering(u16, Option<&'static str>, Mutex<Option<HttpRequest>>);

    impl HttpClient for Answering {
        fn send<'a>(
            &'a self,
            request: HttpRequest,
            _: &'a Timeouts,
        ) -> BoxFuture<'a, Result<HttpResponse, Error>> {
            *self.2.lock().unwrap() = Some(request);
            let mut answer = HttpResponse::new(self.0, "");
            if let Some(region) = self.1 {
                answer.headers.insert("x-amz-bucket-region", region.parse().unwrap());
            }
            Box::pin(std::future::ready(Ok(answer)))
        }
    }

    async fn ask(status: u16, region: Option<&'static str>) -> (Result<String, Error>, HttpRequest) {
        let http = Arc::new(Answering(status, region, Mutex::default()));
        let config = Config::new().http_client(Arc::clone(&http)).s3_use_accelerate(true);
        let found = get_bucket_region(&config, "my-bucket", "us-west-2").await;
        let sent = http.2.lock().unwrap().take().unwrap();
        (found, sent)
    }

    #[tokio::test]
    async fn the_region_is_told_whatever_else_the_answer_says() {
        for status in [200, 301, 400, 403] {
            let (found, sent) = ask(status, Some("eu-central-1")).await;
            assert_eq!(found.unwrap(), "eu-central-1", "{status}");
            assert_eq!(sent.method, "HEAD");
            assert_eq!(sent.url.to_string(), "https://s3.us-west-2.amazonaws.com/my-bucket");
            assert!(!sent.headers.contains_key("authorization"), "it needs no credentials");
        }
        assert_eq!(ask(200, None).await.0.unwrap(), "us-east-1");
    }

    #[tokio::test]
    async fn a_bucket_that_is_not_there_is_an_error() {
        let error = ask(404, None).await.0.unwrap_err();
        assert_eq!((error.code(), error.status()), ("NotFound", Some(404)));
        let error = ask(403, None).await.0.unwrap_err();
        assert_eq!(error.code(), "Forbidden", "and what says nothing is what it is");
    }
}
