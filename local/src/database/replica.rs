//! The replica: a second server, on a copy of the writer's tables, which follows the writer.

use std::{ffi::OsStr, future::pending, path::Path, time::Duration};

use tokio::{task::spawn_blocking, time::timeout};

use super::{
    DatabaseServer, Error, files::DatabaseFiles, process::DatabaseProcess,
    replication::Replication, role::Role, stale, tables, wait_until_ready,
};
use crate::supervision::SupervisedProcess;

/// The time in which a replica that takes over must have applied what it has.
const TAKE_OVER_LIMIT: Duration = Duration::from_mins(1);

/// A replica, which runs unless it could not be started.
#[derive(Debug)]
pub struct Replica {
    files: DatabaseFiles,
    process: Option<DatabaseProcess>,
    replication: Replication,
}

impl Replica {
    /// Opens the folder of a replica of this writer, to be so many seconds behind; nothing runs yet.
    pub async fn open(folder: &Path, writer: &DatabaseServer, lag: u32) -> Result<Self, Error> {
        let program = &writer.files.installation().program;
        // Its tables go, whatever made them.
        remove_tables(folder).await?;
        let mut files = DatabaseFiles::open(folder, Some(OsStr::new(program)))?;
        stale::end_stale_server(&files).await?;
        files.prepare_for(Role::Replica)?;
        let replication = Replication::of(&files, lag);
        Ok(Self { files, process: None, replication })
    }

    /// Ends the server, and copies the tables of the writer, which must not run.
    pub async fn copy_tables(&mut self, writer: &DatabaseServer) -> Result<(), Error> {
        self.end().await;
        let from = writer.files.tables();
        let to = self.files.tables();
        let copying = {
            let to = to.clone();
            spawn_blocking(move || tables::copy(&from, &to))
        };
        match copying.await {
            Ok(copied) => copied.map_err(|cause| Error::io("copy the tables to", &to, &cause)),
            Err(cause) => Err(Error(format!("the tables could not be copied: {cause}"))),
        }
    }

    /// Starts the server on its copy, and has it follow the writer, which listens on this port.
    pub async fn start(&mut self, port: u16, password: &str) -> Result<(), Error> {
        self.restart().await?;
        self.replication.follow(port, password).await
    }

    /// Applies all that was received, and ends: its tables are as the writer's were.
    pub async fn prepare_to_take_over(&mut self) -> Result<(), Error> {
        match timeout(TAKE_OVER_LIMIT, self.replication.apply_everything()).await {
            Ok(applied) => applied?,
            Err(_) => return Err(self.files.failure("does not answer")),
        }
        if !self.end().await {
            return Err(self.files.failure("did not end in order"));
        }
        let folder = self.files.root();
        tables::note_take_over(folder).map_err(|cause| Error::io("write to", folder, &cause))
    }

    /// Ends the server, if it runs; returns whether it has ended in order.
    pub async fn end(&mut self) -> bool {
        let Some(mut process) = self.process.take() else { return false };
        process.end().await
    }

    pub fn root(&self) -> &Path {
        self.files.root()
    }

    pub fn url(&self, database: &str) -> String {
        self.files.url(database)
    }

    /// Returns the rule over its replication.
    pub fn replication(&self) -> Replication {
        self.replication.clone()
    }
}

impl SupervisedProcess for Replica {
    const NAME: &'static str = "The replica of the database";
    type Error = Error;

    async fn exited(&mut self) -> Error {
        match &mut self.process {
            Some(process) => {
                let exit = process.exited().await;
                self.files.failure(&format!("ended by itself ({exit})"))
            }
            // Could not be started, and is not tried again.
            None => pending().await,
        }
    }

    /// Starts the server again. It goes on following from where it was.
    async fn restart(&mut self) -> Result<(), Error> {
        self.end().await;
        let process = self.process.insert(DatabaseProcess::spawn(&self.files)?);
        wait_until_ready(&self.files, process).await
    }
}

/// Removes the tables that an earlier replica has left.
async fn remove_tables(folder: &Path) -> Result<(), Error> {
    let tables = folder.join("tables");
    match tokio::fs::remove_dir_all(&tables).await {
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io("remove", &tables, &cause))
        }
        _ => Ok(()),
    }
}
