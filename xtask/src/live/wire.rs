//! What Cumulo sends beside what botocore sends, for every operation of the shipped services, without any server.

use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};

use super::install::Programs;
use super::report::Counts;
use crate::source::Release;
use crate::workspace;

/// The name of this comparison among the targets.
pub(super) const NAME: &str = "wire";

/// From what the parameters are made: one each is a set of requests.
const SEEDS: [&str; 2] = ["1", "2"];

/// Compares, and counts the requests.
///
/// # Errors
///
/// If the script or the program fails; a request that differs is a count.
pub(super) fn run(programs: &Programs) -> Result<Counts> {
    // The release from which the models are, and not the one that the emulators need.
    let botocore = Release::pinned(workspace::root())?.folder(&workspace::cache())?;
    let mut counts = Counts::default();
    for seed in SEEDS {
        let output = programs
            .script("wire.py")
            .args([seed, "cargo", "run", "--quiet", "--package", "cumulo-wire"])
            .env("PYTHONPATH", &botocore)
            .current_dir(workspace::root())
            .env("AWS_STS_REGIONAL_ENDPOINTS", "regional")
            .stderr(Stdio::inherit())
            .output()
            .context("start wire.py")?;
        let text = String::from_utf8_lossy(&output.stdout);
        print!("{text}");
        let (good, all) = text.lines().last().and_then(total).context("wire.py ended without a total")?;
        ensure!(output.status.success() == (good == all), "wire.py: {}", output.status);
        counts += Counts { passed: good, failed: all - good };
    }
    Ok(counts)
}

/// Reads `wire: 3 of 4 requests are …`.
fn total(line: &str) -> Option<(u32, u32)> {
    let mut words = line.strip_prefix("wire: ")?.split(' ');
    let good = words.next()?.parse().ok()?;
    let all = words.nth(1)?.parse().ok().filter(|all| *all >= good)?;
    Some((good, all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_read_from_the_last_line() {
        assert_eq!(total("wire: 3 of 4 requests are as botocore's"), Some((3, 4)));
        assert_eq!(total("wire: 5 of 4 requests"), None);
        assert_eq!(total("Traceback"), None);
    }
}
