//! A lock by name in a cluster, for work that one may do at a time.

use std::ops::{Deref, DerefMut};

use sqlx::{MySql, MySqlConnection, MySqlPool, pool::PoolConnection};

use crate::error::{Of, Result};

/// A connection that holds a lock of this name in its cluster: of those that want it, one has it.
///
/// The lock ends with the connection, so what must not be done without it is done on the connection
/// itself. Dropped without [`AdvisoryLock::release`], the connection is closed, not used again.
pub struct AdvisoryLock(Option<PoolConnection<MySql>>);

impl AdvisoryLock {
    /// The lock, or none when another has it for more than 20 seconds.
    ///
    /// # Errors
    /// [`Error::Unavailable`] then, too.
    pub async fn acquire(pool: &MySqlPool, name: &str, service: &'static str) -> Result<Self> {
        Self::within(pool, name, 20, service)
            .await?
            .ok_or("another holds the lock")
            .of(service)
    }

    /// The lock, if nobody holds it for more than so many seconds.
    pub async fn within(
        pool: &MySqlPool,
        name: &str,
        seconds: u32,
        service: &'static str,
    ) -> Result<Option<Self>> {
        let mut connection = Self(Some(pool.acquire().await.of(service)?));
        // Locks are the server's; two databases of one server are two clusters here.
        let lock = sqlx::query_scalar("SELECT GET_LOCK(CONCAT(DATABASE(), ':', ?), ?)")
            .bind(name)
            .bind(seconds);
        let got: Option<i64> = lock.fetch_one(&mut *connection).await.of(service)?;
        if got == Some(1) {
            // Who vanishes without a word, as an environment does that is frozen, loses it after
            // this silence.
            sqlx::query("SET SESSION wait_timeout = 600")
                .execute(&mut *connection)
                .await
                .of(service)?;
            return Ok(Some(connection));
        }
        drop(connection.0.take()); // holds nothing, and can be used again
        Ok(None)
    }

    /// Gives the lock to whoever waits for it.
    pub async fn release(mut self) -> Result<()> {
        let Some(mut connection) = self.0.take() else { return Ok(()) };
        let released = sqlx::query("DO RELEASE_ALL_LOCKS()")
            .execute(&mut *connection)
            .await;
        if released.is_err() {
            connection.close_on_drop();
        }
        Ok(())
    }
}

impl Deref for AdvisoryLock {
    type Target = MySqlConnection;

    fn deref(&self) -> &MySqlConnection {
        self.0.as_ref().expect("a connection until it is released")
    }
}

impl DerefMut for AdvisoryLock {
    fn deref_mut(&mut self) -> &mut MySqlConnection {
        self.0.as_mut().expect("a connection until it is released")
    }
}

impl Drop for AdvisoryLock {
    fn drop(&mut self) {
        if let Some(connection) = &mut self.0 {
            connection.close_on_drop();
        }
    }
}
