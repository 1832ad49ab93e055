//! URLs: what is written is read as the same.
#![no_main]

use cumulo_core::http::Url;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(url) = Url::parse(text) else { return };
    assert!(!url.host().is_empty() && url.path.starts_with('/'));
    let again = Url::parse(&url.to_string()).expect("what is written can be read");
    assert!(again == url, "{text}: {url} became {again}");
});
