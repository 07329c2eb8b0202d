//! The running system that is measured.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use shared::error::Cause;

/// A running system, as its `system.json` describes it.
#[derive(Deserialize)]
pub struct System {
    /// Its process.
    pub pid: u32,
    /// Page and API.
    pub origin: String,
    /// DynamoDB's origin.
    pub dynamodb: String,
    /// SQS's origin.
    pub sqs: String,
    /// The database.
    pub mariadb: Server,
    /// The variables of the functions: the union over all of them.
    pub environment: BTreeMap<String, String>,
}

/// The database's address.
#[derive(Deserialize)]
pub struct Server {
    /// Its Unix socket.
    pub socket: PathBuf,
}

impl System {
    /// Reads it.
    pub fn read(path: &Path) -> Result<Self, Cause> {
        let text = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(serde_json::from_slice(&text)?)
    }

    /// A variable of the functions.
    pub fn variable(&self, name: &str) -> Result<&str, Cause> {
        Ok(self
            .environment
            .get(name)
            .ok_or_else(|| format!("no function of the system has the variable {name}"))?)
    }
}
