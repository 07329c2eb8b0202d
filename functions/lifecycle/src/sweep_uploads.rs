//! `sweep-uploads`: on a schedule, looks after what was begun and not ended.
//!
//! - A photo that is `pending` or `processing` for an hour though its object is there has lost its
//!   message: it is told of again. Told twice, the worker finds nothing to do.
//! - A photo whose object has not come within seven days, or is no longer there, is set `failed`, code
//!   `never_arrived`, on condition that it is still on its way. Announced again, it awaits its bytes again.
//! - An upload in parts that was begun seven days ago is given up: in S3 first, then its row, on condition
//!   that the row still names it. A death in between leaves the row, and S3 is asked once more.
//!
//! - An export that nobody has worked on for two hours has lost its message: it is asked for again.
//! - An export that has expired goes, files first, then its rows.
//!
//! So each may be done twice or die anywhere; a run that reaches the end of its time leaves the rest to the next.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use shared::{
    Result,
    domain::{FailureCode, Moment, export::ExportState, view::Status},
    error::Error,
    runtime::Job,
    stores::{
        Arrivals, Building, EXPORT_KEPT, ExportFiles, Exports, Originals, Projector,
        library::{Outcome, Unfinished},
    },
};

/// Shorter than the function's time-out by more than one batch takes.
const TIME: Duration = Duration::from_mins(4);

/// What a query takes.
const BATCH: u32 = 100;

/// Seconds after which a message counts as lost: longer than the upload queue keeps one from being tried again.
const LOST: i64 = 3600;

/// Seconds in which bytes may come: as long as S3 keeps uploads in parts. A URL lasts an hour, and can be had again.
const GIVEN_UP: i64 = 7 * 24 * 3600;

/// Seconds after which an export is asked for again: longer than its queue keeps a message from being tried again.
const IDLE: i64 = 2 * 3600;

/// The job and what it needs.
pub struct SweepUploads {
    /// The library and its projection.
    pub projector: Projector,
    /// Where bytes arrive.
    pub originals: Originals,
    /// Who is told of them.
    pub arrivals: Arrivals,
    /// Who has asked for exports.
    pub exports: Exports,
    /// Their files.
    pub files: ExportFiles,
    /// Who builds them.
    pub building: Building,
}

/// How a run went.
#[derive(Default)]
struct Tally {
    told: u64,
    failed: u64,
    aborted: u64,
    expired: u64,
    failures: u64,
}

#[async_trait]
impl Job for SweepUploads {
    /// Sweeps every cluster, and the bucket.
    async fn run(&self) -> Result<()> {
        self.run_at(Moment::now()).await
    }
}

impl SweepUploads {
    /// The same at another time.
    pub async fn run_at(&self, now: Moment) -> Result<()> {
        let ends = Instant::now() + TIME;
        let mut tally = Tally::default();
        for cluster in 0..self.projector.library.clusters() {
            for status in [Status::Pending, Status::Processing] {
                self.photos(cluster, status, now, ends, &mut tally).await?;
            }
            self.uploads(cluster, now, ends, &mut tally).await?;
        }
        self.exports(now, &mut tally).await?;
        // A day later than the rows: what is left then has no row.
        tally.aborted += self.originals.abort_old_parts(now.plus(-GIVEN_UP - 24 * 3600)).await?;
        let Tally { told, failed, aborted, expired, failures } = tally;
        tracing::info!(told, failed, aborted, expired, failures, "swept");
        if failures == 0 { Ok(()) } else { Err(Error::internal(format!("{failures} failures; see above"))) }
    }

    async fn photos(
        &self,
        cluster: usize,
        status: Status,
        now: Moment,
        ends: Instant,
        tally: &mut Tally,
    ) -> Result<()> {
        let (before, mut after) = (now.plus(-LOST), None);
        while Instant::now() < ends {
            let photos = self.projector.library.unfinished(cluster, status, before, after, BATCH).await?;
            for photo in &photos {
                if let Err(error) = self.photo(photo, now, tally).await {
                    tracing::error!(photo = %photo.upload.photo, error = error.chain(), "left to the next run");
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

    async fn photo(&self, photo: &Unfinished, now: Moment, tally: &mut Tally) -> Result<()> {
        if self.originals.has(&photo.upload).await? {
            self.arrivals.tell(&photo.upload).await?;
            tally.told += 1;
        } else if photo.status == Status::Processing || photo.updated_at < now.plus(-GIVEN_UP) {
            let failed = Outcome::Failed(FailureCode::NeverArrived);
            let changes = self.projector.library.finish_rendering(&photo.upload, &failed).await?;
            self.projector.settle(&changes).await;
            tally.failed += u64::from(!changes.is_empty());
        }
        Ok(())
    }

    async fn exports(&self, now: Moment, tally: &mut Tally) -> Result<()> {
        for cluster in 0..self.exports.clusters() {
            for state in [ExportState::Queued, ExportState::Running] {
                for export in self.exports.since(cluster, state, now.plus(-IDLE), BATCH).await? {
                    self.building.ask(export.view.id).await?;
                    tally.told += 1;
                }
            }
            for export in self.exports.since(cluster, ExportState::Ready, now.plus(-EXPORT_KEPT), BATCH).await? {
                self.files.clear(export.user, export.view.id).await?;
                self.exports.delete(export.view.id).await?;
                tally.expired += 1;
            }
        }
        Ok(())
    }

    async fn uploads(&self, cluster: usize, now: Moment, ends: Instant, tally: &mut Tally) -> Result<()> {
        let (before, mut after) = (now.plus(-GIVEN_UP), None);
        while Instant::now() < ends {
            let mut uploads = self.projector.library.old_uploads(cluster, before, after.as_ref(), BATCH).await?;
            for (_, upload) in &uploads {
                self.originals.abort_parts(&upload.original, &upload.s3_upload).await?;
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
}
