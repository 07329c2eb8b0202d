//! Accounts of users.
//!
//! A change of an account leaves its row of activity in the outbox, in the same transaction, and
//! adds it to the record after the commit; what that leaves behind is the relay's.

use sha2::{Digest, Sha256};
use sqlx::{MySql, Transaction};

use super::pending_address::{PendingAddress, address_state, pending_address};
use crate::{
    activity::{self, ActivityFacts},
    domain::{
        Activity, ActivityId, Change, Email, Language, Moment, Name, SessionId, UserId,
        password::Password, token::TokenPurpose,
    },
    env::Env,
    error::{Error, Of, Result},
    stores::mysql::{
        activities::Activities,
        conflicts::is_duplicate,
        outbox::{self, Outbox},
        rows::from_row,
        sharded::Sharded,
    },
};

/// An account.
#[derive(Debug)]
pub struct Account {
    /// The user.
    pub id: UserId,
    /// The user's name.
    pub name: String,
    /// The address as its owner writes it.
    pub email: String,
    /// The password's argon2id hash, a PHC string; [`Account::NO_PASSWORD`] if there is none.
    pub password_hash: String,
    /// Since when the address is known to be the user's; `None` until a mail has shown it.
    pub email_verified_at: Option<Moment>,
    /// The language in which the user is written to; `None` until they have said.
    pub language: Option<Language>,
    /// The address that is to be the account's, or was; see [`Account::pending`].
    pub pending_address: Option<PendingAddress>,
    /// The moment at which the account was made.
    pub created_at: Moment,
    /// The moment at which it will be deleted, because its owner or an administrator asked for
    /// that.
    pub deletes_at: Option<Moment>,
    /// Since when nobody may log in to it, because an administrator says so.
    pub suspended_at: Option<Moment>,
    /// Since when its user is an administrator.
    pub administrator_since: Option<Moment>,
    /// Counts its changes.
    pub version: u32,
}

from_row!(Account {
    id,
    name,
    email,
    password_hash,
    email_verified_at,
    language,
    pending_address: (pending_address),
    created_at,
    deletes_at,
    suspended_at,
    administrator_since,
    version,
});

impl Account {
    /// Seconds in which its deletion can be taken back: 7 days.
    pub const GRACE: i64 = 7 * 24 * 3600;
    /// The hash of an account that has no password: no password is its.
    pub const NO_PASSWORD: &str = "";

    /// Returns the state of the account that a token of this purpose is made for, as a sum: another
    /// address, and for a password another password, is another state.
    pub fn state(&self, purpose: TokenPurpose) -> String {
        match purpose {
            TokenPurpose::Verification | TokenPurpose::Invitation => address_state(&self.email),
            TokenPurpose::PasswordReset => {
                hex::encode(Sha256::digest(format!("{}\n{}", self.email, self.password_hash)))
            }
        }
    }

    /// Returns true if it has a password. An account that was made by single sign-on has none until
    /// the mail for a forgotten one sets it.
    pub fn has_password(&self) -> bool {
        self.password_hash != Self::NO_PASSWORD
    }

    /// Returns true if its user administers accounts. Who may not log in does not.
    pub fn is_administrator(&self) -> bool {
        self.administrator_since.is_some()
            && self.suspended_at.is_none()
            && self.deletes_at.is_none()
    }

    /// Returns true if the password is right. Without an account, or one that has a password, it
    /// takes as long to say no.
    pub fn opens(account: Option<&Self>, password: &Password) -> bool {
        let account = account.filter(|account| account.has_password());
        password.matches(account.map(|account| account.password_hash.as_str()))
    }
}

/// An account to be made.
pub struct NewAccount<'a> {
    /// Its id.
    pub id: UserId,
    /// The user's address.
    pub email: &'a Email,
    /// The user's name.
    pub name: &'a Name,
    /// The hash of the password.
    pub password_hash: &'a str,
    /// The language in which the user is written to.
    pub language: Option<Language>,
    /// True when the address was shown to be the user's before there was an account.
    pub verified: bool,
}

const INSERT_USER: &str = "\
    INSERT INTO users (id, email, name, password_hash, language, email_verified_at, created_at) \
    VALUES (?, ?, ?, ?, ?, ?, ?)";
const USER_BY_ID: &str = "\
    SELECT id, email, name, password_hash, email_verified_at, language, pending_email, \
           pending_since, created_at, deletes_at, suspended_at, administrator_since, version \
    FROM users WHERE id = ?";
/// The row of a user, until the transaction ends.
pub(in crate::stores::mysql) const HOLD_USER: &str = "SELECT id FROM users WHERE id = ? FOR UPDATE";
/// Asked for twice, the first date stands.
pub(super) const CLOSE_USER: &str = "\
    UPDATE users SET deletes_at = ?, version = version + 1 WHERE id = ? AND deletes_at IS NULL";
/// Not once the date has come: its deletion may have begun.
const REOPEN_USER: &str = "\
    UPDATE users SET deletes_at = NULL, version = version + 1 WHERE id = ? AND deletes_at > ?";

/// The accounts database.
pub struct Accounts {
    pub(super) db: Sharded,
    /// The record of activity; reads have none.
    activities: Option<Activities>,
}

impl Accounts {
    /// The accounts that `ACCOUNTS_SHARDS` leads to.
    pub fn connect(env: &Env) -> Result<Self> {
        let db = Sharded::connect(env, "ACCOUNTS_SHARDS", "user")?;
        Ok(Self { db, activities: Activities::connect_if_any(env)? })
    }

