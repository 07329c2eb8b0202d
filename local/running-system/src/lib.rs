//! `system.json`, the description by which other processes find a running local system: `local`
//! writes it, and its commands, the tests and the measurements read it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

/// The name of the file in the system's data folder.
pub const FILE_NAME: &str = "system.json";

/// A running system. Its file is there while it is ready, and only its owner reads it: the
/// environment holds passwords. Origins have no slash at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningSystem {
    /// Id of the system's process.
    pub pid: u32,
    /// Origin of page, API and renditions.
    pub origin: String,
    /// Endpoint of S3.
    pub s3: String,
    /// Endpoint of SQS.
    pub sqs: String,
    /// Endpoint of SES.
    pub ses: String,
    /// Endpoint of `DynamoDB`.
    pub dynamodb: String,
    /// Endpoint of Redshift's Data API.
    pub warehouse: String,
    /// Endpoint of Lambda's Invoke API.
    pub lambda: String,
    /// Every variable that a function has: the union over all of them.
    pub environment: BTreeMap<String, String>,
    /// The database.
    pub database: DatabaseAddress,
}

/// The address of the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseAddress {
    /// The server's name and version: `MariaDB 10.11.14`.
    pub server: String,
    /// Its Unix socket.
    pub socket: PathBuf,
}

/// The reason for which a system is not found, or cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no file, or it is no description.
    #[error("{} describes no running system: {cause}", path.display())]
    NoDescription {
        /// The file.
        path: PathBuf,
        /// The error of the file system, or of the parser.
        cause: std::io::Error,
    },
    /// No function has such a variable.
    #[error("no function of the system has the variable {0}")]
    NoVariable(String),
}

impl RunningSystem {
    /// Reads a description.
    ///
    /// # Errors
    /// A file that is not there, or that is no description.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let no_description = |cause| Error::NoDescription { path: path.to_owned(), cause };
        let text = fs::read(path).map_err(no_description)?;
        serde_json::from_slice(&text).map_err(|cause| no_description(cause.into()))
    }

    /// Returns a variable of the functions.
    ///
    /// # Errors
    /// No function has it.
    pub fn variable(&self, name: &str) -> Result<&str, Error> {
        match self.environment.get(name) {
            Some(value) => Ok(value),
            None => Err(Error::NoVariable(name.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system() -> RunningSystem {
        RunningSystem {
            pid: 1,
            origin: "http://localhost:8080".to_owned(),
            s3: "http://127.0.0.1:8081".to_owned(),
            sqs: "http://127.0.0.1:8082".to_owned(),
            ses: "http://127.0.0.1:8082".to_owned(),
            dynamodb: "http://127.0.0.1:8083".to_owned(),
            warehouse: "http://127.0.0.1:8084".to_owned(),
            lambda: "http://127.0.0.1:8082".to_owned(),
            environment: BTreeMap::from([("HOT_TABLE".to_owned(), "hot".to_owned())]),
            database: DatabaseAddress {
                server: "MySQL 8.0.45".to_owned(),
                socket: "/data/mysqld.sock".into(),
            },
        }
    }

    #[test]
    fn a_description_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE_NAME);
        let text = serde_json::to_vec(&system()).expect("JSON");
        fs::write(&path, text).expect("a file");
        assert_eq!(RunningSystem::read(&path).expect("a description"), system());
    }

    #[test]
    fn a_file_that_is_missing_or_no_description_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE_NAME);
        for text in [None, Some("{}")] {
            if let Some(text) = text {
                fs::write(&path, text).expect("a file");
            }
            let error = RunningSystem::read(&path).expect_err("none").to_string();
            assert!(error.contains("system.json describes no running system"), "{error}");
        }
    }

    #[test]
    fn a_variable_is_that_of_a_function() {
        assert_eq!(system().variable("HOT_TABLE").expect("a value"), "hot");
        let error = system().variable("OTHER").expect_err("none").to_string();
        assert_eq!(error, "no function of the system has the variable OTHER");
    }
}
