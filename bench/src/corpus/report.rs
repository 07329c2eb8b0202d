//! The tables, and whether every file ended as one may.

use std::{collections::BTreeMap, fmt, time::Duration};

use super::{
    Tried,
    facts::{FACTS, Verdict},
    look::Seen,
    watch::Outcome,
};
use crate::figures::{median, megabytes, milliseconds};

/// What a photograph's colours may be off libvips', on average.
const COLOURS: f64 = 2.0;
/// How many files are listed that were refused; the table above the list counts all.
const LISTED: usize = 200;

/// What came of a folder.
pub struct Report {
    /// Every file.
    pub(super) tried: Vec<Tried>,
    /// What could not be looked at.
    pub(super) notes: Vec<String>,
    /// The bound of memory, in bytes.
    pub(super) memory: u64,
    /// Whether every file is listed.
    pub(super) all: bool,
}

impl Report {
    /// Whether no file made a process panic, abort, or take more than it may.
    pub fn is_sound(&self) -> bool {
        !self
            .tried
            .iter()
            .any(|tried| tried.watched.outcome.is_fault())
    }

    fn count(&self, what: impl Fn(&Outcome) -> bool) -> usize {
        self.tried
            .iter()
            .filter(|tried| what(&tried.watched.outcome))
            .count()
    }

    fn results(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut groups: BTreeMap<(String, String), Vec<&Tried>> = BTreeMap::new();
        for tried in &self.tried {
            groups
                .entry((format(tried), result(&tried.watched.outcome)))
                .or_default()
                .push(tried);
        }
        writeln!(
            f,
            "| format | result | files | time, median | time, most | peak memory |\n|---|---|--:|--:|--:|--:|"
        )?;
        for ((format, result), files) in groups {
            let times: Vec<Duration> = files.iter().map(|tried| tried.watched.time).collect();
            let middle = milliseconds(median(&times).unwrap_or_default());
            let most = milliseconds(times.iter().copied().max().unwrap_or_default());
            let peak = megabytes(
                files
                    .iter()
                    .map(|tried| tried.watched.peak)
                    .max()
                    .unwrap_or(0),
            );
            writeln!(f, "| {format} | {result} | {} | {middle} | {most} | {peak} |", files.len())?;
        }
        Ok(())
    }

    fn files(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rendered =
            |tried: &Tried| matches!(tried.watched.outcome, Outcome::Ended(Seen::Rendered(_)));
        let mut listed: Vec<_> = self
            .tried
            .iter()
            .filter(|tried| self.all || !rendered(tried))
            .collect();
        // A fault is never the one that has no room.
        listed.sort_by_key(|tried| !tried.watched.outcome.is_fault());
        let room = if self.all { listed.len() } else { LISTED };
        if listed.is_empty() {
            return Ok(());
        }
        writeln!(
            f,
            "\n| file | format | result | time | peak memory | why |\n|---|---|---|--:|--:|---|"
        )?;
        for tried in listed.iter().take(room) {
            let why = match &tried.watched.outcome {
                Outcome::Ended(Seen::Refused { why, .. }) | Outcome::Broke(why) => {
                    why.replace('|', "¦")
                }
                _ => String::new(),
            };
            let (time, peak) = (milliseconds(tried.watched.time), megabytes(tried.watched.peak));
            let (format, result) = (format(tried), result(&tried.watched.outcome));
            writeln!(f, "| {} | {format} | {result} | {time} | {peak} | {why} |", tried.name)?;
        }
        if listed.len() > room {
            writeln!(f, "\nand {} more; --all lists them.", listed.len() - room)?;
        }
        Ok(())
    }

    /// Writes what others open, by their name for the format and by why we do not.
    fn others(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut kinds: BTreeMap<(String, String, String), Vec<&str>> = BTreeMap::new();
        for tried in self.tried.iter().filter(|tried| !tried.opened.is_empty()) {
            let Outcome::Ended(Seen::Refused { code, why, .. }) = &tried.watched.outcome else {
                continue;
            };
            let who: Vec<&str> = tried.opened.keys().copied().collect();
            let what = tried
                .opened
                .values()
                .next()
                .map(|format| format.to_lowercase())
                .unwrap_or_default();
            let why = format!("`{code}`: {}", why.replace('|', "¦"));
            kinds
                .entry((what, why, who.join(", ")))
                .or_default()
                .push(&tried.name);
        }
        if kinds.is_empty() {
            return Ok(());
        }
        writeln!(
            f,
            "\n| others open | we refuse it for | who | files | such as |\n|---|---|---|--:|---|"
        )?;
        for ((what, why, who), names) in kinds {
            writeln!(f, "| {what} | {why} | {who} | {} | {} |", names.len(), names[0])?;
        }
        Ok(())
    }

    /// The verdicts on one fact, with the photograph.
    fn verdicts(&self, fact: usize) -> impl Iterator<Item = (&Tried, &Verdict)> {
        self.tried
            .iter()
            .filter_map(move |tried| Some((tried, tried.facts.as_ref()?.of.get(fact)?)))
    }

