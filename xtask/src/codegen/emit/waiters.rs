//! `waiters.rs`: waiting for a state.

use super::super::api::Api;
use super::super::writer::Writer;
use super::{title, writer};

pub(super) fn file(api: &Api) -> Writer {
    let mut head = writer(api);
    head.line(format_args!("//! The waiters of {}.", title(api)));
    head
}
