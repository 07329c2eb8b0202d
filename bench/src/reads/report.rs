//! The table, and which targets were reached.

use std::{fmt, time::Duration};

use shared::error::Cause;

use crate::figures::{MB, megabytes, milliseconds};

use super::{
    Options,
    runtimes::Runtime,
    samples::{Middle, Samples},
    traffic::Traffic,
};

/// A cold start is to take at most this part of Node's.
const COLD: f64 = 8.0;
/// A warm invocation is to take at most this part of the processor time of what most people write.
const CPU: f64 = 10.0;
/// The same of our design in another language.
const CPU_OF_PAGES: f64 = 4.0;
/// A warm invocation is to take at most so much processor time.
const CPU_TIME: Duration = Duration::from_micros(600);
/// Further reads of a process are to take at most so many units of the table.
const FURTHER: f64 = 2.0;
/// Our function is to have at most so much memory, in bytes.
const MEMORY: u64 = 16 * MB;

/// The first read of a process is to take at most so many units of the table.
const UNITS: f64 = 4.0;
/// An answer is to have at most so many bytes.
const BYTES: usize = 8192;

/// The samples of every runtime.
pub struct Report {
    how: String,
    rows: Vec<Row>,
    targets: Vec<Target>,
}

struct Row {
    name: String,
    middle: Middle,
    traffic: Traffic,
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
    /// The report of these runtimes: ours first, then the peers, each as most people write it and
    /// in our design.
    ///
    /// # Errors
    /// When one of them was not measured.
    pub fn new(
        options: &Options,
        runtimes: &[Runtime],
        samples: &[Samples],
        counted: &[Traffic],
    ) -> Result<Self, Cause> {
        let measured = runtimes.iter().zip(samples).zip(counted);
        let rows = measured.map(|((runtime, samples), traffic)| {
            let middle = samples
                .middle()
                .ok_or_else(|| format!("{} was not measured", runtime.name))?;
            let name = runtime.name.clone();
            Ok(Row { name, middle, traffic: *traffic, size: runtime.size()? })
        });
        let rows = rows.collect::<Result<Vec<_>, Cause>>()?;
        let [ours, node, node_pages, python, python_pages] = rows.as_slice() else {
            return Err("there is nothing to compare with".into());
        };
        let peers = [node, node_pages, python, python_pages].map(|row| row.middle);
        let targets = targets(&ours.middle, &ours.traffic, &peers);
        let how = format!(
            "{} cold starts and {} warm invocations each, in {0} rounds; medians, of memory the \
             most.",
            options.rounds,
            options.rounds * options.invocations,
        );
        Ok(Self { how, rows, targets })
    }
}

/// Returns the targets of ours, beside Node.js and Python, each as items and as pages.
fn targets(ours: &Middle, traffic: &Traffic, peers: &[Middle; 4]) -> Vec<Target> {
    let [node, node_pages, python, python_pages] = peers;
    vec![
        part("cold start, of Node's", ours.cold, node.cold, COLD),
        part("CPU of a warm invocation, of Node's", ours.cpu, node.cpu, CPU),
        part("the same, of Node's in our design", ours.cpu, node_pages.cpu, CPU_OF_PAGES),
        part("the same, of Python's", ours.cpu, python.cpu, CPU),
        part("the same, of Python's in our design", ours.cpu, python_pages.cpu, CPU_OF_PAGES),
        Target {
            what: "CPU of a warm invocation",
            wanted: milliseconds(CPU_TIME),
            measured: milliseconds(ours.cpu),
            reached: ours.cpu <= CPU_TIME,
        },
        Target {
            what: "peak memory",
            wanted: megabytes(MEMORY),
            measured: megabytes(ours.memory),
            reached: ours.memory <= MEMORY,
        },
        units("units read by the first read of a process", traffic.first, UNITS),
        units("units of a further read", traffic.further, FURTHER),
        Target {
            what: "bytes of the answer",
            wanted: format!("{BYTES}"),
            measured: format!("{}", traffic.bytes),
            reached: traffic.bytes <= BYTES,
        },
    ]
}

