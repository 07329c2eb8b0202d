//! The tables, and which targets were met.

use std::fmt;

use super::{
    Options,
    cases::{Case, Photographs},
    contenders::Contender,
    judge::Marks,
    samples::Middle,
};
use crate::figures::{megabytes, milliseconds};

/// What any case is to take of sharp's peak memory, at most.
const MEMORY: f64 = 0.33;
/// What the files may be larger than sharp's, at most.
const BYTES: f64 = 1.05;
/// Which of the three scores a target asks about: that of the rendition of 1024 pixels.
const JUDGED: usize = 1;
/// Scores are compared as they are printed: with one decimal.
const HALF_A_TENTH: f64 = 0.05;

/// What was measured.
pub struct Report {
    how: String,
    rows: Vec<Row>,
}

/// What was measured of one contender in one case.
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

/// A case against its targets.
#[derive(Debug, PartialEq)]
struct Verdict {
    /// Our processor time, of sharp's.
    cpu: f64,
    /// Our files, of sharp's.
    bytes: Option<f64>,
    /// Our scores less sharp's.
    scores: Option<[f64; 3]>,
    /// Our peak memory, of sharp's.
    memory: f64,
    cpu_met: bool,
    memory_met: bool,
}

impl Verdict {
    #[expect(clippy::cast_precision_loss, reason = "memory is no petabytes")]
    fn new(
        limit: f64,
        (ours, our_marks): (&Middle, Option<&Marks>),
        (theirs, marks): (&Middle, Option<&Marks>),
    ) -> Self {
        let both = our_marks.zip(marks);
        let bytes = both.map(|(ours, theirs)| {
            ours.bytes.iter().sum::<f64>() / theirs.bytes.iter().sum::<f64>()
        });
        let scores =
            both.map(|(ours, theirs)| [0, 1, 2].map(|at| ours.scores[at] - theirs.scores[at]));
        let cpu = ours.cpu.as_secs_f64() / theirs.cpu.as_secs_f64();
        let memory = ours.peak as f64 / theirs.peak as f64;
        let good = scores.is_some_and(|scores| scores[JUDGED] > -HALF_A_TENTH);
        let small = bytes.is_some_and(|bytes| bytes <= BYTES);
        // Memory saved on a wrong picture is not saved; that one ended the run already.
        Self {
            cpu,
            bytes,
            scores,
            memory,
            cpu_met: cpu <= limit && good && small,
            memory_met: memory <= MEMORY,
        }
    }
}

impl Report {
    /// The report of these rows.
    pub fn new(options: &Options, rows: Vec<Row>, photographs: &Photographs) -> Self {
        let mut versions: Vec<&str> = rows.iter().map(|row| row.version.as_str()).collect();
        versions.sort_unstable();
        versions.dedup();
        let how = format!(
            "{}. One CPU, {} rounds, up to {} photographs a case, each handled {} times a round after a warm-up. \
             Times: a photograph's median, the mean of all photographs. Memory: the most of all rounds, of the whole \
             process. Files: the mean of all photographs.",
            versions.join("; "),
            options.rounds(),
            photographs.most(),
            options.repeat,
        );
        Self { how, rows }
    }

    fn row(&self, case: &Case, contender: Contender) -> Option<&Row> {
        self.rows
            .iter()
            .find(|row| row.case.name == case.name && row.contender == contender)
    }

    /// Every case in which we were measured, in order.
    fn cases(&self) -> impl Iterator<Item = (&'static Case, &Row)> {
        self.rows
            .iter()
            .filter(|row| row.contender == Contender::Ours)
            .map(|row| (row.case, row))
    }

    fn verdicts(&self) -> Vec<(&'static Case, Verdict)> {
        let verdict = |(case, ours): (&'static Case, &Row)| {
            let theirs = self.row(case, Contender::Sharp)?;
            let [ours, theirs] = [ours, theirs].map(|row| (&row.middle, row.marks.as_ref()));
            Some((case, Verdict::new(case.cpu, ours, theirs)))
        };
        self.cases().filter_map(verdict).collect()
    }

