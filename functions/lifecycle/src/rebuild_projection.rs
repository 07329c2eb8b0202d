//! `rebuild-projection`: projects every album, photo and share of a range of shards again.
//!
//! For when the hot table was lost, was restored to an earlier state, or is to hold views of
//! another form: what is there in the same version is replaced, what is newer stays. Each row is
//! read when it is projected, so requests may go on meanwhile, and two of these at once do no harm.
//!
//! A call works until its time is over and answers where to go on; `./dev rebuild-projection` calls
//! until all is done. The event is `{"from": 0, "to": 4095}`, and `next` of the answer before.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use shared::{
    Result,
    domain::{Change, Shard},
    error::Error,
    runtime::OnDemandJob,
    stores::{Projector, library::ScannedKind},
};
use uuid::Uuid;

/// Shorter than the function's time-out by more than one batch takes.
const TIME: Duration = Duration::from_mins(4);

/// Rows that a query takes.
const BATCH: u32 = 200;

/// The range that is to be rebuilt.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// The first logical shard.
    #[serde(default)]
    from: u16,
    /// The last one.
    #[serde(default = "last")]
    to: u16,
    /// The position at which the call before stopped.
    next: Option<RebuildPosition>,
}

fn last() -> u16 {
    Shard::COUNT - 1
}

/// A position in the rows of all clusters.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct RebuildPosition {
    cluster: usize,
    what: ScannedKind,
    /// The last row's id, a UUID; empty for the first.
    after: String,
}

/// The answer of a call.
#[derive(Debug, Default, Serialize)]
struct Answer {
    albums: u64,
    photos: u64,
    shares: u64,
    /// Rows that were not projected; the log says why.
    failures: u64,
    /// To be sent with the next call; `null` when all is done.
    next: Option<RebuildPosition>,
}

/// The job and what it needs.
pub struct RebuildProjection {
    /// The library, and the projection that is built anew.
    pub projector: Projector,
}

#[async_trait]
impl OnDemandJob for RebuildProjection {
    async fn run(&self, event: serde_json::Value) -> Result<serde_json::Value> {
        let asked: Asked = serde_json::from_value(event).map_err(Error::internal)?;
        let answer = self.rebuild(&asked, Instant::now() + TIME).await?;
        serde_json::to_value(answer).map_err(Error::internal)
    }
}

impl RebuildProjection {
    async fn rebuild(&self, asked: &Asked, ends: Instant) -> Result<Answer> {
        let mut answer = Answer::default();
        let begin = RebuildPosition { cluster: 0, what: ScannedKind::Albums, after: String::new() };
        let mut place = Some(asked.next.clone().unwrap_or(begin));
        while let Some(at) = place.clone() {
            if Instant::now() > ends {
                break;
            }
            let rows = self
                .projector
                .library
                .scan(at.cluster, at.what, uuid(&at), BATCH)
                .await?;
            for row in rows
                .iter()
                .filter(|row| (asked.from..=asked.to).contains(&row.shard().number()))
            {
                self.row(row, &mut answer).await;
            }
            place = match rows.last() {
                Some(row) => Some(RebuildPosition { after: id(row), ..at }),
                None => self.following(&at),
            };
        }
        answer.next = place;
        Ok(answer)
    }

    async fn row(&self, row: &Change, answer: &mut Answer) {
        if let Err(error) = self.projector.project(row).await {
            tracing::error!(?row, error = error.chain(), "not projected");
            answer.failures += 1;
            return;
        }
        match row {
            Change::Album { .. } => answer.albums += 1,
            Change::Photo { .. } => answer.photos += 1,
            Change::Share { .. } => answer.shares += 1,
            Change::Activity(_) => {}
        }
    }

    fn following(&self, at: &RebuildPosition) -> Option<RebuildPosition> {
        let (cluster, what) = match at.what {
            ScannedKind::Albums => (at.cluster, ScannedKind::Photos),
            ScannedKind::Photos => (at.cluster, ScannedKind::Shares),
            ScannedKind::Shares => (at.cluster + 1, ScannedKind::Albums),
        };
        (cluster < self.projector.library.clusters()).then_some(RebuildPosition {
            cluster,
            what,
            after: String::new(),
        })
    }
}

fn uuid(at: &RebuildPosition) -> Uuid {
    Uuid::try_parse(&at.after).unwrap_or_default()
}

fn id(row: &Change) -> String {
    match row {
        Change::Album { id, .. } => id.uuid().to_string(),
        Change::Photo { id, .. } => id.uuid().to_string(),
        Change::Share { id, .. } => id.uuid().to_string(),
        Change::Activity(row) => row.id.uuid().to_string(),
    }
}
