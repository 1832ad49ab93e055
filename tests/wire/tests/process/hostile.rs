//! Models and answers that nobody would publish or send: an error for each, in bounded memory, and the next line is read.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::ask;

/// A model whose items hold themselves.
fn tree(protocol: &str) -> Value {
    json!({
        "metadata": {"protocol": protocol, "jsonVersion": "1.0", "targetPrefix": "T", "unknownTrait": [{}]},
        "operations": {"Get": {
            "http": {"method": "POST", "requestUri": "/", "unknownTrait": 7},
            "input": {"shape": "Tree"}, "output": {"shape": "Tree", "resultWrapper": "GetResult"}, "unknownTrait": true
        }},
        "shapes": {
            "Tree": {"type": "structure", "unknownTrait": {"deep": [1]}, "members": {
                "Name": {"shape": "Text", "unknownTrait": "x"}, "Tree": {"shape": "Tree"}, "List": {"shape": "List"}
            }},
            "List": {"type": "list", "member": {"shape": "Tree"}}, "Text": {"type": "string", "unknownTrait": null}
        }
    })
}

fn call(model: &Value, response: Value) -> Value {
    json!({"model": model, "operation": "Get", "params": {"Tree": {"Name": "a"}}, "response": response})
}

fn message(answer: &Value) -> &str {
    answer["error"]["message"].as_str().unwrap_or_else(|| panic!("{answer}"))
}

#[test]
fn unknown_traits_are_passed_over_and_shapes_may_hold_themselves() {
    let body = r#"{"Tree": {"List": [{"Name": "b"}]}}"#;
    let answers = ask([call(&tree("json"), json!({"body": body}))]);
    assert_eq!(answers[0]["result"], serde_json::from_str::<Value>(body).unwrap());
    assert_eq!(answers[0]["request"]["body_b64"], STANDARD.encode(r#"{"Tree":{"Name":"a"}}"#));
}

#[test]
fn a_model_that_makes_no_sense_is_an_error_that_names_the_shape() {
    let with = |path: &str, value: Value| {
        let mut model = tree("json");
        *model.pointer_mut(path).unwrap() = value;
        model
    };
    let cases = [
        (with("/shapes/Tree/members/Name/shape", json!("Gone")), "Tree.Name has the shape Gone"),
        (with("/shapes/List/member/shape", json!("List")), "List holds itself"),
        (with("/shapes/Text/type", json!("heap")), "the shape Text has the type heap"),
        (with("/shapes/Tree", json!(null)), "there is no structure Tree"),
        (with("/operations/Get/input/shape", json!("List")), "there is no structure List"),
        (with("/metadata/protocol", json!("morse")), "the protocol morse is not supported"),
        (with("/metadata", json!(7)), "the model names no protocol"),
        (with("/operations", json!([])), "unnamed service has no operation Get"),
    ];
    let answers = ask(cases.iter().map(|(model, _)| call(model, Value::Null)));
    for ((_, expected), answer) in cases.iter().zip(&answers) {
        assert!(message(answer).starts_with(expected), "{answer}, not {expected}");
    }
}

/// A document that is nested so deep, in the format of the protocol.
fn deep(protocol: &str, levels: usize) -> Vec<u8> {
    match protocol {
        "json" | "rest-json" => {
            format!("{}{}", r#"{"List":["#.repeat(levels), "]}".repeat(levels)).into_bytes()
        }
        "smithy-rpc-v2-cbor" => [b"\xa1\x64List\x81".repeat(levels), b"\xa0".to_vec()].concat(),
        _ => format!("<R>{}{}</R>", "<Tree>".repeat(levels), "</Tree>".repeat(levels)).into_bytes(),
    }
}

#[test]
fn hostile_answers_are_errors_in_bounded_memory() {
    let protocols = ["json", "rest-json", "smithy-rpc-v2-cbor", "rest-xml", "query", "ec2"];
    let mut cases = Vec::new();
    for protocol in protocols {
        let model = tree(protocol);
        let full = deep(protocol, 3);
        for body in [deep(protocol, 10_000), deep(protocol, 300_000), full[..full.len() / 2].to_vec()] {
            cases.push(call(&model, json!({"body_b64": STANDARD.encode(&body)})));
            cases.push(call(&model, json!({"status_code": 400, "body_b64": STANDARD.encode(&body)})));
        }
    }
    let cbor = tree("smithy-rpc-v2-cbor");
    for head in [b"\xa1\x64Name\x7b", b"\xa1\x64Name\x5b", b"\xa1\x64List\x9b", b"\xa1\x64Tree\xbb"] {
        let declared = [head.as_slice(), &(1_u64 << 60).to_be_bytes(), b"x"].concat();
        cases.push(call(&cbor, json!({"body_b64": STANDARD.encode(&declared)})));
    }

    let mut process = Command::new(env!("CARGO_BIN_EXE_cumulo-wire"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = process.stdin.take().unwrap();
    let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
    for case in cases {
        // One by one, which also shows that an answer does not wait for the next line.
        writeln!(input, "{case}").unwrap();
        let answer: Value = serde_json::from_str(&output.next().unwrap().unwrap()).unwrap();
        assert!(answer["request"].is_object() && !message(&answer).contains('\n'), "{answer}");
    }
    if let Ok(status) = std::fs::read_to_string(format!("/proc/{}/status", process.id())) {
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        let kibibytes: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
        assert!(kibibytes < 200 << 10, "{kibibytes} KiB");
    }
    drop(input);
    assert!(process.wait().unwrap().success());
}