    fn measured(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| case | | CPU | wall | peak memory | idle | SSIMULACRA2 2048 / 1024 / 256 | KB 2048 / 1024 / 256 |"
        )?;
        writeln!(f, "|---|---|--:|--:|--:|--:|--:|--:|")?;
        for Row { case, contender, middle, marks, .. } in &self.rows {
            let [cpu, wall] = [middle.cpu, middle.wall].map(milliseconds);
            let [peak, idle] = [middle.peak, middle.idle].map(megabytes);
            let idle = if middle.idle == 0 { "–".to_owned() } else { idle };
            let scores = three(marks.map(|marks| marks.scores), |score| format!("{score:.1}"));
            let bytes =
                three(marks.map(|marks| marks.bytes), |bytes| format!("{:.1}", bytes / 1000.0));
            let (case, contender) = (case.title, contender.title());
            writeln!(
                f,
                "| {case} | {contender} | {cpu} | {wall} | {peak} | {idle} | {scores} | {bytes} |"
            )?;
        }
        Ok(())
    }

    fn ratios(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let peers = [
            Contender::Sharp,
            Contender::SharpPipelines,
            Contender::Vipsthumbnail,
            Contender::Pillow,
        ];
        writeln!(
            f,
            "\n| our CPU, of that of | sharp, chained | sharp, three pipelines | vipsthumbnail | Pillow | floor |"
        )?;
        writeln!(f, "|---|--:|--:|--:|--:|--:|")?;
        for (case, ours) in self.cases() {
            let ratio = |peer| {
                Some(ours.middle.cpu.as_secs_f64() / self.row(case, peer)?.middle.cpu.as_secs_f64())
            };
            write!(f, "| {} |", case.title)?;
            for peer in peers {
                write!(f, " {} |", or_dash(ratio(peer).map(|ratio| format!("{ratio:.2}"))))?;
            }
            writeln!(
                f,
                " {} |",
                or_dash(ratio(Contender::Floor).map(|ratio| format!("{ratio:.1} ×")))
            )?;
        }
        Ok(())
    }

    fn targets(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdicts = self.verdicts();
        writeln!(
            f,
            "\n| target, of sharp's, chained | CPU | at most | SSIMULACRA2 2048 / 1024 / 256 | bytes | | peak memory | at most | |"
        )?;
        writeln!(f, "|---|--:|--:|--:|--:|---|--:|--:|---|")?;
        let word = |met| if met { "met" } else { "not met" };
        for (case, verdict) in &verdicts {
            let scores = three(verdict.scores, |score| format!("{score:+.1}"));
            let bytes = or_dash(
                verdict
                    .bytes
                    .map(|bytes| format!("{:+.1} %", (bytes - 1.0) * 100.0)),
            );
            let (cpu, memory) = (up(verdict.cpu), up(verdict.memory));
            let (title, limit) = (case.title, case.cpu);
            let [cpu_met, memory_met] = [verdict.cpu_met, verdict.memory_met].map(word);
            writeln!(
                f,
                "| {title} | {cpu} | {limit:.2} | {scores} | {bytes} | {cpu_met} | {memory} | {MEMORY} | {memory_met} |"
            )?;
        }
        let met: usize = verdicts
            .iter()
            .map(|(_, verdict)| usize::from(verdict.cpu_met) + usize::from(verdict.memory_met))
            .sum();
        writeln!(f, "\nimaging: targets met {met} of {}", verdicts.len() * 2)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.how)?;
        self.measured(f)?;
        self.ratios(f)?;
        self.targets(f)
    }
}

