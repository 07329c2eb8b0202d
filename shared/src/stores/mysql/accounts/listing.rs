//! Lists of users: by id, in ranges, and their names.

use std::collections::HashMap;

use sqlx::{MySql, QueryBuilder};
use uuid::Uuid;

use super::account::Accounts;
use crate::{
    domain::{UserId, UserRange},
    error::{Of, Result},
    stores::mysql::outbox,
};

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

impl Accounts {
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

    /// Returns the names of these users: one query a cluster. Who has no account is left out. Of the
    /// writers, because who has just changed their name reads the new one.
    pub async fn names(&self, users: &[UserId]) -> Result<HashMap<UserId, String>> {
        let mut names = HashMap::new();
        let parts = self
            .db
            .writers_of(users.iter().copied(), |user| user.shard());
        for (writer, users) in parts {
            let mut query = QueryBuilder::<MySql>::new("SELECT id, name FROM users WHERE id IN (");
            let mut ids = query.separated(", ");
            for user in users {
                ids.push_bind(user.uuid());
            }
            query.push(")");
            let rows = query.build_query_as::<(UserId, String)>();
            names.extend(rows.fetch_all(writer).await.of("accounts")?);
        }
        Ok(names)
    }
}
