//! A record of the functions' calls of AWS, so that `./dev test` can compare it with the functions'
//! roles.
//!
//! A function signs with an access key that is its own name, so a request shows its caller. A
//! [proxy](recording_proxy) stands before each server, and passes on bytes to and fro as they come;
//! it reads requests, and writes down the actions that IAM would have to allow for each. Presigned
//! requests count, too: their signer's role is asked for them. There are no proxies unless `local
//! run --record-calls FILE` asks for them.

mod actions;
mod dynamodb_actions;
mod proxy;
mod request;
mod s3_actions;

use std::{
    collections::HashSet,
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
    sync::{Mutex, PoisonError},
};

use request::RequestHead;

pub use proxy::recording_proxy;

/// The services that functions call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwsService {
    /// Tables.
    DynamoDb,
    /// The warehouse.
    RedshiftData,
    /// Buckets.
    S3,
    /// Mail.
    Ses,
    /// Queues.
    Sqs,
}

/// A file to which each call is added the first time that it is seen: function, action and resource
/// in a line.
#[derive(Debug)]
pub struct CallRecorder {
    file: File,
    /// The access key of callers that are no function.
    not_a_function: &'static str,
    recorded: Mutex<HashSet<String>>,
}

impl CallRecorder {
    /// Opens a file to add to, which others may add to at the same time.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn open(path: &Path, not_a_function: &'static str) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self { file, not_a_function, recorded: Mutex::default() })
    }

    /// Records the permissions that a request requires.
    fn record_request(&self, service: AwsService, head: &RequestHead, body: &[u8]) {
        let Some(caller) = head.caller() else { return };
        if caller == self.not_a_function {
            return;
        }
        for permission in actions::required_permissions(service, head, body) {
            let actions::RequiredPermission { action, resource } = permission;
            self.add_line(format!("{caller} {action} {resource}\n"));
        }
    }

    /// Records that a caller's request cannot be read, so that the test fails.
    fn record_unreadable(&self, service: AwsService) {
        self.add_line(format!("? {service:?} ?\n"));
    }

    fn add_line(&self, line: String) {
        let mut recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
        // In one write, so that lines of several systems stay whole.
        if !recorded.contains(&line)
            && let Err(cause) = (&self.file).write_all(line.as_bytes())
        {
            tracing::error!(%cause, "a call could not be noted");
        }
        recorded.insert(line);
    }
}