    /// Returns the outbox: changes that have been committed here and may not be recorded yet.
    pub fn outbox(&self) -> Outbox<'_> {
        Outbox { db: &self.db, service: "accounts" }
    }

    /// Makes the account with this id.
    ///
    /// # Errors
    /// [`Error::EmailTaken`] when the id has an account: an id belongs to one address.
    pub async fn create(&self, new: &NewAccount<'_>) -> Result<()> {
        let tx = self.insert(new).await?;
        self.commit(tx, new.id).await
    }

    /// The same in a transaction that goes on.
    pub(super) async fn insert(&self, new: &NewAccount<'_>) -> Result<Transaction<'static, MySql>> {
        let id = new.id;
        let now = Moment::now().utc();
        let mut tx = self.db.writer(id.shard())?.begin().await.of("accounts")?;
        let inserted = sqlx::query(INSERT_USER)
            .bind(id.uuid())
            .bind(new.email.as_str())
            .bind(new.name.as_str())
            .bind(new.password_hash)
            .bind(new.language.map(Language::tag))
            .bind(new.verified.then_some(now))
            .bind(now)
            .execute(&mut *tx)
            .await;
        match inserted {
            Ok(_) => Ok(tx),
            Err(error) if is_duplicate(&error) => Err(Error::EmailTaken),
            Err(error) => Err(error).of("accounts"),
        }
    }

    /// Sets the account to be deleted at this moment, unless that is settled.
    pub async fn close(&self, id: UserId, at: Moment) -> Result<()> {
        let mut tx = self.db.writer(id.shard())?.begin().await.of("accounts")?;
        let closed = sqlx::query(CLOSE_USER)
            .bind(at.utc())
            .bind(id.uuid())
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        if closed.rows_affected() > 0 { self.commit(tx, id).await } else { Ok(()) }
    }

    /// Takes that back; `false` when there was nothing to take back, or the moment has passed.
    pub async fn reopen(&self, id: UserId) -> Result<bool> {
        let mut tx = self.db.writer(id.shard())?.begin().await.of("accounts")?;
        let reopened = sqlx::query(REOPEN_USER)
            .bind(id.uuid())
            .bind(Moment::now().utc())
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        if reopened.rows_affected() == 0 {
            return Ok(false);
        }
        self.commit(tx, id).await?;
        Ok(true)
    }

    /// Commits a change of this account with its row of activity, and adds that to the record.
    pub(super) async fn commit(&self, tx: Transaction<'static, MySql>, user: UserId) -> Result<()> {
        let row = Activity {
            actor: Some(user),
            ..activity::activity_entry(user, "user", user.uuid(), ActivityFacts::default())
        };
        self.commit_with(tx, Change::Activity(Box::new(row))).await
    }

    /// The same with this row of activity.
    pub(super) async fn commit_with(
        &self,
        mut tx: Transaction<'static, MySql>,
        activity_entry: Change,
    ) -> Result<()> {
        outbox::note(&mut tx, std::slice::from_ref(&activity_entry))
            .await
            .of("accounts")?;
        tx.commit().await.of("accounts")?;
        self.settle(&activity_entry).await;
        Ok(())
    }

    /// Notes what is about to be done to a session of this user: sessions are in another store, so
    /// the row comes first. [`Accounts::settle`] adds it to the record once it has been done.
    /// Noted twice for a session that begins, it is the same row.
    pub async fn note_session(
        &self,
        user: UserId,
        session: SessionId,
        begins: bool,
    ) -> Result<Change> {
        let mut row =
            activity::activity_entry(user, "session", session.uuid(), ActivityFacts::default());
        row.actor = Some(user);
        if begins {
            row.id = ActivityId::from_uuid(session.uuid());
            row.at = made_at(session);
        }
        let activity_entry = Change::Activity(Box::new(row));
        let writer = self.db.writer(user.shard())?;
        let mut db = writer.acquire().await.of("accounts")?;
        outbox::note(&mut db, std::slice::from_ref(&activity_entry))
            .await
            .of("accounts")?;
        Ok(activity_entry)
    }

    /// Adds a row of activity to the record and forgets that it waited. A failure is left to the
    /// relay.
    pub async fn settle(&self, activity_entry: &Change) {
        if let Err(error) = self.try_settle(activity_entry).await {
            tracing::warn!(error = error.chain(), "a row of activity is left to the relay");
        }
    }

    async fn try_settle(&self, activity_entry: &Change) -> Result<()> {
        let Change::Activity(row) = activity_entry else { return Ok(()) };
        let Some(activities) = &self.activities else {
            return Err(Error::internal("ACTIVITY_SHARDS is not set for this function"));
        };
        activities.record(row).await?;
        self.outbox().settle(&[activity_entry]).await
    }

    /// The account of this user.
    pub async fn find(&self, id: UserId) -> Result<Option<Account>> {
        sqlx::query_as(USER_BY_ID)
            .bind(id.uuid())
            .fetch_optional(self.db.writer(id.shard())?)
            .await
            .of("accounts")
    }

    /// Returns the number of clusters.
    pub fn clusters(&self) -> usize {
        self.db.writers().count()
    }
}

/// Returns the moment at which a session was made, which its id begins with.
fn made_at(session: SessionId) -> Moment {
    let Some(made) = session.uuid().get_timestamp() else { return Moment::from_micros(0) };
    let (seconds, nanos) = made.to_unix();
    let micros = i64::try_from(seconds).unwrap_or(0) * 1_000_000;
    Moment::from_micros(micros + i64::from(nanos / 1000))
}
