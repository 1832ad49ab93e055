//! `paginators.rs`: streams of pages and of items.

use super::super::api::{Api, Operation};
use super::super::model::Paginator;
use super::super::writer::Writer;
use super::{title, writer};

/// The operations that have pages.
pub(super) fn of(api: &Api) -> Vec<(&Operation, &Paginator)> {
    api.operations.iter().filter_map(|operation| Some((operation, operation.paginator.as_ref()?))).collect()
}

/// The table of one paginator, as an expression.
pub(super) fn table(paginator: &Paginator) -> String {
    format!(
        "Pagination {{ input_tokens: &{:?}, output_tokens: &{:?}, more_results: {:?}, limit_key: {:?}, result_keys: &{:?} }}",
        paginator.input_tokens,
        paginator.output_tokens,
        paginator.more_results,
        paginator.limit_key,
        paginator.result_keys
    )
}

pub(super) fn file(api: &Api) -> Writer {
    let mut head = writer(api);
    head.line(format_args!("//! The pages and items of {}.", title(api)));
    head
}
