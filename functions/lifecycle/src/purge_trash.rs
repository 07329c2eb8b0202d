//! `purge-trash`: on a schedule, ends what has been in the trash for 30 days, or was in it when its
//! owner emptied it, and invitations whose time has been over for as long.
//!
//! [`crate::purge`] says why a second run or a death anywhere is harmless: rows go before
//! objects, in a transaction that asks again whether the photo or album is still in the trash, and
//! leaves a note of what is left, which each run works off before it looks for more. A run that
//! reaches the end of its time leaves the rest to the next, which finds it by its date, or by the
//! time that stays in its owner's row until nothing of an emptied trash is left. One that
//! fails at something goes on to the next and says so at its end.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures::{StreamExt, stream};
use shared::{
    Result,
    domain::{Moment, PhotoId, TRASH_DAYS, UserId},
    error::Error,
    runtime::ScheduledJob,
    stores::library::{EmptiedTrash, PurgeScope},
};

use crate::Purge;

/// Shorter than the function's time-out by more than one batch takes.
const TIME: Duration = Duration::from_mins(4);

/// Rows of a query.
const BATCH: u32 = 100;

/// Photos or albums that are ended at the same time: as many as a function has connections.
const IN_FLIGHT: usize = 2;

/// The job and what it needs.
pub struct PurgeTrash {
    /// The end of photos and albums.
    pub purge: Purge,
}

#[async_trait]
impl ScheduledJob for PurgeTrash {
    /// Ends what is due on every cluster.
    async fn run(&self) -> Result<()> {
        self.run_at(Moment::now()).await
    }
}

/// Seconds for which an invitation that nobody can accept any more is kept for its owner to see.
const INVITATIONS_KEPT: i64 = 30 * 24 * 60 * 60;

/// The counts of a run.
#[derive(Default)]
struct PurgeTally {
    photos: u64,
    albums: u64,
    invitations: usize,
    bytes: u64,
    failures: u64,
}

impl PurgeTally {
    /// Notes a failure and goes on: what is behind it is due as well.
    fn or_failed<T: Default>(&mut self, outcome: Result<T>) -> T {
        outcome.unwrap_or_else(|error| {
            self.failures += 1;
            tracing::error!(error = error.chain(), "left to the next run");
            T::default()
        })
    }
}

impl PurgeTrash {
    /// The same at another time.
    pub async fn run_at(&self, now: Moment) -> Result<()> {
        let (ends, scope) =
            (Instant::now() + TIME, PurgeScope::Trash(now.plus(-TRASH_DAYS * 24 * 60 * 60)));
        let mut tally = PurgeTally::default();
        for cluster in 0..self.purge.projector.library.clusters() {
            let done = async {
                self.clean_up(cluster, ends, &mut tally).await?;
                self.invitations(cluster, now, ends, &mut tally).await?;
                self.albums(cluster, scope, ends, &mut tally).await?;
                self.photos(cluster, scope, ends, &mut tally).await?;
                self.emptied(cluster, ends, &mut tally).await
            };
            let done = done.await;
            tally.or_failed(done);
        }
        let PurgeTally { photos, albums, invitations, bytes, failures } = tally;
        tracing::info!(photos, albums, invitations, bytes, failures, "purged");
        if failures == 0 {
            Ok(())
        } else {
            Err(Error::internal(format!("{failures} failures; see above")))
        }
    }

    async fn clean_up(&self, cluster: usize, ends: Instant, tally: &mut PurgeTally) -> Result<()> {
        let mut after = None;
        while Instant::now() < ends {
            let left = self
                .purge
                .projector
                .library
                .pending_cleanups(cluster, after.as_ref(), BATCH)
                .await?;
            for cleanup in &left {
                tally.or_failed(self.purge.clean_up(cleanup).await);
            }
            after = left.last().copied();
            if after.is_none() {
                break;
            }
        }
        Ok(())
    }

