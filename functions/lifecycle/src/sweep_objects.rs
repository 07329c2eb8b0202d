//! `sweep-objects`: on a schedule, holds objects against rows, and rows against objects.
//!
//! Mended is only what cannot lose anything:
//! - images of a photo that has no row, and those that the row of a ready photo has not named for a
//!   day, are deleted: they can be made again from the original;
//! - an original whose photo has no row is deleted if a tombstone says that the photo was ended on
//!   purpose, and so is one that was replaced by a later upload of the same photo, or whose photo
//!   was given up;
//! - a photo that is ready and has lost images is worked on again.
//!
//! A photo is set `pending` before the worker is told; dying between the two leaves one that
//! `sweep-uploads` tells of.
//!
//! The rest is reported, by a line in the log each: originals that nobody knows of, photos without
//! their original. Nothing that is younger than a day is looked at, because its row or object may
//! be on its way.
//!
//! A run goes on where the one before stopped, and begins anew at the end. Where it goes on is
//! noted after each page: a run that dies does one page again, which finds nothing more to do.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use shared::{
    Result,
    domain::{Moment, Original, PhotoId, view::Status},
    error::Error,
    runtime::ScheduledJob,
    stores::{
        JobCursors, Originals, Projector, Renditions, StoredObject, UploadQueue,
        library::ScannedPhoto,
    },
};
use uuid::Uuid;

/// For each of the three walks; all of them are shorter than the function's time-out.
const TIME: Duration = Duration::from_mins(3);

/// Photos that a query takes.
const BATCH: u32 = 100;

/// Seconds that an object or row is left alone: a day.
const YOUNG: i64 = 24 * 3600;

/// The job and what it needs.
pub struct SweepObjects {
    /// The library and its projection.
    pub projector: Projector,
    /// The originals.
    pub originals: Originals,
    /// Images.
    pub renditions: Renditions,
    /// The queue of the worker that makes images.
    pub upload_queue: UploadQueue,
    /// The positions at which the next run goes on.
    pub cursors: JobCursors,
}

/// The counts of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Objects that were deleted.
    pub deleted: u64,
    /// Photos that are worked on again.
    pub again: u64,
    /// Objects and photos that were reported.
    pub reported: u64,
}

#[async_trait]
impl ScheduledJob for SweepObjects {
    async fn run(&self) -> Result<()> {
        let findings = self.run_at(Moment::now()).await?;
        tracing::info!(?findings, "swept");
        Ok(())
    }
}

impl SweepObjects {
    /// The same at another time.
    pub async fn run_at(&self, now: Moment) -> Result<Findings> {
        let mut findings = Findings::default();
        let before = now.plus(-YOUNG);
        self.originals(before, &mut findings).await?;
        self.renditions(before, &mut findings).await?;
        self.rows(before, &mut findings).await?;
        Ok(findings)
    }

    async fn originals(&self, before: Moment, findings: &mut Findings) -> Result<()> {
        const JOB: &str = "sweep-originals";
        let ends = Instant::now() + TIME;
        while Instant::now() < ends {
            let found = self.originals.after(&self.cursors.find(JOB).await?).await?;
            self.page_of_originals(&found, before, findings).await?;
            self.cursors
                .keep(JOB, found.last().map_or("", |last| &last.key))
                .await?;
            if found.is_empty() {
                break;
            }
        }
        Ok(())
    }

    async fn page_of_originals(
        &self,
        found: &[StoredObject],
        before: Moment,
        findings: &mut Findings,
    ) -> Result<()> {
        let old: Vec<_> = found.iter().filter(|object| object.at < before).collect();
        let named: Vec<_> = old
            .iter()
            .map(|object| (&object.key, Original::of_key(&object.key)))
            .collect();
        let photos: Vec<_> = named
            .iter()
            .filter_map(|(_, original)| Some(original.as_ref()?.photo))
            .collect();
        let kept = self.projector.library.scanned_photos(&photos).await?;
        for (key, original) in named {
            let ended = match original {
                None => false,
                Some(original) => match kept.get(&original.photo) {
                    Some(photo) if photo.original == original && !photo.is_given_up() => continue,
                    Some(photo) if photo.original == original => true,
                    Some(photo) => {
                        photo.original.folder == original.folder
                            && photo.original.attempt > original.attempt
                    }
                    None => self.projector.hot.is_buried(original.photo).await?,
                },
            };
            if ended {
                self.originals.delete(&[key]).await?;
                findings.deleted += 1;
            } else {
                tracing::error!(key, "an original that nobody knows of");
                findings.reported += 1;
            }
        }
        Ok(())
    }

