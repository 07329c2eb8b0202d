//! The targets of a case, and whether they were met.

use super::{judge::Marks, samples::Middle};

/// The most that any case is to take of sharp's peak memory.
pub const MEMORY: f64 = 0.33;
/// The most that the files may have of the bytes of sharp's.
const BYTES: f64 = 1.05;
/// Position of the score that a target asks about: that of the rendition of 1024 pixels.
const JUDGED: usize = 1;
/// Scores are compared as they are printed: with one decimal.
const HALF_A_TENTH: f64 = 0.05;

/// A case against its targets.
#[derive(Debug, PartialEq)]
pub struct Verdict {
    /// Our processor time, as a part of sharp's.
    pub cpu: f64,
    /// The bytes of our files, as a part of those of sharp's.
    pub bytes: Option<f64>,
    /// Our scores less sharp's.
    pub scores: Option<[f64; 3]>,
    /// Our peak memory, as a part of sharp's.
    pub memory: f64,
    /// True if the target of processor time is met, which asks for pictures as good and as small.
    pub cpu_met: bool,
    /// True if the target of memory is met.
    pub memory_met: bool,
}

/// One side of a verdict: time and memory, and the pictures where they were looked at.
#[derive(Clone, Copy, Debug)]
pub struct Measured<'a> {
    /// Time and memory.
    pub middle: &'a Middle,
    /// The pictures.
    pub marks: Option<&'a Marks>,
}

impl Verdict {
    /// Compares ours with sharp's; `cpu_limit` is the most that ours may take of its processor
    /// time.
    #[expect(clippy::cast_precision_loss, reason = "memory is no petabytes")]
    pub fn new(cpu_limit: f64, ours: Measured<'_>, theirs: Measured<'_>) -> Self {
        let mut bytes = None;
        let mut scores = None;
        if let (Some(ours), Some(theirs)) = (ours.marks, theirs.marks) {
            bytes = Some(ours.bytes.iter().sum::<f64>() / theirs.bytes.iter().sum::<f64>());
            scores = Some([0, 1, 2].map(|at| ours.scores[at] - theirs.scores[at]));
        }
        let is_good = scores.is_some_and(|scores| scores[JUDGED] > -HALF_A_TENTH);
        let is_small = bytes.is_some_and(|bytes| bytes <= BYTES);

        let cpu = ours.middle.cpu.as_secs_f64() / theirs.middle.cpu.as_secs_f64();
        let memory = ours.middle.peak as f64 / theirs.middle.peak as f64;
        Self {
            cpu,
            bytes,
            scores,
            memory,
            cpu_met: cpu <= cpu_limit && is_good && is_small,
            // Memory saved on a wrong picture is not saved; that one ended the run already.
            memory_met: memory <= MEMORY,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn middle(milliseconds: u64, peak: u64) -> Middle {
        let time = Duration::from_millis(milliseconds);
        Middle { cpu: time, wall: time, idle: 0, peak }
    }

    fn marks(score: f64, bytes: f64) -> Marks {
        Marks { scores: [score; 3], bytes: [bytes; 3] }
    }

    fn verdict(middle_of_ours: &Middle, marks_of_ours: Option<&Marks>) -> Verdict {
        let ours = Measured { middle: middle_of_ours, marks: marks_of_ours };
        let theirs = Measured { middle: &middle(1000, 300), marks: Some(&marks(70.0, 100.0)) };
        Verdict::new(0.6, ours, theirs)
    }

    #[test]
    fn a_processor_target_is_met_only_by_pictures_as_good_and_as_small() {
        for (time, score, bytes, met) in [
            // At the bounds.
            (600, 70.0, 105.0, true),
            // Printed as the same score.
            (600, 69.96, 90.0, true),
            (601, 70.0, 100.0, false),
            (600, 69.9, 100.0, false),
            (600, 80.0, 105.1, false),
        ] {
            let found = verdict(&middle(time, 99), Some(&marks(score, bytes)));
            assert_eq!(found.cpu_met, met, "{time} {score} {bytes}");
            assert!(found.memory_met);
        }
        let worse_where_judged = Marks { scores: [90.0, 69.9, 90.0], bytes: [10.0; 3] };
        assert!(!verdict(&middle(600, 99), Some(&worse_where_judged)).cpu_met);
        assert!(!verdict(&middle(600, 99), None).cpu_met);
        assert!(!verdict(&middle(1, 100), None).memory_met);
    }
}
