//! The table of budgets and figures.

use std::fmt;

use anyhow::Result;

use super::compared::Compared;

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

/// What is measured and how much it may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    pub(crate) what: &'static str,
    pub(crate) unit: Unit,
    /// The most that is within the budget; a row without is there for comparison.
    pub(crate) at_most: Option<f64>,
}

/// The rows in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
    notes: Vec<String>,
    missed: Vec<String>,
}

#[derive(Debug)]
struct Row {
    what: &'static str,
    budget: String,
    ours: String,
    /// Empty without a figure of the official SDK.
    official: String,
    /// The official SDK's figure over ours; empty if there are not both.
    ratio: String,
}

impl Table {
    /// Adds the figures of a row, or why they could not be taken.
    pub(crate) fn add(&mut self, budget: &Budget, figures: Compared<f64>) {
        let Compared { ours, official } = figures;
        let ratio = match (&ours, &official) {
            (Ok(ours), Some(Ok(official))) if *ours > 0.0 => format!("{:.1} ×", official / ours),
            _ => String::new(),
        };
        let over = matches!((&ours, budget.at_most), (Ok(ours), Some(most)) if *ours > most);
        let (ours, failed) = budget.cell(ours);
        let ours = if over { format!("**{ours}**, over") } else { ours };
        if over || failed {
            self.missed.push(format!("{}: {ours} (budget {})", budget.what, budget.limit()));
        }
        let (official, failed) = official.map_or_else(Default::default, |official| budget.cell(official));
        if failed {
            self.missed.push(format!("{}, official SDK: {official}", budget.what));
        }
        self.rows.push(Row { what: budget.what, budget: budget.limit(), ours, official, ratio });
    }

    /// Adds a row that was asked not to be measured.
    pub(crate) fn leave_out(&mut self, budget: &Budget) {
        let ours = "left out".to_owned();
        let (official, ratio) = Default::default();
        self.rows.push(Row { what: budget.what, budget: budget.limit(), ours, official, ratio });
    }

    /// Adds a line below the table.
    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// What is over its budget or has no figure.
    pub(crate) fn missed(&self) -> &[String] {
        &self.missed
    }
}

impl fmt::Display for Table {
    /// The official SDK has columns if it has a figure.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let compared = self.rows.iter().any(|row| !row.official.is_empty());
        let mut line = |what: &str, budget: &str, ours: &str, [official, ratio]: [&str; 2]| {
            write!(f, "| {what} | {budget} | {ours} |")?;
            if compared {
                write!(f, " {official} | {ratio} |")?;
            }
            writeln!(f)
        };
        line("what", "budget", "Cumulo", ["official SDK", "its multiple of ours"])?;
        line("---", "---", "---", ["---", "---"])?;
        for Row { what, budget, ours, official, ratio } in &self.rows {
            line(what, budget, ours, [official, ratio])?;
        }
        writeln!(f)?;
        self.notes.iter().try_for_each(|note| writeln!(f, "- {note}"))
    }
}

impl Budget {
    fn limit(&self) -> String {
        self.at_most.map_or_else(String::new, |most| format!("≤ {}", self.unit.write(most)))
    }

    /// How a figure is shown, and whether it is missing.
    fn cell(&self, figure: Result<f64>) -> (String, bool) {
        match figure {
            Ok(number) => (self.unit.write(number), false),
            Err(error) => (format!("not measured: {}", one_line(&format!("{error:#}"))), true),
        }
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

    const CALL: Budget = Budget { what: "a call", unit: Unit::Instructions, at_most: Some(100e3) };

    fn add(table: &mut Table, ours: Result<f64>) {
        table.add(&CALL, Compared::alone(ours));
    }

    #[test]
    fn a_row_shows_the_figure_beside_the_budget() {
        let mut table = Table::default();
        add(&mut table, Ok(92_345.0));
        table.note("measured today");

        let text = "| what | budget | Cumulo |\n| --- | --- | --- |\n| a call | ≤ 100.0 k | 92.3 k |\n\n\
                    - measured today\n";
        assert_eq!(table.to_string(), text);
        assert_eq!(table.missed(), [""; 0]);
    }

    #[test]
    fn the_official_figure_and_its_multiple_of_ours_stand_behind_ours() {
        let mut table = Table::default();
        table.add(&CALL, Compared { ours: Ok(100e3), official: Some(Ok(450e3)) });
        table.add(&CALL, Compared { ours: Ok(0.0), official: Some(Ok(3e3)) });
        add(&mut table, Ok(1e3));

        let text = table.to_string();
        let rows: Vec<_> = text.lines().skip(2).collect();
        assert_eq!(
            rows,
            [
                "| a call | ≤ 100.0 k | 100.0 k | 450.0 k | 4.5 × |",
                "| a call | ≤ 100.0 k | 0.0 k | 3.0 k |  |",
                "| a call | ≤ 100.0 k | 1.0 k |  |  |",
                "",
            ]
        );
        assert_eq!(table.missed(), [""; 0]);
    }

    #[test]
    fn a_figure_over_its_budget_is_missed_and_one_on_it_is_not() {
        let mut table = Table::default();
        add(&mut table, Ok(100e3));
        assert_eq!(table.missed(), [""; 0]);
        add(&mut table, Ok(100.1e3));
        assert_eq!(table.missed(), ["a call: **100.1 k**, over (budget ≤ 100.0 k)"]);
    }

    #[test]
    fn a_figure_that_failed_is_missed_with_its_reason_and_one_left_out_is_not() {
        let mut table = Table::default();
        table.leave_out(&CALL);
        assert_eq!(table.missed(), [""; 0]);
        let official = Some(Err(anyhow!("no such program")));
        table.add(&CALL, Compared { ours: Err(anyhow!("a | b\nmore").context("why")), official });
        assert_eq!(
            table.missed(),
            [
                "a call: not measured: why: a \\| b more (budget ≤ 100.0 k)",
                "a call, official SDK: not measured: no such program",
            ]
        );
    }
}
