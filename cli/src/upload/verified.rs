//! Files that are deleted here because they are safe there.

use std::{sync::Arc, time::Duration};

use client::types::Status;
use tokio::time::Instant;

use crate::{
    failure::Result,
    upload::{Context, index::PlannedFile, prepare::is_as_found, report::Outcome},
};

/// The files that are asked for at once.
const BATCH: usize = 500;
/// The longest wait for photos that are being looked at.
const LIMIT: Duration = Duration::from_mins(10);
/// The pause between two looks.
const PAUSE: Duration = Duration::from_secs(2);

/// Deletes the files of the plan whose photos are ready: the service has compared their SHA-256,
/// and made pictures of them. What it is still looking at is waited for; all else stays.
pub async fn delete_verified(context: &Arc<Context>) -> Result<()> {
    let deadline = Instant::now() + LIMIT;
    loop {
        let waiting = delete_ready(context).await?;
        if waiting == 0 || Instant::now() > deadline {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Deletes those that are ready; returns the number of those that may become so.
async fn delete_ready(context: &Arc<Context>) -> Result<usize> {
    let (mut after, mut waiting) = (0, 0);
    loop {
        let batch = context
            .with_index(move |index| index.batch(after, BATCH))
            .await?;
        let Some(last) = batch.last() else { return Ok(waiting) };
        after = last.number;
        waiting += delete_of_batch(context, &batch).await?;
    }
}

async fn delete_of_batch(context: &Context, batch: &[PlannedFile]) -> Result<usize> {
    let mut sums: Vec<&str> = Vec::new();
    for planned in batch {
        if let Some(sha256) = &planned.sha256
            && is_as_found(&planned.file)
        {
            sums.push(sha256);
        }
    }
    sums.sort_unstable();
    sums.dedup();
    if sums.is_empty() {
        return Ok(0);
    }
    let session = &context.session;
    let known = session.outcome(session.client.known_photos(&sums).await)?;
    let mut waiting = 0;
    for planned in batch {
        let photo = known
            .iter()
            .find(|photo| planned.sha256.as_deref() == Some(photo.sha256.as_str()));
        let Some(photo) = photo else { continue };
        match photo.status {
            Status::Ready if photo.deleted_at.is_none() => delete(context, planned),
            Status::Pending | Status::Processing => waiting += 1,
            _ => {}
        }
    }
    Ok(waiting)
}

fn delete(context: &Context, planned: &PlannedFile) {
    let path = &planned.file.path;
    if !is_as_found(&planned.file) {
        return;
    }
    let outcome = match std::fs::remove_file(path) {
        Ok(()) => Outcome::Deleted,
        Err(cause) => Outcome::Failed(format!("it could not be deleted: {cause}")),
    };
    context.report.tell(path, 0, &outcome);
}
