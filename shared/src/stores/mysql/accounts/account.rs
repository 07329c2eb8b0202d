//! Who has an account.
//!
//! What changes an account leaves its row of activity in the outbox, in the same transaction, and
//! adds it to the record after the commit; what that leaves behind is the relay's.

use std::collections::HashMap;

use sqlx::{MySql, QueryBuilder, Row, Transaction};
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
        rows::{maybe_moment, moment},
        sharded::Sharded,
    },
};

/// An account.
#[derive(Debug)]
pub struct Account {
    /// The user.
    pub id: UserId,
    /// How the user is called.
    pub name: String,
    /// The address as its owner writes it.
    pub email: String,
    /// The password's argon2id hash, a PHC string.
    pub password_hash: String,
    /// When the account was made.
    pub created_at: Moment,
    /// When it will be deleted, because its owner asked for that.
    pub deletes_at: Option<Moment>,
    /// Counts its changes.
    pub version: u32,
}

impl Account {
    /// Whether the password is right. Without an account it takes as long to say no.
    pub fn opens(account: Option<&Self>, password: &Password) -> bool {
        password.matches(account.map(|account| account.password_hash.as_str()))
    }
}

/// What is new about an account.
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
    SELECT email, name, password_hash, created_at, deletes_at, version FROM users WHERE id = ?";
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
    SELECT id FROM users FORCE INDEX (users_closing) WHERE deletes_at IS NULL AND id > ? AND id <= ? ORDER BY id";
/// The last of so many users.
const LAST_OF: &str = "\
    SELECT id FROM users FORCE INDEX (users_closing) WHERE deletes_at IS NULL AND id > ? ORDER BY id LIMIT 1 OFFSET ?";

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
        let activities = env
            .get("ACTIVITY_SHARDS")
            .ok()
            .map(|_| Activities::connect(env))
            .transpose()?;
        Ok(Self { db: Sharded::connect(env, "ACCOUNTS_SHARDS", "user")?, activities })
    }

    /// What has been committed here and may not be where it belongs yet.
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
        let insert = sqlx::query(INSERT_USER)
            .bind(id.uuid())
            .bind(email.as_str())
            .bind(name.as_str());
        let insert = insert.bind(password_hash).bind(Moment::now().utc());
        let mut tx = self.db.writer(id.shard())?.begin().await.of("accounts")?;
        match insert.execute(&mut *tx).await {
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
        let update = sqlx::query(CHANGE_USER).bind(change.name.as_ref().map(Name::as_str));
        let update = update
            .bind(change.email.as_ref().map(Email::as_str))
            .bind(&change.password_hash);
        let update = update.bind(id.uuid()).bind(version).execute(&mut *tx).await;
        if update.of("accounts")?.rows_affected() > 0 {
            self.commit(tx, id).await
        } else {
            Err(Error::Changed)
        }
    }

    /// Sets the account to be deleted at this moment, unless that is settled.
    pub async fn close(&self, id: UserId, at: Moment) -> Result<()> {
        let close = sqlx::query(CLOSE_USER).bind(at.utc()).bind(id.uuid());
        let mut tx = self.db.writer(id.shard())?.begin().await.of("accounts")?;
        let closed = close
            .execute(&mut *tx)
            .await
            .of("accounts")?
            .rows_affected()
            > 0;
        if closed { self.commit(tx, id).await } else { Ok(()) }
    }

    /// Takes that back; `false` when there was nothing to take back, or the moment has passed.
    pub async fn reopen(&self, id: UserId) -> Result<bool> {
        let reopen = sqlx::query(REOPEN_USER)
            .bind(id.uuid())
            .bind(Moment::now().utc());
        let mut tx = self.db.writer(id.shard())?.begin().await.of("accounts")?;
        let reopened = reopen
            .execute(&mut *tx)
            .await
            .of("accounts")?
            .rows_affected()
            > 0;
        if reopened {
            self.commit(tx, id).await?;
        }
        Ok(reopened)
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
            let (seconds, nanos) = session
                .uuid()
                .get_timestamp()
                .map_or((0, 0), |made| made.to_unix());
            row.id = ActivityId::from_uuid(session.uuid());
            row.at = Moment::from_micros(
                i64::try_from(seconds).unwrap_or(0) * 1_000_000 + i64::from(nanos / 1000),
            );
        }
        let activity_entry = Change::Activity(Box::new(row));
        let mut db = self
            .db
            .writer(user.shard())?
            .acquire()
            .await
            .of("accounts")?;
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
        let missing = || Error::internal("ACTIVITY_SHARDS is not set for this function");
        self.activities
            .as_ref()
            .ok_or_else(missing)?
            .record(row)
            .await?;
        self.outbox().settle(activity_entry).await
    }

    /// The account of this user.
    pub async fn find(&self, id: UserId) -> Result<Option<Account>> {
        let row = sqlx::query(USER_BY_ID)
            .bind(id.uuid())
            .fetch_optional(self.db.writer(id.shard())?)
            .await;
        row.of("accounts")?
            .map(|row| read(id, &row))
            .transpose()
            .of("accounts")
    }

    /// How many clusters there are.
    pub fn clusters(&self) -> usize {
        self.db.writers().count()
    }

    /// Users of a cluster, by id.
    pub async fn users_between(&self, cluster: usize, users: UserRange) -> Result<Vec<UserId>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        let (after, last) = (
            users.after.map_or(Uuid::nil(), UserId::uuid),
            users.last.map_or(Uuid::max(), UserId::uuid),
        );
        let users = sqlx::query_scalar(USERS)
            .bind(after)
            .bind(last)
            .fetch_all(writer)
            .await;
        Ok(users
            .of("accounts")?
            .into_iter()
            .map(UserId::from_uuid)
            .collect())
    }

    /// All users of a cluster in ranges of so many, by id. The last range has those who come
    /// meanwhile, too.
    pub async fn ranges(&self, cluster: usize, size: u32) -> Result<Vec<UserRange>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        let (mut ranges, mut after) = (Vec::new(), None);
        loop {
            let from = after.map_or(Uuid::nil(), UserId::uuid);
            let last = sqlx::query_scalar(LAST_OF)
                .bind(from)
                .bind(size.saturating_sub(1))
                .fetch_optional(writer);
            let last = last.await.of("accounts")?.map(UserId::from_uuid);
            ranges.push(UserRange { after, last });
            if last.is_none() {
                return Ok(ranges);
            }
            after = last;
        }
    }

    /// How these users are called: one query a cluster. Who has no account is left out.
    pub async fn names(&self, users: &[UserId]) -> Result<HashMap<UserId, String>> {
        let mut names = HashMap::new();
        for (reader, users) in self
            .db
            .readers_of(users.iter().copied(), |user| user.shard())
        {
            let mut query = QueryBuilder::<MySql>::new("SELECT id, name FROM users WHERE id IN (");
            let mut ids = query.separated(", ");
            for user in users {
                ids.push_bind(user.uuid());
            }
            query.push(")");
            for row in query.build().fetch_all(reader).await.of("accounts")? {
                let id = UserId::from_uuid(row.try_get("id").of("accounts")?);
                names.insert(id, row.try_get("name").of("accounts")?);
            }
        }
        Ok(names)
    }
}

fn read(id: UserId, row: &sqlx::mysql::MySqlRow) -> Result<Account, sqlx::Error> {
    Ok(Account {
        id,
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        password_hash: row.try_get("password_hash")?,
        created_at: moment(row, "created_at")?,
        deletes_at: maybe_moment(row, "deletes_at")?,
        version: row.try_get("version")?,
    })
}
