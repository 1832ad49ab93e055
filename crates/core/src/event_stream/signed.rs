//! Frames that are signed one by one as they leave, each signature over the one before.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::encoder::write_headers;
use super::message::{HeaderValue, Message};
use crate::body::{Body, ByteStream};
use crate::client::Settings;
use crate::credentials::Value;
use crate::crypto;
use crate::error::{BoxError, Error};
use crate::signer::v4;

/// What a body of frames is signed with.
#[derive(Clone)]
pub(crate) struct Signing {
    pub(crate) settings: Arc<Settings>,
    pub(crate) credentials: Arc<Value>,
    pub(crate) region: Arc<str>,
    pub(crate) service: Arc<str>,
    /// The correction of the clock, in seconds.
    pub(crate) clock_skew: i64,
    /// The signature of the request, from which the chain starts.
    pub(crate) seed: String,
}

/// A body with each chunk of `frames` in a signed frame, and a signed frame without payload at the end. It can be sent again
/// if `frames` can.
pub(crate) fn signed(frames: Body, signing: Signing) -> Body {
    let stream = |frames, signing| Box::pin(Signed { frames, signing, has_ended: false }) as ByteStream;
    if frames.is_rewindable() {
        Body::of_any_length(move || stream(frames.try_clone().unwrap_or_default(), signing.clone()))
    } else {
        Body::received(stream(frames, signing), None)
    }
}

struct Signed {
    frames: Body,
    signing: Signing,
    has_ended: bool,
}

impl Stream for Signed {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.has_ended {
            return Poll::Ready(None);
        }
        let frame = match ready!(this.frames.poll_chunk(context)) {
            Some(Ok(frame)) => this.signing.wrap(frame),
            // The service must not take what has come so far for the whole: there is no signed end.
            Some(Err(error)) => {
                this.has_ended = true;
                return Poll::Ready(Some(Err(error)));
            }
            None => {
                this.has_ended = true;
                this.signing.wrap(Bytes::new())
            }
        };
        this.has_ended |= frame.is_err();
        Poll::Ready(Some(frame.map_err(BoxError::from)))
    }
}

impl Signing {
    /// The signed frame around `payload`, whose signature is the seed of the next.
    fn wrap(&mut self, payload: Bytes) -> Result<Bytes, Error> {
        let time = self.settings.clock.now().unix_seconds().saturating_add(self.clock_skew);
        let dated = Message::new(payload).header(":date", HeaderValue::Timestamp(time.saturating_mul(1000)));
        let mut headers = Vec::new();
        write_headers(&mut headers, dated.headers())?;
        let chunk = v4::EventChunk { previous: &self.seed, headers: &headers, payload: dated.payload() };
        let credentials = v4::SigningCredentials {
            access_key_id: &self.credentials.access_key_id,
            secret_access_key: &self.credentials.secret_access_key,
            session_token: self.credentials.session_token.as_deref(),
        };
        let scope = v4::Scope { region: &self.region, service: &self.service };
        let signature =
            v4::sign_event_chunk(&chunk, &credentials, &scope, time, Some(&self.settings.signing_keys))
                .map_err(|error| Error::new(error.code(), error.to_string()))?;
        self.seed = crypto::hex(&signature);
        Ok(dated.header(":chunk-signature", signature.to_vec()).encode()?.into())
    }
}
