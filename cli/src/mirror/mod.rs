//! `albumen mirror`: a faithful copy of an account in a folder, by the feed of changes.
//!
//! The feed is taken into the state first, a page and its cursor in one transaction; then the
//! files of each photo that it named are brought in line. Both may be killed at any instant.

mod files;
mod names;
mod settle;
mod sidecar;
mod state;
pub mod verify;

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use client::{Client, PhotoId, Progress};
use futures::{StreamExt, stream};
use serde::Serialize;
use serde_json::json;

use crate::{
    failure::{Failure, Result},
    output::{Output, bytes_in_words},
    session::Session,
};
use files::MirrorFolder;
use state::State;

/// The photos that are brought in line together.
const BATCH: u32 = 100;
/// The originals on their way at the same time.
const FETCHES: usize = 6;

/// Options of `mirror`.
#[derive(Args, Debug)]
#[command(after_help = "\
Each photo is at ALBUM/DATE NAME, its words beside it as XMP. Renames and moves are followed;
what is deleted on the service goes to FOLDER/.albumen/trash. Files of yours in the folder are not
touched. Interrupt it at any time: run again, it goes on.

Examples:
  albumen mirror ~/Mirror
  albumen mirror ~/Mirror --json | jq .files")]
pub struct MirrorArgs {
    /// Folder of the mirror; it is made if it is not there
    pub folder: PathBuf,
}

/// A run in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Originals that were fetched.
    pub fetched: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that moved.
    pub moved: u64,
    /// Files that got a second name, for a second album.
    pub linked: u64,
    /// Files that went to the mirror's trash.
    pub trashed: u64,
    /// Photos that could not be brought in line; the next run tries again.
    pub failed: u64,
}

/// Brings the folder in line with the account.
pub async fn run(arguments: &MirrorArgs, session: &Session, output: Output) -> Result<ExitCode> {
    let folder = MirrorFolder::new(&arguments.folder);
    let _claim = folder.claim()?;
    let account = format!("{} at {}", session.settings.user, session.settings.origin);
    let mut state = State::open(&folder.state(), &account)?;
    take_feed(session, &mut state).await?;
    let tally = settle_all(session, &state, &folder, output).await?;
    let value = json!({ "event": "end", "files": tally, "requests": session.client.requests() });
    output.result(&value, &in_words(&tally));
    Ok(if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Takes all that has changed since the last run.
async fn take_feed(session: &Session, state: &mut State) -> Result<()> {
    loop {
        let cursor = state.cursor()?;
        let page = session.outcome(session.client.changes(cursor.as_deref()).await)?;
        state.take(&page)?;
        if !page.more {
            return Ok(());
        }
    }
}

/// Brings all photos in line that the feed has named.
async fn settle_all(
    session: &Session,
    state: &State,
    folder: &MirrorFolder,
    output: Output,
) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut after = String::new();
    loop {
        let batch = state.waiting(&after, BATCH)?;
        let Some(last) = batch.last() else { break };
        last.as_str().clone_into(&mut after);
        for (photo, fetched) in fetch(session, state, folder, &batch).await? {
            let outcome = match fetched {
                Ok(()) => settle::settle(state, folder, &photo, &mut tally),
                Err(failure) if concerns_all(&failure) => return Err(failure),
                Err(failure) => Err(failure),
            };
            if let Err(failure) = outcome {
                tally.failed += 1;
                let value =
                    json!({ "event": "failed", "photo": photo, "error": failure.to_string() });
                output.result(&value, &format!("{photo}: {failure}"));
            }
        }
    }
    if tally.failed == 0 {
        folder.remove_incoming()?;
    }
    Ok(tally)
}

fn concerns_all(failure: &Failure) -> bool {
    match failure {
        Failure::NotSignedIn | Failure::SessionEnded { .. } | Failure::MissingScope(_) => true,
        Failure::Unreachable(error) => error.status().is_none(),
        _ => false,
    }
}

/// Fetches the originals that these photos lack; returns all photos, each with the outcome.
async fn fetch(
    session: &Session,
    state: &State,
    folder: &MirrorFolder,
    photos: &[PhotoId],
) -> Result<Vec<(PhotoId, Result<()>)>> {
    let mut wanted = Vec::new();
    for photo in photos {
        wanted.push((photo.clone(), settle::to_fetch(state, folder, photo)?));
    }
    let fetches = stream::iter(wanted)
        .map(|(photo, sha256)| fetch_one(&session.client, folder, photo, sha256))
        .buffered(FETCHES);
    Ok(fetches.collect().await)
}

async fn fetch_one(
    client: &Client,
    folder: &MirrorFolder,
    photo: PhotoId,
    sha256: Option<String>,
) -> (PhotoId, Result<()>) {
    let outcome = match sha256 {
        Some(sha256) => {
            folder
                .fetch(client, &photo, &sha256, &Progress::default())
                .await
        }
        None => Ok(()),
    };
    (photo, outcome)
}

fn in_words(tally: &Tally) -> String {
    format!(
        "{} fetched ({}), {} moved, {} linked, {} in the mirror's trash, {} failed",
        tally.fetched,
        bytes_in_words(tally.bytes),
        tally.moved,
        tally.linked,
        tally.trashed,
        tally.failed
    )
}
