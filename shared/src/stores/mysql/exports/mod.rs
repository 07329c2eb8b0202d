//! Exports: who has asked for one, and how far it is.
//!
//! A part is recorded in one transaction, on condition that it is the next one: of two workers that
//! make the same part, one's counts. One export of a user is under way at a time, and one is kept:
//! in the transaction that makes another one ready, the one before ends. There are so many a day;
//! the rows of the last day are what that counts, so a row stays for so long.

use sqlx::{MySql, Row, Transaction, mysql::MySqlRow};
use uuid::Uuid;

mod daily_limit;

use super::{
    activities::Activities,
    failures::again_after_deadlock,
    library::AfterPhoto,
    outbox::{self, Outbox},
    rows::{maybe_moment, moment},
    sharded::Sharded,
};
use crate::{
    activity::{self, ActivityFacts},
    domain::{
        Change, ExportId, Limit, Moment, Page, PhotoId, Sha256, UserId,
        export::{ExportState, ExportView},
    },
    env::Env,
    error::{Error, Of, Result},
};

/// The queries that answer with lists, and the index that serves each.
pub const EXPORT_LISTS: [(&str, &str); 6] = [
    (EXPORTS_OF_USER, "exports_of_user"),
    (PARTS, "PRIMARY"),
    (BY_STATE, "exports_by_state"),
    (ALL_OF_USER, "exports_of_user"),
    (ENDED, "exports_by_end"),
    (daily_limit::TODAY, "exports_of_user"),
];

const LOCK_USER: &str = "SELECT id FROM users WHERE id = ? FOR UPDATE";
/// The one that is under way, or that has been made under this id.
const KNOWN: &str = "\
    SELECT * FROM exports WHERE user_id = ? AND (state IN ('queued', 'running') OR id = ?) ORDER BY id DESC LIMIT 1";
const INSERT: &str = "\
    INSERT IGNORE INTO exports (id, user_id, state, created_at, updated_at) VALUES (?, ?, 'queued', ?, ?)";
const BY_ID: &str = "SELECT * FROM exports WHERE id = ?";
const EXPORTS_OF_USER: &str = "\
    SELECT * FROM exports FORCE INDEX (exports_of_user) WHERE user_id = ? AND id < ? ORDER BY id DESC LIMIT ?";
const ALL_OF_USER: &str =
    "SELECT * FROM exports FORCE INDEX (exports_of_user) WHERE user_id = ? ORDER BY id";
const PARTS: &str = "SELECT * FROM export_parts WHERE export_id = ? ORDER BY number";
const BY_STATE: &str = "\
    SELECT * FROM exports FORCE INDEX (exports_by_state) \
    WHERE state = ? AND updated_at <= ? ORDER BY updated_at, id LIMIT ?";
const ENDED: &str = "\
    SELECT * FROM exports FORCE INDEX (exports_by_end) \
    WHERE expires_at <= ? AND expires_at >= ? AND (expires_at > ? OR id > ?) ORDER BY expires_at, id LIMIT ?";
const END_OTHERS: &str = "\
    UPDATE exports e JOIN exports made ON made.user_id = e.user_id \
    SET e.expires_at = ? WHERE made.id = ? AND e.id <> made.id AND e.state = 'ready' AND e.expires_at > ?";
const RECORD: &str = "\
    UPDATE exports SET state = ?, parts = ?, after_sha256 = ?, after_photo = ?, \
                       photos = photos + ?, bytes = bytes + ?, updated_at = ?, expires_at = ? \
    WHERE id = ? AND parts = ? AND state IN ('queued', 'running')";
const INSERT_PART: &str = "\
    INSERT INTO export_parts (export_id, number, object, photos, bytes, sha256) VALUES (?, ?, ?, ?, ?, ?)";