    fn facts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.tried.iter().all(|tried| tried.facts.is_none()) {
            return Ok(());
        }
        writeln!(
            f,
            "\n| fact | as exiftool | differs | in neither | not read (maker notes, XMP) |\n|---|--:|--:|--:|--:|"
        )?;
        for (at, fact) in FACTS.iter().enumerate() {
            let count = |is: fn(&Verdict) -> bool| {
                self.verdicts(at).filter(|(_, verdict)| is(verdict)).count()
            };
            let same = count(|verdict| *verdict == Verdict::Same);
            let differs = count(|verdict| matches!(verdict, Verdict::Differs(_)));
            let absent = count(|verdict| *verdict == Verdict::Absent);
            let not_read = count(|verdict| matches!(verdict, Verdict::NotRead(_)));
            writeln!(f, "| {} | {same} | {differs} | {absent} | {not_read} |", fact.name)?;
        }
        if self.differing() == 0 {
            return Ok(());
        }
        writeln!(f, "\n| file | fact that differs | |\n|---|---|---|")?;
        for (at, fact) in FACTS.iter().enumerate() {
            for (tried, verdict) in self.verdicts(at) {
                if let Verdict::Differs(how) = verdict {
                    writeln!(f, "| {} | {} | {how} |", tried.name, fact.name)?;
                }
            }
        }
        Ok(())
    }

    fn differing(&self) -> usize {
        let verdicts = (0..FACTS.len()).flat_map(|at| self.verdicts(at));
        verdicts
            .filter(|(_, verdict)| matches!(verdict, Verdict::Differs(_)))
            .count()
    }

    fn colours(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.tried.iter().all(|tried| tried.colours.is_none()) {
            return Ok(());
        }
        writeln!(f, "\n| photograph with a profile | mean ΔE2000 from libvips |\n|---|--:|")?;
        for tried in &self.tried {
            match &tried.colours {
                Some(Ok(difference)) => writeln!(f, "| {} | {difference:.2} |", tried.name)?,
                Some(Err(why)) => writeln!(
                    f,
                    "| {} | not compared: {} |",
                    tried.name,
                    why.replace(['|', '\n'], " ")
                )?,
                None => {}
            }
        }
        Ok(())
    }

    /// The worst mean of all photographs.
    fn worst(&self) -> Option<f64> {
        let differences = self
            .tried
            .iter()
            .filter_map(|tried| tried.colours.as_ref()?.as_ref().ok().copied());
        differences.reduce(f64::max)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.results(f)?;
        self.files(f)?;
        self.others(f)?;
        self.facts(f)?;
        self.colours(f)?;
        writeln!(f)?;
        for note in &self.notes {
            writeln!(f, "Not looked at: {note}")?;
        }
        if let Some(worst) = self.worst() {
            let verdict = if worst <= COLOURS { "met" } else { "not met" };
            writeln!(f, "mean ΔE2000 max {worst:.2}, at most {COLOURS}: {verdict}")?;
        }
        let rendered = self.count(|outcome| matches!(outcome, Outcome::Ended(Seen::Rendered(_))));
        let refused = self.count(|outcome| matches!(outcome, Outcome::Ended(Seen::Refused { .. })));
        let broke = self.count(|outcome| matches!(outcome, Outcome::Broke(_)));
        let (fat, slow) =
            (self.count(|o| *o == Outcome::TooMuchMemory), self.count(|o| *o == Outcome::TooSlow));
        let peak = megabytes(
            self.tried
                .iter()
                .map(|tried| tried.watched.peak)
                .max()
                .unwrap_or(0),
        );
        writeln!(
            f,
            "corpus: {} files, {rendered} rendered, {refused} refused, {broke} panics or aborts, {fat} over the \
             memory limit (most {peak} of {}), {slow} too slow, {} facts differ from exiftool's, {} refused that \
             sharp or Pillow opens",
            self.tried.len(),
            megabytes(self.memory),
            self.differing(),
            self.tried
                .iter()
                .filter(|tried| !tried.opened.is_empty())
                .count(),
        )
    }
}

/// The format; of what is none, the ending of the name.
fn format(tried: &Tried) -> String {
    let known = match &tried.watched.outcome {
        Outcome::Ended(Seen::Rendered(claims)) => Some(claims.format.clone()),
        Outcome::Ended(Seen::Refused { format, .. }) => format.clone(),
        _ => None,
    };
    let ending = || match tried.name.rsplit_once('.') {
        Some((_, ending)) if ending.len() <= 5 && !ending.contains('/') => {
            format!("(.{})", ending.to_lowercase())
        }
        _ => "(no ending)".to_owned(),
    };
    known.unwrap_or_else(ending)
}

fn result(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Ended(Seen::Rendered(_)) => "rendered".to_owned(),
        Outcome::Ended(Seen::Refused { code, .. }) => format!("`{code}`"),
        Outcome::Broke(_) => "**panic or abort**".to_owned(),
        Outcome::TooMuchMemory => "**over the memory limit**".to_owned(),
        Outcome::TooSlow => "**too slow**".to_owned(),
    }
}
