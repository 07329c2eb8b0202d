//! Which function calls what of AWS, noted so that `./dev test` can compare it with the functions'
//! roles.
//!
//! A function signs with an access key that is its own name, so a request says whose it is. A
//! [tap](tap) stands before each server, and passes on what goes to and fro as it comes; it looks
//! at requests, and writes down what IAM would have to allow for each. Presigned requests count,
//! too: their signer's role is asked for them. There are no taps unless `local run --record-calls
//! FILE` asks for them.

mod actions;
mod request;
mod tap;

use std::{
    collections::HashSet,
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
    sync::{Mutex, PoisonError},
};

use request::Head;
pub use tap::tap;

/// The servers that functions call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Tables.
    DynamoDb,
    /// The warehouse.
    RedshiftData,
    /// Buckets.
    S3,
    /// Queues.
    Sqs,
}

/// A file to which each call is added the first time that it is seen: function, action and resource
/// in a line.
#[derive(Debug)]
pub struct Recorder {
    file: File,
    /// Who signs so is no function.
    nobody: &'static str,
    seen: Mutex<HashSet<String>>,
}

impl Recorder {
    /// Adds to a file, which others may add to at the same time.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn open(path: &Path, nobody: &'static str) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self { file, nobody, seen: Mutex::default() })
    }

    /// Notes what a request needs.
    fn request(&self, service: Service, head: &Head, body: &[u8]) {
        let Some(caller) = head.caller().filter(|caller| *caller != self.nobody) else { return };
        for (action, resource) in actions::needed(service, head, body) {
            self.line(format!("{caller} {action} {resource}\n"));
        }
    }

    /// Notes that a caller's request cannot be read, which the test does not take for none.
    fn unreadable(&self, service: Service) {
        self.line(format!("? {service:?} ?\n"));
    }

    fn line(&self, line: String) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // In one write, so that lines of several systems stay whole.
        if !seen.contains(&line)
            && let Err(cause) = (&self.file).write_all(line.as_bytes())
        {
            tracing::error!(%cause, "a call could not be noted");
        }
        seen.insert(line);
    }
}
