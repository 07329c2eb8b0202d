//! Passkeys that are added.
//!
//! One is added while its user's row is held, so that of any number of requests none takes a user
//! over [`Passkey::MOST`], and none adds one to an account whose password was replaced meanwhile.

use sqlx::MySqlConnection;

use super::{
    account::{Account, Accounts},
    passkeys::{PASSKEY, Passkey, hash},
};
use crate::{
    domain::{Moment, PasskeyId, UserId},
    error::{Error, Of, Result},
    stores::mysql::conflicts::{again_after_deadlock, is_duplicate},
};

/// An account as it was read before, until the transaction ends.
const HOLD_USER: &str = "\
    SELECT id FROM users \
    WHERE id = ? AND password_hash = ? AND email = ? AND deletes_at IS NULL FOR UPDATE";
const COUNT: &str = "SELECT COUNT(*) FROM passkeys WHERE user_id = ?";
const INSERT: &str = "\
    INSERT INTO passkeys (user_id, id, name, credential_id, credential_hash, public_key, \
                          transports, sign_count, backup_eligible, backed_up, created_at) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// A passkey to be added.
pub struct NewPasskey<'a> {
    /// Its id, on its user's shard.
    pub id: PasskeyId,
    /// The name that its user gave it.
    pub name: &'a str,
    /// The id that its authenticator gave it.
    pub credential_id: &'a [u8],
    /// Its public key, a `COSE_Key`.
    pub public_key: &'a [u8],
    /// The ways in which browsers reach its authenticator, separated by commas.
    pub transports: &'a str,
    /// The authenticator's count of signatures.
    pub sign_count: u32,
    /// True if it may be copied to other devices of its user.
    pub backup_eligible: bool,
    /// True if it was.
    pub backed_up: bool,
}

impl Accounts {
    /// Adds a passkey to an account, which is still as it was read. Added twice with the same id,
    /// it is the same.
    ///
    /// # Errors
    /// [`Error::Changed`] for an account that has changed, [`Error::Full`], [`Error::Invalid`] for
    /// a credential that the user has.
    pub async fn add_passkey(&self, account: &Account, new: &NewPasskey<'_>) -> Result<()> {
        again_after_deadlock(|| self.try_add_passkey(account, new)).await
    }

    async fn try_add_passkey(&self, account: &Account, new: &NewPasskey<'_>) -> Result<()> {
        let user = account.id;
        let mut tx = self.db.writer(user.shard())?.begin().await.of("accounts")?;
        let held = sqlx::query(HOLD_USER)
            .bind(user.uuid())
            .bind(&account.password_hash)
            .bind(&account.email)
            .fetch_optional(&mut *tx)
            .await
            .of("accounts")?;
        if held.is_none() {
            return Err(Error::Changed);
        }
        let there: Option<Passkey> = sqlx::query_as(PASSKEY)
            .bind(user.uuid())
            .bind(new.id.uuid())
            .fetch_optional(&mut *tx)
            .await
            .of("accounts")?;
        if there.is_some() {
            return Ok(());
        }
        let count: i64 = sqlx::query_scalar(COUNT)
            .bind(user.uuid())
            .fetch_one(&mut *tx)
            .await
            .of("accounts")?;
        if usize::try_from(count).unwrap_or(usize::MAX) >= Passkey::MOST {
            return Err(Error::Full { what: "passkeys", most: Passkey::MOST });
        }
        insert(&mut tx, user, new).await?;
        self.commit_passkey(tx, user, new.id).await
    }
}

async fn insert(tx: &mut MySqlConnection, user: UserId, new: &NewPasskey<'_>) -> Result<()> {
    let inserted = sqlx::query(INSERT)
        .bind(user.uuid())
        .bind(new.id.uuid())
        .bind(new.name)
        .bind(new.credential_id)
        .bind(hash(new.credential_id).as_slice())
        .bind(new.public_key)
        .bind(new.transports)
        .bind(new.sign_count)
        .bind(new.backup_eligible)
        .bind(new.backed_up)
        .bind(Moment::now().utc())
        .execute(tx)
        .await;
    match inserted {
        Ok(_) => Ok(()),
        Err(error) if is_duplicate(&error) => {
            Err(Error::field("credential", "is a passkey of this account already"))
        }
        Err(error) => Err(error).of("accounts"),
    }
}
