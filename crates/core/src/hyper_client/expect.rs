//! `Expect: 100-continue`: a body is held back until the server asks for it.

use std::pin::Pin;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{StatusCode, header};
use hyper::ext::on_informational;
use tokio::sync::oneshot;
use tokio::time::Sleep;

use crate::err_code;
use crate::error::{BoxError, Error};

/// How long a server is waited for that does not say whether it wants a body. Go's `ExpectContinueTimeout`.
pub(super) const DEFAULT_WAIT: Duration = Duration::from_secs(1);

/// Stands before a body until the server has asked for it, or has been silent for some time, as servers are that do not
/// know the header.
pub(super) struct Gate {
    asked: oneshot::Receiver<()>,
    wait: Duration,
    /// Runs from when the head has been sent and the body is wanted.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Gate {
    /// The gate of a request that has the header; none for any other.
    pub(super) fn of<B>(request: &mut hyper::Request<B>, wait: Duration) -> Option<Self> {
        let expects = request.headers().get(header::EXPECT)?;
        if !expects.as_bytes().eq_ignore_ascii_case(b"100-continue") {
            return None;
        }
        let (ask, asked) = oneshot::channel();
        let ask = Mutex::new(Some(ask));
        on_informational(request, move |response| {
            if response.status() == StatusCode::CONTINUE
                && let Some(ask) = ask.lock().unwrap_or_else(PoisonError::into_inner).take()
            {
                // The body may have been given up meanwhile.
                let _ = ask.send(());
            }
        });
        Some(Self { asked, wait, timer: None })
    }

    /// Ready when the body may go out.
    ///
    /// # Errors
    /// When the server will not ask any more. hyper drops the callback as soon as the answer is there; the error makes it
    /// end the request without its body, deliver that answer, and close the connection. Waiting on would keep the
    /// connection for ever, and going on would send the body to a server that has refused it.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        match Pin::new(&mut self.asked).poll(context) {
            Poll::Ready(Ok(())) => return Poll::Ready(Ok(())),
            Poll::Ready(Err(_)) => return Poll::Ready(Err(Box::new(not_wanted()))),
            Poll::Pending => {}
        }
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(self.wait)));
        timer.as_mut().poll(context).map(Ok)
    }
}

fn not_wanted() -> Error {
    Error::new(err_code::REQUEST_ERROR, "the server has ended the exchange before it took the body")
}