const BEGIN: &str = "UPDATE exports SET state = 'running', updated_at = ? WHERE id = ? AND state IN ('queued', 'running')";
const FAIL: &str = "UPDATE exports SET state = 'failed', updated_at = ? WHERE id = ? AND state IN ('queued', 'running')";
const DELETE_PARTS: &str = "DELETE FROM export_parts WHERE export_id = ?";
const DELETE: &str = "DELETE FROM exports WHERE id = ?";

/// How long a ready export is kept, in seconds: 7 days.
const EXPORT_KEPT: i64 = 7 * 24 * 3600;

/// An export, and where its next part begins.
#[derive(Clone, Debug)]
pub struct Export {
    /// Whose.
    pub user: UserId,
    /// As its user sees it.
    pub view: ExportView,
    /// The last photo in the parts that are there.
    pub after: Option<AfterPhoto>,
}

/// A part that is whole.
#[derive(Clone, Debug)]
pub struct ExportPart {
    /// Its number, from 1.
    pub number: u32,
    /// The key of its object.
    pub object: String,
    /// Photos in it.
    pub photos: u32,
    /// Its size.
    pub bytes: u64,
    /// The sum of its bytes.
    pub sha256: Sha256,
}

/// The exports, in the accounts database.
pub struct Exports {
    db: Sharded,
    /// The record of activity; who only reads has none.
    activities: Option<Activities>,
}

impl Exports {
    /// The exports that `ACCOUNTS_SHARDS` leads to.
    pub fn connect(env: &Env) -> Result<Self> {
        let activities = env
            .get("ACTIVITY_SHARDS")
            .ok()
            .map(|_| Activities::connect(env))
            .transpose()?;
        Ok(Self { db: Sharded::connect(env, "ACCOUNTS_SHARDS", "export")?, activities })
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
        let locked = sqlx::query(LOCK_USER)
            .bind(user.uuid())
            .fetch_optional(&mut *tx)
            .await
            .of("accounts")?;
        locked.ok_or(Error::NotFound { what: "user" })?;
        let known = sqlx::query(KNOWN)
            .bind(user.uuid())
            .bind(id.uuid())
            .fetch_optional(&mut *tx)
            .await
            .of("accounts")?;
        let (row, activity_entry) = if let Some(row) = known {
            (row, None)
        } else {
            daily_limit::check(&mut tx, user, most).await?;
            let row = insert(&mut tx, id, user).await.of("accounts")?;
            let activity_entry = Change::Activity(Box::new(activity::activity_entry(
                user,
                "export",
                id.uuid(),
                ActivityFacts::default(),
            )));
            outbox::note(&mut tx, std::slice::from_ref(&activity_entry))
                .await
                .of("accounts")?;
            (row, Some(activity_entry))
        };
        let export = read(&row).of("accounts")?;
        tx.commit().await.of("accounts")?;
        self.settle(activity_entry).await;
        Ok(export.view)
    }

    /// Adds a row of activity to the record and forgets that it waited. A failure is left to the
    /// relay.
    async fn settle(&self, activity_entry: Option<Change>) {
        let (Some(Change::Activity(row)), Some(activities)) = (&activity_entry, &self.activities)
        else {
            return;
        };
        let settled = async {
            activities.record(row).await?;
            let outbox = Outbox { db: &self.db, service: "accounts" };
            outbox.settle(&Change::Activity(row.clone())).await
        };
        if let Err(error) = settled.await {
            tracing::warn!(error = error.chain(), "a row of activity is left to the relay");
        }
    }

    /// An export, whosever it is: for the worker.
    pub async fn find(&self, id: ExportId) -> Result<Option<Export>> {
        let row = sqlx::query(BY_ID)
            .bind(id.uuid())
            .fetch_optional(self.db.writer(id.shard())?)
            .await;
        row.of("accounts")?
            .as_ref()
            .map(read)
            .transpose()
            .of("accounts")
    }