fn units(what: &'static str, measured: f64, most: f64) -> Target {
    let reached = measured <= most;
    Target { what, wanted: format!("{most}"), measured: format!("{measured:.1}"), reached }
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
        writeln!(
            f,
            "| | cold start | warm | CPU, warm | peak memory | package | units, first \
             | units, further | bytes |"
        )?;
        writeln!(f, "|---|--:|--:|--:|--:|--:|--:|--:|--:|")?;
        for Row { name, middle, traffic, size } in &self.rows {
            let [cold, warm, cpu] = [middle.cold, middle.warm, middle.cpu].map(milliseconds);
            let [memory, size] = [middle.memory, *size].map(megabytes);
            let Traffic { first, further, bytes } = traffic;
            writeln!(
                f,
                "| {name} | {cold} | {warm} | {cpu} | {memory} | {size} | {first:.1} \
                 | {further:.1} | {bytes} |"
            )?;
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

    const TRAFFIC: Traffic = Traffic { first: 4.0, further: 1.0, bytes: 8193 };

    fn verdicts(ours: &Middle, peers: &[Middle; 4]) -> Vec<(String, bool)> {
        targets(ours, &TRAFFIC, peers)
            .into_iter()
            .map(|target| (target.measured, target.reached))
            .collect()
    }

    /// Peers of whom the second is in our design.
    fn peers() -> [Middle; 4] {
        [5_000, 2_000, 5_000, 2_000].map(|cpu| middle(200_000, cpu, 90 * MB))
    }

    #[test]
    fn a_target_is_reached_at_its_bound_and_not_a_hair_below() {
        let at = verdicts(&middle(25_000, 500, 16 * MB), &peers());
        let wanted = [
            ("1/8.0", true),
            ("1/10.0", true),
            ("1/4.0", true),
            ("1/10.0", true),
            ("1/4.0", true),
            ("0.50 ms", true),
            ("16.0 MB", true),
            ("4.0", true),
            ("1.0", true),
            ("8193", false),
        ];
        assert_eq!(at, wanted.map(|(measured, reached)| (measured.to_owned(), reached)));
        let below = verdicts(&middle(25_001, 601, 16 * MB + 1), &peers());
        let wanted = [
            ("1/7.9", false),
            ("1/8.3", false),
            ("1/3.3", false),
            ("1/8.3", false),
            ("1/3.3", false),
            ("0.60 ms", false),
            ("16.1 MB", false),
            ("4.0", true),
            ("1.0", true),
            ("8193", false),
        ];
        assert_eq!(below, wanted.map(|(measured, reached)| (measured.to_owned(), reached)));
    }

    #[test]
    fn the_table_has_a_line_for_each_runtime_and_each_target() {
        let row = |name: &str, middle| Row {
            name: name.to_owned(),
            middle,
            traffic: TRAFFIC,
            size: 3 * MB / 2,
        };
        let ours = middle(21_000, 480, 12 * MB);
        let node = middle(200_000, 4_000, 90 * MB);
        let targets = targets(&ours, &TRAFFIC, &peers());
        let report = Report {
            how: "How.".to_owned(),
            rows: vec![row("Ours", ours), row("Node", node)],
            targets,
        };
        let wanted = "How.\n\n\
            | | cold start | warm | CPU, warm | peak memory | package | units, first \
            | units, further | bytes |\n\
            |---|--:|--:|--:|--:|--:|--:|--:|--:|\n\
            | Ours | 21.0 ms | 1.23 ms | 0.48 ms | 12.0 MB | 1.5 MB | 4.0 | 1.0 | 8193 |\n\
            | Node | 200.0 ms | 1.23 ms | 4.00 ms | 90.0 MB | 1.5 MB | 4.0 | 1.0 | 8193 |\n\n\
            | target | at most | measured | |\n\
            |---|--:|--:|---|\n\
            | cold start, of Node's | 1/8 | 1/9.5 | reached |\n\
            | CPU of a warm invocation, of Node's | 1/10 | 1/10.4 | reached |\n\
            | the same, of Node's in our design | 1/4 | 1/4.1 | reached |\n\
            | the same, of Python's | 1/10 | 1/10.4 | reached |\n\
            | the same, of Python's in our design | 1/4 | 1/4.1 | reached |\n\
            | CPU of a warm invocation | 0.60 ms | 0.48 ms | reached |\n\
            | peak memory | 16.0 MB | 12.0 MB | reached |\n\
            | units read by the first read of a process | 4 | 4.0 | reached |\n\
            | units of a further read | 2 | 1.0 | reached |\n\
            | bytes of the answer | 8192 | 8193 | not reached |\n";
        assert_eq!(report.to_string(), wanted);
    }
}
