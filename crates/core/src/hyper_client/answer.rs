//! An answer as hyper gives it, and its body.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http_body::Body as HttpBody;
use hyper::body::Incoming;
use tokio::time::Sleep;

use crate::body::Body;
use crate::error::BoxError;
use crate::http::HttpResponse;
use crate::hyper_client::error::{broken_body, stalled_body};

/// The answer whose head has arrived. Its body is read as it is needed, but for one that came with the head.
pub(super) async fn received(response: hyper::Response<Incoming>, limit: Option<Duration>) -> HttpResponse {
    let (head, mut body) = response.into_parts();
    let len = HttpBody::size_hint(&body).exact();
    let body = if len == Some(0) {
        Body::empty()
    } else {
        let first = poll_fn(|context| Poll::Ready(poll_data(&mut body, context))).await;
        match first {
            Poll::Ready(Some(Ok(data))) if Some(data.len() as u64) == len => Body::from(data),
            Poll::Ready(None) if len.is_none() => Body::empty(),
            Poll::Ready(first) => arriving(first, body, limit, len),
            Poll::Pending => arriving(None, body, limit, len),
        }
    };
    HttpResponse { status: head.status.as_u16(), headers: head.headers, body }
}

fn arriving(
    first: Option<Result<Bytes, BoxError>>,
    body: Incoming,
    limit: Option<Duration>,
    len: Option<u64>,
) -> Body {
    Body::received(Box::pin(Received { first, body, limit, timer: None }), len)
}

/// A body that is still arriving.
struct Received {
    first: Option<Result<Bytes, BoxError>>,
    body: Incoming,
    limit: Option<Duration>,
    /// Runs while the next data is waited for.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Stream for Received {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let Some(first) = this.first.take() {
            return Poll::Ready(Some(first));
        }
        if let Poll::Ready(data) = poll_data(&mut this.body, context) {
            this.timer = None;
            return Poll::Ready(data);
        }
        let Some(limit) = this.limit else { return Poll::Pending };
        let timer = this.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        timer.as_mut().poll(context).map(|()| Some(Err(stalled_body(limit))))
    }
}

/// The next data, skipping trailers.
fn poll_data(body: &mut Incoming, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
    loop {
        match ready!(Pin::new(&mut *body).poll_frame(context)) {
            None => return Poll::Ready(None),
            Some(Err(error)) => return Poll::Ready(Some(Err(broken_body(error)))),
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Poll::Ready(Some(Ok(data)));
                }
            }
        }
    }
}