    /// An export of this user.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the user has none with this id.
    pub async fn of_user(&self, id: ExportId, user: UserId) -> Result<Export> {
        let export = self.find(id).await?.filter(|export| export.user == user);
        export.ok_or(Error::NotFound { what: "export" })
    }

    /// The user's exports, newest first, after `before`.
    pub async fn list(
        &self,
        user: UserId,
        before: Option<ExportId>,
        limit: Limit,
    ) -> Result<Page<ExportView, ExportId>> {
        let before = before.map_or(Uuid::max(), ExportId::uuid);
        let query = sqlx::query(EXPORTS_OF_USER)
            .bind(user.uuid())
            .bind(before)
            .bind(limit.one_more());
        let rows = query
            .fetch_all(self.db.writer(user.shard())?)
            .await
            .of("accounts")?;
        let exports = rows.iter().map(|row| read(row).map(|export| export.view));
        let exports = exports.collect::<sqlx::Result<_>>().of("accounts")?;
        Ok(Page::cut(exports, limit, |export: &ExportView| export.id))
    }

    /// All exports of this user.
    pub async fn all_of(&self, user: UserId) -> Result<Vec<Export>> {
        let rows = sqlx::query(ALL_OF_USER)
            .bind(user.uuid())
            .fetch_all(self.db.writer(user.shard())?)
            .await;
        rows.of("accounts")?
            .iter()
            .map(read)
            .collect::<sqlx::Result<_>>()
            .of("accounts")
    }

    /// The parts of an export that are whole.
    pub async fn parts(&self, id: ExportId) -> Result<Vec<ExportPart>> {
        let rows = sqlx::query(PARTS)
            .bind(id.uuid())
            .fetch_all(self.db.writer(id.shard())?)
            .await;
        rows.of("accounts")?
            .iter()
            .map(part)
            .collect::<sqlx::Result<_>>()
            .of("accounts")
    }

    /// Notes that an export is being worked on; `false` when it is over.
    pub async fn begin(&self, id: ExportId) -> Result<bool> {
        self.set(id, BEGIN).await
    }

    /// Sets an export failed, unless it is over.
    pub async fn fail(&self, id: ExportId) -> Result<bool> {
        self.set(id, FAIL).await
    }

    async fn set(&self, id: ExportId, sql: &'static str) -> Result<bool> {
        let set = sqlx::query(sql).bind(Moment::now().utc()).bind(id.uuid());
        Ok(set
            .execute(self.db.writer(id.shard())?)
            .await
            .of("accounts")?
            .rows_affected()
            > 0)
    }

    /// Records the next part, and that the one after it begins after `after`, or that it is the
    /// last. `false` when it is not the next any more.
    pub async fn record(
        &self,
        id: ExportId,
        part: &ExportPart,
        after: Option<AfterPhoto>,
        last: bool,
    ) -> Result<bool> {
        again_after_deadlock(|| async {
            let mut tx = self.db.writer(id.shard())?.begin().await.of("accounts")?;
            let recorded = record(&mut tx, id, part, after, last)
                .await
                .of("accounts")?;
            tx.commit().await.of("accounts")?;
            Ok(recorded)
        })
        .await
    }