    async fn invitations(
        &self,
        cluster: usize,
        now: Moment,
        ends: Instant,
        tally: &mut PurgeTally,
    ) -> Result<()> {
        let before = now.plus(-INVITATIONS_KEPT);
        let library = &self.purge.projector.library;
        while Instant::now() < ends {
            let deleted = library
                .delete_ended_invitations(cluster, before, BATCH)
                .await?;
            tally.invitations += deleted;
            if deleted == 0 {
                break;
            }
        }
        Ok(())
    }

    async fn albums(
        &self,
        cluster: usize,
        scope: PurgeScope,
        ends: Instant,
        tally: &mut PurgeTally,
    ) -> Result<()> {
        let PurgeScope::Trash(before) = scope else { return Ok(()) };
        let mut after = None;
        while Instant::now() < ends {
            let due = self
                .purge
                .projector
                .library
                .albums_due(cluster, before, after, BATCH)
                .await?;
            for album in &due {
                let gone = tally.or_failed(self.purge.album(album.id, album.owner, scope).await);
                tally.albums += u64::from(gone);
            }
            after = due.last().copied();
            if after.is_none() {
                break;
            }
        }
        Ok(())
    }

    async fn photos(
        &self,
        cluster: usize,
        scope: PurgeScope,
        ends: Instant,
        tally: &mut PurgeTally,
    ) -> Result<()> {
        let PurgeScope::Trash(before) = scope else { return Ok(()) };
        let mut after = None;
        while Instant::now() < ends {
            let due = self
                .purge
                .projector
                .library
                .photos_due(cluster, before, after, BATCH)
                .await?;
            after = due.last().copied();
            let due = due.into_iter().map(|photo| (photo.id, photo.owner));
            self.end_photos(due.collect(), scope, tally).await;
            if after.is_none() {
                break;
            }
        }
        Ok(())
    }

    async fn end_photos(
        &self,
        photos: Vec<(PhotoId, UserId)>,
        scope: PurgeScope,
        tally: &mut PurgeTally,
    ) {
        let ended =
            stream::iter(photos).map(|(photo, owner)| self.purge.photo(photo, owner, scope));
        let mut ended = std::pin::pin!(ended.buffer_unordered(IN_FLIGHT));
        while let Some(outcome) = ended.next().await {
            if let Some(bytes) = tally.or_failed(outcome) {
                tally.photos += 1;
                tally.bytes += bytes;
            }
        }
    }

    /// Ends what was in the trash when its owner emptied it: some of each owner's in turn, so that
    /// nobody waits for the whole of somebody else's.
    async fn emptied(&self, cluster: usize, ends: Instant, tally: &mut PurgeTally) -> Result<()> {
        let library = &self.purge.projector.library;
        let mut after = None;
        let mut is_more = false;
        while Instant::now() < ends {
            let emptied = library.emptied_trashes(cluster, after, BATCH).await?;
            after = emptied.last().copied();
            for trash in emptied {
                if Instant::now() >= ends {
                    break;
                }
                is_more |= self.end_some_of(trash, tally).await?;
            }
            if after.is_none() && !std::mem::take(&mut is_more) {
                break;
            }
        }
        Ok(())
    }

    /// Ends some of an emptied trash, or forgets it when nothing is left; `true` when this run is to
    /// come back to it. One of which something fails is left to the next run.
    async fn end_some_of(&self, trash: EmptiedTrash, tally: &mut PurgeTally) -> Result<bool> {
        let library = &self.purge.projector.library;
        let albums = library.albums_of_emptied(trash, BATCH).await?;
        let photos = library.photos_of_emptied(trash, BATCH).await?;
        if albums.is_empty() && photos.is_empty() {
            library.forget_emptied_trash(trash).await?;
            return Ok(false);
        }
        let scope = PurgeScope::Trash(trash.at);
        let failures = tally.failures;
        for album in albums {
            let gone = tally.or_failed(self.purge.album(album, trash.owner, scope).await);
            tally.albums += u64::from(gone);
        }
        let photos = photos.into_iter().map(|photo| (photo, trash.owner));
        self.end_photos(photos.collect(), scope, tally).await;
        Ok(tally.failures == failures)
    }
}
