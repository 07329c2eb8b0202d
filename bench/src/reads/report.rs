//! The table, and which targets were reached.

use std::{fmt, time::Duration};

use shared::error::Cause;

use crate::figures::{MB, megabytes, milliseconds};

use super::{
    Options,
    runtimes::Runtime,
    samples::{Middle, Samples},
};

/// A cold start is to take at most this part of Node's.
const COLD: f64 = 8.0;
/// A warm invocation is to take at most this part of Node's processor time.
const CPU: f64 = 10.0;
/// Our function is to have at most so much memory, in bytes.
const MEMORY: u64 = 16 * MB;

/// The samples of every runtime.
pub struct Report {
    how: String,
    rows: Vec<Row>,
    targets: [Target; 3],
}

struct Row {
    name: String,
    middle: Middle,
    size: u64,
}

/// One target.
struct Target {
    what: &'static str,
    wanted: String,
    measured: String,
    reached: bool,
}

impl Report {
    /// The report of these runtimes, ours first, Node.js second.
    ///
    /// # Errors
    /// When one of them was not measured.
    pub fn new(
        options: &Options,
        runtimes: &[Runtime],
        samples: &[Samples],
    ) -> Result<Self, Cause> {
        let rows = runtimes.iter().zip(samples).map(|(runtime, samples)| {
            let middle = samples
                .middle()
                .ok_or_else(|| format!("{} was not measured", runtime.name))?;
            Ok(Row { name: runtime.name.clone(), middle, size: runtime.size()? })
        });
        let rows = rows.collect::<Result<Vec<_>, Cause>>()?;
        let [ours, node, ..] = rows.as_slice() else {
            return Err("there is nothing to compare with".into());
        };
        let targets = targets(&ours.middle, &node.middle);
        let how = format!(
            "{} cold starts and {} warm invocations each, in {0} rounds; medians, of memory the \
             most.",
            options.rounds,
            options.rounds * options.invocations,
        );
        Ok(Self { how, rows, targets })
    }
}

fn targets(ours: &Middle, node: &Middle) -> [Target; 3] {
    [
        part("cold start, of Node's", ours.cold, node.cold, COLD),
        part("CPU of a warm invocation, of Node's", ours.cpu, node.cpu, CPU),
        Target {
            what: "peak memory",
            wanted: megabytes(MEMORY),
            measured: megabytes(ours.memory),
            reached: ours.memory <= MEMORY,
        },
    ]
}

fn part(what: &'static str, ours: Duration, node: Duration, wanted: f64) -> Target {
    let times = node.as_secs_f64() / ours.as_secs_f64();
    // Rounded down, so that nothing reads as reached that is not.
    let measured = format!("1/{:.1}", (times * 10.0).floor() / 10.0);
    Target { what, wanted: format!("1/{wanted}"), measured, reached: times >= wanted }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.how)?;
        writeln!(f, "| | cold start | warm | CPU, warm | peak memory | package |")?;
        writeln!(f, "|---|--:|--:|--:|--:|--:|")?;
        for Row { name, middle, size } in &self.rows {
            let [cold, warm, cpu] = [middle.cold, middle.warm, middle.cpu].map(milliseconds);
            let [memory, size] = [middle.memory, *size].map(megabytes);
            writeln!(f, "| {name} | {cold} | {warm} | {cpu} | {memory} | {size} |")?;
        }
        writeln!(f, "\n| target | at most | measured | |\n|---|--:|--:|---|")?;
        for Target { what, wanted, measured, reached } in &self.targets {
            let verdict = if *reached { "reached" } else { "not reached" };
            writeln!(f, "| {what} | {wanted} | {measured} | {verdict} |")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn middle(cold: u64, cpu: u64, memory: u64) -> Middle {
        let [cold, cpu] = [cold, cpu].map(Duration::from_micros);
        Middle { cold, warm: Duration::from_micros(1234), cpu, memory }
    }

    fn verdicts(ours: &Middle, node: &Middle) -> Vec<(String, bool)> {
        targets(ours, node)
            .into_iter()
            .map(|target| (target.measured, target.reached))
            .collect()
    }

    #[test]
    fn a_target_is_reached_at_its_bound_and_not_a_hair_below() {
        let node = middle(200_000, 5_000, 90 * MB);
        let at = verdicts(&middle(25_000, 500, 16 * MB), &node);
        assert_eq!(
            at,
            [("1/8.0", true), ("1/10.0", true), ("16.0 MB", true)].map(|(m, r)| (m.to_owned(), r))
        );
        let below = verdicts(&middle(25_001, 501, 16 * MB + 1), &node);
        assert_eq!(
            below,
            [("1/7.9", false), ("1/9.9", false), ("16.1 MB", false)]
                .map(|(m, r)| (m.to_owned(), r))
        );
    }

    #[test]
    fn the_table_has_a_line_for_each_runtime_and_each_target() {
        let row = |name: &str, middle| Row { name: name.to_owned(), middle, size: 3 * MB / 2 };
        let ours = middle(21_000, 480, 12 * MB);
        let node = middle(200_000, 4_000, 90 * MB);
        let targets = targets(&ours, &node);
        let report = Report {
            how: "How.".to_owned(),
            rows: vec![row("Ours", ours), row("Node", node)],
            targets,
        };
        let wanted = "How.\n\n\
            | | cold start | warm | CPU, warm | peak memory | package |\n\
            |---|--:|--:|--:|--:|--:|\n\
            | Ours | 21.0 ms | 1.23 ms | 0.48 ms | 12.0 MB | 1.5 MB |\n\
            | Node | 200.0 ms | 1.23 ms | 4.00 ms | 90.0 MB | 1.5 MB |\n\n\
            | target | at most | measured | |\n\
            |---|--:|--:|---|\n\
            | cold start, of Node's | 1/8 | 1/9.5 | reached |\n\
            | CPU of a warm invocation, of Node's | 1/10 | 1/8.3 | not reached |\n\
            | peak memory | 16.0 MB | 12.0 MB | reached |\n";
        assert_eq!(report.to_string(), wanted);
    }
}
