//! Rows of the record: how each is added, and read.

use sqlx::MySqlConnection;

use crate::{
    domain::{Activity, Moment, UserId},
    env::Env,
    error::{Of, Result},
    stores::mysql::{batch::Batch, rows::from_row, sharded::Sharded},
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

    /// The same; `None` for a function that only reads, and so has no `ACTIVITY_SHARDS`.
    pub fn connect_if_any(env: &Env) -> Result<Option<Self>> {
        if env.get("ACTIVITY_SHARDS").is_err() {
            return Ok(None);
        }
        Ok(Some(Self::connect(env)?))
    }

    /// Adds this row, unless it is there.
    pub async fn record(&self, row: &Activity) -> Result<()> {
        let writer = self.db.writer(row.owner.shard())?;
        if row.at.plus(LATE) > Moment::now() {
            let mut db = writer.acquire().await.of("activity")?;
            return insert(&mut db, row).await.of("activity");
        }
        let mut tx = writer.begin().await.of("activity")?;
        let noted = sqlx::query(NOTE_LATE)
            .bind(row.id.uuid())
            .bind(Moment::now().utc())
            .execute(&mut *tx)
            .await
            .of("activity")?;
        if noted.rows_affected() > 0 {
            insert(&mut tx, row).await.of("activity")?;
        }
        tx.commit().await.of("activity")
    }
}

from_row!(Activity {
    id,
    at,
    owner: "owner_id",
    actor: "actor_id",
    action,
    subject_kind,
    subject_id,
    context,
});

async fn insert(db: &mut MySqlConnection, row: &Activity) -> sqlx::Result<()> {
    let mut batch = Batch::default();
    // First: dying between the two, there is a pair that says nothing wrong.
    if let Some(actor) = row.actor.filter(|actor| *actor != row.owner) {
        batch.add(NOTE_ACTOR, &[&actor.uuid(), &row.owner.uuid()]);
    }
    batch.add(
        INSERT,
        &[
            &row.id.uuid(),
            &row.at.utc(),
            &row.owner.uuid(),
            &row.actor.map(UserId::uuid),
            &row.action,
            &row.subject_kind,
            &row.subject_id,
            &row.context,
        ],
    );
    batch.run(db).await?;
    Ok(())
}
