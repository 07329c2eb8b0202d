//! A logical database spread over clusters by the logical shard.
//!
//! A connection is had only by naming a shard, so a query that forgets it does not compile:
//!
//! ```compile_fail
//! fn forgets_the_shard(db: &shared::stores::Sharded) {
//!     let _ = db.writer();
//! }
//! ```
//!
//! Pools connect when first used: a function that answers from the hot table never opens one. An
//! URL without a password is signed in to with the function's role. With `DATABASE_SLEEPS` they are
//! those of [`auto_pause`].

use std::{str::FromStr, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use serde::Deserialize;
use sqlx::{
    Connection, MySqlConnection, MySqlPool,
    mysql::{MySqlConnectOptions, MySqlPoolOptions},
    pool::PoolConnectionMetadata,
};

use super::{
    auto_pause,
    sign_in::{DatabaseRole, SignIn},
};
use crate::{
    domain::Shard,
    env::Env,
    error::{Error, Result},
    freeze_detection::time_since_freeze,
};

/// One execution environment serves one request at a time; the second connection is for the
/// projection of what the first has just committed.
const CONNECTIONS: u32 = 2;

/// The time that a connection is waited for.
const PATIENCE: Duration = Duration::from_secs(4);

/// For how long an idle connection is taken for one that the server has not closed.
const FRESH: Duration = Duration::from_secs(10);

/// One logical database and its clusters.
pub struct Sharded {
    what: &'static str,
    ranges: Vec<Range>,
}

/// The cluster that holds a range of logical shards.
struct Range {
    from: u16,
    to: u16,
    writer: Endpoint,
    reader: Endpoint,
}

/// One address of a cluster.
#[derive(Clone)]
struct Endpoint {
    pool: MySqlPool,
    sign_in: Option<Arc<SignIn>>,
}

/// A line of the shard map: the variables `ACCOUNTS_SHARDS`, `LIBRARY_SHARDS` and `ACTIVITY_SHARDS`
/// are lists of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RangeSetting {
    from: u16,
    to: u16,
    writer: String,
    reader: String,
}

impl Sharded {
    /// The logical database whose shard map is the variable `name`; `what` lives in it.
    ///
    /// # Errors
    /// [`Error::Internal`] when the map is not valid. Its text, which holds passwords, is not told.
    pub fn connect(env: &Env, name: &'static str, what: &'static str) -> Result<Self> {
        let sleeps = env
            .get("DATABASE_SLEEPS")
            .is_ok_and(|sleeps| sleeps == "yes");
        Self::of_map(&env.get(name)?, name, what, sleeps, || DatabaseRole::of(env))
    }

    fn of_map(
        map: &str,
        name: &str,
        what: &'static str,
        sleeps: bool,
        role: impl Fn() -> Result<DatabaseRole>,
    ) -> Result<Self> {
        let settings: Vec<RangeSetting> = serde_json::from_str(map).map_err(|e| {
            Error::internal(format!(
                "{name} is not a shard map: line {} column {}",
                e.line(),
                e.column()
            ))
        })?;
        let endpoint = |url: &str| {
            let options = MySqlConnectOptions::from_str(url);
            let options =
                options.map_err(|_| Error::internal(format!("{name} has an URL that is none")))?;
            Endpoint::connect(options, sleeps, is_without_password(url), &role)
        };
        let range = |setting: &RangeSetting| {
            let writer = endpoint(&setting.writer)?;
            let reader = if setting.reader == setting.writer {
                writer.clone()
            } else {
                endpoint(&setting.reader)?
            };
            Ok(Range { from: setting.from, to: setting.to, writer, reader })
        };
        Ok(Self { what, ranges: settings.iter().map(range).collect::<Result<_>>()? })
    }

    /// The writer of this shard: for writes, and for reads that must see the newest row.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a shard outside the map: no row can have such an id.
    pub fn writer(&self, shard: Shard) -> Result<&MySqlPool> {
        Ok(self.range(shard)?.writer.pool())
    }

    /// The reader of this shard, which may lag behind the writer.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a shard outside the map.
    pub fn reader(&self, shard: Shard) -> Result<&MySqlPool> {
        Ok(self.range(shard)?.reader.pool())
    }

    /// The writers of all clusters, for jobs that visit every row.
    pub fn writers(&self) -> impl Iterator<Item = &MySqlPool> {
        self.ranges.iter().map(|range| range.writer.pool())
    }

    /// The first shard and the writer of each cluster.
    pub fn clusters(&self) -> impl Iterator<Item = (Shard, &MySqlPool)> {
        self.ranges
            .iter()
            .filter_map(|range| Some((Shard::new(range.from)?, range.writer.pool())))
    }

    /// The readers of these shards, each with what of `all` it holds; what none holds is left out.
    pub fn readers_of<T>(
        &self,
        all: impl IntoIterator<Item = T>,
        shard: impl Fn(&T) -> Shard,
    ) -> Vec<(&MySqlPool, Vec<T>)> {
        self.parts(all, shard, |range| range.reader.pool())
    }

    /// The writers of these shards, in the same way.
    pub fn writers_of<T>(
        &self,
        all: impl IntoIterator<Item = T>,
        shard: impl Fn(&T) -> Shard,
    ) -> Vec<(&MySqlPool, Vec<T>)> {
        self.parts(all, shard, |range| range.writer.pool())
    }

