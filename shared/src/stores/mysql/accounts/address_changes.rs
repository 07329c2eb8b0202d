//! Another address for an account: a change in two stores, which may die between any two lines.
//!
//! Each address that the account may have reserved beside its own is noted in the account's
//! database: the new one before it is reserved, the old one in the transaction that takes it out of
//! the row. Reservations are made for a change, and given up after it, only while the account's row
//! is held, and never that of the address which the row has. So of any number of changes at the
//! same instant one happens, and the others leave nothing. The note goes last: what a death leaves
//! is given up by `delete-accounts`, an hour later or with the account.

use sqlx::{MySqlConnection, Row, mysql::MySqlRow};
use uuid::Uuid;

use super::{
    account::{Account, Accounts},
    account_change::AccountChange,
};
use crate::{
    domain::{Email, Moment, UserId},
    error::{Error, Of, Result},
    stores::{
        dynamodb::emails::Emails,
        mysql::{conflicts::again_after_deadlock, rows::from_row},
    },
};

/// The queries that answer with lists, and the index that serves each.
pub const ADDRESS_LISTS: [(&str, &str); 2] =
    [(OF_USER, "addresses_of_user"), (LEFT, "addresses_by_time")];

const NOTE: &str = "INSERT INTO addresses (id, user_id, email, noted_at) VALUES (?, ?, ?, ?)";
const FORGET: &str = "DELETE FROM addresses WHERE id = ? AND user_id = ?";
const HOLD: &str = "SELECT email FROM users WHERE id = ? FOR UPDATE";
const HOLD_VERSION: &str =
    "SELECT email FROM users WHERE id = ? AND version = ? AND deletes_at IS NULL FOR UPDATE";
const OF_USER: &str = "\
    SELECT id, user_id, email, noted_at FROM addresses FORCE INDEX (addresses_of_user) \
    WHERE user_id = ? AND id > ? ORDER BY id LIMIT ?";
const LEFT: &str = "\
    SELECT id, user_id, email, noted_at FROM addresses FORCE INDEX (addresses_by_time) \
    WHERE noted_at <= ? AND noted_at >= ? AND (noted_at > ? OR id > ?) \
    ORDER BY noted_at, id LIMIT ?";

/// An address that an account may have reserved beside its own.
#[derive(Clone)]
pub struct NotedAddress {
    id: Uuid,
    user: UserId,
    email: Email,
    at: Moment,
}

from_row!(NotedAddress { id, user: "user_id", email: (email), at: "noted_at" });

fn email(row: &MySqlRow) -> sqlx::Result<Email> {
    let text: String = row.try_get("email")?;
    Email::try_from(text).map_err(|error| sqlx::Error::Decode(error.into()))
}

impl Accounts {
    /// Changes the account, its address among the rest, if this is still its version.
    ///
    /// # Errors
    /// [`Error::Changed`] when it is not; [`Error::EmailTaken`].
    pub async fn change_address(
        &self,
        emails: &Emails,
        account: &Account,
        email: &Email,
        change: &AccountChange,
    ) -> Result<()> {
        let new = self.note(account.id, email).await?;
        let outcome =
            again_after_deadlock(|| self.try_change_address(emails, account, email, change)).await;
        if let Ok(Some(old)) = &outcome {
            self.give_up_if_possible(emails, old).await;
        }
        self.give_up_if_possible(emails, &new).await;
        outcome.map(drop)
    }

    async fn give_up_if_possible(&self, emails: &Emails, noted: &NotedAddress) {
        if let Err(error) = self.give_up(emails, noted).await {
            let error = error.chain();
            tracing::warn!(error, "an address is left to the next run of delete-accounts");
        }
    }

    /// The address that the account had, where it is another.
    async fn try_change_address(
        &self,
        emails: &Emails,
        account: &Account,
        email: &Email,
        change: &AccountChange,
    ) -> Result<Option<NotedAddress>> {
        let id = account.id;
        let mut tx = self.db.writer(id.shard())?.begin().await.of("accounts")?;
        let held: String = sqlx::query_scalar(HOLD_VERSION)
            .bind(id.uuid())
            .bind(account.version)
            .fetch_optional(&mut *tx)
            .await
            .of("accounts")?
            .ok_or(Error::Changed)?;
        let (bound, _) = emails.reserve(email, id).await?;
        if bound != id {
            return Err(Error::EmailTaken);
        }
        let old = match Email::try_from(held) {
            Ok(held) if !email.is(held.as_str()) => Some(NotedAddress::new(id, &held)),
            _ => None,
        };
        if let Some(old) = &old {
            old.insert(&mut tx).await?;
        }
        self.change_in(tx, id, account.version, change).await?;
        Ok(old)
    }

    async fn note(&self, user: UserId, email: &Email) -> Result<NotedAddress> {
        let noted = NotedAddress::new(user, email);
        let writer = self.db.writer(user.shard())?;
        let mut db = writer.acquire().await.of("accounts")?;
        noted.insert(&mut db).await?;
        Ok(noted)
    }

    /// Gives up a noted address, unless the account has it by now, and forgets the note.
    pub async fn give_up(&self, emails: &Emails, noted: &NotedAddress) -> Result<()> {
        again_after_deadlock(|| self.try_give_up(emails, noted)).await
    }

    async fn try_give_up(&self, emails: &Emails, noted: &NotedAddress) -> Result<()> {
        let writer = self.db.writer(noted.user.shard())?;
        let mut tx = writer.begin().await.of("accounts")?;
        let held: Option<String> = sqlx::query_scalar(HOLD)
            .bind(noted.user.uuid())
            .fetch_optional(&mut *tx)
            .await
            .of("accounts")?;
        let is_own = held.is_some_and(|held| noted.email.is(&held));
        if !is_own {
            emails.release(&noted.email, noted.user).await?;
        }
        sqlx::query(FORGET)
            .bind(noted.id)
            .bind(noted.user.uuid())
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        tx.commit().await.of("accounts")
    }

    /// Addresses that were noted for this user, those noted first first.
    pub async fn noted_for(&self, user: UserId, limit: u32) -> Result<Vec<NotedAddress>> {
        sqlx::query_as(OF_USER)
            .bind(user.uuid())
            .bind(Uuid::nil())
            .bind(limit)
            .fetch_all(self.db.writer(user.shard())?)
            .await
            .of("accounts")
    }

    /// Addresses of a cluster that were noted before `before` and are noted still, after `after`.
    pub async fn noted_before(
        &self,
        cluster: usize,
        before: Moment,
        after: Option<&NotedAddress>,
        limit: u32,
    ) -> Result<Vec<NotedAddress>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        let at = after.map_or(Moment::FIRST, |after| after.at);
        sqlx::query_as(LEFT)
            .bind(before.utc())
            .bind(at.utc())
            .bind(at.utc())
            .bind(after.map_or(Uuid::nil(), |after| after.id))
            .bind(limit)
            .fetch_all(writer)
            .await
            .of("accounts")
    }
}

impl NotedAddress {
    fn new(user: UserId, email: &Email) -> Self {
        Self { id: Uuid::now_v7(), user, email: email.clone(), at: Moment::now() }
    }

    async fn insert(&self, db: &mut MySqlConnection) -> Result<()> {
        sqlx::query(NOTE)
            .bind(self.id)
            .bind(self.user.uuid())
            .bind(self.email.as_str())
            .bind(self.at.utc())
            .execute(db)
            .await
            .of("accounts")?;
        Ok(())
    }
}
