//! Administration: who becomes an administrator, and what one does to the accounts of others.
//!
//! Each act leaves a row in the record of activity of the account that it is done to, with the
//! administrator as its actor.
//!
//! A code makes one account an administrator's. That is two writes, because the code's row is on
//! logical shard 0, where of any number of claims one inserts it, and the account on its own. The
//! code's row comes first and names the user until the user's own row says it, too: who dies in
//! between goes on by claiming again, and nobody else can.

use futures::future::try_join_all;
use sqlx::{MySql, MySqlPool, Transaction};
use uuid::Uuid;

use super::account::{Account, Accounts, CLOSE_USER};
use crate::{
    activity::{self, ActivityFacts},
    domain::{AdministratorCode, Change, Limit, Moment, Page, Shard, UserId},
    error::{Of, Result},
    stores::mysql::{outbox, rows::from_row},
};

/// The queries that answer with lists, and the index that serves each.
pub const ADMINISTRATION_LISTS: [(&str, &str); 1] = [(NEWEST, "PRIMARY")];

const NEWEST: &str = "\
    SELECT id, name, email, email_verified_at, created_at, deletes_at, suspended_at, \
           administrator_since \
    FROM users FORCE INDEX (PRIMARY) WHERE id < ? ORDER BY id DESC LIMIT ?";
/// Asked for twice, the first moment stands.
const SUSPEND: &str = "\
    UPDATE users SET suspended_at = ?, version = version + 1 \
    WHERE id = ? AND suspended_at IS NULL";
const RESUME: &str = "\
    UPDATE users SET suspended_at = NULL, version = version + 1 \
    WHERE id = ? AND suspended_at IS NOT NULL";
pub(super) const APPOINT: &str = "\
    UPDATE users SET administrator_since = ?, version = version + 1 \
    WHERE id = ? AND administrator_since IS NULL";
const CLAIM: &str =
    "INSERT IGNORE INTO administrator_claims (code_hash, user_id, claimed_at) VALUES (?, ?, ?)";
const CLAIMED_BY: &str = "SELECT user_id FROM administrator_claims WHERE code_hash = ?";
const END_CLAIM: &str = "\
    UPDATE administrator_claims SET user_id = NULL WHERE code_hash = ? AND user_id = ?";
/// Of an account that ends: a code whose claim was not ended is good again.
const DELETE_CLAIMS: &str = "DELETE FROM administrator_claims WHERE user_id = ?";

/// An account as an administrator sees it: nothing of what is in it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Account")]
pub struct AccountSummary {
    /// The user.
    pub id: UserId,
    /// The user's name.
    pub name: String,
    /// The address as its owner writes it.
    pub email: String,
    /// Since when the address is known to be the user's; `null` until a mail has shown it.
    pub email_verified_at: Option<Moment>,
    /// The moment at which the account was made.
    pub created_at: Moment,
    /// The moment at which it will be deleted; `null` unless that was asked for.
    pub deletes_at: Option<Moment>,
    /// Since when nobody may log in to it; `null` while its user may.
    pub suspended_at: Option<Moment>,
    /// Since when the user is an administrator; `null` for everybody else.
    pub administrator_since: Option<Moment>,
}

from_row!(AccountSummary {
    id,
    name,
    email,
    email_verified_at,
    created_at,
    deletes_at,
    suspended_at,
    administrator_since,
});

impl From<Account> for AccountSummary {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            name: account.name,
            email: account.email,
            email_verified_at: account.email_verified_at,
            created_at: account.created_at,
            deletes_at: account.deletes_at,
            suspended_at: account.suspended_at,
            administrator_since: account.administrator_since,
        }
    }
}

impl Accounts {
    /// Returns the accounts that were made before this one, newest first, of all clusters.
    pub async fn newest(
        &self,
        before: Option<UserId>,
        limit: Limit,
    ) -> Result<Page<AccountSummary, UserId>> {
        let before = before.map_or(Uuid::max(), UserId::uuid);
        let mut queries = Vec::new();
        for cluster in self.db.writers() {
            let query = sqlx::query_as::<_, AccountSummary>(NEWEST)
                .bind(before)
                .bind(limit.one_more());
            queries.push(query.fetch_all(cluster));
        }
        let of_clusters = try_join_all(queries).await.of("accounts")?;
        let mut accounts: Vec<AccountSummary> = of_clusters.into_iter().flatten().collect();
        accounts.sort_unstable_by_key(|account| std::cmp::Reverse(account.id));
        Ok(Page::cut(accounts, limit, |account| account.id))
    }

