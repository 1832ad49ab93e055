//! XML in a form in which documents that mean the same are the same text.

use std::fmt::Write as _;

use roxmltree::{Document, Node};

/// The canonical form of `document`: attributes and namespaces sorted, text without the white space around it, comments left
/// out. Namespaces are listed where they are declared, also those that no name uses.
pub(super) fn canonical(document: &str) -> Result<String, roxmltree::Error> {
    let document = Document::parse(document)?;
    let mut out = String::new();
    write(&mut out, document.root_element());
    Ok(out)
}

fn write(out: &mut String, node: Node<'_, '_>) {
    if let Some(text) = node.text().filter(|_| node.is_text()) {
        out.push_str(&format!("{:?}", text.trim()).replace("\"\"", ""));
    }
    if !node.is_element() {
        return;
    }
    let name = node.tag_name();
    write_tag(out, &node);
    for child in node.children() {
        write(out, child);
    }
    let _ = write!(out, "</{}>", name.name());
}

fn write_tag(out: &mut String, node: &Node<'_, '_>) {
    let name = |namespace: Option<&str>, name: &str| match namespace {
        Some(namespace) => format!("{{{namespace}}}{name}"),
        None => name.to_owned(),
    };
    let mut attributes: Vec<String> = node
        .attributes()
        .map(|attribute| {
            format!(" {}={:?}", name(attribute.namespace(), attribute.name()), attribute.value())
        })
        .collect();
    let inherited = |prefix| node.parent_element().and_then(|parent| parent.lookup_namespace_uri(prefix));
    attributes.extend(
        node.namespaces().filter(|namespace| inherited(namespace.name()) != Some(namespace.uri())).map(
            |namespace| format!(" xmlns:{}={:?}", namespace.name().unwrap_or_default(), namespace.uri()),
        ),
    );
    attributes.sort();
    let tag = node.tag_name();
    let _ = write!(out, "<{}{}>", name(tag.namespace(), tag.name()), attributes.concat());
}
