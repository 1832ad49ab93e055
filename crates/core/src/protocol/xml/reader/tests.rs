//! What the cursor takes and what it refuses.

use super::*;
use crate::err_code;

/// The whole document through the cursor: names and texts of leaves, in order.
fn walk(document: &str) -> Result<Vec<(String, String)>, Error> {
    let mut reader = Reader::new(document.as_bytes())?;
    reader.root()?;
    let mut leaves = Vec::new();
    while let Some(child) = reader.child()? {
        leaves.push((child.name.to_owned(), reader.text()?.into_owned()));
    }
    reader.finish()?;
    Ok(leaves)
}

fn leaves<const N: usize>(leaves: [(&str, &str); N]) -> Vec<(String, String)> {
    leaves.map(|(name, text)| (name.to_owned(), text.to_owned())).into()
}

#[test]
fn leaves_are_given_with_their_text_and_without_prefixes() {
    let document = "\u{feff}<?xml version='1.0'?>\n<!-- <x> --><p:r a='>'><a>1</a >\n<p:b c=\"d\">2 </p:b><e/><f ></f></p:r>\n";
    assert_eq!(walk(document).unwrap(), leaves([("a", "1"), ("b", "2 "), ("e", ""), ("f", "")]));
}

#[test]
fn references_comments_and_cdata_are_part_of_the_text_they_stand_in() {
    let document = "<r><a>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;</a><a>x<!-- & --><![CDATA[&<]]>y<?p?>z<b>-</b></a></r>";
    assert_eq!(walk(document).unwrap(), leaves([("a", "<>&\"'A\u{1f600}"), ("a", "x&<yz")]));
}

#[test]
fn texts_in_quotes_are_read_like_all_others() {
    for (text, read) in [
        ("&quot;9b2cf535f27731c9&quot;", "\"9b2cf535f27731c9\""),
        ("&quot;&quot;", "\"\""),
        ("&quot;", "\""),
        ("&quot;a&amp;b&quot;", "\"a&b\""),
        ("&quot;a&quot;b&quot;", "\"a\"b\""),
        ("&quot;a", "\"a"),
        ("a&quot;", "a\""),
        ("W/&quot;a&quot;", "W/\"a\""),
    ] {
        assert_eq!(walk(&format!("<r><a>{text}</a></r>")).unwrap(), leaves([("a", read)]), "{text}");
    }
    walk("<r><a>&quot;a&b&quot;</a></r>").unwrap_err();
}

#[test]
fn what_is_no_whole_document_is_an_error_with_its_place() {
    for (document, place, expected) in [
        ("", 0, "an element"),
        ("  ", 2, "an element"),
        ("text", 0, "an element"),
        ("<", 1, "the end of a tag"),
        ("<r", 2, "the end of a tag"),
        ("<r a='>", 0, "the end of the tag"),
        ("<r", 2, "the end of a tag"),
        ("<r>", 3, "breaks off"),
        ("<r><a>1", 7, "breaks off"),
        ("<r><a>1</", 9, "breaks off"),
        ("<r><a>1</b></r>", 7, "the end tag"),
        ("<r><a>1</ab></r>", 7, "the end tag"),
        ("<r><a>1</a></s>", 11, "the end tag"),
        ("<r></r><r></r>", 7, "the end of the document"),
        ("<r></r>text", 7, "an element"),
        ("<!DOCTYPE r [<!ENTITY a 'b'>]><r/>", 0, "declarations are not allowed"),
        ("<r><!ENTITY></r>", 3, "declarations are not allowed"),
        ("<r><a>&bomb;</a></r>", 6, "entity"),
        ("<r><a>& </a></r>", 6, "entity"),
        ("<r><a>&#xD800;</a></r>", 6, "entity"),
        ("<r><a>&#+65;</a></r>", 6, "entity"),
        ("<r><!-- </r>", 12, "the end of a comment"),
        ("<r><a><![CDATA[ </a></r>", 24, "the end of a CDATA section"),
        ("<r><?p </r>", 11, "the end of a processing instruction"),
        ("<r>< a/></r>", 4, "the name of an element"),
        ("<r><a <b/></r>", 3, "the end of the tag"),
        ("<r><a/b></a></r>", 5, "white space"),
        ("<r><a\"b\"></a></r>", 5, "white space"),
    ] {
        let error = walk(document).expect_err(document);
        assert_eq!(error.code(), err_code::SERIALIZATION_ERROR);
        assert!(error.message().contains(expected), "{document}: {error}");
        assert!(error.message().contains(&format!("at byte {place}:")), "{document}: {error}");
    }
}

#[test]
fn bytes_that_are_no_text_are_an_error() {
    assert!(Reader::new(b"<r>\xff</r>").unwrap_err().message().contains("at byte 3"));
}

#[test]
fn attributes_are_found_by_local_name_and_namespaces_are_none() {
    let mut reader = Reader::new(b"<r xmlns:type='u' xsi:type = \"a&amp;b\" x='>'/>").unwrap();
    let root = reader.root().unwrap();
    assert_eq!(root.attribute("xsi:type").unwrap().as_deref(), Some("a&b"));
    assert_eq!(root.attribute("x").unwrap().as_deref(), Some(">"));
    assert_eq!(root.attribute("y").unwrap(), None);
    let mut reader = Reader::new(b"<r a=b c>").unwrap();
    assert!(reader.root().unwrap().attribute("c").is_err());
}

#[test]
fn nesting_is_limited_even_in_what_is_passed_over() {
    let nested = |levels: usize| format!("<r>{}{}</r>", "<a>".repeat(levels), "</a>".repeat(levels));
    assert!(walk(&nested(127)).is_ok());
    let error = walk(&nested(128)).unwrap_err();
    assert!(error.message().contains("128 levels"), "{error}");
}
