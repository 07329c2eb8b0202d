//! Exports: who has asked for one, and how far it is.
//!
//! One export of a user is under way at a time, and one is kept:
//! in the transaction that makes another one ready, the one before ends. There are so many a day;
//! the rows of the last day are what that counts, so a row stays for so long.

use sqlx::MySqlConnection;
use uuid::Uuid;

mod daily_limit;
mod parts;

pub use parts::ExportPart;

use super::{
    accounts::HOLD_USER,
    activities::Activities,
    conflicts::again_after_deadlock,
    library::AfterPhoto,
    outbox::{self, Outbox},
    rows::from_row,
    sharded::Sharded,
};
use crate::{
    activity::{self, ActivityFacts},
    domain::{
        Change, ExportId, Limit, Moment, Page, UserId,
        export::{ExportState, ExportView},
    },
    env::Env,
    error::{Error, Of, Result},
};

/// The queries that answer with lists, and the index that serves each.
pub const EXPORT_LISTS: [(&str, &str); 6] = [
    (EXPORTS_OF_USER, "exports_of_user"),
    (parts::PARTS, "PRIMARY"),
    (BY_STATE, "exports_by_state"),
    (ALL_OF_USER, "exports_of_user"),
    (ENDED, "exports_by_end"),
    (daily_limit::TODAY, "exports_of_user"),
];

/// The one that is under way, or that has been made under this id.
const KNOWN: &str = "\
    SELECT * FROM exports WHERE user_id = ? AND (state IN ('queued', 'running') OR id = ?) \
    ORDER BY id DESC LIMIT 1";
const INSERT: &str = "\
    INSERT IGNORE INTO exports (id, user_id, state, created_at, updated_at) \
    VALUES (?, ?, 'queued', ?, ?)";
const BY_ID: &str = "SELECT * FROM exports WHERE id = ?";
const EXPORTS_OF_USER: &str = "\
    SELECT * FROM exports FORCE INDEX (exports_of_user) \
    WHERE user_id = ? AND id < ? ORDER BY id DESC LIMIT ?";
const ALL_OF_USER: &str =
    "SELECT * FROM exports FORCE INDEX (exports_of_user) WHERE user_id = ? ORDER BY id";
const BY_STATE: &str = "\
    SELECT * FROM exports FORCE INDEX (exports_by_state) \
    WHERE state = ? AND updated_at <= ? ORDER BY updated_at, id LIMIT ?";
const ENDED: &str = "\
    SELECT * FROM exports FORCE INDEX (exports_by_end) \
    WHERE expires_at <= ? AND expires_at >= ? AND (expires_at > ? OR id > ?) \
    ORDER BY expires_at, id LIMIT ?";
/// Sets an export running or failed, unless it is over.
const SET_STATE: &str = "\
    UPDATE exports SET state = ?, updated_at = ? \
    WHERE id = ? AND state IN ('queued', 'running')";
const DELETE_PARTS: &str = "DELETE FROM export_parts WHERE export_id = ?";
const DELETE: &str = "DELETE FROM exports WHERE id = ?";

/// An export, and where its next part begins.
#[derive(Clone, Debug)]
pub struct Export {
    /// Its user.
    pub user: UserId,
    /// As its user sees it.
    pub view: ExportView,
    /// The last photo in the parts that are there.
    pub after: Option<AfterPhoto>,
}

from_row!(Export { user: "user_id", view: _, after: (parts::after) });

from_row!(ExportView { id, state, photos, bytes, parts, created_at, expires_at });

/// The exports, in the accounts database.
pub struct Exports {
    db: Sharded,
    /// The record of activity; who only reads has none.
    activities: Option<Activities>,
}

impl Exports {
    /// The exports that `ACCOUNTS_SHARDS` leads to.
    pub fn connect(env: &Env) -> Result<Self> {
        let db = Sharded::connect(env, "ACCOUNTS_SHARDS", "export")?;
        Ok(Self { db, activities: Activities::connect_if_any(env)? })
    }

    /// Makes an export with this id, or finds it, or the one that is under way.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such user, [`Error::TooManyToday`] after `most` in a
    /// day.
    pub async fn create(&self, id: ExportId, user: UserId, most: u32) -> Result<ExportView> {
        again_after_deadlock(|| self.try_create(id, user, most)).await
    }

    async fn try_create(&self, id: ExportId, user: UserId, most: u32) -> Result<ExportView> {
        let mut tx = self.db.writer(user.shard())?.begin().await.of("accounts")?;
        // Two at once take turns on the user's row.
        sqlx::query(HOLD_USER)
            .bind(user.uuid())
            .fetch_optional(&mut *tx)
            .await
            .of("accounts")?
            .ok_or(Error::NotFound { what: "user" })?;
        let known: Option<Export> = sqlx::query_as(KNOWN)
            .bind(user.uuid())
            .bind(id.uuid())
            .fetch_optional(&mut *tx)
            .await
            .of("accounts")?;
        if let Some(known) = known {
            return Ok(known.view);
        }
        daily_limit::check(&mut tx, user, most).await?;
        let export = insert(&mut tx, id, user).await.of("accounts")?;
        let row = activity::activity_entry(user, "export", id.uuid(), ActivityFacts::default());
        let activity_entry = Change::Activity(Box::new(row));
        outbox::note(&mut tx, std::slice::from_ref(&activity_entry))
            .await
            .of("accounts")?;
        tx.commit().await.of("accounts")?;
        self.settle(&activity_entry).await;
        Ok(export.view)
    }

