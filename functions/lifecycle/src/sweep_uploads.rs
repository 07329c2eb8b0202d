//! `sweep-uploads`: on a schedule, looks after what was begun and not ended.
//!
//! - A photo that is `pending` or `processing` for an hour though its object is there has lost its
//!   message: it is told of again. Told twice, the worker finds nothing to do.
//! - A photo whose object has not come within two hours, or of one that is sent in parts within
//!   seven days, or is no longer there, is set `failed`, code `never_arrived`, on condition that it
//!   is as it was when S3 was asked, and its owner gets back what it took of the quota. Announced
//!   again, it awaits its bytes again. One that guests of a link announced is gone.
//! - An upload in parts whose photo does not await it any more, or that was begun seven days ago is
//!   given up: in S3 first, then its row, on condition that the row still names it. A death in
//!   between leaves the row, and S3 is asked once more.
//!
//! - An export that nobody has worked on for two hours has lost its message: it is asked for again.
//! - The files of an export that has ended go, then, once it is a day old, its rows: they say how
//!   many there were.
//! - Photos of before there was an index of words or a map are put there, in the time that is left.
//!
//! So each may be done twice or die anywhere; a run that reaches the end of its time leaves the
//! rest to the next.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use shared::{
    Result,
    domain::{FailureCode, Moment, UploadId, export::ExportState, view::Status},
    error::Error,
    runtime::ScheduledJob,
    stores::{
        ExportFiles, ExportQueue, Exports, Originals, Projector, UploadQueue,
        library::{Unfinished, UploadInParts},
    },
};

/// Shorter than the function's time-out by more than one batch takes.
const TIME: Duration = Duration::from_mins(4);

/// Rows of a query.
const BATCH: u32 = 100;

/// Seconds after which a message counts as lost: longer than the upload queue keeps one from being
/// tried again.
const LOST: i64 = 3600;

/// Seconds in which the bytes of a photo may come that is sent whole: a URL lasts an hour, and
/// sending may begin at its end.
const LATE: i64 = 2 * 3600;

/// The same for uploads in parts: as long as S3 keeps them. URLs of parts can be had again.
const GIVEN_UP: i64 = 7 * 24 * 3600;

/// Seconds that the row of an export stays at least.
const DAY: i64 = 24 * 3600;

/// Seconds after which an export is asked for again: longer than its queue keeps a message from
/// being tried again.
const IDLE: i64 = 2 * 3600;

/// The job and what it needs.
pub struct SweepUploads {
    /// The library and its projection.
    pub projector: Projector,
    /// The bucket in which bytes arrive.
    pub originals: Originals,
    /// The queue by which their worker is told.
    pub upload_queue: UploadQueue,
    /// The exports that were asked for.
    pub exports: Exports,
    /// Their files.
    pub files: ExportFiles,
    /// The queue of the worker that builds them.
    pub export_queue: ExportQueue,
}

/// The counts of a run.
#[derive(Default)]
struct SweepTally {
    told: u64,
    failed: u64,
    aborted: u64,
    expired: u64,
    backfilled: u64,
    failures: u64,
}

#[async_trait]
impl ScheduledJob for SweepUploads {
    /// Sweeps every cluster, and the bucket.
    async fn run(&self) -> Result<()> {
        self.run_at(Moment::now()).await
    }
}

impl SweepUploads {
    /// The same at another time.
    pub async fn run_at(&self, now: Moment) -> Result<()> {
        let ends = Instant::now() + TIME;
        let mut tally = SweepTally::default();
        for cluster in 0..self.projector.library.clusters() {
            for status in [Status::Pending, Status::Processing] {
                self.photos(cluster, status, now, ends, &mut tally).await?;
            }
            self.uploads(cluster, now, ends, &mut tally).await?;
        }
        self.exports(now, &mut tally).await?;
        // A day later than the rows: what is left then has no row.
        tally.aborted += self
            .originals
            .abort_old_parts(now.plus(-GIVEN_UP - 24 * 3600))
            .await?;
        self.backfill(ends, &mut tally).await?;
        let SweepTally { told, failed, aborted, expired, backfilled, failures } = tally;
        tracing::info!(told, failed, aborted, expired, backfilled, failures, "swept");
        if failures == 0 {
            Ok(())
        } else {
            Err(Error::internal(format!("{failures} failures; see above")))
        }
    }

    async fn photos(
        &self,
        cluster: usize,
        status: Status,
        now: Moment,
        ends: Instant,
        tally: &mut SweepTally,
    ) -> Result<()> {
        let before = now.plus(-LOST);
        let mut after = None;
        while Instant::now() < ends {
            let photos = self
                .projector
                .library
                .unfinished(cluster, status, before, after, BATCH)
                .await?;
            for photo in &photos {
                if let Err(error) = self.photo(photo, now, tally).await {
                    let photo = photo.upload.photo;
                    tracing::error!(%photo, error = error.chain(), "left to the next run");
                    tally.failures += 1;
                }
            }
            after = photos.last().copied();
            if after.is_none() {
                break;
            }
        }
        Ok(())
    }

