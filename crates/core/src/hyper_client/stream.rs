//! A connection, straight to the server or by way of a proxy.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::MaybeHttpsStream;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// A connection to the first host on the way.
pub(super) type Hop = MaybeHttpsStream<TokioIo<TcpStream>>;

pub(super) enum Stream {
    /// To the server.
    Direct(Hop),
    /// To a proxy, which takes requests whole.
    Forwarded(Hop),
    /// To the server, through a proxy that sees nothing of what goes by.
    Tunneled(Box<MaybeHttpsStream<Hop>>),
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        match self {
            Self::Direct(hop) => hop.connected(),
            Self::Forwarded(hop) => hop.connected().proxy(true),
            Self::Tunneled(tunnel) => tunnel.connected(),
        }
    }
}

/// Calls a method of whichever stream it is.
macro_rules! forward {
    ($stream:expr, $method:ident $(, $argument:expr)*) => {
        match $stream.get_mut() {
            Self::Direct(hop) | Self::Forwarded(hop) => Pin::new(hop).$method($($argument),*),
            Self::Tunneled(tunnel) => Pin::new(&mut **tunnel).$method($($argument),*),
        }
    };
}

impl Read for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        forward!(self, poll_read, context, buffer)
    }
}

impl Write for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        forward!(self, poll_write, context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        forward!(self, poll_flush, context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        forward!(self, poll_shutdown, context)
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Direct(hop) | Self::Forwarded(hop) => hop.is_write_vectored(),
            Self::Tunneled(tunnel) => tunnel.is_write_vectored(),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        forward!(self, poll_write_vectored, context, slices)
    }
}
