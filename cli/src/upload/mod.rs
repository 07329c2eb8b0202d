//! `albumen upload`: files to albums, each once, whatever is interrupted.
//!
//! A run scans the paths into a plan, the oldest file first; sums what it does not know; asks for
//! 500 at a time which the service has; and sends the rest, as many at once as help. Killed at any
//! instant it leaves an index that is whole and uploads that go on: announced again, a file is the
//! same photo, and of its parts those go that have not arrived.

mod context;
mod copies;
mod destination;
pub mod elsewhere;
mod index;
mod job;
mod pace;
mod prepare;
mod report;
mod same_bytes;
mod scan;
mod send;
pub mod sidecar;
mod verified;

use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use clap::Args;
use tokio::{
    sync::mpsc,
    task::{JoinError, JoinHandle, JoinSet},
};

use crate::{
    failure::{Failure, Result},
    output::Output,
    session::Session,
    settings::Folders,
};
use context::Context;
use copies::Copies;
pub use destination::{Choice, as_title};
use elsewhere::Elsewhere;
pub use index::PlanSize;
use job::Job;
use pace::Streams;
use report::Outcome;

/// The files that wait for their turn.
const WAITING: usize = 64;
/// The pause between two rounds of a run that watches.
const ROUND: Duration = Duration::from_secs(10);

/// Options of `upload`.
#[derive(Args, Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // each is an option
#[command(after_help = "\
Hidden files, and what devices keep beside pictures (@eaDir, .DS_Store), are left out. What XMP and
Google's JSON beside a picture say becomes its caption, date, place, tags and favourite. Interrupt
it at any time: run again, it goes on where it was, and nothing is there twice.

Examples:
  albumen upload ~/Pictures/2026 --album \"Summer 2026\"
  albumen upload ~/Pictures --album-from-folders
  albumen upload ~/Pictures --dry-run
  albumen upload /media/camera --album Camera --watch --delete-after-verified
  albumen upload ~/Pictures --json | jq -r 'select(.event == \"failed\") | .path'")]
pub struct UploadArgs {
    /// Folders and files
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Title of the album for all; it is made if it is not there
    #[arg(long, value_name = "TITLE", default_value = "Uploads")]
    pub album: String,
    /// Make an album of each folder
    #[arg(long, conflicts_with = "album")]
    pub album_from_folders: bool,
    /// Go on, and send what comes
    #[arg(long, conflicts_with = "dry_run")]
    pub watch: bool,
    /// Say what would be sent, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Delete each file here when the service has verified and shown it
    #[arg(long, conflicts_with = "dry_run")]
    pub delete_after_verified: bool,
}

/// Uploads as the options say.
pub async fn run_command(
    arguments: &UploadArgs,
    session: &Session,
    output: Output,
) -> Result<ExitCode> {
    let choice = if arguments.album_from_folders {
        Choice::Folders
    } else {
        Choice::Named(arguments.album.clone())
    };
    run(arguments, &choice, session, output).await
}

/// Uploads to albums that are chosen in this way: once, or goes on.
pub async fn run(
    arguments: &UploadArgs,
    choice: &Choice,
    session: &Session,
    output: Output,
) -> Result<ExitCode> {
    loop {
        let is_all_done = round(arguments, choice, session, output).await?;
        if !arguments.watch {
            return Ok(if is_all_done { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        tokio::time::sleep(ROUND).await;
    }
}

/// Uploads what another service has.
pub async fn run_from<S: Elsewhere>(
    source: S,
    dry_run: bool,
    session: &Session,
    output: Output,
) -> Result<ExitCode> {
    let user = &session.settings.user;
    let folder = Folders::find()?.state.join(format!("copies-{user}"));
    // Held until all has been sent: the copies go with it.
    let claimed = Arc::new(Copies::claim(folder)?);
    let copies = Arc::clone(&claimed);
    let arguments = UploadArgs { dry_run, ..UploadArgs::default() };
    let context = Context::open(&arguments, &Choice::Folders, session, output).await?;
    let is_all_done = reported(context, async |context| {
        context.report.begin(source.size()?);
        send_all(context, |jobs| {
            elsewhere::prepare_all(Arc::clone(context), Arc::new(source), copies, jobs)
        })
        .await
    })
    .await?;
    drop(claimed);
    Ok(if is_all_done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Uploads what there is; returns whether all of it is done.
async fn round(
    arguments: &UploadArgs,
    choice: &Choice,
    session: &Session,
    output: Output,
) -> Result<bool> {
    let context = Context::open(arguments, choice, session, output).await?;
    reported(context, async |context| {
        scan(context).await?;
        send_all(context, |jobs| prepare::prepare_all(Arc::clone(context), jobs)).await?;
        if arguments.delete_after_verified {
            verified::delete_verified(context).await?;
        }
        Ok(())
    })
    .await
}

/// Does some work, and reports on it until its end; returns whether all of it is done.
async fn reported(
    context: Context,
    work: impl AsyncFnOnce(&Arc<Context>) -> Result<()>,
) -> Result<bool> {
    let context = Arc::new(context);
    let moving = Arc::clone(&context);
    let bar = tokio::spawn(async move { moving.report.keep_moving().await });
    let outcome = work(&context).await;
    bar.abort();
    // What was done before a failure that concerns all files is told, too.
    let is_all_done = context.report.end(context.session.client.requests());
    outcome?;
    Ok(is_all_done)
}

/// Makes the plan.
async fn scan(context: &Arc<Context>) -> Result<()> {
    let of_scan = Arc::clone(context);
    let size = context
        .with_index(move |index| {
            index.begin_scan()?;
            for (number, root) in of_scan.roots.iter().enumerate() {
                let unreadable = |unreadable: scan::Unreadable| {
                    let outcome = Outcome::Failed(unreadable.why);
                    of_scan.report.tell(&unreadable.path, 0, &outcome);
                };
                scan::scan(root, number, |file| index.add_scanned(file), unreadable)?;
            }
            index.make_plan()
        })
        .await?;
    context.report.begin(size);
    Ok(())
}

/// Sends what a preparation hands over. A failure that concerns all files ends it.
async fn send_all<P>(
    context: &Arc<Context>,
    prepare: impl FnOnce(mpsc::Sender<Job>) -> P,
) -> Result<()>
where
    P: Future<Output = Result<()>> + Send + 'static,
{
    let client = context.session.client.clone();
    let (streams, adapting) = Streams::start(client, context.progress.clone());
    let (sender, jobs) = mpsc::channel::<Job>(WAITING);
    let preparing = tokio::spawn(prepare(sender));
    let outcome = send_prepared(context, &streams, jobs, preparing).await;
    adapting.abort();
    outcome
}

async fn send_prepared(
    context: &Arc<Context>,
    streams: &Streams,
    mut jobs: mpsc::Receiver<Job>,
    preparing: JoinHandle<Result<()>>,
) -> Result<()> {
    let mut sending = JoinSet::new();
    while let Some(job) = jobs.recv().await {
        let turn = streams.turn().await;
        let context = Arc::clone(context);
        sending.spawn(async move {
            let _turn = turn;
            send::send(&context, &job).await
        });
        while let Some(ended) = sending.try_join_next() {
            ended??;
        }
    }
    while let Some(ended) = sending.join_next().await {
        ended??;
    }
    preparing.await?
}

impl From<JoinError> for Failure {
    fn from(cause: JoinError) -> Self {
        Self::NotDone(format!("A part of the run was lost: {cause}."))
    }
}
