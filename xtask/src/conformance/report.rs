//! What came of the cases, suite by suite.

use std::fmt;

/// One suite: a file of cases.
#[derive(Debug)]
pub(super) struct Suite {
    /// Such as `input/rest-json`.
    pub(super) name: String,
    pub(super) cases: Vec<Case>,
}

/// What came of one case.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: String,
    /// Whether the release lists the case as one that is not to be run.
    pub(super) is_excluded: bool,
    pub(super) outcome: Result<(), Failure>,
}

/// Why a case failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The SDK lacks the protocol of the suite.
    Unsupported,
    /// What was found is not what was expected.
    Reason(String),
}

impl From<String> for Failure {
    fn from(reason: String) -> Self {
        Self::Reason(reason)
    }
}

impl Suite {
    fn count(&self, is_excluded: bool, has_passed: bool) -> usize {
        let counted = |case: &&Case| case.is_excluded == is_excluded && case.outcome.is_ok() == has_passed;
        self.cases.iter().filter(counted).count()
    }
}

/// What came of all suites.
#[derive(Debug, Default)]
pub(super) struct Report {
    suites: Vec<Suite>,
}

impl Report {
    pub(super) fn add(&mut self, suite: Suite) {
        self.suites.push(suite);
    }

    /// How many cases failed that the release does not exclude.
    pub(super) fn failed(&self) -> usize {
        self.sum(false, false)
    }

    fn sum(&self, is_excluded: bool, has_passed: bool) -> usize {
        self.suites.iter().map(|suite| suite.count(is_excluded, has_passed)).sum()
    }
}

impl fmt::Display for Report {
    /// The reasons, then a line for each suite, then the sums.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for suite in &self.suites {
            for case in &suite.cases {
                if let Err(Failure::Reason(reason)) = &case.outcome {
                    let word = if case.is_excluded { "excluded" } else { "FAILED" };
                    writeln!(f, "{word} {} {}: {reason}", suite.name, case.name)?;
                }
            }
        }
        for suite in &self.suites {
            write!(f, "{:<48}", suite.name)?;
            if suite.cases.iter().any(|case| matches!(case.outcome, Err(Failure::Unsupported))) {
                write!(f, "not supported yet: ")?;
            }
            write!(f, "{} passed, {} failed", suite.count(false, true), suite.count(false, false))?;
            let (passed, failed) = (suite.count(true, true), suite.count(true, false));
            if passed + failed > 0 {
                write!(f, "; of those excluded by the release {passed} passed, {failed} failed")?;
            }
            writeln!(f)?;
        }
        let (passed, failed) = (self.sum(true, true), self.sum(true, false));
        writeln!(f, "excluded by the release: {passed} passed, {failed} failed")?;
        writeln!(f, "{} passed, {} failed", self.sum(false, true), self.failed())
    }
}
