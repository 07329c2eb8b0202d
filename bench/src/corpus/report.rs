//! The tables, and the line that says whether every file ended as one may.

use std::{collections::BTreeMap, fmt, time::Duration};

use super::{
    Tried,
    facts::{FACTS, Verdict},
    look::Seen,
    watch::Outcome,
};
use crate::figures::{median, megabytes, milliseconds};

/// The most that a photograph's colours may be off libvips', on average, as ΔE2000.
const COLOURS: f64 = 2.0;
/// Number of refused files that are listed; the table above the list counts all.
const LISTED: usize = 200;

/// The report of a folder.
pub struct Report {
    /// Every file.
    pub(super) tried: Vec<Tried>,
    /// The places that could not be looked at.
    pub(super) notes: Vec<String>,
    /// The bound of memory, in bytes.
    pub(super) memory: u64,
    /// True to list every file.
    pub(super) all: bool,
}

impl Report {
    /// Says whether no file made a process panic, abort, or take more than it may.
    pub fn is_sound(&self) -> bool {
        let mut outcomes = self.tried.iter().map(|tried| &tried.watched.outcome);
        !outcomes.any(Outcome::is_fault)
    }

    /// Returns the number of files with such an outcome.
    fn count(&self, is_counted: impl Fn(&Outcome) -> bool) -> usize {
        self.tried
            .iter()
            .filter(|tried| is_counted(&tried.watched.outcome))
            .count()
    }

    /// Writes the table of results by format.
    fn write_results(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut groups: BTreeMap<(String, String), Vec<&Tried>> = BTreeMap::new();
        for tried in &self.tried {
            let group = (format(tried), result(&tried.watched.outcome));
            groups.entry(group).or_default().push(tried);
        }
        writeln!(f, "| format | result | files | time, median | time, most | peak memory |")?;
        writeln!(f, "|---|---|--:|--:|--:|--:|")?;
        for ((format, result), files) in groups {
            let times: Vec<Duration> = files.iter().map(|tried| tried.watched.time).collect();
            writeln!(
                f,
                "| {format} | {result} | {} | {} | {} | {} |",
                files.len(),
                milliseconds(median(&times).unwrap_or_default()),
                milliseconds(times.iter().copied().max().unwrap_or_default()),
                megabytes(peak(files)),
            )?;
        }
        Ok(())
    }

    /// Writes the list of files, those with a fault first, so that these are never the ones without
    /// room.
    fn write_files(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_listed = |tried: &&Tried| self.all || tried.rendered().is_none();
        let mut listed: Vec<&Tried> = self.tried.iter().filter(is_listed).collect();
        listed.sort_by_key(|tried| !tried.watched.outcome.is_fault());
        let room = if self.all { listed.len() } else { LISTED };
        if listed.is_empty() {
            return Ok(());
        }
        writeln!(f, "\n| file | format | result | time | peak memory | why |")?;
        writeln!(f, "|---|---|---|--:|--:|---|")?;
        for tried in listed.iter().take(room) {
            let why = match &tried.watched.outcome {
                Outcome::Ended(Seen::Refused { why, .. }) | Outcome::Broke(why) => why.as_str(),
                _ => "",
            };
            writeln!(
                f,
                "| {} | {} | {} | {} | {} | {} |",
                tried.name,
                format(tried),
                result(&tried.watched.outcome),
                milliseconds(tried.watched.time),
                megabytes(tried.watched.peak),
                why.replace('|', "¦"),
            )?;
        }
        if listed.len() > room {
            writeln!(f, "\nand {} more; --all lists them.", listed.len() - room)?;
        }
        Ok(())
    }

    /// Writes the table of what others open, by their name for the format and by why we do not.
    fn write_others(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut kinds: BTreeMap<(String, String, String), Vec<&str>> = BTreeMap::new();
        for tried in &self.tried {
            let Outcome::Ended(Seen::Refused { code, why, .. }) = &tried.watched.outcome else {
                continue;
            };
            let Some(format) = tried.opened.values().next() else { continue };
            let who: Vec<&str> = tried.opened.keys().copied().collect();
            let reason = format!("`{code}`: {}", why.replace('|', "¦"));
            let kind = (format.to_lowercase(), reason, who.join(", "));
            kinds.entry(kind).or_default().push(&tried.name);
        }
        if kinds.is_empty() {
            return Ok(());
        }
        writeln!(f, "\n| others open | we refuse it for | who | files | such as |")?;
        writeln!(f, "|---|---|---|--:|---|")?;
        for ((format, reason, who), names) in kinds {
            writeln!(f, "| {format} | {reason} | {who} | {} | {} |", names.len(), names[0])?;
        }
        Ok(())
    }

    /// Returns the verdicts on the fact with this position in [`FACTS`], each with its photograph.
    fn verdicts(&self, fact: usize) -> impl Iterator<Item = (&Tried, &Verdict)> {
        self.tried.iter().filter_map(move |tried| {
            let facts = tried.facts.as_ref()?;
            Some((tried, facts.of.get(fact)?))
        })
    }

