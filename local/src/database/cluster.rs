//! A cluster: the writer, and, where it was asked for, a replica that takes over when the writer is
//! gone.
//!
//! As Aurora does, the cluster keeps its address: functions find the new writer where the old one
//! was. Aurora's servers share one storage, so that a reader which takes over has all that was
//! committed; here it has what it has received, and that is all that was acknowledged as long as
//! the replication is semi-synchronous.

use std::{
    convert::Infallible,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::time::sleep;

use super::{
    DatabaseServer, Error, gate::Gate, replica::Replica, replication::Replication, tables,
};
use crate::{
    console,
    supervision::{SupervisedProcess, supervise},
};

/// The pause between two attempts to start a writer.
const PAUSE: Duration = Duration::from_secs(2);

/// The writer and its replica, on folders of their own.
#[derive(Debug)]
pub struct DatabaseCluster {
    writer: DatabaseServer,
    follower: Option<Follower>,
}

/// A replica, and its way to the writer.
#[derive(Debug)]
struct Follower {
    replica: Replica,
    gate: Gate,
}

impl DatabaseCluster {
    /// Starts a writer on the first folder, without a replica, as [`DatabaseServer::start`] does.
    /// Finishes first the take-over that a replica on the second folder had begun.
    pub async fn start(writer: &Path, replica: &Path) -> Result<Self, Error> {
        tables::finish_take_over(writer, replica)
            .map_err(|cause| Error::io("take over the tables in", replica, &cause))?;
        let writer = DatabaseServer::start(writer).await?;
        Ok(Self { writer, follower: None })
    }

    /// Applies the migrations to the writer, as [`DatabaseServer::migrate`] does.
    pub async fn migrate(&self, migrations: &Path) -> Result<(), Error> {
        self.writer.migrate(migrations).await
    }

    /// Adds a replica that is so many seconds behind. The writer is started again for it.
    pub async fn add_replica(&mut self, folder: &Path, lag: u32) -> Result<(), Error> {
        let replica = Replica::open(folder, &self.writer, lag).await?;
        let gate = Gate::open(self.writer.socket().to_owned())
            .await
            .map_err(|cause| Error::io("let a replica reach", self.writer.socket(), &cause))?;
        let follower = self.follower.insert(Follower { replica, gate });
        let is_settled = self.writer.end().await;
        let copied = follower.start_writer(&mut self.writer, is_settled).await?;
        copied?;
        follower.start_replica(&self.writer).await
    }

    /// Starts again what exits by itself; a replica takes the place of its writer. Goes on for as
    /// long as it is polled.
    pub async fn supervise(&mut self) -> Infallible {
        loop {
            let Some(follower) = &mut self.follower else {
                return supervise(&mut self.writer).await;
            };
            let reason = tokio::select! {
                reason = self.writer.exited() => reason,
                never = supervise(&mut follower.replica) => match never {},
            };
            console::problem(&format!(
                "The database is gone, and its replica takes over: {reason}"
            ));
            follower.fail_over(&mut self.writer).await;
        }
    }

    /// Stops both and waits, as [`DatabaseServer::stop`] does.
    pub async fn stop(self) {
        if let Some(mut follower) = self.follower {
            follower.replica.end().await;
        }
        self.writer.stop().await;
    }

    /// Returns the URL of the writer.
    pub fn writer_url(&self, database: &str) -> String {
        self.writer.url(database)
    }

    /// Returns the URL of the writer by the socket of a proxy before it.
    pub fn proxied_url(&self, database: &str) -> String {
        self.writer.proxied_url(database)
    }

    /// Returns the URL of the replica, if there is one.
    pub fn reader_url(&self, database: &str) -> Option<String> {
        let follower = self.follower.as_ref()?;
        Some(follower.replica.url(database))
    }

    /// Returns the rule over the replica, if there is one.
    pub fn replication(&self) -> Option<Replication> {
        let follower = self.follower.as_ref()?;
        Some(follower.replica.replication())
    }

    /// Returns the path of the socket of a proxy before the writer.
    pub fn proxy_socket(&self) -> PathBuf {
        self.writer.proxy_socket()
    }

    /// Returns the path of the writer's socket.
    pub fn socket(&self) -> &Path {
        self.writer.socket()
    }

    /// Returns the servers' name and version.
    pub fn name(&self) -> String {
        self.writer.name()
    }
}

impl Follower {
    /// Starts the writer, whose tables are copied for the replica before; whether they were. A
    /// writer that was killed is settled first: it is started and ended in order.
    async fn start_writer(
        &mut self,
        writer: &mut DatabaseServer,
        is_settled: bool,
    ) -> Result<Result<(), Error>, Error> {
        if !is_settled {
            writer.settle().await?;
        }
        let copied = self.replica.copy_tables(writer).await;
        writer.start_with_log().await?;
        Ok(copied)
    }

    /// Starts the replica on its copy.
    async fn start_replica(&mut self, writer: &DatabaseServer) -> Result<(), Error> {
        let password = writer.replication_password();
        self.replica.start(self.gate.port, password).await
    }

    /// Has the replica take over from a writer that is gone, or, if it cannot, starts that again;
    /// and makes a replica anew.
    async fn fail_over(&mut self, writer: &mut DatabaseServer) {
        let mut is_settled = true;
        if let Err(reason) = self.take_over(writer).await {
            console::problem(&format!(
                "The replica cannot take over, so that the database is started again: {reason}"
            ));
            is_settled = false;
        }
        let copied = loop {
            match self.start_writer(writer, is_settled).await {
                Ok(copied) => break copied,
                Err(reason) => console::problem(&format!("The database does not start: {reason}")),
            }
            is_settled = false;
            sleep(PAUSE).await;
        };
        console::line("The database is back.");
        let started = match copied {
            Ok(()) => self.start_replica(writer).await,
            Err(reason) => Err(reason),
        };
        match started {
            Ok(()) => console::line("It has a replica again."),
            Err(reason) => console::problem(&format!("It has no replica any more: {reason}")),
        }
    }

    /// Puts the tables of the replica in the place of the writer's, which is gone.
    async fn take_over(&mut self, writer: &DatabaseServer) -> Result<(), Error> {
        self.replica.prepare_to_take_over().await?;
        tables::finish_take_over(writer.root(), self.replica.root())
            .map_err(|cause| Error::io("take over the tables in", self.replica.root(), &cause))
    }
}