    /// How many clusters there are.
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
        let query = sqlx::query(BY_STATE)
            .bind(word(state))
            .bind(before.utc())
            .bind(limit);
        query
            .fetch_all(writer)
            .await
            .of("accounts")?
            .iter()
            .map(read)
            .collect::<sqlx::Result<_>>()
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
        let at = after
            .and_then(|after| after.view.expires_at)
            .unwrap_or(Moment::FIRST)
            .utc();
        let id = after.map_or(Uuid::nil(), |after| after.view.id.uuid());
        let query = sqlx::query(ENDED)
            .bind(now.utc())
            .bind(at)
            .bind(at)
            .bind(id)
            .bind(limit);
        query
            .fetch_all(writer)
            .await
            .of("accounts")?
            .iter()
            .map(read)
            .collect::<sqlx::Result<_>>()
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

async fn insert(
    tx: &mut Transaction<'_, MySql>,
    id: ExportId,
    user: UserId,
) -> sqlx::Result<MySqlRow> {
    let now = Moment::now().utc();
    let insert = sqlx::query(INSERT)
        .bind(id.uuid())
        .bind(user.uuid())
        .bind(now)
        .bind(now);
    insert.execute(&mut **tx).await?;
    sqlx::query(BY_ID)
        .bind(id.uuid())
        .fetch_one(&mut **tx)
        .await
}

async fn record(
    tx: &mut Transaction<'_, MySql>,
    id: ExportId,
    part: &ExportPart,
    after: Option<AfterPhoto>,
    last: bool,
) -> sqlx::Result<bool> {
    let now = Moment::now();
    let (state, expires_at) =
        if last { ("ready", Some(now.plus(EXPORT_KEPT).utc())) } else { ("running", None) };
    let record = sqlx::query(RECORD)
        .bind(state)
        .bind(part.number)
        .bind(after.map(|after| after.sha256.bytes().to_vec()));
    let record = record.bind(after.map(|after| after.photo.uuid()));
    let record = record
        .bind(part.photos)
        .bind(part.bytes)
        .bind(now.utc())
        .bind(expires_at);
    let record = record
        .bind(id.uuid())
        .bind(part.number - 1)
        .execute(&mut **tx)
        .await?;
    if record.rows_affected() == 0 {
        return Ok(false);
    }
    let insert = sqlx::query(INSERT_PART)
        .bind(id.uuid())
        .bind(part.number)
        .bind(&part.object);
    let insert = insert
        .bind(part.photos)
        .bind(part.bytes)
        .bind(&part.sha256.bytes()[..]);
    insert.execute(&mut **tx).await?;
    if last {
        let end = sqlx::query(END_OTHERS)
            .bind(now.utc())
            .bind(id.uuid())
            .bind(now.utc());
        end.execute(&mut **tx).await?;
    }
    Ok(true)
}

fn word(state: ExportState) -> &'static str {
    match state {
        ExportState::Queued => "queued",
        ExportState::Running => "running",
        ExportState::Ready => "ready",
        ExportState::Failed => "failed",
    }
}

fn read(row: &MySqlRow) -> sqlx::Result<Export> {
    let state = match row.try_get::<String, _>("state")?.as_str() {
        "queued" => ExportState::Queued,
        "running" => ExportState::Running,
        "ready" => ExportState::Ready,
        _ => ExportState::Failed,
    };
    let view = ExportView {
        id: ExportId::from_uuid(row.try_get("id")?),
        state,
        photos: row.try_get("photos")?,
        bytes: row.try_get("bytes")?,
        parts: row.try_get("parts")?,
        created_at: moment(row, "created_at")?,
        expires_at: maybe_moment(row, "expires_at")?,
    };
    let after: Option<Vec<u8>> = row.try_get("after_sha256")?;
    let after = after
        .and_then(|sum| <[u8; 32]>::try_from(sum).ok())
        .map(Sha256::from);
    // Parts of before photos were noted end with all of a sum.
    let photo = row
        .try_get::<Option<Uuid>, _>("after_photo")?
        .unwrap_or(Uuid::max());
    let after = after.map(|sha256| AfterPhoto { sha256, photo: PhotoId::from_uuid(photo) });
    Ok(Export { user: UserId::from_uuid(row.try_get("user_id")?), view, after })
}

fn part(row: &MySqlRow) -> sqlx::Result<ExportPart> {
    let sum: Vec<u8> = row.try_get("sha256")?;
    Ok(ExportPart {
        number: row.try_get("number")?,
        object: row.try_get("object")?,
        photos: row.try_get("photos")?,
        bytes: row.try_get("bytes")?,
        sha256: Sha256::from(<[u8; 32]>::try_from(sum).unwrap_or_default()),
    })
}