    async fn renditions(&self, before: Moment, findings: &mut Findings) -> Result<()> {
        const JOB: &str = "sweep-renditions";
        let ends = Instant::now() + TIME;
        while Instant::now() < ends {
            let found = self
                .renditions
                .after(&self.cursors.find(JOB).await?)
                .await?;
            let old: Vec<_> = found.iter().filter(|object| object.at < before).collect();
            let named = old
                .iter()
                .filter_map(|object| Some((object.key.as_str(), Renditions::of_key(&object.key)?)));
            let named: Vec<(&str, PhotoId)> = named.collect();
            let photos: Vec<_> = named.iter().map(|(_, photo)| *photo).collect();
            let kept = self.projector.library.scanned_photos(&photos).await?;
            let mut left = Vec::new();
            for (key, photo) in named {
                let is_needed = kept
                    .get(&photo)
                    .is_some_and(|photo| needs_rendition(photo, key, before));
                if !is_needed {
                    left.push(key);
                }
            }
            if !left.is_empty() {
                self.renditions.delete(&left).await?;
                findings.deleted += left.len() as u64;
            }
            self.cursors
                .keep(JOB, found.last().map_or("", |last| &last.key))
                .await?;
            if found.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// Rows, cluster by cluster: the cursor is the cluster's number and the last photo's id.
    async fn rows(&self, before: Moment, findings: &mut Findings) -> Result<()> {
        const JOB: &str = "sweep-photos";
        let ends = Instant::now() + TIME;
        while Instant::now() < ends {
            let cursor = self.cursors.find(JOB).await?;
            let (cluster, after) = cursor.split_once(' ').unwrap_or(("0", ""));
            let cluster: usize = cluster.parse().map_err(Error::internal)?;
            let photos = self.projector.library.scan_photos(
                cluster,
                Uuid::try_parse(after).unwrap_or_default(),
                BATCH,
            );
            let photos = photos.await?;
            for photo in photos.iter().filter(|photo| photo.status == Status::Ready) {
                if made(photo.original.photo) < before {
                    self.row(photo, findings).await?;
                }
            }
            let next = match photos.last() {
                Some(last) => format!("{cluster} {}", last.original.photo.uuid()),
                None if cluster + 1 < self.projector.library.clusters() => {
                    format!("{} ", cluster + 1)
                }
                None => String::new(),
            };
            self.cursors.keep(JOB, &next).await?;
            if next.is_empty() {
                break;
            }
        }
        Ok(())
    }

    async fn row(&self, photo: &ScannedPhoto, findings: &mut Findings) -> Result<()> {
        let original = &photo.original;
        if !self.originals.has(original).await? {
            tracing::error!(photo = %original.photo, "a photo without its original");
            findings.reported += 1;
            return Ok(());
        }
        let stored = self
            .renditions
            .keys_of(original.folder, original.photo)
            .await?;
        // By name: beside them may lie as many that no row names any more.
        let is_whole = photo.renditions.iter().all(|key| stored.contains(key));
        if !is_whole {
            let changes = self.projector.library.render_again(original).await?;
            self.projector.settle(&changes).await;
            self.upload_queue.report_arrival(original).await?;
            findings.again += 1;
        }
        Ok(())
    }
}

/// Returns whether an image is shown, or may be: pages that were opened before the photo's last
/// change show the images of before.
fn needs_rendition(photo: &ScannedPhoto, key: &str, before: Moment) -> bool {
    let is_settled = photo.status == Status::Ready && photo.updated_at < before;
    !is_settled || photo.renditions.iter().any(|rendition| rendition == key)
}

/// Returns the moment at which a photo was announced: its id begins with it.
fn made(photo: PhotoId) -> Moment {
    let mut millis = [0; 8];
    millis[2..].copy_from_slice(&photo.uuid().as_bytes()[..6]);
    Moment::from_micros(i64::from_be_bytes(millis) * 1000)
}
