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
    /// How often each photograph is handled and measured in a round.
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
    fn rounds(&self) -> u32 {
        if self.quick { 1 } else { self.rounds }
    }

    fn cases(&self) -> impl Iterator<Item = &'static Case> {
        CASES.iter().filter(|case| case.name.contains(&self.case))
    }

    fn takes_part(&self, contender: Contender, case: &Case) -> bool {
        let chosen = match self.only.as_slice() {
            [] => {
                !self.quick
                    || matches!(contender, Contender::Ours | Contender::Sharp | Contender::Floor)
            }
            only => only.contains(&contender),
        };
        chosen && contender.can(case)
    }
}

/// One contender's part in one case.
struct Entry {
    case: &'static Case,
    contender: Contender,
    photographs: Vec<PathBuf>,
    /// Where its renditions are kept.
    folder: PathBuf,
    samples: Samples,
}

/// Measures, and says what was measured.
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
            note(&format!(
                "Round {round} of {rounds}: {}, {}",
                entry.case.name,
                entry.contender.name()
            ));
            let keep = (round == 1).then_some(entry.folder.as_path());
            let said = peers
                .measure(entry.contender, entry.case, &entry.photographs, options.repeat, keep)
                .await;
            let named =
                |failure| format!("{}, {}: {failure}", entry.case.name, entry.contender.name());
            entry.samples.add(said.map_err(named)?)?;
        }
    }
    let rows = entries.into_iter().map(|entry| {
        let middle = entry.samples.middle().ok_or("nothing was measured")?;
        let marks = if options.no_judge { None } else { judge::marks(&entry)? };
        Ok(Row {
            case: entry.case,
            contender: entry.contender,
            version: entry.samples.version,
            middle,
            marks,
        })
    });
    let rows = rows.collect::<Result<Vec<_>, Cause>>()?;
    Ok(Report::new(options, rows, &photographs))
}

fn entries(
    options: &Options,
    photographs: &Photographs,
    renditions: &Path,
) -> Result<Vec<Entry>, Cause> {
    let mut entries = Vec::new();
    for case in options.cases() {
        let photographs = photographs.of(case.source);
        for contender in Contender::ALL
            .into_iter()
            .filter(|contender| options.takes_part(*contender, case))
        {
            if photographs.is_empty() {
                continue;
            }
            let folder = renditions.join(case.name).join(contender.name());
            fs::create_dir_all(&folder)?;
            let photographs = photographs.to_vec();
            entries.push(Entry {
                case,
                contender,
                photographs,
                folder,
                samples: Samples::default(),
            });
        }
    }
    if entries.is_empty() { Err("there is nothing to measure".into()) } else { Ok(entries) }
}
