//! Quotas of owners, which administrators set: a column of the owner's row, where every photo that
//! is announced finds it.

use super::database::Library;
use crate::{
    domain::{Change, UserId},
    error::{Of, Result},
    stores::mysql::conflicts::again_after_deadlock,
};

const SET_QUOTA: &str = "UPDATE owners SET quota_bytes = ? WHERE user_id = ?";

impl Library {
    /// Sets the bytes that this owner may keep; `None` for as many as the stack allows. Who keeps
    /// more keeps it, and adds nothing. An owner who has this quota is left as they are.
    pub async fn set_quota(&self, owner: UserId, bytes: Option<u64>) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_set_quota(owner, bytes)).await
    }

    async fn try_set_quota(&self, owner: UserId, bytes: Option<u64>) -> Result<Vec<Change>> {
        let mut transaction = self.begin_owner_transaction(owner, owner.shard()).await?;
        if transaction.quota != bytes {
            sqlx::query(SET_QUOTA)
                .bind(bytes)
                .bind(owner.uuid())
                .execute(transaction.db())
                .await
                .of("library")?;
            transaction.set_subject("user", owner.uuid());
            transaction.add_fact("by", "administrator");
            transaction.add_fact("quota_bytes", bytes);
        }
        transaction.commit().await
    }
}
