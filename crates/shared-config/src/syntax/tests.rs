//! The grammar's rules, one by one, and its refusals with their lines.

use super::*;

/// The entries as text, with a property's line in front of it.
fn flat(text: &str) -> Vec<String> {
    let shown = |entry| match entry {
        Entry::Section(name) => format!("[{name}]"),
        Entry::Property { key, value, line } => format!("{line} {key}={}", value.expose()),
    };
    entries(text).unwrap().into_iter().map(shown).collect()
}

fn last(text: &str) -> String {
    flat(text).pop().unwrap_or_default()
}

fn refusal(text: &str) -> (usize, &'static str) {
    let error = entries(text).unwrap_err();
    (error.line, error.expected)
}

#[test]
fn properties_keep_their_line_numbers() {
    assert_eq!(flat("# top\n\n[a]\nk = v\n\n\nl=w\n"), ["[a]", "4 k=v", "7 l=w"]);
}

#[test]
fn line_ends_may_be_lf_crlf_or_cr() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["[a]", "k = v", "", "l = w", ""].join(end);
        assert_eq!(flat(&text), ["[a]", "2 k=v", "4 l=w"], "{end:?}");
    }
}

#[test]
fn a_byte_order_mark_is_dropped() {
    assert_eq!(flat("\u{feff}[a]\nk=v"), ["[a]", "2 k=v"]);
}

#[test]
fn a_comment_needs_a_blank_before_it() {
    assert_eq!(flat("[a]\nk = v # c\nl = v ; c\nm = v\t#c"), ["[a]", "2 k=v", "3 l=v", "4 m=v"]);
    assert_eq!(flat("[a]\nk = ab/c+d=:;#e"), ["[a]", "2 k=ab/c+d=:;#e"]);
    assert_eq!(flat("[a]\nk = # only"), ["[a]", "2 k="]);
}

#[test]
fn a_comment_may_touch_a_sections_bracket() {
    assert_eq!(flat("[a] # c\n[b]; c\n[ c ]#"), ["[a]", "[b]", "[c]"]);
}

#[test]
fn an_indented_comment_is_a_comment() {
    assert_eq!(last("[a]\n  # c\nk = v\n  ; c\n  w\n"), "3 k=v\nw");
}

#[test]
fn continuation_lines_join_with_a_line_feed_and_keep_what_looks_like_a_comment() {
    assert_eq!(last("[a]\nk = v\n  -w # c \n\n\t-x\n"), "2 k=v\n-w # c\n-x");
}

#[test]
fn nested_properties_follow_an_empty_value() {
    assert_eq!(last("[a]\ns3 =\n  x = 1\n\n  y = 2\n"), "2 s3=\nx = 1\ny = 2");
}

#[test]
fn every_refusal_names_its_line() {
    let cases = [
        ("k = v", 1, "a section such as"),
        ("\n  k = v", 2, "a section such as"),
        ("[a\nk = v", 1, "a closing bracket"),
        ("[a] b\n", 1, "a closing bracket"),
        ("[a]\nk = v\ngarbage line\nl = w", 3, "an equals sign"),
        ("[a]\nkey : value", 2, "an equals sign"),
        ("[a]\n = v", 2, "a property, found an indented line"),
        ("[a]\n= v", 2, "a property's name"),
        ("[a]\r\nk = v\r\n[a]\r\n  w", 4, "a property, found an indented line"),
        ("[a]\ns3 =\n  garbage", 3, "an equals sign between a nested"),
        ("[a]\ns3 =\n  = v", 3, "a nested property's name"),
    ];
    for (text, line, expected) in cases {
        let (found_line, found) = refusal(text);
        assert_eq!(found_line, line, "{text:?}");
        assert!(found.starts_with(&format!("expected {expected}")), "{text:?}: {found}");
    }
}

#[test]
fn what_other_ini_files_give_a_meaning_is_text() {
    let text = "[a]\nk = C:\\dir\\\nl = \"q\" 'r' \\n %(x)s $y\n:m:=[v]\nn=a=b\n\u{e000}=\u{e080}😂\n";
    let expected = [
        "[a]",
        "2 k=C:\\dir\\",
        "3 l=\"q\" 'r' \\n %(x)s $y",
        "4 :m:=[v]",
        "5 n=a=b",
        "6 \u{e000}=\u{e080}😂",
    ];
    assert_eq!(flat(text), expected);
    assert_eq!(flat("[a]b]\n[c=d]\n[]"), ["[a]b]", "[c=d]", "[]"]);
}
