//! Answers of the `query` and `ec2` protocols: the same document says the same in both and in `rest-xml`, and what has been read
//! can be sent as a form that is well formed.
#![no_main]

use std::sync::LazyLock;

use cumulo_core::http::HttpResponse;
use cumulo_fuzz::{Peer, everything, normal};
use libfuzzer_sys::fuzz_target;

static QUERY: LazyLock<Peer> = LazyLock::new(|| Peer::new(&everything("query")));
static EC2: LazyLock<Peer> = LazyLock::new(|| Peer::new(&everything("ec2")));

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let query = QUERY.read(HttpResponse::new(200, format!("<R><ReadResult>{text}</ReadResult></R>")));
    let ec2 = EC2.read(HttpResponse::new(200, format!("<ReadResult>{text}</ReadResult>")));
    let (Ok(query), Ok(ec2)) = (query, ec2) else { return };
    // One document may end the wrapper early and begin another.
    if !text.contains("ReadResult") {
        assert_eq!(normal(query.clone()), normal(ec2));
    }
    let Ok(sent) = QUERY.write(&query) else { return };
    let form = std::str::from_utf8(&sent.body).expect("a form is text");
    for pair in form.split('&') {
        let (name, value) = pair.split_once('=').expect("a form has pairs");
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~%".contains(&byte);
        assert!(!name.is_empty() && name.bytes().chain(value.bytes()).all(is_plain), "{pair}");
    }
});
