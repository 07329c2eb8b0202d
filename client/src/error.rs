//! The ways in which a request or a transfer ends badly, in words for people.

use std::{io, path::PathBuf};

use crate::types::Problem;

/// The result of a request.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The reason for which something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is none that a client may use.
    #[error("{address} is no address of a service: {why}")]
    Address {
        /// The address as it was given.
        address: String,
        /// The reason.
        why: &'static str,
    },
    /// A text is not the id that it should be.
    #[error("\"{text}\" is not the id of a {what}")]
    NoId {
        /// The kind of id.
        what: &'static str,
        /// The text.
        text: String,
    },
    /// The service refused a request, and said why.
    #[error("{0}")]
    Problem(Box<Problem>),
    /// The service, or what stands before it, answered without a problem.
    #[error("the service answered with status {status}")]
    Status {
        /// The answer's status.
        status: u16,
    },
    /// No answer came.
    #[error("the service cannot be reached: {}", innermost(cause))]
    Unreachable {
        /// The error of the connection.
        cause: reqwest::Error,
    },
    /// Nothing came for a minute.
    #[error("the service has fallen silent")]
    Silent,
    /// An answer came that is not what the API promises.
    #[error("the service answered with something else than expected: {0}")]
    Unexpected(String),
    /// The storage refused a file's bytes.
    #[error("the storage refused the bytes with status {status}")]
    Refused {
        /// The answer's status.
        status: u16,
    },
    /// A file changed between being read and being sent.
    #[error("{} changed while it was being read", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be read or written.
    #[error("{}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The error of the file system.
        cause: io::Error,
    },
    /// The system has no random numbers.
    #[error("the system gives no random numbers")]
    Random,
}

impl Error {
    /// Returns the problem's short name, such as `not-found`, if the service has named one.
    pub fn problem(&self) -> Option<&str> {
        match self {
            Self::Problem(problem) => Some(problem.name()),
            _ => None,
        }
    }

    /// Returns the status of the service's answer, if one came.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Problem(problem) => Some(problem.status),
            Self::Status { status } | Self::Refused { status } => Some(*status),
            _ => None,
        }
    }
}

/// Returns the first cause of a failed connection, which says most, without the URL: it may hold a
/// signature.
fn innermost(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let text = innermost.to_string();
    match error.url() {
        Some(url) => text.replace(url.as_str(), "…"),
        None => text,
    }
}
