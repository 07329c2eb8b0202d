//! The end of a command that did not do what it should, and its exit code.

use std::{path::PathBuf, process::ExitCode};

/// The reason for which a command ended.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Nobody is signed in.
    #[error("Nobody is signed in. Sign in with: albumen login ADDRESS")]
    NotSignedIn,
    /// The session has ended, or the key is none.
    #[error("The session has ended. Sign in again with: albumen login {origin}")]
    SessionEnded {
        /// The service.
        origin: String,
    },
    /// The session may not do this.
    #[error("This key may not do that ({0}). Sign in with another: albumen login")]
    MissingScope(client::Error),
    /// The service refused.
    #[error("{0}.")]
    Refused(client::Error),
    /// The service did not answer, or not as it should.
    #[error("{0}. Try again later.")]
    Unreachable(client::Error),
    /// Another service, from which photos are taken over, refused.
    #[error("{0}")]
    SourceRefused(String),
    /// Another service, from which photos are taken over, did not answer, or not as it should.
    #[error("{0}. Run it again later: it goes on.")]
    SourceUnreachable(String),
    /// Something on the command line is not right.
    #[error("{0}")]
    Usage(String),
    /// A file cannot be read or written.
    #[error("{}: {cause}.", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The error of the file system.
        cause: std::io::Error,
    },
    /// Something else was not done.
    #[error("{0}")]
    NotDone(String),
}

/// The result of a command, or of a part of it.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// Returns the code with which the program ends.
    pub fn exit_code(&self) -> ExitCode {
        let code = match self {
            Self::File { .. } | Self::NotDone(_) => 1,
            Self::Usage(_) => 2,
            Self::NotSignedIn | Self::SessionEnded { .. } | Self::MissingScope(_) => 3,
            Self::Unreachable(_) | Self::SourceUnreachable(_) => 4,
            Self::Refused(_) | Self::SourceRefused(_) => 5,
        };
        ExitCode::from(code)
    }

    /// Returns a failure to read or write this file.
    pub fn file(path: impl Into<PathBuf>, cause: std::io::Error) -> Self {
        Self::File { path: path.into(), cause }
    }
}

impl From<client::Error> for Failure {
    fn from(error: client::Error) -> Self {
        match &error {
            client::Error::Address { .. } | client::Error::NoId { .. } => {
                Self::Usage(format!("{error}."))
            }
            client::Error::Problem(problem) if problem.name() == "missing-scope" => {
                Self::MissingScope(error)
            }
            client::Error::Problem(problem) if problem.status < 500 => Self::Refused(error),
            client::Error::Refused { .. } => Self::Refused(error),
            client::Error::File { .. } | client::Error::Changed { .. } => {
                Self::NotDone(format!("{error}."))
            }
            _ => Self::Unreachable(error),
        }
    }
}
