//! One address of a cluster: a pool of few connections, and how they sign in.
//!
//! A pool connects when it is first used: a function that answers from the hot table never opens
//! one. An URL without a password is signed in to with the function's role. With `DATABASE_SLEEPS`
//! the pool is one of [`auto_pause`].

use std::{str::FromStr, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use sqlx::{
    ConnectOptions, Connection, MySqlConnection, MySqlPool,
    mysql::{MySqlConnectOptions, MySqlPoolOptions},
    pool::PoolConnectionMetadata,
};

use super::{
    auto_pause,
    sign_in::{DatabaseRole, SignIn},
};
use crate::{
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

/// One address of a cluster.
#[derive(Clone)]
pub(super) struct Endpoint {
    pool: MySqlPool,
    sign_in: Option<Arc<SignIn>>,
}

impl Endpoint {
    /// Returns the endpoint that this URL of the variable `name` leads to; `sleeps` when its
    /// database may.
    ///
    /// # Errors
    /// [`Error::Internal`] for what is no URL, which is not told, and when nobody can sign in.
    pub(super) fn of_url(
        url: &str,
        name: &str,
        sleeps: bool,
        role: impl Fn() -> Result<DatabaseRole>,
    ) -> Result<Self> {
        let Ok(plain) = MySqlConnectOptions::from_str(url) else {
            return Err(Error::internal(format!("{name} has an URL that is none")));
        };
        // A statement may hold what people have written, which no log is to have.
        let mut options = plain.disable_statement_logging();
        let mut sign_in = None;
        if is_without_password(url) {
            let (by_role, signed) = SignIn::new(role()?, options)?;
            sign_in = Some(Arc::new(by_role));
            options = signed;
        }
        let patience = if sleeps { auto_pause::WAKES } else { PATIENCE };
        let pool = MySqlPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(patience)
            .test_before_acquire(false)
            .before_acquire(test)
            .idle_timeout(Duration::from_mins(5))
            .connect_lazy_with(options);
        if sleeps {
            auto_pause::watch(&pool);
        }
        Ok(Self { pool, sign_in })
    }

    /// Returns the pool, with a token that is good.
    pub(super) fn pool(&self) -> &MySqlPool {
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
    }

    #[test]
    fn a_connection_is_fresh_if_it_was_used_since_the_process_was_last_frozen() {
        let seconds = Duration::from_secs;
        assert!(is_fresh(seconds(1), Some(seconds(2))));
        assert!(!is_fresh(seconds(2), Some(seconds(1))), "used before that");
        assert!(!is_fresh(seconds(60), Some(seconds(100))), "not for a while");
        assert!(!is_fresh(seconds(0), None), "outside of requests");
    }
}
