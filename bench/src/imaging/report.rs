//! The tables, and the count of targets that were met.

use std::fmt;

use super::{
    Options,
    cases::{Case, Photographs},
    contenders::Contender,
    judge::Marks,
    samples::Middle,
    verdict::{MEMORY, Measured, Verdict},
};
use crate::figures::{megabytes, milliseconds};

/// The contenders that our processor time is divided by, in the order of the columns.
const PEERS: [Contender; 4] =
    [Contender::Sharp, Contender::SharpPipelines, Contender::Vipsthumbnail, Contender::Pillow];

/// The report of a run.
pub struct Report {
    how: String,
    rows: Vec<Row>,
}

/// The measurements of one contender in one case.
pub struct Row {
    /// The case.
    pub case: &'static Case,
    /// The contender.
    pub contender: Contender,
    /// Program and version.
    pub version: String,
    /// Time and memory.
    pub middle: Middle,
    /// The pictures; `None` where there are none, or nobody looked.
    pub marks: Option<Marks>,
}

impl Row {
    fn measured(&self) -> Measured<'_> {
        Measured { middle: &self.middle, marks: self.marks.as_ref() }
    }
}

impl Report {
    /// Returns the report of these rows.
    pub fn new(options: &Options, rows: Vec<Row>, photographs: &Photographs) -> Self {
        let mut versions: Vec<&str> = rows.iter().map(|row| row.version.as_str()).collect();
        versions.sort_unstable();
        versions.dedup();
        let how = format!(
            "{}. One CPU, {} rounds, up to {} photographs a case, each handled {} times a round \
             after a warm-up. Times: a photograph's median, the mean of all photographs. Memory: \
             the most of all rounds, of the whole process. Files: the mean of all photographs.",
            versions.join("; "),
            options.rounds(),
            photographs.most(),
            options.repeat,
        );
        Self { how, rows }
    }

    /// Returns the row of a contender in a case.
    fn row(&self, case: &Case, contender: Contender) -> Option<&Row> {
        let mut rows = self.rows.iter();
        rows.find(|row| row.case.name == case.name && row.contender == contender)
    }

    /// Returns our rows, one for each case in which we were measured, in order.
    fn our_rows(&self) -> impl Iterator<Item = &Row> {
        self.rows
            .iter()
            .filter(|row| row.contender == Contender::Ours)
    }

    /// Returns a verdict on each case in which both we and sharp were measured.
    fn verdicts(&self) -> Vec<(&'static Case, Verdict)> {
        let mut verdicts = Vec::new();
        for ours in self.our_rows() {
            if let Some(theirs) = self.row(ours.case, Contender::Sharp) {
                let verdict = Verdict::new(ours.case.cpu, ours.measured(), theirs.measured());
                verdicts.push((ours.case, verdict));
            }
        }
        verdicts
    }

    /// Returns our processor time as a part of a contender's, in our row's case.
    fn ratio(&self, ours: &Row, contender: Contender) -> Option<f64> {
        let theirs = self.row(ours.case, contender)?;
        Some(ours.middle.cpu.as_secs_f64() / theirs.middle.cpu.as_secs_f64())
    }

    /// Writes the table of all measurements.
    fn write_measurements(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| case | | CPU | wall | peak memory | idle | SSIMULACRA2 2048 / 1024 / 256 \
             | KB 2048 / 1024 / 256 |"
        )?;
        writeln!(f, "|---|---|--:|--:|--:|--:|--:|--:|")?;
        for Row { case, contender, middle, marks, .. } in &self.rows {
            let idle = if middle.idle == 0 { "–".to_owned() } else { megabytes(middle.idle) };
            writeln!(
                f,
                "| {} | {} | {} | {} | {} | {idle} | {} | {} |",
                case.title,
                contender.title(),
                milliseconds(middle.cpu),
                milliseconds(middle.wall),
                megabytes(middle.peak),
                three(marks.map(|marks| marks.scores), |score| format!("{score:.1}")),
                three(marks.map(|marks| marks.bytes), |bytes| format!("{:.1}", bytes / 1000.0)),
            )?;
        }
        Ok(())
    }

    /// Writes the table of our processor time as a part of each contender's.
    fn write_ratios(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n| our CPU, of that of | sharp, chained | sharp, three pipelines | vipsthumbnail \
             | Pillow | floor |"
        )?;
        writeln!(f, "|---|--:|--:|--:|--:|--:|")?;
        for ours in self.our_rows() {
            write!(f, "| {} |", ours.case.title)?;
            for peer in PEERS {
                let ratio = self.ratio(ours, peer);
                write!(f, " {} |", or_dash(ratio.map(|ratio| format!("{ratio:.2}"))))?;
            }
            let times_floor = self.ratio(ours, Contender::Floor);
            writeln!(f, " {} |", or_dash(times_floor.map(|ratio| format!("{ratio:.1} ×"))))?;
        }
        Ok(())
    }

    /// Writes the table of targets, and how many were met.
    fn write_targets(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdicts = self.verdicts();
        writeln!(
            f,
            "\n| target, of sharp's, chained | CPU | at most | SSIMULACRA2 2048 / 1024 / 256 \
             | bytes | | peak memory | at most | |"
        )?;
        writeln!(f, "|---|--:|--:|--:|--:|---|--:|--:|---|")?;
        let mut met = 0;
        for (case, verdict) in &verdicts {
            writeln!(
                f,
                "| {} | {} | {:.2} | {} | {} | {} | {} | {MEMORY} | {} |",
                case.title,
                rounded_up(verdict.cpu),
                case.cpu,
                three(verdict.scores, |score| format!("{score:+.1}")),
                or_dash(
                    verdict
                        .bytes
                        .map(|part| format!("{:+.1} %", (part - 1.0) * 100.0))
                ),
                met_or_not(verdict.cpu_met),
                rounded_up(verdict.memory),
                met_or_not(verdict.memory_met),
            )?;
            met += usize::from(verdict.cpu_met) + usize::from(verdict.memory_met);
        }
        writeln!(f, "\nimaging: targets met {met} of {}", verdicts.len() * 2)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.how)?;
        self.write_measurements(f)?;
        self.write_ratios(f)?;
        self.write_targets(f)
    }
}

