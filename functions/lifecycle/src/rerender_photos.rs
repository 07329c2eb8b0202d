//! `rerender-photos`: has every photo of a range of shards that is ready rendered anew.
//!
//! For when a rendition's size or its encoder has changed: photos that were ready before have the
//! renditions of before. For each photo a message goes to the upload queue, whose worker makes the
//! renditions and puts them in the place of the old ones; the photo stays ready all the while. A
//! message that comes twice finds the photo rendered, so a call that dies, or that is repeated from
//! the beginning, does no harm.
//!
//! People's uploads wait in the same queue. So at most so many messages a second are sent, and none
//! while more than [`MOST_WAITING`] wait there.
//!
//! A call works until its time is over and answers where to go on; `./dev rerender` calls until all
//! is done. The event is `{"from": 0, "to": 4095, "per_second": 2}`, and `next` of the answer
//! before.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use shared::{
    Result,
    domain::{Original, Shard, view::Status},
    error::Error,
    runtime::OnDemandJob,
    stores::{Originals, UploadQueue, library::Library},
};
use uuid::Uuid;

/// Shorter than the function's time-out by more than one batch takes.
const TIME: Duration = Duration::from_mins(4);

/// Photos that a query takes.
const BATCH: u32 = 100;

/// Messages that may wait in the queue: with more of them, people's uploads would have to wait.
const MOST_WAITING: u64 = 20;

/// Between two messages, or two looks at a queue that is full.
const SECOND: Duration = Duration::from_secs(1);

/// The range that is to be rendered anew.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RerenderRequest {
    /// The first logical shard.
    #[serde(default)]
    from: u16,
    /// The last one.
    #[serde(default = "last_shard")]
    to: u16,
    /// The most messages a second.
    #[serde(default = "default_rate")]
    per_second: u32,
    /// The position at which the call before stopped.
    next: Option<RerenderPosition>,
}

fn last_shard() -> u16 {
    Shard::COUNT - 1
}

fn default_rate() -> u32 {
    2
}

/// A position in the photos of all clusters.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct RerenderPosition {
    cluster: usize,
    /// The last photo's id, a UUID; empty for the first.
    after: String,
}

/// The answer of a call.
#[derive(Debug, Default, Serialize)]
struct RerenderProgress {
    /// Photos that were asked for.
    sent: u64,
    /// Photos whose original is gone: they keep the renditions that they have.
    without_original: u64,
    /// To be sent with the next call; `null` when all is done.
    next: Option<RerenderPosition>,
}

/// The job and what it needs.
pub struct RerenderPhotos {
    /// The photos.
    pub library: Library,
    /// Their originals.
    pub originals: Originals,
    /// The queue of the worker that renders.
    pub queue: UploadQueue,
}

#[async_trait]
impl OnDemandJob for RerenderPhotos {
    async fn run(&self, event: serde_json::Value) -> Result<serde_json::Value> {
        let request: RerenderRequest = serde_json::from_value(event).map_err(Error::internal)?;
        let progress = self.rerender(&request, Instant::now() + TIME).await?;
        serde_json::to_value(progress).map_err(Error::internal)
    }
}

impl RerenderPhotos {
    async fn rerender(&self, request: &RerenderRequest, ends: Instant) -> Result<RerenderProgress> {
        let mut progress = RerenderProgress::default();
        let mut position = request.next.clone().unwrap_or_default();
        while position.cluster < self.library.clusters() {
            let after = Uuid::try_parse(&position.after).unwrap_or_default();
            let photos = self
                .library
                .scan_photos(position.cluster, after, BATCH)
                .await?;
            if photos.is_empty() {
                position = RerenderPosition { cluster: position.cluster + 1, after: String::new() };
                continue;
            }
            for photo in photos {
                if Instant::now() >= ends {
                    progress.next = Some(position);
                    return Ok(progress);
                }
                let original = photo.original;
                let shard = original.photo.shard().number();
                if photo.status == Status::Ready && (request.from..=request.to).contains(&shard) {
                    if !self.wait_for_room(ends).await? {
                        progress.next = Some(position);
                        return Ok(progress);
                    }
                    self.ask_for(&original, &mut progress).await?;
                    tokio::time::sleep(SECOND / request.per_second.max(1)).await;
                }
                position.after = original.photo.uuid().to_string();
            }
        }
        Ok(progress)
    }

    /// Waits until few messages wait in the queue. Returns false if the time was over before.
    async fn wait_for_room(&self, ends: Instant) -> Result<bool> {
        while self.queue.count_waiting().await? > MOST_WAITING {
            if Instant::now() >= ends {
                return Ok(false);
            }
            tokio::time::sleep(SECOND).await;
        }
        Ok(true)
    }

    async fn ask_for(&self, original: &Original, progress: &mut RerenderProgress) -> Result<()> {
        if self.originals.has(original).await? {
            self.queue.request_rerendering(original).await?;
            progress.sent += 1;
        } else {
            tracing::error!(photo = %original.photo, "a photo without its original");
            progress.without_original += 1;
        }
        Ok(())
    }
}
