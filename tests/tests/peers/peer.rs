//! The official client for Python, in a process of its own that takes orders as lines of JSON.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use cumulo_tests::Target;
use serde_json::{Value, json};

use crate::Names;

pub(crate) struct Peer {
    process: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    pub(crate) fn start(target: &Target, kms_key: &str) -> Self {
        let peer = target.encryption_peer.as_ref().expect("`cargo xtask live` names the client");
        let mut process = Command::new(&peer.python)
            .arg(&peer.script)
            .args([&*target.endpoint, &*target.region, kms_key])
            .env("AWS_ACCESS_KEY_ID", &target.access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", &target.secret_access_key)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let orders = process.stdin.take();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Self { process, orders, answers }
    }

    /// Lets it put, upload or get the object `o`.
    pub(crate) fn run(&mut self, op: &str, suite: &str, bucket: &str, file: &Path, context: &Names) {
        let order = json!({ "op": op, "suite": suite, "bucket": bucket, "key": "o", "file": file, "context": context });
        writeln!(self.orders.as_mut().unwrap(), "{order}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(answer, json!({ "ok": true }), "{order}");
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.orders.take());
        let _ = self.process.wait();
    }
}
