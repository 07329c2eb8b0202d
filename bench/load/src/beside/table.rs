//! The table of a comparison.

use std::fmt::Write;

use super::{Comparison, FIRST, Side};
use crate::text;

impl Comparison {
    /// Returns the figures, and those of the others as multiples of ours.
    pub fn text(&self) -> String {
        let mut text = format!(
            "Medians of {} rounds. The limit is where {} are kept; the other figures are at {:.0} \
             arrivals a second.\n\n{:<18} {:>9} {:>9} {:>9} {:>12} {:>12} {:>12} {:>9}\n",
            self.sides[0].limits.len(),
            self.objectives.join(", "),
            self.same_rate,
            "",
            "limit/s",
            "p50",
            "p99",
            "CPU, of it",
            "CPU, in all",
            "memory",
            "processes",
        );
        for side in &self.sides {
            row(&mut text, side);
        }
        text.push('\n');
        let ours = self.sides[0].columns();
        for side in &self.sides[1..] {
            let name = format!("{}, of {FIRST}", side.name);
            let _ = write!(text, "{name:<18}");
            let widths = [9, 9, 9, 12, 12, 12, 9];
            for ((ours, theirs), width) in ours.into_iter().zip(side.columns()).zip(widths) {
                let _ = write!(text, " {:>width$}", ratio(ours, theirs));
            }
            text.push('\n');
        }
        text.push_str(
            "\nCPU is the processor time of a right answer: of the functions that were asked, and \
             of all of the system. Memory is that of these functions' environments at most.\n",
        );
        text
    }
}

fn row(text: &mut String, side: &Side) {
    let [limit, p50, p99, function_cpu, system_cpu, memory, processes] = side.columns();
    let _ = writeln!(
        text,
        "{:<18} {:>9.1} {:>9} {:>9} {:>9.2} ms {:>9.2} ms {:>9.0} MB {:>9.0}",
        side.name,
        limit.unwrap_or_default(),
        text::time(p50),
        text::time(p99),
        function_cpu.unwrap_or_default(),
        system_cpu.unwrap_or_default(),
        memory.unwrap_or_default(),
        processes.unwrap_or_default(),
    );
}

fn ratio(ours: Option<f64>, theirs: Option<f64>) -> String {
    match (ours, theirs) {
        (Some(ours), Some(theirs)) if ours > 0.0 => format!("{:.2}", theirs / ours),
        _ => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Round, *};

    fn side(name: &str, limit: f64, p99_ms: f64) -> Side {
        let round = Round { p99_ms, function_cpu_ms: 0.5, ..Round::default() };
        Side { name: name.to_owned(), limits: vec![limit; 3], rounds: vec![round; 3] }
    }

    #[test]
    fn others_are_told_as_multiples_of_ours() {
        let comparison = Comparison {
            objectives: vec!["all p99<300ms".to_owned()],
            same_rate: 80.0,
            sides: vec![side("ours", 400.0, 10.0), side("node", 100.0, 45.0)],
            reports: Vec::new(),
        };
        let text = comparison.text();
        let mut lines = text.lines();
        let ratios = lines
            .find(|line| line.starts_with("node, of ours"))
            .expect("a line");
        let columns: Vec<&str> = ratios.split_whitespace().skip(3).collect();
        assert_eq!(columns, ["0.25", "–", "4.50", "1.00", "–", "–", "–"], "{text}");
        assert!(text.contains("all p99<300ms are kept"), "{text}");
    }

    #[test]
    fn wrong_answers_of_any_system_count() {
        let mut theirs = side("node", 100.0, 45.0);
        theirs.rounds[1].wrong = 2;
        let comparison = Comparison {
            objectives: Vec::new(),
            same_rate: 80.0,
            sides: vec![side("ours", 400.0, 10.0), theirs],
            reports: Vec::new(),
        };
        assert_eq!(comparison.wrong(), 2);
    }
}
