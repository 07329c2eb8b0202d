//! `bench corpus`: a folder of anything, file by file, through this project's library.
//!
//! Each file has a process of its own, whose memory and time are watched, so that whatever a file
//! does to it is seen and ends nothing else. What the library read of a photograph is compared with
//! what `exiftool` reads, and the colours of photographs with a profile with those of libvips. Of
//! what it refused, sharp and Pillow are asked whether they open it.

mod colour;
mod delta_e;
mod exiftool;
mod facts;
mod files;
mod look;
mod others;
mod report;
mod watch;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use clap::Args;
use shared::error::Cause;

use crate::{figures::MB, note};
use exiftool::Told;
use facts::Comparison;
use look::{Claims, Seen};
pub use look::{Look, look};
use report::Report;
use watch::{Bounds, Outcome, Watched};

/// Options of `bench corpus`.
#[derive(Args, Debug)]
pub struct Options {
    /// The folder; everything in it and below is tried, whatever its name.
    folder: PathBuf,
    /// The most memory that a process may take, in MB: that of the library's own limit, with room
    /// for the file, the renditions and the program.
    #[arg(long, default_value_t = 832)]
    memory: u64,
    /// Seconds that a file may take.
    #[arg(long, default_value_t = 120)]
    seconds: u64,
    /// A line for every file, not only for those that were refused.
    #[arg(long)]
    all: bool,
    /// Leave out exiftool.
    #[arg(long)]
    no_facts: bool,
    /// Leave out libvips.
    #[arg(long)]
    no_colours: bool,
    /// The folder in which `./dev bench` installed sharp and Pillow; without it they are left out.
    #[arg(long)]
    peers: Option<PathBuf>,
}

/// One file with all that is known of it.
struct Tried {
    /// Its path in the folder.
    name: String,
    watched: Watched,
    /// The comparison of the facts; `None` where exiftool was not asked or had no answer.
    facts: Option<Comparison>,
    /// The mean ΔE2000 between our rendition and that of libvips; an error where there is none to
    /// compare with.
    colours: Option<Result<f64, String>>,
    /// Other libraries that open it, of what was refused.
    opened: others::Opened,
}

impl Tried {
    /// Returns the facts of a photograph that was rendered.
    fn rendered(&self) -> Option<&Claims> {
        match &self.watched.outcome {
            Outcome::Ended(Seen::Rendered(claims)) => Some(claims),
            _ => None,
        }
    }
}

/// Tries every file, and returns the report.
///
/// # Errors
/// When the folder cannot be read, or a process cannot be started.
pub async fn run(options: &Options) -> Result<Report, Cause> {
    let (files, mut notes) = files::below(&options.folder)?;
    let bounds = Bounds {
        memory: options.memory * MB,
        time: std::time::Duration::from_secs(options.seconds),
    };
    let mut tried = look_at_all(&options.folder, &files, bounds).await?;
    let mut told = BTreeMap::new();
    if !options.no_facts {
        told = ask(&files, &tried, &mut notes).await;
    }
    for (at, told) in &told {
        if let Some(seen) = tried[*at].rendered() {
            tried[*at].facts = Some(facts::compare(seen, told));
        }
    }
    if let Some(peers) = &options.peers {
        ask_others(&files, &mut tried, peers).await?;
    }
    if !options.no_colours {
        let scratch = tempfile::tempdir()?;
        for (at, told) in &told {
            if told.has_other_colours() {
                note(&format!("Comparing colours: {}", tried[*at].name));
                let difference = compare_colours(&files[*at], told, scratch.path(), bounds).await;
                tried[*at].colours = Some(difference);
            }
        }
    }
    Ok(Report { tried, notes, memory: bounds.memory, all: options.all })
}

/// Looks at every file.
async fn look_at_all(
    folder: &Path,
    files: &[PathBuf],
    bounds: Bounds,
) -> Result<Vec<Tried>, Cause> {
    let mut tried = Vec::new();
    for (at, path) in files.iter().enumerate() {
        if at % 50 == 0 {
            note(&format!("File {} of {}", at + 1, files.len()));
        }
        tried.push(Tried {
            name: files::name(folder, path),
            watched: watch::look_at(path, bounds, None).await?,
            facts: None,
            colours: None,
            opened: BTreeMap::new(),
        });
    }
    Ok(tried)
}

/// Returns exiftool's answers by the file's position in the list. It is asked only about
/// photographs that we read.
async fn ask(files: &[PathBuf], tried: &[Tried], notes: &mut Vec<String>) -> BTreeMap<usize, Told> {
    let rendered = (0..files.len()).filter(|at| tried[*at].rendered().is_some());
    let wanted: Vec<usize> = rendered.collect();
    note(&format!("Asking exiftool about {} photographs", wanted.len()));
    match exiftool::ask(files, &wanted).await {
        Ok(told) => told,
        Err(failure) => {
            notes.push(format!("exiftool: {failure}. No facts were compared."));
            BTreeMap::new()
        }
    }
}

/// Notes the other libraries that open what was refused.
async fn ask_others(files: &[PathBuf], tried: &mut [Tried], peers: &Path) -> Result<(), Cause> {
    let refused =
        |at: &usize| matches!(tried[*at].watched.outcome, Outcome::Ended(Seen::Refused { .. }));
    let wanted: Vec<usize> = (0..files.len()).filter(refused).collect();
    note(&format!("Asking sharp and Pillow about {} files", wanted.len()));
    for (at, opened) in others::ask(files, &wanted, peers).await? {
        tried[at].opened = opened;
    }
    Ok(())
}

/// Renders a photograph a second time, true to its colours, and compares it with libvips.
async fn compare_colours(
    path: &Path,
    told: &Told,
    scratch: &Path,
    bounds: Bounds,
) -> Result<f64, String> {
    let ours = scratch.join("ours.webp");
    let again = watch::look_at(path, bounds, Some(&ours)).await;
    let is_rendered =
        again.is_ok_and(|watched| matches!(watched.outcome, Outcome::Ended(Seen::Rendered(_))));
    if !is_rendered {
        return Err("our rendition could not be made a second time".to_owned());
    }
    let difference = colour::compare(path, told, &ours, scratch).await;
    difference.map_err(|failure| failure.to_string())
}
