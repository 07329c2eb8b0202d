//! `albumen verify`: each file of a mirror, byte by byte.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use client::{PhotoId, sha256_of_file};
use serde_json::json;

use crate::{
    failure::Result,
    mirror::{
        files::MirrorFolder,
        state::{Copy, State},
    },
    output::Output,
};

/// The files that are read from the state at once.
const BATCH: u32 = 500;

/// Options of `verify`.
#[derive(Args, Debug)]
#[command(after_help = "\
It asks the service for nothing. A file that is missing or has other bytes than it should have
makes the exit code 1.

Examples:
  albumen verify ~/Mirror
  albumen verify ~/Mirror --repair && albumen mirror ~/Mirror")]
pub struct VerifyArgs {
    /// Folder of the mirror
    pub folder: PathBuf,
    /// Put damaged files into the mirror's trash: the next `albumen mirror` fetches them anew
    #[arg(long)]
    pub repair: bool,
}

/// Compares the SHA-256 of each file with that which it must have.
pub fn run(arguments: &VerifyArgs, output: Output) -> Result<ExitCode> {
    let folder = MirrorFolder::new(&arguments.folder);
    let state = State::open_existing(&folder.state())?;
    let _claim = if arguments.repair { Some(folder.claim()?) } else { None };
    let (mut good, mut bad) = (0_u64, 0_u64);
    let mut after = String::new();
    loop {
        let batch = state.all_copies(&after, BATCH)?;
        let Some((last, _)) = batch.last() else { break };
        after.clone_from(&last.path);
        for (copy, photo) in batch {
            let Some(fault) = fault(&folder, &copy) else {
                good += 1;
                continue;
            };
            bad += 1;
            let value =
                json!({ "event": "bad", "path": copy.path, "photo": photo, "error": fault });
            output.result(&value, &format!("{}: {fault}", copy.path));
            if arguments.repair {
                repair(&state, &folder, &copy, &photo)?;
            }
        }
    }
    let value = json!({ "event": "end", "good": good, "bad": bad });
    output.result(&value, &format!("{good} files are as they should be, {bad} are not."));
    Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Returns what is wrong with a file.
fn fault(folder: &MirrorFolder, copy: &Copy) -> Option<String> {
    match sha256_of_file(&folder.place(&copy.path)) {
        Ok((sum, _)) if sum == copy.sha256 => None,
        Ok(_) => Some("it has other bytes than it should have".to_owned()),
        Err(client::Error::File { cause, .. }) => Some(cause.to_string()),
        Err(error) => Some(error.to_string()),
    }
}

fn repair(state: &State, folder: &MirrorFolder, copy: &Copy, photo: &PhotoId) -> Result<()> {
    // Other names of the same bytes are damaged with them, and found one by one.
    folder.trash(&copy.path)?;
    state.forget_copy(&copy.path)?;
    state.wait_for(photo)
}
