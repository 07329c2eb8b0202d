//! Identities at providers of single sign-on: who logs in by which.
//!
//! An account has one at each provider. Its row has the last word: the item that leads from an
//! identity to the account is put after it, in another store, and leads nowhere without it.

use sqlx::{MySql, Transaction};

use super::{
    account::{Account, Accounts, HOLD_USER, NewAccount},
    administration::APPOINT,
};
use crate::{
    activity::{self, ActivityFacts},
    domain::{Change, Moment, UserId},
    error::{Error, Of, Result},
    stores::mysql::{conflicts::again_after_deadlock, rows::from_row},
};

/// The queries that answer with lists, and the index that serves each.
pub const IDENTITY_LISTS: [(&str, &str); 1] = [(OF_USER, "PRIMARY")];

const OF_USER: &str = "\
    SELECT issuer, subject, linked_at, administrator_since \
    FROM identities FORCE INDEX (PRIMARY) WHERE user_id = ? ORDER BY issuer";
const AT_ISSUER: &str = "\
    SELECT issuer, subject, linked_at, administrator_since \
    FROM identities WHERE user_id = ? AND issuer = ?";
/// The first one at a provider stands.
const LINK: &str =
    "INSERT IGNORE INTO identities (user_id, issuer, subject, linked_at) VALUES (?, ?, ?, ?)";
const NOTE_CLAIM: &str =
    "UPDATE identities SET administrator_since = ? WHERE user_id = ? AND issuer = ?";
const FORGET_CLAIM: &str = "\
    UPDATE identities SET administrator_since = NULL \
    WHERE user_id = ? AND issuer = ? AND administrator_since IS NOT NULL";
pub(super) const DISMISS: &str = "\
    UPDATE users SET administrator_since = NULL, version = version + 1 \
    WHERE id = ? AND administrator_since IS NOT NULL";
const UNLINK: &str = "DELETE FROM identities WHERE user_id = ? AND issuer = ?";
/// Of an account that ends.
pub(super) const DELETE_IDENTITIES: &str = "DELETE FROM identities WHERE user_id = ?";

/// An identity that an account is linked to.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The provider's own name of the person.
    pub subject: String,
    /// Since when it logs in to the account.
    pub linked_at: Moment,
    /// Since when its claim makes the user an administrator; `None` when it does not.
    pub administrator_since: Option<Moment>,
}

from_row!(Identity { issuer, subject, linked_at, administrator_since });

impl Accounts {
    /// Returns the identities that this user logs in by.
    pub async fn identities(&self, user: UserId) -> Result<Vec<Identity>> {
        sqlx::query_as(OF_USER)
            .bind(user.uuid())
            .fetch_all(self.db.writer(user.shard())?)
            .await
            .of("accounts")
    }

    /// Returns the identity at this provider that the user logs in by.
    pub async fn identity(&self, user: UserId, issuer: &str) -> Result<Option<Identity>> {
        sqlx::query_as(AT_ISSUER)
            .bind(user.uuid())
            .bind(issuer)
            .fetch_optional(self.db.writer(user.shard())?)
            .await
            .of("accounts")
    }

    /// Makes an account that this identity logs in to.
    ///
    /// # Errors
    /// As [`Accounts::create`].
    pub async fn create_linked(
        &self,
        new: &NewAccount<'_>,
        issuer: &str,
        subject: &str,
    ) -> Result<()> {
        let mut tx = self.insert(new).await?;
        insert_identity(&mut tx, new.id, issuer, subject).await?;
        self.commit(tx, new.id).await
    }

    /// Links the account to this identity. Returns false if another one of the same provider logs
    /// in to it. Run twice, the second time finds it done.
    pub async fn link(&self, user: UserId, issuer: &str, subject: &str) -> Result<bool> {
        let mut tx = self.db.writer(user.shard())?.begin().await.of("accounts")?;
        let linked = insert_identity(&mut tx, user, issuer, subject).await?;
        if linked > 0 {
            self.commit_with(tx, noted(user, "linked")).await?;
            return Ok(true);
        }
        tx.rollback().await.of("accounts")?;
        let identity = self.identity(user, issuer).await?;
        Ok(identity.is_some_and(|identity| identity.subject == subject))
    }

    /// Ends the link to the identity at this provider, and what its claim made of the user. Run
    /// twice, the second time finds nothing to do.
    pub async fn unlink(&self, user: UserId, issuer: &str) -> Result<()> {
        again_after_deadlock(|| self.try_unlink(user, issuer)).await
    }

