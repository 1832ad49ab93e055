//! What Cumulo sends and reads beside what botocore does, for every operation of the shipped services, without any server.

use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};

use super::install::Programs;
use super::report::Counts;
use crate::source::Release;
use crate::workspace;

/// The name of this comparison among the targets.
pub(super) const NAME: &str = "wire";

/// What is compared: requests with their parameters, answers with what is read from them.
const SCRIPTS: [&str; 2] = ["wire.py", "answers.py"];

/// From what parameters and answers are made: one each is a set of requests, or of answers.
const SEEDS: [&str; 2] = ["1", "2"];

/// Compares, and counts the requests and the answers.
///
/// # Errors
///
/// If a script or the program fails; a request or an answer that differs is a count.
pub(super) fn run(programs: &Programs) -> Result<Counts> {
    // The release from which the models are, and not the one that the emulators need.
    let botocore = Release::pinned(workspace::root())?.folder(&workspace::cache())?;
    let mut counts = Counts::default();
    for (script, seed) in SCRIPTS.into_iter().flat_map(|script| SEEDS.map(|seed| (script, seed))) {
        let output = programs
            .script(script)
            .args([seed, "cargo", "run", "--quiet", "--package", "cumulo-wire"])
            .env("PYTHONPATH", &botocore)
            .current_dir(workspace::root())
            .env("AWS_STS_REGIONAL_ENDPOINTS", "regional")
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("start {script}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        print!("{text}");
        let total = text.lines().last().and_then(total);
        let (good, all) = total.with_context(|| format!("{script} ended without a total"))?;
        ensure!(output.status.success() == (good == all), "{script}: {}", output.status);
        counts += Counts { passed: good, failed: all - good };
    }
    Ok(counts)
}

/// Reads `wire: 3 of 4 requests are …` and `answers: 3 of 4 answers are …`.
fn total(line: &str) -> Option<(u32, u32)> {
    let mut words = line.strip_prefix("wire: ").or_else(|| line.strip_prefix("answers: "))?.split(' ');
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
        assert_eq!(total("answers: 3 of 3 answers are read as botocore reads them"), Some((3, 3)));
        assert_eq!(total("wire: 5 of 4 requests"), None);
        assert_eq!(total("Traceback"), None);
    }
}