    /// Writes the table of facts, and those that differ.
    fn write_facts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.tried.iter().all(|tried| tried.facts.is_none()) {
            return Ok(());
        }
        writeln!(
            f,
            "\n| fact | as exiftool | differs | in neither | not read (maker notes, XMP) |"
        )?;
        writeln!(f, "|---|--:|--:|--:|--:|")?;
        for (at, fact) in FACTS.iter().enumerate() {
            let mut same = 0;
            let mut differs = 0;
            let mut absent = 0;
            let mut not_read = 0;
            for (_, verdict) in self.verdicts(at) {
                match verdict {
                    Verdict::Same => same += 1,
                    Verdict::Differs(_) => differs += 1,
                    Verdict::Absent => absent += 1,
                    Verdict::NotRead(_) => not_read += 1,
                }
            }
            writeln!(f, "| {} | {same} | {differs} | {absent} | {not_read} |", fact.name)?;
        }
        let differing = self.differing();
        if differing.is_empty() {
            return Ok(());
        }
        writeln!(f, "\n| file | fact that differs | |\n|---|---|---|")?;
        for (file, fact, how) in differing {
            writeln!(f, "| {file} | {fact} | {how} |")?;
        }
        Ok(())
    }

    /// Returns the facts that differ: the file, the name of the fact, and the difference.
    fn differing(&self) -> Vec<(&str, &'static str, &str)> {
        let mut differing = Vec::new();
        for (at, fact) in FACTS.iter().enumerate() {
            for (tried, verdict) in self.verdicts(at) {
                if let Verdict::Differs(how) = verdict {
                    differing.push((tried.name.as_str(), fact.name, how.as_str()));
                }
            }
        }
        differing
    }

    /// Writes the table of colours.
    fn write_colours(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.tried.iter().all(|tried| tried.colours.is_none()) {
            return Ok(());
        }
        writeln!(f, "\n| photograph with a profile | mean ΔE2000 from libvips |\n|---|--:|")?;
        for tried in &self.tried {
            match &tried.colours {
                Some(Ok(difference)) => writeln!(f, "| {} | {difference:.2} |", tried.name)?,
                Some(Err(why)) => {
                    let reason = why.replace(['|', '\n'], " ");
                    writeln!(f, "| {} | not compared: {reason} |", tried.name)?;
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Returns the largest difference of colours of all photographs, as ΔE2000.
    fn worst(&self) -> Option<f64> {
        let mut worst = None;
        for tried in &self.tried {
            if let Some(Ok(difference)) = tried.colours {
                worst = Some(difference.max(worst.unwrap_or(0.0)));
            }
        }
        worst
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_results(f)?;
        self.write_files(f)?;
        self.write_others(f)?;
        self.write_facts(f)?;
        self.write_colours(f)?;
        writeln!(f)?;
        for note in &self.notes {
            writeln!(f, "Not looked at: {note}")?;
        }
        if let Some(worst) = self.worst() {
            let verdict = if worst <= COLOURS { "met" } else { "not met" };
            writeln!(f, "mean ΔE2000 max {worst:.2}, at most {COLOURS}: {verdict}")?;
        }
        let opened = self.tried.iter().filter(|tried| !tried.opened.is_empty());
        writeln!(
            f,
            "corpus: {} files, {} rendered, {} refused, {} panics or aborts, {} over the memory \
             limit (most {} of {}), {} too slow, {} facts differ from exiftool's, {} refused that \
             sharp or Pillow opens",
            self.tried.len(),
            self.count(|outcome| matches!(outcome, Outcome::Ended(Seen::Rendered(_)))),
            self.count(|outcome| matches!(outcome, Outcome::Ended(Seen::Refused { .. }))),
            self.count(|outcome| matches!(outcome, Outcome::Broke(_))),
            self.count(|outcome| *outcome == Outcome::TooMuchMemory),
            megabytes(peak(&self.tried)),
            megabytes(self.memory),
            self.count(|outcome| *outcome == Outcome::TooSlow),
            self.differing().len(),
            opened.count(),
        )
    }
}

/// Returns the most memory that any of these files took, in bytes.
fn peak<'a>(files: impl IntoIterator<Item = &'a Tried>) -> u64 {
    let peaks = files.into_iter().map(|tried| tried.watched.peak);
    peaks.max().unwrap_or(0)
}

/// Returns the name of the format; of what is none, the ending of the file's name.
fn format(tried: &Tried) -> String {
    let known = match &tried.watched.outcome {
        Outcome::Ended(Seen::Rendered(claims)) => Some(&claims.format),
        Outcome::Ended(Seen::Refused { format, .. }) => format.as_ref(),
        _ => None,
    };
    if let Some(format) = known {
        return format.clone();
    }
    match tried.name.rsplit_once('.') {
        Some((_, ending)) if ending.len() <= 5 && !ending.contains('/') => {
            format!("(.{})", ending.to_lowercase())
        }
        _ => "(no ending)".to_owned(),
    }
}

/// Returns the cell that shows an outcome.
fn result(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Ended(Seen::Rendered(_)) => "rendered".to_owned(),
        Outcome::Ended(Seen::Refused { code, .. }) => format!("`{code}`"),
        Outcome::Broke(_) => "**panic or abort**".to_owned(),
        Outcome::TooMuchMemory => "**over the memory limit**".to_owned(),
        Outcome::TooSlow => "**too slow**".to_owned(),
    }
}
