//! Accounts whose time has come, and receipts of their deletion.
//!
//! The row of a user is deleted last, in the transaction that takes the user's id out of the
//! receipt: until then whoever dies on the way finds the account again by its date.

use sqlx::{Row, mysql::MySqlRow};
use uuid::Uuid;

use super::{
    account::Accounts, identities::DELETE_IDENTITIES, passkeys::DELETE_PASSKEYS,
    recovery_codes::DELETE_CODES, second_factors::DELETE_FACTOR,
};
use crate::{
    domain::{AccountCounts, Moment, UserId},
    error::{Error, Of, Result},
    stores::mysql::{
        conflicts::again_after_deadlock,
        rows::{Json, from_row},
    },
};

/// The queries that answer with lists, and the index that serves each.
pub const ACCOUNT_DELETION_LISTS: [(&str, &str); 1] = [(DUE, "users_closing")];

const DUE: &str = "\
    SELECT id, email, deletes_at FROM users FORCE INDEX (users_closing) \
    WHERE deletes_at <= ? AND deletes_at >= ? AND (deletes_at > ? OR id > ?) \
    ORDER BY deletes_at, id LIMIT ?";
const BEGIN: &str =
    "INSERT IGNORE INTO receipts (id, user_id, began_at, counts) VALUES (?, ?, ?, ?)";
const RECEIPT: &str = "SELECT id, counts, statement, attempt FROM receipts WHERE user_id = ?";
const NOTE: &str = "UPDATE receipts SET counts = ?, statement = ?, attempt = ? WHERE user_id = ?";
const END: &str = "UPDATE receipts SET user_id = NULL, ended_at = ? WHERE user_id = ?";
const DELETE: &str = "DELETE FROM users WHERE id = ? AND deletes_at IS NOT NULL";
/// Of changes that came too late to reserve anything.
const DELETE_NOTES: &str = "DELETE FROM addresses WHERE user_id = ?";

/// An account that is to be deleted.
#[derive(Clone)]
pub struct DueDeletion {
    /// The user.
    pub user: UserId,
    /// The address, as its owner writes it.
    pub email: String,
    /// Since when it is due.
    pub deletes_at: Moment,
}

/// The receipt of a deletion that goes on.
#[derive(Clone, Debug)]
pub struct DeletionReceipt {
    /// Its id: nobody's.
    pub id: Uuid,
    /// Counts of what there was.
    pub counts: AccountCounts,
    /// The statement of the warehouse that erases their rows.
    pub statement: Option<String>,
    /// The number of times that it failed.
    pub attempt: u32,
}

from_row!(DueDeletion { user: "id", email, deletes_at });

from_row!(DeletionReceipt { id, counts: (counts), statement, attempt });

fn counts(row: &MySqlRow) -> sqlx::Result<AccountCounts> {
    let Json(counts) = row.try_get("counts")?;
    Ok(counts)
}

impl Accounts {
    /// Accounts of this cluster whose deletion was due at `now`, the first due first, after
    /// `after`.
    pub async fn due(
        &self,
        cluster: usize,
        now: Moment,
        after: Option<&DueDeletion>,
        limit: u32,
    ) -> Result<Vec<DueDeletion>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        let at = after.map_or(Moment::FIRST, |after| after.deletes_at);
        let last = after.map_or(Uuid::nil(), |after| after.user.uuid());
        sqlx::query_as(DUE)
            .bind(now.utc())
            .bind(at.utc())
            .bind(at.utc())
            .bind(last)
            .bind(limit)
            .fetch_all(writer)
            .await
            .of("accounts")
    }

    /// Keeps what an account had when its deletion began. Of several tries the first one's counts
    /// stand.
    pub async fn begin_receipt(&self, user: UserId, counts: &AccountCounts) -> Result<()> {
        let counts = serde_json::to_string(counts).map_err(Error::internal)?;
        sqlx::query(BEGIN)
            .bind(Uuid::new_v4()) // random: an id of ours would name the user's shard
            .bind(user.uuid())
            .bind(Moment::now().utc())
            .bind(counts)
            .execute(self.db.writer(user.shard())?)
            .await
            .of("accounts")?;
        Ok(())
    }

    /// The receipt of an account whose deletion has begun.
    pub async fn receipt(&self, user: UserId) -> Result<Option<DeletionReceipt>> {
        sqlx::query_as(RECEIPT)
            .bind(user.uuid())
            .fetch_optional(self.db.writer(user.shard())?)
            .await
            .of("accounts")
    }

    /// Notes how far the deletion is.
    pub async fn note_receipt(&self, user: UserId, receipt: &DeletionReceipt) -> Result<()> {
        let counts = serde_json::to_string(&receipt.counts).map_err(Error::internal)?;
        sqlx::query(NOTE)
            .bind(counts)
            .bind(&receipt.statement)
            .bind(receipt.attempt)
            .bind(user.uuid())
            .execute(self.db.writer(user.shard())?)
            .await
            .of("accounts")?;
        Ok(())
    }

    /// Deletes the account's row, when nothing else is left, and makes its receipt nobody's.
    pub async fn delete(&self, user: UserId) -> Result<()> {
        self.delete_claims(user).await?;
        self.delete_sign_up_invitations_by(user).await?;
        again_after_deadlock(|| self.try_delete(user)).await
    }

    async fn try_delete(&self, user: UserId) -> Result<()> {
        let mut tx = self.db.writer(user.shard())?.begin().await.of("accounts")?;
        sqlx::query(END)
            .bind(Moment::now().utc())
            .bind(user.uuid())
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        for sql in
            [DELETE_NOTES, DELETE_IDENTITIES, DELETE_PASSKEYS, DELETE_CODES, DELETE_FACTOR, DELETE]
        {
            sqlx::query(sql)
                .bind(user.uuid())
                .execute(&mut *tx)
                .await
                .of("accounts")?;
        }
        tx.commit().await.of("accounts")
    }
}
