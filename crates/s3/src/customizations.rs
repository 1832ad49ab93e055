//! What S3 adds to the default handlers: which list, at which end, under which name.

use cumulo_core::{Handlers, NamedHandler, Request};

use crate::{
    bucket_endpoint, bucket_location, bucket_region, create_bucket, expect_continue, express_session,
    sse_customer_key, status_ok_error,
};

/// Asks for the client's region in `CreateBucket`.
pub const LOCATION_CONSTRAINT: &str = "s3.LocationConstraint";
/// Refuses to send customer-provided encryption keys without TLS.
pub const SSE_REQUIRES_TLS: &str = "s3.SseRequiresTls";
/// Takes the bucket out of the path, where the endpoint rules put it into the URL.
pub const BUCKET_ENDPOINT: &str = "s3.BucketEndpoint";
/// Sends customer-provided encryption keys in Base64, with their MD5.
pub const SSE_CUSTOMER_KEY: &str = "s3.SseCustomerKey";
/// Has requests on directory buckets signed with the credentials of a session, which it makes and keeps.
pub const EXPRESS_SESSION: &str = "s3.ExpressSession";
/// Lets the bodies of large uploads wait until S3 asks for them.
pub const EXPECT_CONTINUE: &str = "s3.ExpectContinue";
/// Finds the error inside a 200 answer.
pub const STATUS_OK_ERROR: &str = "s3.StatusOkError";
/// Names the region in the answer of `GetBucketLocation` as regions are named now.
pub const NORMALIZE_BUCKET_LOCATION: &str = "s3.NormalizeBucketLocation";
/// Names the region in which a bucket really is.
pub const BUCKET_REGION: &str = "s3.BucketRegion";

/// Adds the handlers of this service to the default ones.
///
/// Called by the service's client for itself. A [dynamic client](cumulo_core::dynamic::Client) of S3 sends the same
/// requests if it is made with it, of a model that was loaded with its endpoint rules:
///
/// ```
/// use cumulo_core::{Config, Error, dynamic};
///
/// fn client(service: &[u8], rules: &[u8], config: &Config) -> Result<dynamic::Client, Error> {
///     let model = dynamic::Model::builder(service).endpoint_rules(rules).load()?;
///     let customize = cumulo_s3::customizations::client_handlers;
///     Ok(dynamic::Client::customized(&model, config, &Config::new(), customize))
/// }
/// ```
pub fn client_handlers(handlers: &mut Handlers) {
    let named = |name, handler: fn(&mut Request)| NamedHandler::new(name, handler);
    handlers.validate.push_front_named(named(LOCATION_CONSTRAINT, create_bucket::set_location_constraint));
    handlers.validate.push_back_named(named(SSE_REQUIRES_TLS, sse_customer_key::require_tls));
    handlers.build.push_front_named(named(BUCKET_ENDPOINT, bucket_endpoint::place_bucket));
    handlers.build.push_back_named(named(SSE_CUSTOMER_KEY, sse_customer_key::encode_keys));
    let sessions = express_session::Sessions::default();
    handlers
        .sign
        .push_front_named(NamedHandler::new(EXPRESS_SESSION, move |request| sessions.enter(request)));
    handlers.sign.push_back_named(named(EXPECT_CONTINUE, expect_continue::expect_continue));
    let find_error =
        NamedHandler::new_async(STATUS_OK_ERROR, |request| Box::pin(status_ok_error::find_error(request)));
    handlers.unmarshal.push_front_named(find_error);
    handlers.unmarshal.push_back_named(named(NORMALIZE_BUCKET_LOCATION, bucket_location::normalize));
    handlers.unmarshal_error.push_back_named(named(BUCKET_REGION, bucket_region::name_region));
}

#[cfg(test)]
mod tests;
