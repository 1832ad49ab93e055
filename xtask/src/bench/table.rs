//! The table of budgets and figures.

use std::fmt;

use anyhow::Result;

/// What a figure counts, and so how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Seconds of CPU time.
    CpuSeconds,
    /// Things, such as crates.
    Count,
    /// Bytes, written as megabytes of 10⁶.
    Megabytes,
    /// Instructions.
    Instructions,
    /// A multiple of something measured in the same run.
    Times,
}

/// What is measured, how much it may be, and what it is for the official SDK.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    pub(crate) what: &'static str,
    pub(crate) unit: Unit,
    /// The most that is within the budget; a row without is there for comparison.
    pub(crate) at_most: Option<f64>,
    /// The figure of the official SDK, if it was taken.
    pub(crate) official: Option<f64>,
}

#[derive(Debug)]
enum Figure {
    Measured(f64),
    Failed(String),
    Skipped,
}

/// The rows in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
    notes: Vec<String>,
}

#[derive(Debug)]
struct Row {
    what: &'static str,
    budget: String,
    ours: String,
    official: String,
    missed: bool,
}

impl Table {
    /// Adds a figure, or why it could not be taken.
    pub(crate) fn add(&mut self, budget: &Budget, figure: Result<f64>) {
        self.push(budget, figure.map_or_else(|error| Figure::Failed(format!("{error:#}")), Figure::Measured));
    }

    /// Adds a row that was asked not to be measured.
    pub(crate) fn leave_out(&mut self, budget: &Budget) {
        self.push(budget, Figure::Skipped);
    }

    /// Adds a line below the table.
    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// What is over its budget or has no figure.
    pub(crate) fn missed(&self) -> Vec<String> {
        let missed = self.rows.iter().filter(|row| row.missed);
        missed.map(|row| format!("{}: {} (budget {})", row.what, row.ours, row.budget)).collect()
    }

    fn push(&mut self, budget: &Budget, figure: Figure) {
        let write = |number: Option<f64>| number.map(|number| budget.unit.write(number));
        let (ours, missed) = match figure {
            Figure::Measured(number) if budget.at_most.is_some_and(|most| number > most) => {
                (format!("**{}**, over", budget.unit.write(number)), true)
            }
            Figure::Measured(number) => (budget.unit.write(number), false),
            Figure::Failed(why) => (format!("not measured: {}", one_line(&why)), true),
            Figure::Skipped => ("left out".to_owned(), false),
        };
        self.rows.push(Row {
            what: budget.what,
            budget: write(budget.at_most).map_or_else(String::new, |most| format!("≤ {most}")),
            ours,
            official: write(budget.official).unwrap_or_default(),
            missed,
        });
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | budget | Cumulo | official SDK |\n| --- | --- | --- | --- |")?;
        for Row { what, budget, ours, official, .. } in &self.rows {
            writeln!(f, "| {what} | {budget} | {ours} | {official} |")?;
        }
        writeln!(f)?;
        self.notes.iter().try_for_each(|note| writeln!(f, "- {note}"))
    }
}

impl Unit {
    fn write(self, number: f64) -> String {
        match self {
            Self::CpuSeconds => format!("{number:.0} CPU s"),
            Self::Count => format!("{number:.0}"),
            Self::Megabytes => format!("{:.1} MB", number / 1e6),
            Self::Instructions if number >= 1e6 => format!("{:.2} M", number / 1e6),
            Self::Instructions => format!("{:.1} k", number / 1e3),
            Self::Times => format!("{number:.2} ×"),
        }
    }
}

/// A message fit for a cell.
fn one_line(message: &str) -> String {
    let words: Vec<&str> = message.split_whitespace().collect();
    words.join(" ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    const CALL: Budget =
        Budget { what: "a call", unit: Unit::Instructions, at_most: Some(100e3), official: Some(472e3) };

    #[test]
    fn a_row_shows_the_figure_between_the_budget_and_the_official_one() {
        let mut table = Table::default();
        table.add(&CALL, Ok(92_345.0));
        table.note("measured today");

        let text = "| what | budget | Cumulo | official SDK |\n| --- | --- | --- | --- |\n\
                    | a call | ≤ 100.0 k | 92.3 k | 472.0 k |\n\n- measured today\n";
        assert_eq!(table.to_string(), text);
        assert!(table.missed().is_empty());
    }

    #[test]
    fn a_figure_over_its_budget_is_missed_and_one_on_it_is_not() {
        let mut table = Table::default();
        table.add(&CALL, Ok(100e3));
        assert!(table.missed().is_empty());
        table.add(&CALL, Ok(100.1e3));
        assert_eq!(table.missed(), ["a call: **100.1 k**, over (budget ≤ 100.0 k)"]);
    }

    #[test]
    fn a_figure_that_failed_is_missed_with_its_reason_and_one_left_out_is_not() {
        let mut table = Table::default();
        table.leave_out(&CALL);
        assert!(table.missed().is_empty());
        table.add(&CALL, Err(anyhow!("a | b\nmore").context("why")));
        assert_eq!(table.missed(), ["a call: not measured: why: a \\| b more (budget ≤ 100.0 k)"]);
    }
}