fn met_or_not(met: bool) -> &'static str {
    if met { "met" } else { "not met" }
}

/// Returns a ratio with two decimals, rounded up, so that nothing reads as met that is not.
fn rounded_up(ratio: f64) -> String {
    format!("{:.2}", (ratio * 100.0 - 1e-9).ceil() / 100.0)
}

/// Returns the values of the three renditions, for one cell.
fn three(values: Option<[f64; 3]>, show: impl Fn(f64) -> String) -> String {
    or_dash(values.map(|values| values.map(show).join(" / ")))
}

fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "–".to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{figures::MB, imaging::cases::CASES};

    fn row(contender: Contender, milliseconds: u64, peak: u64, marks: Option<Marks>) -> Row {
        let time = Duration::from_millis(milliseconds);
        Row {
            case: &CASES[4],
            contender,
            version: "v1".to_owned(),
            middle: Middle { cpu: time, wall: time, idle: 0, peak },
            marks,
        }
    }

    fn marks(score: f64) -> Marks {
        Marks { scores: [score; 3], bytes: [50_000.0; 3] }
    }

    #[test]
    fn every_contender_has_a_line_and_the_last_line_counts_targets() {
        let rows = vec![
            row(Contender::Ours, 300, 40 * MB, Some(marks(71.04))),
            row(Contender::Sharp, 500, 100 * MB, Some(marks(71.0))),
            row(Contender::Floor, 30, 10 * MB, None),
        ];
        let text = Report { how: "How.".to_owned(), rows }.to_string();
        let mut lines = text.lines();
        for wanted in [
            "How.",
            "",
            "| case | | CPU | wall | peak memory | idle | SSIMULACRA2 2048 / 1024 / 256 \
             | KB 2048 / 1024 / 256 |",
            "|---|---|--:|--:|--:|--:|--:|--:|",
            "| 12 MP JPEG → WebP | Albumen | 300.0 ms | 300.0 ms | 40.0 MB | – \
             | 71.0 / 71.0 / 71.0 | 50.0 / 50.0 / 50.0 |",
            "| 12 MP JPEG → WebP | sharp, chained | 500.0 ms | 500.0 ms | 100.0 MB | – \
             | 71.0 / 71.0 / 71.0 | 50.0 / 50.0 / 50.0 |",
            "| 12 MP JPEG → WebP | floor | 30.0 ms | 30.0 ms | 10.0 MB | – | – | – |",
            "",
            "| our CPU, of that of | sharp, chained | sharp, three pipelines | vipsthumbnail \
             | Pillow | floor |",
            "|---|--:|--:|--:|--:|--:|",
            "| 12 MP JPEG → WebP | 0.60 | – | – | – | 10.0 × |",
            "",
            "| target, of sharp's, chained | CPU | at most | SSIMULACRA2 2048 / 1024 / 256 \
             | bytes | | peak memory | at most | |",
            "|---|--:|--:|--:|--:|---|--:|--:|---|",
            "| 12 MP JPEG → WebP | 0.60 | 0.60 | +0.0 / +0.0 / +0.0 | +0.0 % | met \
             | 0.40 | 0.33 | not met |",
            "",
            "imaging: targets met 1 of 2",
        ] {
            assert_eq!(lines.next(), Some(wanted));
        }
        assert_eq!(lines.next(), None);
    }

    #[test]
    fn a_ratio_is_never_rounded_to_a_target() {
        assert_eq!([0.6, 0.600_1, 0.599_9].map(rounded_up), ["0.60", "0.61", "0.60"]);
    }
}
