//! Passkeys of users.
//!
//! One is used by one conditional write, which takes no count of signatures that was there before,
//! and names the request: a request that is repeated finds its own name.

use sha2::{Digest, Sha256};
use sqlx::{MySql, MySqlConnection, Transaction};

use super::account::Accounts;
use crate::{
    activity::{self, ActivityFacts},
    domain::{Activity, Change, Moment, Name, PasskeyId, UserId},
    error::{Error, Of, Result},
    stores::mysql::rows::from_row,
};

/// The queries that answer with lists, and the index that serves each.
pub const PASSKEY_LISTS: [(&str, &str); 1] = [(PASSKEYS_OF_USER, "PRIMARY")];

const PASSKEYS_OF_USER: &str = "\
    SELECT id, name, credential_id, public_key, transports, sign_count, backup_eligible, \
           backed_up, created_at, used_at, used_by \
    FROM passkeys FORCE INDEX (PRIMARY) WHERE user_id = ? ORDER BY id LIMIT 100";
pub(super) const PASSKEY: &str = "\
    SELECT id, name, credential_id, public_key, transports, sign_count, backup_eligible, \
           backed_up, created_at, used_at, used_by \
    FROM passkeys WHERE user_id = ? AND id = ?";
const PASSKEY_OF_CREDENTIAL: &str = "\
    SELECT id, name, credential_id, public_key, transports, sign_count, backup_eligible, \
           backed_up, created_at, used_at, used_by \
    FROM passkeys WHERE user_id = ? AND credential_hash = ?";
const RENAME: &str = "UPDATE passkeys SET name = ? WHERE user_id = ? AND id = ?";
const REMOVE: &str = "DELETE FROM passkeys WHERE user_id = ? AND id = ?";
/// An authenticator counts up, or says 0 always.
const USE: &str = "\
    UPDATE passkeys SET sign_count = ?, backed_up = ?, used_at = ?, used_by = ? \
    WHERE user_id = ? AND id = ? AND (sign_count < ? OR (sign_count = 0 AND ? = 0))";
/// Of an account that ends, or whose password is replaced by a mail.
pub(super) const DELETE_PASSKEYS: &str = "DELETE FROM passkeys WHERE user_id = ?";

/// A passkey.
#[derive(Debug)]
pub struct Passkey {
    /// Its id.
    pub id: PasskeyId,
    /// The name that its user gave it.
    pub name: String,
    /// The id that its authenticator gave it.
    pub credential_id: Vec<u8>,
    /// Its public key, a `COSE_Key`.
    pub public_key: Vec<u8>,
    /// The ways in which browsers reach its authenticator, separated by commas.
    pub transports: String,
    /// The authenticator's count of signatures, as it was last.
    pub sign_count: u32,
    /// True if it may be copied to other devices of its user.
    pub backup_eligible: bool,
    /// True if it was copied, when it was last used.
    pub backed_up: bool,
    /// The moment at which it was added.
    pub created_at: Moment,
    /// The moment of the last log-in by it.
    pub used_at: Option<Moment>,
    /// The request of the last log-in.
    used_by: Option<String>,
}

from_row!(Passkey {
    id,
    name,
    credential_id,
    public_key,
    transports,
    sign_count,
    backup_eligible,
    backed_up,
    created_at,
    used_at,
    used_by,
});

impl Passkey {
    /// The most that one user has.
    pub const MOST: usize = 20;
    /// Seconds in which a request may be repeated that has used one.
    const REPEATABLE: i64 = 600;

    /// Returns true if the request of this name was the last to use it, a short time ago.
    fn was_used_by(&self, request: &str) -> bool {
        let is_recent = self
            .used_at
            .is_some_and(|at| at.plus(Self::REPEATABLE) > Moment::now());
        is_recent && self.used_by.as_deref() == Some(request)
    }
}

/// A log-in by a passkey.
#[derive(Clone, Copy)]
pub struct PasskeyUse<'a> {
    /// The authenticator's count of signatures.
    pub sign_count: u32,
    /// True if the passkey was copied to other devices of its user.
    pub backed_up: bool,
    /// The name of the request.
    pub request: &'a str,
}

