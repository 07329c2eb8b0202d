//! The table of uneven traffic.

use std::fmt;

use super::load::{Design, Outcome};

/// A load on a design.
pub struct Row {
    /// Looks a second.
    pub looks: u32,
    /// The design.
    pub design: Design,
    /// The outcome.
    pub outcome: Outcome,
}

/// The outcomes of all loads.
pub struct Report {
    /// Loads and designs.
    pub rows: Vec<Row>,
    /// The part of all looks that the first album has.
    pub first: f64,
}

/// Returns a part of a hundred.
fn percent(part: u32, whole: u32) -> f64 {
    f64::from(part) * 100.0 / f64::from(whole.max(1))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "The first album has {:.1} % of all looks.\n", self.first * 100.0)?;
        writeln!(
            f,
            "| looks a second | read | looks refused | changes refused | looks a second at the \
             first album | units read a look that was asked |"
        )?;
        writeln!(f, "|--:|---|--:|--:|--:|--:|")?;
        for Row { looks, design, outcome } in &self.rows {
            let refused = percent(outcome.refused, outcome.looks);
            let changes = percent(outcome.refused_changes, outcome.changes);
            let units = outcome.table.read / f64::from(outcome.asked.max(1));
            writeln!(
                f,
                "| {looks} | {} | {refused:.1} % | {changes:.1} % | {} | {units:.2} |",
                design.name(),
                outcome.first,
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refused_is_a_part_of_all_looks() {
        let outcome = Outcome { looks: 2000, refused: 500, changes: 20, ..Outcome::default() };
        let rows = vec![Row { looks: 1000, design: Design::Pages, outcome }];
        let report = Report { rows, first: 0.155 }.to_string();
        assert!(report.starts_with("The first album has 15.5 %"), "{report}");
        assert!(report.contains("| 1000 | as pages | 25.0 % | 0.0 % | 0 | 0.00 |"), "{report}");
    }
}
