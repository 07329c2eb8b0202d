//! Accounts of users.
//!
//! A change of an account leaves its row of activity in the outbox, in the same transaction, and
//! adds it to the record after the commit; what that leaves behind is the relay's.

use std::collections::HashMap;

use sqlx::{MySql, QueryBuilder, Transaction};
use uuid::Uuid;

use crate::{
    activity::{self, ActivityFacts},
    domain::{
        Activity, ActivityId, Change, Email, Moment, Name, SessionId, UserId, UserRange,
        password::Password,
    },
    env::Env,
    error::{Error, Of, Result},
    stores::mysql::{
        activities::Activities,
        failures::is_duplicate,
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
    /// The password's argon2id hash, a PHC string.
    pub password_hash: String,
    /// The moment at which the account was made.
    pub created_at: Moment,
    /// The moment at which it will be deleted, because its owner asked for that.
    pub deletes_at: Option<Moment>,
    /// Counts its changes.
    pub version: u32,
}

from_row!(Account { id, name, email, password_hash, created_at, deletes_at, version });

impl Account {
    /// Returns true if the password is right. Without an account it takes as long to say no.
    pub fn opens(account: Option<&Self>, password: &Password) -> bool {
        password.matches(account.map(|account| account.password_hash.as_str()))
    }
}

/// Changes to be made to an account.
#[derive(Debug, Default)]
pub struct AccountChange {
    /// The new name.
    pub name: Option<Name>,
    /// The new address.
    pub email: Option<Email>,
    /// The hash of the new password.
    pub password_hash: Option<String>,
}

const INSERT_USER: &str =
    "INSERT INTO users (id, email, name, password_hash, created_at) VALUES (?, ?, ?, ?, ?)";
const USER_BY_ID: &str = "\
    SELECT id, email, name, password_hash, created_at, deletes_at, version \
    FROM users WHERE id = ?";
const CHANGE_USER: &str = "\
    UPDATE users SET name = COALESCE(?, name), email = COALESCE(?, email), \
                     password_hash = COALESCE(?, password_hash), version = version + 1 \
    WHERE id = ? AND version = ? AND deletes_at IS NULL";
/// Asked for twice, the first date stands.
const CLOSE_USER: &str = "\
    UPDATE users SET deletes_at = ?, version = version + 1 WHERE id = ? AND deletes_at IS NULL";
/// Not once the date has come: its deletion may have begun.
const REOPEN_USER: &str = "\
    UPDATE users SET deletes_at = NULL, version = version + 1 WHERE id = ? AND deletes_at > ?";

/// Without those who are leaving.
const USERS: &str = "\
    SELECT id FROM users FORCE INDEX (users_closing) \
    WHERE deletes_at IS NULL AND id > ? AND id <= ? ORDER BY id";
/// The last of so many users.
const LAST_OF: &str = "\
    SELECT id FROM users FORCE INDEX (users_closing) \
    WHERE deletes_at IS NULL AND id > ? ORDER BY id LIMIT 1 OFFSET ?";

/// The queries that answer with more than one row, and the index that serves each.
pub const LISTS: [(&str, &str); 3] =
    [(outbox::WAITING, "PRIMARY"), (USERS, "users_closing"), (LAST_OF, "users_closing")];

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
    pub async fn create(
        &self,
        id: UserId,
        email: &Email,
        name: &Name,
        password_hash: &str,
    ) -> Result<()> {
        let mut tx = self.db.writer(id.shard())?.begin().await.of("accounts")?;
        let inserted = sqlx::query(INSERT_USER)
            .bind(id.uuid())
            .bind(email.as_str())
            .bind(name.as_str())
            .bind(password_hash)
            .bind(Moment::now().utc())
            .execute(&mut *tx)
            .await;
        match inserted {
            Ok(_) => self.commit(tx, id).await,
            Err(error) if is_duplicate(&error) => Err(Error::EmailTaken),
            Err(error) => Err(error).of("accounts"),
        }
    }

    /// Changes the account, if this is still its version. An address takes
    /// [`Accounts::change_address`].
    ///
    /// # Errors
    /// [`Error::Changed`] when it is not.
    pub async fn change(&self, id: UserId, version: u32, change: &AccountChange) -> Result<()> {
        let tx = self.db.writer(id.shard())?.begin().await.of("accounts")?;
        self.change_in(tx, id, version, change).await
    }

    /// The same in a transaction, which this commits.
    pub(super) async fn change_in(
        &self,
        mut tx: Transaction<'static, MySql>,
        id: UserId,
        version: u32,
        change: &AccountChange,
    ) -> Result<()> {
        let changed = sqlx::query(CHANGE_USER)
            .bind(change.name.as_ref().map(Name::as_str))
            .bind(change.email.as_ref().map(Email::as_str))
            .bind(&change.password_hash)
            .bind(id.uuid())
            .bind(version)
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        if changed.rows_affected() > 0 { self.commit(tx, id).await } else { Err(Error::Changed) }
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
    async fn commit(&self, mut tx: Transaction<'static, MySql>, user: UserId) -> Result<()> {
        let row = Activity {
            actor: Some(user),
            ..activity::activity_entry(user, "user", user.uuid(), ActivityFacts::default())
        };
        let activity_entry = Change::Activity(Box::new(row));
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

    /// Users of a cluster, by id.
    pub async fn users_between(&self, cluster: usize, users: UserRange) -> Result<Vec<UserId>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        sqlx::query_scalar(USERS)
            .bind(users.after.map_or(Uuid::nil(), UserId::uuid))
            .bind(users.last.map_or(Uuid::max(), UserId::uuid))
            .fetch_all(writer)
            .await
            .of("accounts")
    }

    /// All users of a cluster in ranges of so many, by id. The last range has those who come
    /// meanwhile, too.
    pub async fn ranges(&self, cluster: usize, size: u32) -> Result<Vec<UserRange>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        let mut ranges = Vec::new();
        let mut after: Option<UserId> = None;
        loop {
            let last = sqlx::query_scalar(LAST_OF)
                .bind(after.map_or(Uuid::nil(), UserId::uuid))
                .bind(size.saturating_sub(1))
                .fetch_optional(writer)
                .await
                .of("accounts")?;
            ranges.push(UserRange { after, last });
            if last.is_none() {
                return Ok(ranges);
            }
            after = last;
        }
    }

    /// Returns the names of these users: one query a cluster. Who has no account is left out.
    pub async fn names(&self, users: &[UserId]) -> Result<HashMap<UserId, String>> {
        let mut names = HashMap::new();
        let parts = self
            .db
            .readers_of(users.iter().copied(), |user| user.shard());
        for (reader, users) in parts {
            let mut query = QueryBuilder::<MySql>::new("SELECT id, name FROM users WHERE id IN (");
            let mut ids = query.separated(", ");
            for user in users {
                ids.push_bind(user.uuid());
            }
            query.push(")");
            let rows = query.build_query_as::<(UserId, String)>();
            names.extend(rows.fetch_all(reader).await.of("accounts")?);
        }
        Ok(names)
    }
}

/// Returns the moment at which a session was made, which its id begins with.
fn made_at(session: SessionId) -> Moment {
    let Some(made) = session.uuid().get_timestamp() else { return Moment::from_micros(0) };
    let (seconds, nanos) = made.to_unix();
    let micros = i64::try_from(seconds).unwrap_or(0) * 1_000_000;
    Moment::from_micros(micros + i64::from(nanos / 1000))
}