    /// Adds a row of activity to the record and forgets that it waited. A failure is left to the
    /// relay.
    async fn settle(&self, activity_entry: &Change) {
        let (Change::Activity(row), Some(activities)) = (activity_entry, &self.activities) else {
            return;
        };
        let settled = async {
            activities.record(row).await?;
            let outbox = Outbox { db: &self.db, service: "accounts" };
            outbox.settle(&[activity_entry]).await
        };
        if let Err(error) = settled.await {
            tracing::warn!(error = error.chain(), "a row of activity is left to the relay");
        }
    }

    /// An export, whosever it is: for the worker.
    pub async fn find(&self, id: ExportId) -> Result<Option<Export>> {
        sqlx::query_as(BY_ID)
            .bind(id.uuid())
            .fetch_optional(self.db.writer(id.shard())?)
            .await
            .of("accounts")
    }

    /// An export of this user.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the user has none with this id.
    pub async fn of_user(&self, id: ExportId, user: UserId) -> Result<Export> {
        match self.find(id).await? {
            Some(export) if export.user == user => Ok(export),
            _ => Err(Error::NotFound { what: "export" }),
        }
    }

    /// The user's exports, newest first, after `before`.
    pub async fn list(
        &self,
        user: UserId,
        before: Option<ExportId>,
        limit: Limit,
    ) -> Result<Page<ExportView, ExportId>> {
        let exports: Vec<Export> = sqlx::query_as(EXPORTS_OF_USER)
            .bind(user.uuid())
            .bind(before.map_or(Uuid::max(), ExportId::uuid))
            .bind(limit.one_more())
            .fetch_all(self.db.writer(user.shard())?)
            .await
            .of("accounts")?;
        let views = exports.into_iter().map(|export| export.view).collect();
        Ok(Page::cut(views, limit, |export: &ExportView| export.id))
    }

    /// All exports of this user.
    pub async fn all_of(&self, user: UserId) -> Result<Vec<Export>> {
        sqlx::query_as(ALL_OF_USER)
            .bind(user.uuid())
            .fetch_all(self.db.writer(user.shard())?)
            .await
            .of("accounts")
    }

    /// Notes that an export is being worked on; `false` when it is over.
    pub async fn begin(&self, id: ExportId) -> Result<bool> {
        self.set_state(id, ExportState::Running).await
    }

    /// Sets an export failed, unless it is over.
    pub async fn fail(&self, id: ExportId) -> Result<bool> {
        self.set_state(id, ExportState::Failed).await
    }

    async fn set_state(&self, id: ExportId, state: ExportState) -> Result<bool> {
        let set = sqlx::query(SET_STATE)
            .bind(word(state))
            .bind(Moment::now().utc())
            .bind(id.uuid())
            .execute(self.db.writer(id.shard())?)
            .await
            .of("accounts")?;
        Ok(set.rows_affected() > 0)
    }

    /// Returns the number of clusters.
    pub fn clusters(&self) -> usize {
        self.db.writers().count()
    }

    /// Exports of this cluster that have been in this state since before `before`, the oldest
    /// first.
    pub async fn since(
        &self,
        cluster: usize,
        state: ExportState,
        before: Moment,
        limit: u32,
    ) -> Result<Vec<Export>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        sqlx::query_as(BY_STATE)
            .bind(word(state))
            .bind(before.utc())
            .bind(limit)
            .fetch_all(writer)
            .await
            .of("accounts")
    }

    /// Exports of this cluster whose files are not kept any more, after `after`, the one that ended
    /// first before the others.
    pub async fn ended(
        &self,
        cluster: usize,
        now: Moment,
        after: Option<&Export>,
        limit: u32,
    ) -> Result<Vec<Export>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        let at = after.and_then(|after| after.view.expires_at);
        let at = at.unwrap_or(Moment::FIRST).utc();
        let id = after.map_or(Uuid::nil(), |after| after.view.id.uuid());
        sqlx::query_as(ENDED)
            .bind(now.utc())
            .bind(at)
            .bind(at)
            .bind(id)
            .bind(limit)
            .fetch_all(writer)
            .await
            .of("accounts")
    }

    /// Deletes an export's rows, once its objects are gone.
    pub async fn delete(&self, id: ExportId) -> Result<()> {
        let writer = self.db.writer(id.shard())?;
        for sql in [DELETE_PARTS, DELETE] {
            sqlx::query(sql)
                .bind(id.uuid())
                .execute(writer)
                .await
                .of("accounts")?;
        }
        Ok(())
    }
}

async fn insert(tx: &mut MySqlConnection, id: ExportId, user: UserId) -> sqlx::Result<Export> {
    let now = Moment::now().utc();
    sqlx::query(INSERT)
        .bind(id.uuid())
        .bind(user.uuid())
        .bind(now)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    sqlx::query_as(BY_ID).bind(id.uuid()).fetch_one(tx).await
}

fn word(state: ExportState) -> &'static str {
    match state {
        ExportState::Queued => "queued",
        ExportState::Running => "running",
        ExportState::Ready => "ready",
        ExportState::Failed => "failed",
    }
}
