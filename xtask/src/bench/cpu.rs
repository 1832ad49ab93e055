//! The CPU time of the commands that this process runs.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::python::run;

/// What one tick of `/proc` is worth: Linux shows all programs a clock of 100 Hz, whatever its own.
const TICKS_PER_SECOND: f64 = 100.0;

/// Runs a command and returns the CPU seconds, in programs and in the kernel, that it and all its descendants took.
///
/// Nothing else may end a child of this process meanwhile.
pub(crate) fn seconds_of(command: &mut Command) -> Result<f64> {
    let before = of_children()?;
    run(command)?;
    Ok(of_children()? - before)
}

fn of_children() -> Result<f64> {
    let text = fs::read_to_string("/proc/self/stat").context("CPU time is read from Linux's /proc")?;
    children_in(&text).with_context(|| format!("read {text:?}"))
}

/// Adds up the fields `cutime` and `cstime`, number 16 and 17. Field 2 is a name in parentheses that may hold anything.
fn children_in(stat: &str) -> Option<f64> {
    let (_, from_third) = stat.rsplit_once(')')?;
    let mut fields = from_third.split_ascii_whitespace().skip(13);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_children_is_found_behind_a_strange_name() {
        let stat = "7 (a ) b) S 1 7 7 0 -1 4194304 100 200 0 0 11 12 1300 250 20 0 1 0";
        assert_eq!(children_in(stat), Some(15.5));
        assert_eq!(children_in("7 (short) S 1"), None);
    }
}
