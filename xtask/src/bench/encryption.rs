//! The throughput of client-side encryption, by the benchmark of its crate.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::compared::Compared;
use super::table::{Budget, Table, Unit};
use crate::workspace;

const IN_MEMORY: Budget = Budget {
    what: "s3crypto, 64 MiB in memory: time over the one-shot AES-256-GCM's",
    unit: Unit::Times,
    at_most: Some(1.0 / 0.9),
};
const STREAMING: Budget =
    Budget { what: "s3crypto, streaming, safe code", at_most: Some(1.0 / 0.2), ..IN_MEMORY };
const TWO_PASSES: Budget =
    Budget { what: "s3crypto, decrypted in two authenticated passes", at_most: None, ..IN_MEMORY };

/// Adds the rows: of encryption and decryption, the slower.
pub(super) fn measure(table: &mut Table) {
    let output = Compared::alone(throughput());
    for (budget, name) in [(IN_MEMORY, "memory"), (STREAMING, "streaming"), (TWO_PASSES, "two-passes")] {
        let ratio = |output: &String| {
            ratio_in(output, name).with_context(|| format!("no figure of {name} in {output:?}"))
        };
        table.add(&budget, output.measure(ratio));
    }
}

fn throughput() -> Result<String> {
    let run = Command::new("cargo")
        .args(["bench", "--package", "cumulo-s3crypto", "--bench", "throughput"])
        .current_dir(workspace::root())
        .output()?;
    ensure!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr).trim());
    Ok(String::from_utf8(run.stdout)?)
}

/// The larger of the two numbers behind a name.
fn ratio_in(output: &str, name: &str) -> Option<f64> {
    let mut words = output.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?.split(' ');
    let (seal, open): (f64, f64) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    Some(seal.max(open))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slower_of_both_directions_counts() {
        let output = "one-shot 1.000 1.000\nmemory 1.020 1.036\nstreaming 5.7 4.5\n";
        assert_eq!(ratio_in(output, "memory"), Some(1.036));
        assert_eq!(ratio_in(output, "streaming"), Some(5.7));
        assert_eq!(ratio_in(output, "two-passes"), None);
    }
}
