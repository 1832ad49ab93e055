//! What the tests of a target came to, read from what `cargo test` prints.

use std::fmt;
use std::ops::AddAssign;

/// Counts of tests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u32,
    pub(super) failed: u32,
}

impl Counts {
    /// Reads the closing line of a test program, such as `test result: ok. 3 passed; 0 failed; …`.
    pub(super) fn of_line(line: &str) -> Option<Self> {
        let counts = line.strip_prefix("test result: ")?;
        let count = |what: &str| {
            let before = counts.split_once(what)?.0;
            before.rsplit(' ').next()?.parse().ok()
        };
        Some(Self { passed: count(" passed;")?, failed: count(" failed;")? })
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_of_a_test_program_is_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s";
        assert_eq!(Counts::of_line(line), Some(Counts { passed: 12, failed: 3 }));
        assert_eq!(
            Counts::of_line("test result: \x1b[32mok\x1b[0m. 4 passed; 0 failed; 0 ignored"),
            Some(Counts { passed: 4, failed: 0 })
        );
    }

    #[test]
    fn other_lines_are_not_counted() {
        for line in ["test a_result: ok. 1 passed; 0 failed;", "test result: ok", "running 2 tests", ""] {
            assert_eq!(Counts::of_line(line), None, "{line}");
        }
    }

    #[test]
    fn counts_add_up_and_show_themselves() {
        let mut total = Counts { passed: 1, failed: 0 };
        total += Counts { passed: 2, failed: 3 };
        assert_eq!(total.to_string(), "3 passed, 3 failed");
    }
}
