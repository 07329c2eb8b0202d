//! The table of costs, and the figures that grow with the album.

use std::fmt;

use super::Cost;
use crate::figures::milliseconds;

/// The most that a figure may be of that of the smallest album.
const FLAT: f64 = 1.1;

/// The costs of each request in albums of several sizes.
pub struct Report(Vec<Row>);

/// The costs of a request.
struct Row {
    name: &'static str,
    /// Photos of an album, and the cost in it.
    costs: Vec<(u32, Cost)>,
}

impl Report {
    /// Puts costs in the order of requests.
    pub fn of(costs: Vec<(&'static str, u32, Cost)>) -> Self {
        let mut rows: Vec<Row> = Vec::new();
        for (name, photos, cost) in costs {
            match rows.iter_mut().find(|row| row.name == name) {
                Some(row) => row.costs.push((photos, cost)),
                None => rows.push(Row { name, costs: vec![(photos, cost)] }),
            }
        }
        Self(rows)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| request | photos | statements | units read / written | bytes ")?;
        writeln!(f, "| CPU | CPU of MySQL | time |")?;
        writeln!(f, "|---|--:|--:|--:|--:|--:|--:|--:|")?;
        let mut grown = Vec::new();
        for Row { name, costs } in &self.0 {
            for (photos, cost) in costs {
                let Cost { queries, read, written, bytes, cpu, mysql_cpu, time } = cost;
                let cpu = milliseconds(*cpu);
                let mysql_cpu = milliseconds(*mysql_cpu);
                let time = milliseconds(*time);
                write!(f, "| {name} | {photos} | {queries:.2} | {read:.1} / {written:.1} ")?;
                writeln!(f, "| {bytes:.0} | {cpu} | {mysql_cpu} | {time} |")?;
                grown.extend(growth(name, *photos, &costs[0].1, cost));
            }
        }
        writeln!(f)?;
        if grown.is_empty() {
            writeln!(f, "No figure is more than a tenth above that of the smallest album.")?;
        }
        for line in grown {
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}

/// Returns a line for each figure that has grown by more than a tenth.
fn growth(name: &str, photos: u32, smallest: &Cost, cost: &Cost) -> Vec<String> {
    let figures = [
        ("statements", smallest.queries, cost.queries),
        ("units read", smallest.read, cost.read),
        ("units written", smallest.written, cost.written),
        ("bytes", smallest.bytes, cost.bytes),
        ("CPU", smallest.cpu.as_secs_f64(), cost.cpu.as_secs_f64()),
        ("CPU of MySQL", smallest.mysql_cpu.as_secs_f64(), cost.mysql_cpu.as_secs_f64()),
        ("time", smallest.time.as_secs_f64(), cost.time.as_secs_f64()),
    ];
    let mut lines = Vec::new();
    for (figure, before, now) in figures {
        if now > before * FLAT {
            let times = now / before;
            lines.push(format!("Grows: {name}, {figure}, {times:.2} × at {photos} photos"));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_figure_that_grows_by_more_than_a_tenth_is_named() {
        let cost = |queries: f64, ms: u64| Cost {
            queries,
            read: 4.0,
            written: 0.0,
            bytes: 900.0,
            cpu: Duration::from_millis(2),
            mysql_cpu: Duration::ZERO,
            time: Duration::from_millis(ms),
        };
        let smallest = cost(5.0, 10);
        assert!(growth("a page", 1000, &smallest, &cost(5.0, 11)).is_empty());
        let lines = growth("a page", 1000, &smallest, &cost(6.0, 15));
        let expected = ["Grows: a page, statements, 1.20 ×", "Grows: a page, time, 1.50 ×"]
            .map(|line| format!("{line} at 1000 photos"));
        assert_eq!(lines, expected);
    }
}