    async fn photo(&self, photo: &Unfinished, now: Moment, tally: &mut SweepTally) -> Result<()> {
        if self.originals.has(&photo.upload).await? {
            self.upload_queue.report_arrival(&photo.upload).await?;
            tally.told += 1;
        } else if self.is_late(photo, now).await? {
            let changes = self.projector.library.give_up(photo).await?;
            self.projector.settle(&changes).await;
            if !changes.is_empty() {
                let code = FailureCode::NeverArrived.word();
                tracing::info!(photo = %photo.upload.photo, code, "failed");
                tally.failed += 1;
            }
        }
        Ok(())
    }

    async fn is_late(&self, photo: &Unfinished, now: Moment) -> Result<bool> {
        if photo.status == Status::Processing || photo.updated_at < now.plus(-GIVEN_UP) {
            return Ok(true);
        }
        let in_parts = self
            .projector
            .library
            .upload_of(&photo.upload)
            .await?
            .is_some();
        Ok(!in_parts && photo.updated_at < now.plus(-LATE))
    }

    /// Puts owners' photos into the index of words, and on the map.
    async fn backfill(&self, ends: Instant, tally: &mut SweepTally) -> Result<()> {
        let library = &self.projector.library;
        for cluster in 0..library.clusters() {
            let mut after = None;
            while Instant::now() < ends {
                let owners = library.owners_to_backfill(cluster, after, BATCH).await?;
                for owner in &owners {
                    match library.backfill(*owner, ends).await {
                        Ok(is_done) => tally.backfilled += u64::from(is_done),
                        Err(error) => {
                            tracing::error!(%owner, error = error.chain(), "left to the next run");
                            tally.failures += 1;
                        }
                    }
                }
                after = owners.last().copied();
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }

    async fn exports(&self, now: Moment, tally: &mut SweepTally) -> Result<()> {
        for cluster in 0..self.exports.clusters() {
            for state in [ExportState::Queued, ExportState::Running] {
                for export in self
                    .exports
                    .since(cluster, state, now.plus(-IDLE), BATCH)
                    .await?
                {
                    self.export_queue.request_next_part(export.view.id).await?;
                    tally.told += 1;
                }
            }
            self.ended_exports(cluster, now, tally).await?;
        }
        Ok(())
    }

    async fn ended_exports(
        &self,
        cluster: usize,
        now: Moment,
        tally: &mut SweepTally,
    ) -> Result<()> {
        let mut after = None;
        loop {
            let mut ended = self
                .exports
                .ended(cluster, now, after.as_ref(), BATCH)
                .await?;
            for export in &ended {
                self.files.clear(export.user, export.view.id).await?;
                if export.view.created_at < now.plus(-DAY) {
                    self.exports.delete(export.view.id).await?;
                    tally.expired += 1;
                }
            }
            after = ended.pop();
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn uploads(
        &self,
        cluster: usize,
        now: Moment,
        ends: Instant,
        tally: &mut SweepTally,
    ) -> Result<()> {
        let before = now.plus(-LATE);
        let mut after = None;
        while Instant::now() < ends {
            let mut uploads = self
                .projector
                .library
                .old_uploads(cluster, before, after.as_ref(), BATCH)
                .await?;
            let awaited = self.find_awaited_uploads(&uploads).await?;
            for (begun_at, upload) in &uploads {
                if *begun_at >= now.plus(-GIVEN_UP) && awaited.contains(&upload.id) {
                    continue;
                }
                self.originals
                    .abort_parts(&upload.original, &upload.s3_upload)
                    .await?;
                self.projector.library.forget_upload(upload).await?;
                tally.aborted += 1;
            }
            after = uploads.pop();
            if after.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// The uploads in parts that their photos await.
    async fn find_awaited_uploads(
        &self,
        uploads: &[(Moment, UploadInParts)],
    ) -> Result<BTreeSet<UploadId>> {
        let photos: Vec<_> = uploads
            .iter()
            .map(|(_, upload)| upload.original.photo)
            .collect();
        let kept = self.projector.library.scanned_photos(&photos).await?;
        let awaits = |upload: &UploadInParts| {
            let photo = kept.get(&upload.original.photo);
            photo.is_some_and(|photo| {
                photo.status == Status::Pending && photo.original == upload.original
            })
        };
        Ok(uploads
            .iter()
            .map(|(_, upload)| upload)
            .filter(|upload| awaits(upload))
            .map(|upload| upload.id)
            .collect())
    }
}