/// Ends all passkeys of a user.
pub(super) async fn end_all(tx: &mut MySqlConnection, user: UserId) -> Result<()> {
    sqlx::query(DELETE_PASSKEYS)
        .bind(user.uuid())
        .execute(tx)
        .await
        .of("accounts")?;
    Ok(())
}

pub(super) fn hash(credential_id: &[u8]) -> [u8; 32] {
    Sha256::digest(credential_id).into()
}

impl Accounts {
    /// Returns the user's passkeys, the oldest first.
    pub async fn passkeys(&self, user: UserId) -> Result<Vec<Passkey>> {
        sqlx::query_as(PASSKEYS_OF_USER)
            .bind(user.uuid())
            .fetch_all(self.db.writer(user.shard())?)
            .await
            .of("accounts")
    }

    /// Returns this passkey of this user, if there is one.
    pub async fn passkey(&self, user: UserId, id: PasskeyId) -> Result<Option<Passkey>> {
        sqlx::query_as(PASSKEY)
            .bind(user.uuid())
            .bind(id.uuid())
            .fetch_optional(self.db.writer(user.shard())?)
            .await
            .of("accounts")
    }

    /// Returns the passkey of this user that an authenticator calls so, if there is one. Another
    /// user's of the same name is none: who signs says which user they are.
    pub async fn passkey_of_credential(
        &self,
        user: UserId,
        credential_id: &[u8],
    ) -> Result<Option<Passkey>> {
        sqlx::query_as(PASSKEY_OF_CREDENTIAL)
            .bind(user.uuid())
            .bind(hash(credential_id).as_slice())
            .fetch_optional(self.db.writer(user.shard())?)
            .await
            .of("accounts")
    }

    /// Gives a passkey another name.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn rename_passkey(&self, user: UserId, id: PasskeyId, name: &Name) -> Result<()> {
        let mut tx = self.db.writer(user.shard())?.begin().await.of("accounts")?;
        let renamed = sqlx::query(RENAME)
            .bind(name.as_str())
            .bind(user.uuid())
            .bind(id.uuid())
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        if renamed.rows_affected() == 0 {
            return Err(Error::NotFound { what: "passkey" });
        }
        self.commit_passkey(tx, user, id).await
    }

    /// Removes a passkey.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn remove_passkey(&self, user: UserId, id: PasskeyId) -> Result<()> {
        let mut tx = self.db.writer(user.shard())?.begin().await.of("accounts")?;
        let removed = sqlx::query(REMOVE)
            .bind(user.uuid())
            .bind(id.uuid())
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        if removed.rows_affected() == 0 {
            return Err(Error::NotFound { what: "passkey" });
        }
        self.commit_passkey(tx, user, id).await
    }

    /// Uses a passkey for a log-in. Returns false if its authenticator has not counted on since the
    /// last one, or the passkey is gone.
    pub async fn use_passkey(
        &self,
        user: UserId,
        id: PasskeyId,
        log_in: PasskeyUse<'_>,
    ) -> Result<bool> {
        let written = sqlx::query(USE)
            .bind(log_in.sign_count)
            .bind(log_in.backed_up)
            .bind(Moment::now().utc())
            .bind(log_in.request)
            .bind(user.uuid())
            .bind(id.uuid())
            .bind(log_in.sign_count)
            .bind(log_in.sign_count)
            .execute(self.db.writer(user.shard())?)
            .await
            .of("accounts")?;
        if written.rows_affected() > 0 {
            return Ok(true);
        }
        // The same request, repeated.
        let passkey = self.passkey(user, id).await?;
        Ok(passkey.is_some_and(|passkey| passkey.was_used_by(log_in.request)))
    }

    /// Commits a change of a passkey with its row of activity.
    pub(super) async fn commit_passkey(
        &self,
        tx: Transaction<'static, MySql>,
        user: UserId,
        id: PasskeyId,
    ) -> Result<()> {
        let row = Activity {
            actor: Some(user),
            ..activity::activity_entry(user, "passkey", id.uuid(), ActivityFacts::default())
        };
        self.commit_with(tx, Change::Activity(Box::new(row))).await
    }
}
