//! DynamoDB: dynoxide on a SQLite file.

use std::path::Path;

/// Why the tables could not be opened, defined or served.
#[derive(Debug, thiserror::Error)]
#[error("DynamoDB: {0}")]
pub struct Error(String);

/// The tables of one file. Clones share them.
#[derive(Clone)]
pub struct Server {}

impl Server {
    /// Opens the tables in `path`, or creates the file.
    pub fn open(_path: &Path) -> Result<Self, Error> {
        todo!()
    }

    /// Creates the table if it is not there, and sets its TTL attribute. `properties` are those of an `AWS::DynamoDB::Table` in the
    /// template, resolved; `TableName` must be among them.
    pub fn ensure_table(&self, _properties: &serde_json::Value) -> Result<(), Error> {
        todo!()
    }

    /// Serves the API (`X-Amz-Target: DynamoDB_20120810.*`) on its own listener, and removes expired items on a timer, until `stop`.
    pub async fn serve(self, _listener: tokio::net::TcpListener, _stop: impl Future<Output = ()> + Send + 'static) -> Result<(), Error> {
        todo!()
    }
}

/// A listener on 127.0.0.1 whose connections send at once (`TCP_NODELAY`); port 0 takes a free one.
pub fn listen(_port: u16) -> std::io::Result<tokio::net::TcpListener> {
    todo!()
}