    async fn try_unlink(&self, user: UserId, issuer: &str) -> Result<()> {
        let mut tx = self.held(user).await?;
        dismiss(&mut tx, user, issuer).await?;
        let unlinked = sqlx::query(UNLINK)
            .bind(user.uuid())
            .bind(issuer)
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        if unlinked.rows_affected() == 0 {
            return tx.rollback().await.of("accounts");
        }
        self.commit_with(tx, noted(user, "unlinked")).await
    }

    /// Returns a transaction that holds the user's row.
    async fn held(&self, user: UserId) -> Result<Transaction<'static, MySql>> {
        let mut tx = self.db.writer(user.shard())?.begin().await.of("accounts")?;
        sqlx::query(HOLD_USER)
            .bind(user.uuid())
            .fetch_optional(&mut *tx)
            .await
            .of("accounts")?
            .ok_or(Error::NotFound { what: "user" })?;
        Ok(tx)
    }

    /// Makes the user an administrator if the claim is there, and takes that away if it is not and
    /// the claim had made them one. Who became one by a code stays one. Of an identity whose link
    /// has ended it does neither.
    pub async fn follow_claim(
        &self,
        account: &Account,
        issuer: &str,
        is_there: bool,
    ) -> Result<()> {
        let identity = self.identity(account.id, issuer).await?;
        let by_claim = identity.is_some_and(|identity| identity.administrator_since.is_some());
        let is_settled = if is_there { account.administrator_since.is_some() } else { !by_claim };
        if is_settled {
            return Ok(());
        }
        again_after_deadlock(|| self.try_follow_claim(account.id, issuer, is_there)).await
    }

    async fn try_follow_claim(&self, user: UserId, issuer: &str, is_there: bool) -> Result<()> {
        let mut tx = self.held(user).await?;
        let changed = if is_there {
            appoint(&mut tx, user, issuer).await?
        } else {
            dismiss(&mut tx, user, issuer).await?
        };
        if changed { self.commit(tx, user).await } else { tx.rollback().await.of("accounts") }
    }
}

async fn insert_identity(
    tx: &mut Transaction<'static, MySql>,
    user: UserId,
    issuer: &str,
    subject: &str,
) -> Result<u64> {
    let inserted = sqlx::query(LINK)
        .bind(user.uuid())
        .bind(issuer)
        .bind(subject)
        .bind(Moment::now().utc())
        .execute(&mut **tx)
        .await
        .of("accounts")?;
    Ok(inserted.rows_affected())
}

/// Returns true if the user was no administrator before, and is linked still. Otherwise the caller
/// rolls back: an administrator whom no row notes would not follow the claim.
async fn appoint(tx: &mut Transaction<'static, MySql>, user: UserId, issuer: &str) -> Result<bool> {
    let now = Moment::now().utc();
    let appointed = sqlx::query(APPOINT)
        .bind(now)
        .bind(user.uuid())
        .execute(&mut **tx)
        .await
        .of("accounts")?;
    if appointed.rows_affected() == 0 {
        return Ok(false);
    }
    let noted = sqlx::query(NOTE_CLAIM)
        .bind(now)
        .bind(user.uuid())
        .bind(issuer)
        .execute(&mut **tx)
        .await
        .of("accounts")?;
    // A row that is found counts, whether or not it changes: SQLx asks the server for that.
    Ok(noted.rows_affected() > 0)
}

/// Returns true if the claim had made the user an administrator.
async fn dismiss(tx: &mut Transaction<'static, MySql>, user: UserId, issuer: &str) -> Result<bool> {
    let forgotten = sqlx::query(FORGET_CLAIM)
        .bind(user.uuid())
        .bind(issuer)
        .execute(&mut **tx)
        .await
        .of("accounts")?;
    if forgotten.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query(DISMISS)
        .bind(user.uuid())
        .execute(&mut **tx)
        .await
        .of("accounts")?;
    Ok(true)
}

/// Returns the row of activity of an account that gets one more way in, or one less.
fn noted(user: UserId, done: &'static str) -> Change {
    let mut facts = ActivityFacts::default();
    facts.say(done, "single sign-on");
    let mut row = activity::activity_entry(user, "user", user.uuid(), facts);
    row.actor = Some(user);
    Change::Activity(Box::new(row))
}
