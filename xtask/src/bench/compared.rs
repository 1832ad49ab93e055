//! Something of our SDK and the same of the official one, from the programs that stand for them to their figures.

use anyhow::{Result, anyhow};

/// What was prepared or measured of both SDKs.
#[derive(Debug)]
pub(crate) struct Compared<T> {
    pub(crate) ours: Result<T>,
    /// None if it was not asked for.
    pub(crate) official: Option<Result<T>>,
}

impl<T> Compared<T> {
    /// Prepares the program of this name, and with `official` the one beside it, whose name begins with `official-`.
    pub(crate) fn prepare(name: &str, official: bool, prepare: impl Fn(&str) -> Result<T>) -> Self {
        let ours = prepare(name);
        Self { ours, official: official.then(|| prepare(&format!("official-{name}"))) }
    }

    /// What there is of our SDK only.
    pub(crate) fn alone(ours: Result<T>) -> Self {
        Self { ours, official: None }
    }

    /// Measures both in the same way. What could not be had fails for the reason for which it could not.
    pub(crate) fn measure<U>(&self, measure: impl Fn(&T) -> Result<U>) -> Compared<U> {
        let ours = self.measure_ours(&measure).ours;
        Compared { ours, official: self.official.as_ref().map(|official| then(official, &measure)) }
    }

    /// Measures ours, where the official SDK has nothing of the kind.
    pub(crate) fn measure_ours<U>(&self, measure: impl Fn(&T) -> Result<U>) -> Compared<U> {
        Compared::alone(then(&self.ours, measure))
    }
}

fn then<T, U>(before: &Result<T>, measure: impl Fn(&T) -> Result<U>) -> Result<U> {
    match before {
        Ok(value) => measure(value),
        Err(error) => Err(anyhow!("{error:#}")),
    }
}

#[cfg(test)]
mod tests {
    use anyhow::ensure;

    use super::*;

    fn length(name: &str) -> Result<usize> {
        ensure!(name != "calls", "no such program");
        Ok(name.len())
    }

    #[test]
    fn both_are_measured_in_the_same_way_and_the_official_one_only_if_asked_for() {
        let both = Compared::prepare("program", true, length).measure(|length| Ok(length + 1));
        assert_eq!((both.ours.unwrap(), both.official.unwrap().unwrap()), (8, 17));

        let alone = Compared::prepare("program", false, length).measure(|length| Ok(length + 1));
        assert_eq!(alone.ours.unwrap(), 8);
        assert!(alone.official.is_none());

        let alone = Compared::prepare("program", true, length).measure_ours(|length| Ok(length + 1));
        assert_eq!(alone.ours.unwrap(), 8);
        assert!(alone.official.is_none());
    }

    #[test]
    fn a_program_that_could_not_be_prepared_says_why_with_each_figure_and_leaves_the_other_alone() {
        let both = Compared::prepare("calls", true, length).measure(|length| Ok(length + 1));
        assert_eq!(both.ours.unwrap_err().to_string(), "no such program");
        assert_eq!(both.official.unwrap().unwrap(), 15);
    }
}
