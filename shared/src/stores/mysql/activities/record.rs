//! Rows of the record: how each is added, and read.

use sqlx::{MySqlConnection, Row, mysql::MySqlRow};

use crate::{
    domain::{Activity, ActivityId, Moment, UserId},
    env::Env,
    error::{Of, Result},
    stores::mysql::{rows::moment, sharded::Sharded},
};

const INSERT: &str = "\
    INSERT INTO activity (id, at, owner_id, actor_id, action, subject_kind, subject_id, context) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE id = id";
const NOTE_ACTOR: &str = "INSERT IGNORE INTO actors (actor_id, owner_id) VALUES (?, ?)";
const NOTE_LATE: &str = "INSERT IGNORE INTO late (id, came_at) VALUES (?, ?)";

/// Seconds after which a row is late. Messages live for 14 days; nothing younger than a month is
/// archived.
const LATE: i64 = 20 * 24 * 3600;

/// The activity database.
pub struct Activities {
    pub(super) db: Sharded,
}

impl Activities {
    /// The record that `ACTIVITY_SHARDS` leads to.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { db: Sharded::connect(env, "ACTIVITY_SHARDS", "user")? })
    }

    /// Adds this row, unless it is there.
    pub async fn record(&self, row: &Activity) -> Result<()> {
        let writer = self.db.writer(row.owner.shard())?;
        if row.at.plus(LATE) > Moment::now() {
            return insert(&mut *writer.acquire().await.of("activity")?, row)
                .await
                .of("activity");
        }
        let mut tx = writer.begin().await.of("activity")?;
        let note = sqlx::query(NOTE_LATE)
            .bind(row.id.uuid())
            .bind(Moment::now().utc());
        if note.execute(&mut *tx).await.of("activity")?.rows_affected() > 0 {
            insert(&mut tx, row).await.of("activity")?;
        }
        tx.commit().await.of("activity")
    }
}

async fn insert(db: &mut MySqlConnection, row: &Activity) -> sqlx::Result<()> {
    // First: dying between the two, there is a pair that says nothing wrong.
    if let Some(actor) = row.actor.filter(|actor| *actor != row.owner) {
        sqlx::query(NOTE_ACTOR)
            .bind(actor.uuid())
            .bind(row.owner.uuid())
            .execute(&mut *db)
            .await?;
    }
    let insert = sqlx::query(INSERT)
        .bind(row.id.uuid())
        .bind(row.at.utc())
        .bind(row.owner.uuid());
    let insert = insert
        .bind(row.actor.map(UserId::uuid))
        .bind(&row.action)
        .bind(&row.subject_kind);
    insert
        .bind(row.subject_id)
        .bind(&row.context)
        .execute(db)
        .await
        .map(drop)
}

/// A row as the database has it.
pub(super) fn read(row: &MySqlRow) -> sqlx::Result<Activity> {
    Ok(Activity {
        id: ActivityId::from_uuid(row.try_get("id")?),
        at: moment(row, "at")?,
        owner: UserId::from_uuid(row.try_get("owner_id")?),
        actor: row
            .try_get::<Option<uuid::Uuid>, _>("actor_id")?
            .map(UserId::from_uuid),
        action: row.try_get("action")?,
        subject_kind: row.try_get("subject_kind")?,
        subject_id: row.try_get("subject_id")?,
        context: row.try_get("context")?,
    })
}