/// With two decimals, rounded up, so that nothing reads as met that is not.
fn up(ratio: f64) -> String {
    format!("{:.2}", (ratio * 100.0 - 1e-9).ceil() / 100.0)
}

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

    fn middle(milliseconds: u64, peak: u64) -> Middle {
        let time = Duration::from_millis(milliseconds);
        Middle { cpu: time, wall: time, idle: 0, peak }
    }

    fn marks(score: f64, bytes: f64) -> Marks {
        Marks { scores: [score; 3], bytes: [bytes; 3] }
    }

    #[test]
    fn a_processor_target_is_met_only_by_pictures_as_good_and_as_small() {
        let theirs = (&middle(1000, 300), Some(&marks(70.0, 100.0)));
        let met = |time, marks: Option<Marks>| {
            let verdict = Verdict::new(0.6, (&middle(time, 99), marks.as_ref()), theirs);
            (verdict.cpu_met, verdict.memory_met)
        };
        assert_eq!(met(600, Some(marks(70.0, 105.0))), (true, true), "at the bounds");
        assert_eq!(met(600, Some(marks(69.96, 90.0))), (true, true), "printed as the same score");
        for (time, marks) in [
            (601, Some(marks(70.0, 100.0))),
            (600, Some(marks(69.9, 100.0))),
            (600, Some(marks(80.0, 105.1))),
            (600, Some(Marks { scores: [90.0, 69.9, 90.0], bytes: [10.0; 3] })),
            (600, None),
        ] {
            assert_eq!(met(time, marks), (false, true), "{time} {marks:?}");
        }
        assert!(!Verdict::new(0.6, (&middle(1, 100), None), theirs).memory_met);
    }

    #[test]
    fn every_contender_has_a_line_and_the_last_line_counts_targets() {
        let row = |contender, middle, marks| Row {
            case: &CASES[4],
            contender,
            version: "v1".to_owned(),
            middle,
            marks,
        };
        let rows = vec![
            row(Contender::Ours, middle(300, 40 * MB), Some(marks(71.04, 50_000.0))),
            row(Contender::Sharp, middle(500, 100 * MB), Some(marks(71.0, 50_000.0))),
            row(Contender::Floor, middle(30, 10 * MB), None),
        ];
        let wanted = "How.\n\n\
            | case | | CPU | wall | peak memory | idle | SSIMULACRA2 2048 / 1024 / 256 | KB 2048 / 1024 / 256 |\n\
            |---|---|--:|--:|--:|--:|--:|--:|\n\
            | 12 MP JPEG → WebP | Albumen | 300.0 ms | 300.0 ms | 40.0 MB | – | 71.0 / 71.0 / 71.0 | 50.0 / 50.0 / 50.0 |\n\
            | 12 MP JPEG → WebP | sharp, chained | 500.0 ms | 500.0 ms | 100.0 MB | – | 71.0 / 71.0 / 71.0 | 50.0 / 50.0 / 50.0 |\n\
            | 12 MP JPEG → WebP | floor | 30.0 ms | 30.0 ms | 10.0 MB | – | – | – |\n\n\
            | our CPU, of that of | sharp, chained | sharp, three pipelines | vipsthumbnail | Pillow | floor |\n\
            |---|--:|--:|--:|--:|--:|\n\
            | 12 MP JPEG → WebP | 0.60 | – | – | – | 10.0 × |\n\n\
            | target, of sharp's, chained | CPU | at most | SSIMULACRA2 2048 / 1024 / 256 | bytes | | peak memory | at most | |\n\
            |---|--:|--:|--:|--:|---|--:|--:|---|\n\
            | 12 MP JPEG → WebP | 0.60 | 0.60 | +0.0 / +0.0 / +0.0 | +0.0 % | met | 0.40 | 0.33 | not met |\n\n\
            imaging: targets met 1 of 2\n";
        assert_eq!(Report { how: "How.".to_owned(), rows }.to_string(), wanted);
    }

    #[test]
    fn a_ratio_is_never_rounded_to_a_target() {
        assert_eq!([0.6, 0.600_1, 0.599_9].map(up), ["0.60", "0.61", "0.60"]);
    }
}
