//! What a call costs: instructions counted by callgrind, and for a large upload CPU time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, anyhow, ensure};

use super::Options;
use super::compared::Compared;
use super::server;
use super::table::{Budget, Table, Unit};
use super::template::Template;

/// One kind of call: its name in the counted programs, its row, and the two numbers of calls whose runs are compared.
struct Call {
    name: &'static str,
    budget: Budget,
    times: [u32; 2],
    /// Whether the program of the official SDK makes it too.
    official: bool,
}

const fn call(name: &'static str, what: &'static str, at_most: f64, times: [u32; 2]) -> Call {
    let budget = Budget { what, unit: Unit::Instructions, at_most: Some(at_most) };
    Call { name, budget, times, official: true }
}

const fn part(name: &'static str, what: &'static str) -> Call {
    let budget = Budget { what, unit: Unit::Instructions, at_most: None };
    Call { name, budget, times: [100, 300], official: false }
}

const CALLS: &[Call] = &[
    call("s3-get", "S3 GetObject, 1 KiB: instructions of the whole client", 100e3, [100, 300]),
    call("s3-put", "S3 PutObject, 1 KiB", 100e3, [100, 300]),
    call("sqs-send", "SQS SendMessage", 100e3, [100, 300]),
    call("sts-assume", "STS AssumeRole", 100e3, [100, 300]),
    call("kms-data-key", "KMS GenerateDataKey", 100e3, [100, 300]),
    call("s3-list", "S3 ListObjectsV2, a page of 1000 keys (231 KB)", 5e6, [5, 15]),
    call("s3-presign", "S3 GetObject, presigned", 40e3, [100, 300]),
    Call {
        official: true,
        ..part("s3-put-crc32", "for comparison: the PutObject with a CRC-32 too, as to AWS's own endpoint")
    },
    part("s3-presign-bucket", "for comparison: presigned for AWS's own endpoint"),
    part("s3-presign-buckets", "the same for another bucket each time, whose endpoint must be resolved"),
    part("hyper-get", "for comparison: the GET's exchange by hyper alone"),
    part("sha256", "for comparison: the SHA-256 of 1 KiB alone, which a PutObject signs"),
];

const UPLOAD: Budget = Budget {
    what: "S3 PutObject, 64 MiB over plain HTTP, payload signed: CPU time over SHA-256 + bare hyper",
    unit: Unit::Times,
    at_most: Some(1.3),
};
const UPLOAD_ROUNDS: u32 = 15;

/// What a client may take a proxy from, which would stand between it and the canned server.
const PROXIES: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// Adds the rows.
pub(super) fn measure(cache: &Path, options: Options, table: &mut Table) {
    let benches = Compared::prepare("calls", options.official, |name| Bench::prepare(name, cache));
    for call in CALLS {
        let count = |bench: &Bench| bench.count(call);
        let figures = if call.official { benches.measure(count) } else { benches.measure_ours(count) };
        table.add(&call.budget, figures);
    }
    table.add(&UPLOAD, benches.measure_ours(Bench::upload));
    table.note(
        "Instructions: `valgrind --tool=callgrind` on a release build, one thread, plain HTTP/1.1 on a kept connection to a \
         canned server; the difference of two runs with different numbers of calls, divided by that difference, so that \
         start-up cancels out. Valgrind hides the SHA extensions and AVX-512 from the program.",
    );
    if options.official {
        table.note(
            "Both make the same calls with their own defaults, with static credentials, and get the same answers. By default \
             the official SDK sends PutObject with a CRC-32 to any endpoint, Cumulo to AWS's own; it asks for a checksum \
             with GetObject, which the canned answer has not; and it sends an id and a number of each attempt and its user \
             agent twice.",
        );
    }
}

struct Bench {
    program: PathBuf,
    endpoint: String,
    folder: PathBuf,
}

impl Bench {
    fn prepare(name: &str, cache: &Path) -> Result<Self> {
        let template = Template::copy(name, cache)?;
        template.output(&["build", "--release", "--offline"])?;
        let endpoint = server::start().context("start the canned server")?;
        Ok(Self { program: template.binary(), endpoint, folder: template.path("") })
    }

    /// The instructions of one call.
    fn count(&self, call: &Call) -> Result<f64> {
        let [few, many] = call.times;
        let difference = self.instructions(call.name, many)? - self.instructions(call.name, few)?;
        Ok(difference / f64::from(many - few))
    }

    /// The instructions of a run that makes the call this many times.
    fn instructions(&self, call: &str, times: u32) -> Result<f64> {
        let profile = self.folder.join(format!("callgrind.{call}.{times}"));
        let mut command = Command::new("valgrind");
        command.args(["--tool=callgrind", "--quiet"]);
        command.arg(format!("--callgrind-out-file={}", profile.display()));
        command.arg(&self.program).args([&self.endpoint, call, &times.to_string()]);
        for variable in PROXIES {
            command.env_remove(variable);
        }
        let run = command.output().context("start valgrind, which must be installed")?;
        let complaint = String::from_utf8_lossy(&run.stderr);
        ensure!(run.status.success(), "{}", complaint.trim());
        total(&fs::read_to_string(&profile)?).with_context(|| format!("no total in {}", profile.display()))
    }

    /// The CPU time of the upload, in that of its parts.
    fn upload(&self) -> Result<f64> {
        let rounds = UPLOAD_ROUNDS.to_string();
        let run = Command::new(&self.program).args([&self.endpoint, "put-64mib", &rounds]).output()?;
        ensure!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr).trim());
        let text = String::from_utf8(run.stdout)?;
        let numbers: Vec<f64> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let [hash, send, put] = numbers[..] else { return Err(anyhow!("expected three numbers: {text:?}")) };
        Ok(put / (hash + send))
    }
}

/// The number of instructions in a profile of callgrind.
fn total(profile: &str) -> Option<f64> {
    let line = profile.lines().rev().find_map(|line| line.strip_prefix("totals:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_stands_at_the_end_of_a_profile() {
        assert_eq!(total("events: Ir\nfn=(1) main\n10 5\n\ntotals: 123456\n"), Some(123_456.0));
        assert_eq!(total("events: Ir\n"), None);
    }
}
