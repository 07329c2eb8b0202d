//! A user who goes for good: the rows about what was theirs go, those of what they did to others' things stay
//! without their name.

use super::Activities;
use crate::{
    domain::UserId,
    error::{Of, Result},
};

/// Rows that one statement deletes: more would hold its locks for long.
const AT_ONCE: u64 = 1000;

const ERASE: &str = "DELETE FROM activity WHERE owner_id = ? LIMIT 1000";
const ANONYMISE: &str = "UPDATE activity SET actor_id = NULL WHERE owner_id = ? AND actor_id = ?";

impl Activities {
    /// Deletes all rows about what belonged to this user.
    pub async fn erase(&self, owner: UserId) -> Result<()> {
        let writer = self.db.writer(owner.shard())?;
        while sqlx::query(ERASE).bind(owner.uuid()).execute(writer).await.of("activity")?.rows_affected() >= AT_ONCE {}
        Ok(())
    }

    /// Takes this user's name out of what they did to things of `owner`.
    pub async fn anonymise(&self, owner: UserId, actor: UserId) -> Result<()> {
        let anonymise = sqlx::query(ANONYMISE).bind(owner.uuid()).bind(actor.uuid());
        anonymise.execute(self.db.writer(owner.shard())?).await.of("activity").map(drop)
    }
}
