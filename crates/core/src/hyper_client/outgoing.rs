//! A request as hyper takes it, and its body.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderValue, Method, Uri, header};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::oneshot;

use crate::body::Body;
use crate::error::{BoxError, Error};
use crate::http::{HttpRequest, Url, insert_header};
use crate::hyper_client::expect::Gate;

/// How much of a body in memory hyper is given at a time. It takes the next piece when it has written most of what it
/// has, which is how an upload's end is noticed.
const PIECE: usize = 256 * 1024;

/// A request ready for hyper.
pub(super) struct Outgoing {
    pub(super) request: hyper::Request<OutgoingBody>,
    /// The end of an upload that may take time.
    pub(super) uploaded: Option<Uploaded>,
}

/// Turns a request into hyper's, moving its parts. One with `Expect: 100-continue` holds its body back for `wait` at most.
///
/// # Errors
/// `SerializationError` if its URL cannot stand in a request.
pub(super) fn prepare(request: HttpRequest, wait: Duration) -> Result<Outgoing, Error> {
    let HttpRequest { method, url, mut headers, body } = request;
    let uri = uri_of(url, &mut headers)?;
    // The body of these is expected, and its absence must be said.
    if body.is_empty() && matches!(method, Method::PUT | Method::POST | Method::PATCH) {
        headers.entry(header::CONTENT_LENGTH).or_insert(const { HeaderValue::from_static("0") });
    }
    let mut head = hyper::Request::new(());
    *head.method_mut() = method;
    *head.uri_mut() = uri;
    *head.headers_mut() = headers;
    let gate = if body.is_empty() { None } else { Gate::of(&mut head, wait) };
    let is_at_hand = gate.is_none() && body.bytes().is_some_and(|bytes| bytes.len() <= PIECE);
    let (notice, uploaded) = if is_at_hand {
        (None, None)
    } else {
        let (notice, uploaded) = oneshot::channel();
        (Some(notice), Some(Uploaded(uploaded)))
    };
    let left = body.len();
    let request = head.map(|()| OutgoingBody { body, left, notice, gate });
    Ok(Outgoing { request, uploaded })
}

/// The URL as hyper wants it, byte for byte; its authority becomes the `Host` header.
fn uri_of(url: Url, headers: &mut HeaderMap) -> Result<Uri, Error> {
    let Url { is_https, authority, path, query } = url;
    let authority = Bytes::from(authority);
    let mut target = path;
    if target.is_empty() {
        target.push('/');
    }
    let path_len = target.len();
    if !query.is_empty() {
        target.reserve_exact(1 + query.len());
        target.push('?');
        target.push_str(&query);
    }
    let target_len = target.len();
    let unfit = |what: &str| {
        Error::unreadable(format!("the {what} of the URL holds a character that must be escaped"))
    };
    if !headers.contains_key(header::HOST) {
        let host = HeaderValue::from_maybe_shared(authority.clone()).map_err(|_| unfit("host"))?;
        insert_header(headers, header::HOST, host);
    }
    let authority = Authority::from_maybe_shared(authority).map_err(|_| unfit("host"))?;
    let target = PathAndQuery::from_maybe_shared(Bytes::from(target)).map_err(|_| unfit("path or query"))?;
    // A raw `?` would end the path early, a raw `#` the whole.
    if target.path().len() != path_len || target.as_str().len() != target_len {
        return Err(unfit("path or query"));
    }
    let mut parts = http::uri::Parts::default();
    parts.scheme = Some(if is_https { Scheme::HTTPS } else { Scheme::HTTP });
    parts.authority = Some(authority);
    parts.path_and_query = Some(target);
    Uri::from_parts(parts).map_err(|_| unfit("path"))
}

/// A body as hyper takes it: with its exact length, so that it is announced and never sent in chunks, and none at all
/// where it is empty.
pub(super) struct OutgoingBody {
    body: Body,
    left: Option<u64>,
    notice: Option<oneshot::Sender<Infallible>>,
    gate: Option<Gate>,
}

impl HttpBody for OutgoingBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if let Some(gate) = &mut this.gate {
            if let Err(error) = ready!(gate.poll(context)) {
                return Poll::Ready(Some(Err(error)));
            }
            this.gate = None;
        }
        let chunk = match this.body.take_piece(PIECE) {
            Some(piece) => Some(Ok(piece)),
            None => ready!(this.body.poll_chunk(context)),
        };
        if let (Some(left), Some(Ok(chunk))) = (&mut this.left, &chunk) {
            *left = left.saturating_sub(chunk.len() as u64);
        }
        if chunk.is_none() || this.is_end_stream() {
            this.notice = None;
        }
        Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

/// Ready when hyper has taken the whole of a body, or has given it up.
pub(super) struct Uploaded(oneshot::Receiver<Infallible>);

impl Uploaded {
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.0).poll(context).map(|_| ())
    }
}
