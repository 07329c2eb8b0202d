//! `bench imaging`: three renditions of photographs by this project's library and by its peers.
//!
//! Each contender is a process of its own, on one CPU, one at a time, in turns: what disturbs the
//! machine for a while disturbs all of them. In it a photograph is handled once unmeasured, and
//! then each is handled and measured; starting an interpreter is not counted. Every rendition is
//! compared with a reference made of the whole photograph: a run in which one is wrong measures
//! nothing.

mod cases;
mod contenders;
mod judge;
mod memory;
mod ours;
mod pictures;
mod report;
mod samples;
mod verdict;

use std::{
    fs,
    path::{Path, PathBuf, absolute},
};

use clap::Args;
use shared::error::Cause;

use crate::note;
use cases::{CASES, Case, Photographs};
use contenders::{Contender, Peers};
pub use memory::{Options as MemoryOptions, run as run_memory};
pub use ours::{Contend, contend};
pub use pictures::Picture;
use report::{Report, Row};
use samples::Samples;

/// Options of `bench imaging`.
#[derive(Args, Debug)]
pub struct Options {
    /// Folder in which the peers are installed.
    #[arg(long, default_value = "target/bench/imaging")]
    peers: PathBuf,
    /// Folder of photographs: JPEG, PNG and WebP, sRGB and upright, of at least 2048 pixels.
    /// Unsaid, those that ./dev builds.
    #[arg(long)]
    photos: Option<PathBuf>,
    /// Rounds; in each, every contender is started once for every case.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Times that each photograph is handled and measured in a round.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// One round of ours and sharp, with one photograph a case: to see a change, not to quote.
    #[arg(long)]
    quick: bool,
    /// Only cases whose name contains this.
    #[arg(long, default_value = "")]
    case: String,
    /// Only these contenders, apart by commas.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Contender>,
    /// Leave out the comparison of the pictures; no target counts as met then.
    #[arg(long)]
    no_judge: bool,
}

impl Options {
    /// Returns the number of rounds.
    fn rounds(&self) -> u32 {
        if self.quick { 1 } else { self.rounds }
    }

    /// Returns the cases that are asked for.
    fn cases(&self) -> impl Iterator<Item = &'static Case> {
        CASES.iter().filter(|case| case.name.contains(&self.case))
    }

    /// Says whether a contender is asked for and has a part in a case.
    fn takes_part(&self, contender: Contender, case: &Case) -> bool {
        let is_quick = matches!(contender, Contender::Ours | Contender::Sharp | Contender::Floor);
        let is_chosen = if self.only.is_empty() {
            !self.quick || is_quick
        } else {
            self.only.contains(&contender)
        };
        is_chosen && contender.can(case)
    }
}

/// One contender's part in one case.
struct Entry {
    case: &'static Case,
    contender: Contender,
    photographs: Vec<PathBuf>,
    /// The folder in which its renditions are kept.
    folder: PathBuf,
    samples: Samples,
}

impl Entry {
    /// Returns the names of the case and the contender, for messages.
    fn name(&self) -> String {
        format!("{}, {}", self.case.name, self.contender.name())
    }
}

/// Measures all contenders in all cases that are asked for, and returns the report.
///
/// # Errors
/// When a contender fails, or a rendition does not show its photograph.
pub async fn run(options: &Options) -> Result<Report, Cause> {
    let peers = Peers { folder: absolute(&options.peers)? };
    let folder = options
        .photos
        .clone()
        .unwrap_or_else(|| peers.folder.join("photographs"));
    let photographs = Photographs::find(&absolute(folder)?, options.quick)?;
    let mut entries = entries(options, &photographs, &peers.folder.join("renditions"))?;
    let rounds = options.rounds();
    for round in 1..=rounds {
        for entry in &mut entries {
            let name = entry.name();
            note(&format!("Round {round} of {rounds}: {name}"));
            let keep = if round == 1 { Some(entry.folder.as_path()) } else { None };
            let said = peers
                .measure(entry.contender, entry.case, &entry.photographs, options.repeat, keep)
                .await
                .map_err(|failure| format!("{name}: {failure}"))?;
            entry.samples.add(said)?;
        }
    }
    let mut rows = Vec::new();
    for entry in entries {
        let middle = entry.samples.middle().ok_or("nothing was measured")?;
        let marks = if options.no_judge { None } else { judge::marks(&entry)? };
        rows.push(Row {
            case: entry.case,
            contender: entry.contender,
            version: entry.samples.version,
            middle,
            marks,
        });
    }
    Ok(Report::new(options, rows, &photographs))
}

/// Returns an entry for each contender in each case of which there are photographs, and makes the
/// folders of their renditions.
fn entries(
    options: &Options,
    photographs: &Photographs,
    renditions: &Path,
) -> Result<Vec<Entry>, Cause> {
    let mut entries = Vec::new();
    for case in options.cases() {
        let of_case = photographs.of(case.source);
        if of_case.is_empty() {
            continue;
        }
        for contender in Contender::ALL {
            if !options.takes_part(contender, case) {
                continue;
            }
            let folder = renditions.join(case.name).join(contender.name());
            fs::create_dir_all(&folder)?;
            entries.push(Entry {
                case,
                contender,
                photographs: of_case.to_vec(),
                folder,
                samples: Samples::default(),
            });
        }
    }
    if entries.is_empty() { Err("there is nothing to measure".into()) } else { Ok(entries) }
}
