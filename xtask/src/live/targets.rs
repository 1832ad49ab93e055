//! The servers that the tests run against: how each starts, and whom it knows.

use std::env;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use indexmap::IndexMap;

use super::install::Programs;
use super::server::{self, Server};

/// The region of every target.
pub(super) const REGION: &str = "us-east-1";

/// The one key of `s3s-fs`, which knows no other identities.
const S3S_KEY: [(&str, &str); 2] =
    [("access_key_id", "CUMULOLIVE"), ("secret_access_key", "cumulo+live/secret")];

/// What the tests are told about the identities of a target, such as `access_key_id` and `role_arn`.
pub(super) type Identities = IndexMap<String, String>;

/// One server that the tests run against.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) name: &'static str,
    /// The test modules that it is made for; most are named after the services that it has.
    pub(super) modules: &'static [&'static str],
    /// Whether encrypted objects are exchanged on it with the official client.
    pub(super) has_peers: bool,
    /// The examples that run on it.
    pub(super) examples: &'static [&'static str],
    /// A path that it answers once it is ready.
    ready: &'static str,
    command: fn(&Programs, port: &str, data: &Path) -> Command,
    identities: fn(&Programs, endpoint: &str) -> Result<Identities>,
}

const ALL_SERVICES: [&str; 6] = ["credentials::", "kms::", "s3::", "s3crypto::", "sqs::", "sts::"];

pub(super) static TARGETS: [Target; 3] = [
    Target {
        name: "moto",
        modules: &ALL_SERVICES,
        has_peers: true,
        examples: &["mfa_session", "mfa_stscreds"],
        ready: "/moto-api/",
        command: moto,
        identities: make_identities,
    },
    Target {
        name: "ministack",
        modules: &ALL_SERVICES,
        has_peers: false,
        examples: &[],
        ready: "/_ministack/ready",
        command: ministack,
        identities: make_identities,
    },
    Target {
        name: "s3s",
        modules: &["s3::"],
        has_peers: false,
        examples: &[],
        ready: "/",
        command: s3s,
        identities: |_, _| Ok(s3s_identities()),
    },
];

impl Target {
    /// Starts the server on a free port, with its data and its log in `folder`.
    pub(super) fn start(&self, programs: &Programs, folder: &Path) -> Result<Server> {
        let port = server::free_port()?;
        let mut command = (self.command)(programs, &port.to_string(), folder);
        isolate(&mut command);
        Server::start(programs.kept(&command), port, self.ready, &folder.with_extension("log"))
            .with_context(|| format!("start {}", self.name))
    }

    /// Makes the identities of the tests, and shows that the server treats them as the tests expect.
    pub(super) fn identities(&self, programs: &Programs, endpoint: &str) -> Result<Identities> {
        let identities = (self.identities)(programs, endpoint)?;
        let mut probe = programs.script("probe.py");
        probe.args([self.name, endpoint, REGION]).stdin(Stdio::piped());
        isolate(&mut probe);
        let mut probe = probe.spawn().context("start probe.py")?;
        let input = probe.stdin.take().context("probe.py has no standard input")?;
        serde_json::to_writer(input, &identities)?;
        ensure!(probe.wait()?.success(), "{} is not what the tests expect", self.name);
        Ok(identities)
    }
}

fn moto(programs: &Programs, port: &str, _: &Path) -> Command {
    let mut command = Command::new(&programs.moto);
    command.args(["--host", "127.0.0.1", "--port", port]);
    command
}

fn ministack(programs: &Programs, port: &str, data: &Path) -> Command {
    let mut command = Command::new(&programs.ministack);
    command
        .envs([("BIND_HOST", "127.0.0.1"), ("GATEWAY_PORT", port), ("AUTH", "true")])
        // Listeners on ports of their own, and a clean-up of the machine's containers.
        .envs([("SFTP_ENABLED", "0"), ("IOT_MTLS_ENABLED", "0"), ("DOCKER_HOST", "unix:///nowhere")])
        .env("TMPDIR", data);
    command
}

fn s3s(programs: &Programs, port: &str, data: &Path) -> Command {
    let [(_, access), (_, secret)] = S3S_KEY;
    let mut command = Command::new(&programs.s3s_fs);
    command
        .args(["--access-key", access, "--secret-key", secret, "--host", "127.0.0.1", "--port", port])
        .arg(data);
    command
}

fn s3s_identities() -> Identities {
    S3S_KEY.map(|(name, value)| (name.into(), value.into())).into()
}

/// A user and roles in an emulator that has IAM; its root key would pass with any signature.
fn make_identities(programs: &Programs, endpoint: &str) -> Result<Identities> {
    let mut command = programs.script("identities.py");
    command.args([endpoint, REGION]).stderr(Stdio::inherit());
    isolate(&mut command);
    let output = command.output().context("start identities.py")?;
    ensure!(output.status.success(), "identities.py: {}", output.status);
    serde_json::from_slice(&output.stdout).context("read what identities.py prints")
}

/// Keeps the AWS settings and proxies of whoever runs this away from emulators and boto3.
fn isolate(command: &mut Command) {
    for (name, _) in env::vars_os().filter(|(name, _)| is_aws(name)) {
        command.env_remove(name);
    }
    command
        .envs([("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")])
        .envs([("NO_PROXY", "127.0.0.1"), ("no_proxy", "127.0.0.1")]);
}

fn is_aws(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b"AWS_")
}
