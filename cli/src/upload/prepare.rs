//! Files on their way to being sent: summed, and compared with what the service has.

use std::{collections::HashMap, sync::Arc};

use client::types::{KnownPhoto, Status};
use futures::{StreamExt, TryStreamExt, stream};
use tokio::sync::mpsc;

use crate::{
    failure::{Failure, Result},
    upload::{
        Context,
        destination::Destination,
        index::{FoundFile, PlannedFile, Sending},
        job::Job,
        report::Outcome,
    },
};

/// The files that are asked for at once: as many as the service takes.
const BATCH: usize = 500;
/// The bytes after which a batch ends, if they are still to be read.
const BYTES_OF_BATCH: u64 = 64_000_000;
/// The batches that are prepared at once.
const BATCHES: usize = 4;
/// The reasons of a failure after which the same bytes may do.
const WORTH_ANOTHER_TRY: [&str; 4] =
    ["checksum_mismatch", "never_arrived", "not_allowed", "processing_failed"];

/// Prepares all files of the plan, in their order, and hands over those that are to be sent.
pub async fn prepare_all(context: Arc<Context>, jobs: mpsc::Sender<Job>) -> Result<()> {
    let of_batches = Arc::clone(&context);
    let batches = stream::try_unfold(0, move |after| {
        let context = Arc::clone(&of_batches);
        async move {
            let mut batch = context
                .with_index(move |index| index.batch(after, BATCH))
                .await?;
            cut_to_what_is_soon_summed(&mut batch);
            let last = batch.last().map(|planned| planned.number);
            Ok::<_, Failure>(last.map(|last| (batch, last)))
        }
    });
    let mut prepared = batches
        .map_ok(|batch| prepare(Arc::clone(&context), batch))
        .try_buffered(BATCHES)
        .boxed();
    while let Some(ready) = prepared.try_next().await? {
        for job in ready {
            if jobs.send(job).await.is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Cuts a batch behind so many bytes that are still to be read: what is known of large files, or
/// on a slow disk, goes on its way while the others are summed.
fn cut_to_what_is_soon_summed(batch: &mut Vec<PlannedFile>) {
    let mut to_read = 0;
    let mut kept = 0;
    for planned in batch.iter() {
        if planned.sha256.is_none() {
            to_read += planned.file.size;
        }
        kept += 1;
        if to_read > BYTES_OF_BATCH {
            break;
        }
    }
    batch.truncate(kept);
}

async fn prepare(context: Arc<Context>, batch: Vec<PlannedFile>) -> Result<Vec<Job>> {
    let summed = sum(&context, batch).await?;
    let sums = summed.iter().map(|(_, sha256)| sha256.as_str()).collect();
    let known = known_photos(&context, sums).await?;
    let mut jobs = Vec::new();
    for (planned, sha256) in summed {
        let title = context.title_of(&planned.file);
        let job = Job::of_file(planned.file, sha256, title);
        let photo = known.get(&job.sha256);
        match outcome_of(&context, &job.title, photo).await? {
            Some(outcome) => context.report.tell(&job.label, job.size, &outcome),
            None => jobs.push(job),
        }
    }
    Ok(jobs)
}

/// Sums the files whose sums are not known; tells those that cannot be read.
async fn sum(
    context: &Arc<Context>,
    batch: Vec<PlannedFile>,
) -> Result<Vec<(PlannedFile, String)>> {
    let sums = stream::iter(batch)
        .map(|planned| sum_one(Arc::clone(context), planned))
        .buffered(context.hashers);
    let outcomes: Vec<(PlannedFile, Result<String>)> = sums.collect().await;
    let mut summed = Vec::new();
    for (planned, outcome) in outcomes {
        match outcome {
            Ok(sha256) => summed.push((planned, sha256)),
            Err(failure) => {
                let outcome = Outcome::Failed(failure.to_string());
                context
                    .report
                    .tell(&planned.file.path, planned.file.size, &outcome);
            }
        }
    }
    let mut fresh = summed.clone();
    fresh.retain(|(planned, _)| planned.sha256.is_none());
    if !fresh.is_empty() {
        context
            .with_index(move |index| index.keep_sums(&fresh))
            .await?;
    }
    Ok(summed)
}

/// Returns the file with its sum.
async fn sum_one(context: Arc<Context>, planned: PlannedFile) -> (PlannedFile, Result<String>) {
    if let Some(sha256) = planned.sha256.clone() {
        return (planned, Ok(sha256));
    }
    let _turn = context.hashing.acquire().await;
    let file = planned.file.clone();
    let hashing = tokio::task::spawn_blocking(move || fresh_sum(&file));
    let outcome = match hashing.await {
        Ok(outcome) => outcome,
        Err(cause) => Err(cause.into()),
    };
    (planned, outcome)
}

/// Returns the sum of a file that did not change meanwhile.
fn fresh_sum(file: &FoundFile) -> Result<String> {
    let (sha256, size) = client::sha256_of_file(&file.path)?;
    if size != file.size || !is_as_found(file) {
        let changed = client::Error::Changed { path: file.path.clone() };
        return Err(Failure::NotDone(format!("{changed}; run again")));
    }
    Ok(sha256)
}

/// Returns whether a file is still the one that was found.
pub fn is_as_found(file: &FoundFile) -> bool {
    let Ok(metadata) = std::fs::metadata(&file.path) else { return false };
    FoundFile::of(&file.path, file.root, &metadata) == *file
}

/// Returns the photos of the service that have these sums, by their sums.
pub async fn known_photos(
    context: &Context,
    mut sums: Vec<&str>,
) -> Result<HashMap<String, KnownPhoto>> {
    sums.sort_unstable();
    sums.dedup();
    if sums.is_empty() {
        return Ok(HashMap::new());
    }
    let session = &context.session;
    let found = session.outcome(session.client.known_photos(&sums).await)?;
    let mut by_sum = HashMap::new();
    for photo in found {
        by_sum.insert(photo.sha256.to_ascii_lowercase(), photo);
    }
    Ok(by_sum)
}

/// Returns what became of a picture in the album of this title; `None` if there is something to
/// do. `photo` is the photo of the service that has the same bytes, if there is one.
pub async fn outcome_of(
    context: &Context,
    title: &str,
    photo: Option<&KnownPhoto>,
) -> Result<Option<Outcome>> {
    let outcome = match photo {
        Some(photo) => outcome_of_known(context, title, photo).await?,
        None => None,
    };
    Ok(match outcome {
        None if context.is_trial => Some(Outcome::WouldSend),
        outcome => outcome,
    })
}

async fn outcome_of_known(
    context: &Context,
    title: &str,
    photo: &KnownPhoto,
) -> Result<Option<Outcome>> {
    if photo.deleted_at.is_some() {
        return Ok(Some(Outcome::InTrash));
    }
    let Some(album) = context.destinations.find(title).await else { return Ok(None) };
    let mut sending = sending_of(context, photo, &album)?;
    if sending == Sending::Never
        && let Some(sums) = context.destinations.sums_once(&album).await?
    {
        context.index().learn_sendings(&sums, &album.id)?;
        sending = sending_of(context, photo, &album)?;
    }
    match (sending, photo.status) {
        (Sending::Done, Status::Failed) => outcome_of_failed(context, photo).await,
        // Its bytes have been sent, and are being looked at.
        (Sending::Done, _) => Ok(Some(Outcome::Unchanged)),
        _ => Ok(None),
    }
}

fn sending_of(context: &Context, photo: &KnownPhoto, album: &Destination) -> Result<Sending> {
    let sha256 = photo.sha256.to_ascii_lowercase();
    context.index().sending(&sha256, &album.id)
}

/// Returns why a photo failed, if the same bytes would fail again.
async fn outcome_of_failed(context: &Context, photo: &KnownPhoto) -> Result<Option<Outcome>> {
    let session = &context.session;
    let photo = session.outcome(session.client.photo(&photo.photo).await)?;
    let Some(failure) = photo.error else { return Ok(None) };
    if WORTH_ANOTHER_TRY.contains(&failure.code.as_str()) {
        return Ok(None);
    }
    Ok(Some(Outcome::Failed(format!("the service cannot show it: {}", failure.detail))))
}
