//! The program as others run it: lines in, lines out. Each operation of the shipped services is called through both kinds of
//! clients, and the lines must be equal, byte for byte.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod answers;
mod format;
mod hostile;
#[path = "../../../tests/dynamic/sample.rs"]
mod sample;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::thread;

use cumulo::core::dynamic::Model;
use cumulo::core::operation::{Operations, Service};
use cumulo::{ecs, kms, s3, sqs, sts};
use serde_json::{Value, json};

static SERVICES: [(&str, &Service, &Operations); 5] = [
    ("ecs", &ecs::SERVICE, &ecs::OPERATIONS),
    ("kms", &kms::SERVICE, &kms::OPERATIONS),
    ("s3", &s3::SERVICE, &s3::OPERATIONS),
    ("sqs", &sqs::SERVICE, &sqs::OPERATIONS),
    ("sts", &sts::SERVICE, &sts::OPERATIONS),
];

/// Runs the program over `lines`, and answers as many as it printed.
fn run(lines: Vec<String>) -> Vec<String> {
    let mut process = Command::new(env!("CARGO_BIN_EXE_cumulo-wire"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = process.stdin.take().unwrap();
    let writer = thread::spawn(move || {
        for line in lines {
            input.write_all(line.as_bytes()).unwrap();
            input.write_all(b"\n").unwrap();
        }
    });
    let output = BufReader::new(process.stdout.take().unwrap());
    let lines: Vec<_> = output.lines().map(Result::unwrap).collect();
    writer.join().unwrap();
    assert!(process.wait().unwrap().success());
    lines
}

/// Runs the program over lines that are read for their values.
fn ask(lines: impl IntoIterator<Item = Value>) -> Vec<Value> {
    let lines = run(lines.into_iter().map(|line| line.to_string()).collect());
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn both_clients_print_the_same_line_for_every_operation_of_every_service() {
    let mut lines = Vec::new();
    for (name, service, operations) in &SERVICES {
        // By the published model, in which some members are strings that the generated types have as bytes.
        let path = format!("{}/../../xtask/models/{name}/service-2.json", env!("CARGO_MANIFEST_DIR"));
        let model = Model::from_json(fs::read(path).unwrap()).unwrap();
        for operation in operations.iter() {
            let mut line = json!({
                "id": format!("{name} {}", operation.name),
                "service": name,
                "operation": operation.name,
                "params": sample::params(model.operation(operation.name).unwrap()),
                "response": answers::good(service, operation),
            });
            for config in
                [json!({"region": "eu-central-1"}), json!({"endpoint_url": "https://127.0.0.1:4566"})]
            {
                line["config"] = config;
                for client in ["dynamic", "typed"] {
                    line["client"] = client.into();
                    lines.push(line.to_string());
                }
            }
        }
    }
    let count = lines.len();
    let answers = run(lines);
    assert_eq!(answers.len(), count);
    for pair in answers.chunks(2) {
        assert_eq!(pair[0], pair[1]);
        let answer: Value = serde_json::from_str(&pair[0]).unwrap();
        assert!(answer["request"]["url"].is_string(), "{answer}");
        assert!(answer["result"].is_object(), "{answer}");
    }
}

#[test]
fn both_clients_read_every_error_of_every_service_alike() {
    let mut lines = Vec::new();
    for (name, service, operations) in &SERVICES {
        let operation = operations.iter().next().unwrap();
        for error in service.errors {
            for client in ["dynamic", "typed"] {
                lines.push(json!({
                    "id": error.code, "service": name, "client": client, "operation": operation.name,
                    "params": sample::params(operation), "response": answers::bad(service, error)
                }));
            }
        }
    }
    let answers = ask(lines.clone());
    assert_eq!(answers.len(), lines.len());
    for pair in answers.chunks(2) {
        assert_eq!(pair[0], pair[1]);
        assert_eq!(pair[0]["error"]["code"], pair[0]["id"], "{}", pair[0]);
        assert_eq!(pair[0]["error"]["status"], 400);
        assert!(pair[0]["request"].is_object());
    }
}
