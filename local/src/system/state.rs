//! `system.json`: how tests, `local invoke` and `local demo` find a running system.

use std::{collections::BTreeMap, fs, path::Path};

use serde::{Deserialize, Serialize};

use super::{Error, data::write_private};

const FILE: &str = "system.json";

/// A running system. The file is there while it is ready and only its owner reads it: the
/// environment holds passwords.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    /// Process of the system.
    pub pid: u32,
    /// Page, API and renditions.
    pub origin: String,
    /// Endpoint of S3.
    pub s3: String,
    /// Endpoint of SQS.
    pub sqs: String,
    /// Endpoint of DynamoDB.
    pub dynamodb: String,
    /// Endpoint of Redshift's Data API.
    pub warehouse: String,
    /// While this file is there the warehouse runs no statement; if there is a text in it,
    /// statements fail with it.
    pub warehouse_hold: String,
    /// Endpoint of Lambda's Invoke API.
    pub lambda: String,
    /// Every variable that a function has: the union over all of them.
    pub environment: BTreeMap<String, String>,
    /// The database.
    pub mariadb: DatabaseAddress,
}

/// Where the database is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DatabaseAddress {
    /// The server's name and version.
    pub server: String,
    /// Unix socket.
    pub socket: String,
}

impl State {
    /// The system that runs on a data folder.
    ///
    /// # Errors
    /// None runs there.
    pub fn read(data: &Path) -> Result<Self, Error> {
        let none = || {
            Error::new(format!("No system runs on {}: start one with `./dev run`.", data.display()))
        };
        let text = fs::read(data.join(FILE)).map_err(|_| none())?;
        let state: Self = serde_json::from_slice(&text).map_err(|_| none())?;
        // A killed system leaves its file behind.
        if Path::new("/proc/self").exists() && !Path::new(&format!("/proc/{}", state.pid)).exists()
        {
            return Err(none());
        }
        Ok(state)
    }

    pub(super) fn write(&self, data: &Path) -> Result<(), Error> {
        let failed = |error: String| {
            Error::new(format!("{FILE} cannot be written in {}: {error}.", data.display()))
        };
        let text = serde_json::to_vec_pretty(self).map_err(|error| failed(error.to_string()))?;
        write_private(&data.join(FILE), &text).map_err(|error| failed(error.to_string()))
    }

    pub(super) fn remove(data: &Path) {
        // Not there is as good.
        let _ = fs::remove_file(data.join(FILE));
    }
}