    /// Suspends the account: nobody logs in to it. Sessions and links are in other stores, and
    /// theirs to end.
    pub async fn suspend(&self, user: UserId) -> Result<()> {
        let mut tx = self.begin(user).await?;
        let suspended = sqlx::query(SUSPEND)
            .bind(Moment::now().utc())
            .bind(user.uuid())
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        self.commit_act(tx, user, suspended.rows_affected()).await
    }

    /// Lets the user log in again.
    pub async fn resume(&self, user: UserId) -> Result<()> {
        let mut tx = self.begin(user).await?;
        let resumed = sqlx::query(RESUME)
            .bind(user.uuid())
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        self.commit_act(tx, user, resumed.rows_affected()).await
    }

    /// Sets the account to be deleted at this moment, unless that is settled.
    pub async fn close_by_administrator(&self, user: UserId, at: Moment) -> Result<()> {
        let mut tx = self.begin(user).await?;
        let closed = sqlx::query(CLOSE_USER)
            .bind(at.utc())
            .bind(user.uuid())
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        self.commit_act(tx, user, closed.rows_affected()).await
    }

    /// Notes what an administrator is about to do to what the user has in another store.
    /// [`Accounts::settle`] adds it to the record once it has been done.
    pub async fn note_act(&self, user: UserId) -> Result<Change> {
        let act = entry(user, acted());
        let writer = self.db.writer(user.shard())?;
        let mut db = writer.acquire().await.of("accounts")?;
        outbox::note(&mut db, std::slice::from_ref(&act))
            .await
            .of("accounts")?;
        Ok(act)
    }

    /// Makes this user an administrator by this code. Returns false if it was used before. Run
    /// twice, the second time finds it done.
    pub async fn claim_administration(
        &self,
        account: &Account,
        code: &AdministratorCode,
    ) -> Result<bool> {
        let user = account.id;
        if account.administrator_since.is_none() {
            if !self.claim(user, code).await? {
                return Ok(false);
            }
            self.appoint(user).await?;
        }
        sqlx::query(END_CLAIM)
            .bind(code.digest().as_slice())
            .bind(user.uuid())
            .execute(self.claims()?)
            .await
            .of("accounts")?;
        Ok(true)
    }

    /// Takes the code for this user. Returns false if it is not theirs.
    async fn claim(&self, user: UserId, code: &AdministratorCode) -> Result<bool> {
        let claimed = sqlx::query(CLAIM)
            .bind(code.digest().as_slice())
            .bind(user.uuid())
            .bind(Moment::now().utc())
            .execute(self.claims()?)
            .await
            .of("accounts")?;
        if claimed.rows_affected() > 0 {
            return Ok(true);
        }
        let claimed_by: Option<Option<UserId>> = sqlx::query_scalar(CLAIMED_BY)
            .bind(code.digest().as_slice())
            .fetch_optional(self.claims()?)
            .await
            .of("accounts")?;
        Ok(claimed_by.flatten() == Some(user))
    }

    async fn appoint(&self, user: UserId) -> Result<()> {
        let mut tx = self.begin(user).await?;
        let appointed = sqlx::query(APPOINT)
            .bind(Moment::now().utc())
            .bind(user.uuid())
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        if appointed.rows_affected() > 0 { self.commit(tx, user).await } else { Ok(()) }
    }

    /// Forgets the claims of an account that ends.
    pub(super) async fn delete_claims(&self, user: UserId) -> Result<()> {
        sqlx::query(DELETE_CLAIMS)
            .bind(user.uuid())
            .execute(self.claims()?)
            .await
            .of("accounts")?;
        Ok(())
    }

    /// Returns the database that has the codes.
    fn claims(&self) -> Result<&MySqlPool> {
        self.db.writer(Shard::FIRST)
    }

    pub(super) async fn begin(&self, user: UserId) -> Result<Transaction<'static, MySql>> {
        self.db.writer(user.shard())?.begin().await.of("accounts")
    }

    /// Commits what an administrator has done to this account, if it has changed anything.
    pub(super) async fn commit_act(
        &self,
        tx: Transaction<'static, MySql>,
        user: UserId,
        changed: u64,
    ) -> Result<()> {
        if changed > 0 { self.commit_with(tx, entry(user, acted())).await } else { Ok(()) }
    }
}

/// Returns the facts of what an administrator does.
pub(super) fn acted() -> ActivityFacts {
    let mut facts = ActivityFacts::default();
    facts.say("by", "administrator");
    facts
}

/// Returns the row of activity of what an administrator does to an account.
pub(super) fn entry(user: UserId, facts: ActivityFacts) -> Change {
    Change::Activity(Box::new(activity::activity_entry(user, "user", user.uuid(), facts)))
}