    fn parts<T>(
        &self,
        all: impl IntoIterator<Item = T>,
        shard: impl Fn(&T) -> Shard,
        pool: fn(&Range) -> &MySqlPool,
    ) -> Vec<(&MySqlPool, Vec<T>)> {
        let mut parts: Vec<_> = self
            .ranges
            .iter()
            .map(|range| (pool(range), Vec::new()))
            .collect();
        for one in all {
            let number = shard(&one).number();
            let holds = |range: &Range| (range.from..=range.to).contains(&number);
            if let Some(index) = self.ranges.iter().position(holds) {
                parts[index].1.push(one);
            }
        }
        parts.retain(|(_, part)| !part.is_empty());
        parts
    }

    fn range(&self, shard: Shard) -> Result<&Range> {
        let holds = |range: &&Range| (range.from..=range.to).contains(&shard.number());
        self.ranges
            .iter()
            .find(holds)
            .ok_or(Error::NotFound { what: self.what })
    }
}

impl Endpoint {
    fn connect(
        options: MySqlConnectOptions,
        sleeps: bool,
        by_role: bool,
        role: impl Fn() -> Result<DatabaseRole>,
    ) -> Result<Self> {
        let (sign_in, options) = if by_role {
            let (sign_in, options) = SignIn::new(role()?, options)?;
            (Some(Arc::new(sign_in)), options)
        } else {
            (None, options)
        };
        let patience = if sleeps { auto_pause::WAKES } else { PATIENCE };
        let pool = MySqlPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(patience);
        let pool = pool
            .test_before_acquire(false)
            .before_acquire(test)
            .idle_timeout(Duration::from_mins(5));
        let pool = pool.connect_lazy_with(options);
        if sleeps {
            auto_pause::watch(&pool);
        }
        Ok(Self { pool, sign_in })
    }

    fn pool(&self) -> &MySqlPool {
        if let Some(sign_in) = &self.sign_in
            && let Err(error) = sign_in.renew(&self.pool)
        {
            // Connections that are open are as good as ever.
            tracing::error!(error = error.chain(), "no token for the database");
        }
        &self.pool
    }
}

/// Asks a connection whether the server has closed it, unless it was used a moment ago: each time
/// it would be a round trip before each query. One that does not answer is closed, and another is
/// taken.
#[expect(clippy::needless_pass_by_value, reason = "as the pool calls it")]
fn test(
    connection: &mut MySqlConnection,
    about: PoolConnectionMetadata,
) -> BoxFuture<'_, sqlx::Result<bool>> {
    let is_fresh = is_fresh(about.idle_for, time_since_freeze());
    Box::pin(async move { Ok(is_fresh || connection.ping().await.is_ok()) })
}

/// Returns true if a connection that was idle for so long was used since the process was last
/// frozen.
fn is_fresh(idle: Duration, unfrozen: Option<Duration>) -> bool {
    idle < FRESH && unfrozen.is_some_and(|unfrozen| idle < unfrozen)
}

/// Returns true if an URL says who signs in, and not with what.
fn is_without_password(url: &str) -> bool {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = authority.split(['/', '?']).next().unwrap_or_default();
    authority
        .rsplit_once('@')
        .is_some_and(|(user, _)| !user.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nobody() -> Result<DatabaseRole> {
        Err(Error::internal("nobody signs in"))
    }

    #[test]
    fn an_url_without_a_password_is_signed_in_to() {
        let without = [
            "mysql://library@db.example/library?ssl-mode=VERIFY_IDENTITY",
            "mysql://library@db.example:3306",
        ];
        let with = [
            "mysql://library:secret@db.example/library",
            "mysql://db.example/library",
            "mysql://a:@db.example",
        ];
        assert!(
            without.into_iter().all(is_without_password)
                && !with.into_iter().any(is_without_password)
        );
        let map = r#"[{"from":0,"to":9,"writer":"mysql://a@w","reader":"mysql://a@r"}]"#;
        let refused = Sharded::of_map(map, "MAP", "album", false, nobody)
            .err()
            .expect("nobody to sign in as");
        assert!(refused.chain().contains("nobody signs in"), "{}", refused.chain());
    }

    #[test]
    fn a_connection_is_fresh_if_it_was_used_since_the_process_was_last_frozen() {
        let seconds = Duration::from_secs;
        assert!(is_fresh(seconds(1), Some(seconds(2))));
        assert!(!is_fresh(seconds(2), Some(seconds(1))), "used before that");
        assert!(!is_fresh(seconds(60), Some(seconds(100))), "not for a while");
        assert!(!is_fresh(seconds(0), None), "outside of requests");
    }

    #[tokio::test]
    async fn a_shard_outside_the_map_has_no_database() {
        let map = r#"[{"from":0,"to":9,"writer":"mysql://a/w","reader":"mysql://a/r"}]"#;
        let db = Sharded::of_map(map, "MAP", "album", false, nobody).expect("a map");
        let at = |number| db.writer(Shard::new(number).expect("a shard")).map(drop);
        assert!(at(0).is_ok() && at(9).is_ok());
        assert!(matches!(at(10), Err(Error::NotFound { what: "album" })));
    }

    #[test]
    fn a_bad_map_is_refused_without_its_secrets() {
        let bad = [
            r#"[{"from":0,"to":9,"writer":"secret"#,
            r#"[{"from":0,"to":9,"writer":"secret","reader":"secret"}]"#,
        ];
        for map in bad {
            let error = Sharded::of_map(map, "MAP", "album", false, nobody)
                .err()
                .expect("a refusal")
                .chain();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
