//! Paths of paginators and waiters: reading and searching one ends, and finds the same twice. The path stands before the first
//! line's end, the value behind it.
#![no_main]

use std::sync::LazyLock;

use cumulo_core::dynamic::{Model, input};
use cumulo_core::path::{Found, Path};
use cumulo_fuzz::everything;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

static MODEL: LazyLock<Model> = LazyLock::new(|| everything("json"));

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (path, value) = text.split_once('\n').unwrap_or((text, "{}"));
    let Ok(path) = Path::parse(path) else { return };
    let operation = MODEL.operation("Write").expect("it is there");
    let value = serde_json::from_str(value).ok().and_then(|value| input(operation, &value).ok());
    let value = value.unwrap_or_else(|| input(operation, &json!({})).expect("no member is needed"));
    let (found, again) = (path.search(&*value), path.search(&*value));
    assert_eq!(size(&found, 0), size(&again, 0));
    assert!(!(found.is_null() && found.is_truthy()));
});

/// How many values were found.
fn size(found: &Found<'_>, depth: usize) -> usize {
    if depth > 8 {
        return 1;
    }
    found.items().map_or(1, |items| items.iter().map(|item| size(item, depth + 1)).sum())
}
