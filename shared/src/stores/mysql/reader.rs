//! The reader of a cluster: a server that follows the writer, and may be behind it by any time, or
//! gone.
//!
//! A reader that does not answer is left for [`LEFT_FOR`], in which nobody waits for it. So the
//! first request of a process waits for [`PATIENCE`] at most, and so does one each time that it is
//! tried again.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sqlx::{FromRow, MySql, mysql::MySqlRow, pool::PoolConnection};
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use super::endpoint::Endpoint;

/// The time in which a reader must have answered, the opening of a connection included.
const PATIENCE: Duration = Duration::from_secs(1);

/// The time for which a reader is left that did not answer.
const LEFT_FOR: Duration = Duration::from_secs(10);

/// The reader of a cluster that has one.
pub(super) struct Reader {
    endpoint: Endpoint,
    left_until: Mutex<Option<Instant>>,
}

/// A connection to a reader, and the row that it has answered with.
pub(super) struct Answered<T> {
    pub connection: PoolConnection<MySql>,
    pub row: Option<T>,
}

impl Reader {
    pub fn new(endpoint: Endpoint) -> Self {
        Self { endpoint, left_until: Mutex::new(None) }
    }

    /// Asks for the row of an id; `None` if the reader has been left, or is left now, because it
    /// has no answer.
    pub async fn ask<T>(&self, query: &'static str, id: Uuid) -> Option<Answered<T>>
    where
        T: for<'row> FromRow<'row, MySqlRow> + Send + Unpin,
    {
        if self.is_left() {
            return None;
        }
        match self.try_ask(query, id).await {
            Ok(answered) => Some(answered),
            Err(error) => {
                tracing::warn!(%error, "a reader of the database is left for a while");
                *self.left_until() = Some(Instant::now() + LEFT_FOR);
                None
            }
        }
    }

    async fn try_ask<T>(&self, query: &'static str, id: Uuid) -> sqlx::Result<Answered<T>>
    where
        T: for<'row> FromRow<'row, MySqlRow> + Send + Unpin,
    {
        let deadline = Instant::now() + PATIENCE;
        let acquired = timeout_at(deadline, self.endpoint.pool().acquire()).await;
        let mut connection = acquired.unwrap_or(Err(sqlx::Error::PoolTimedOut))?;
        let asked = sqlx::query_as(query)
            .bind(id)
            .fetch_optional(&mut *connection);
        let answer = timeout_at(deadline, asked).await;
        match answer.unwrap_or(Err(sqlx::Error::PoolTimedOut)) {
            Ok(row) => Ok(Answered { connection, row }),
            Err(error) => {
                // Back in the pool it would be waited for: a server that hangs answers no ping.
                drop(connection.detach());
                Err(error)
            }
        }
    }

    fn is_left(&self) -> bool {
        self.left_until()
            .is_some_and(|until| Instant::now() < until)
    }

    fn left_until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.left_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    /// Returns a reader at a port on which nobody answers, though connections are taken.
    fn hanging(listener: &std::net::TcpListener) -> Reader {
        let address = listener.local_addr().expect("an address");
        let url = format!("mysql://a:b@{address}/c");
        let nobody = || Err(Error::internal("nobody signs in"));
        let endpoint = Endpoint::of_url(&url, "MAP", false, nobody).expect("an endpoint");
        Reader::new(endpoint)
    }

    #[tokio::test]
    async fn a_reader_that_hangs_is_waited_for_once() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let reader = hanging(&listener);
        let mut waited = Vec::new();
        for _ in 0..3 {
            let since = Instant::now();
            let answered = reader.ask::<(i32,)>("SELECT 1", Uuid::nil()).await;
            assert!(answered.is_none());
            waited.push(since.elapsed());
        }
        assert!(waited[0] >= PATIENCE && waited[0] < 2 * PATIENCE, "{waited:?}");
        assert!(waited[1] + waited[2] < PATIENCE / 2, "{waited:?}");
    }
}
