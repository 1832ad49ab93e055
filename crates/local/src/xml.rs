//! The little XML that STS answers with.

pub(crate) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// A whole document with one root element in `namespace`; `body` is markup.
pub(crate) fn document(root: &str, namespace: &str, body: &str) -> String {
    format!("{DECLARATION}<{root} xmlns=\"{namespace}\">{body}</{root}>")
}

/// An element around markup.
pub(crate) fn wrap(name: &str, body: &str) -> String {
    format!("<{name}>{body}</{name}>")
}

/// An element around text.
pub(crate) fn element(name: &str, text: &str) -> String {
    wrap(name, &escape(text))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
