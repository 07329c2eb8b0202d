//! DynamoDB: dynoxide on a SQLite file.

mod api;
mod units;

use std::{net::Ipv4Addr, path::Path, time::Duration};

use dynoxide::Database;
use serde_json::{Map, Value, json};
use tokio::net::{TcpListener, TcpSocket};
use tokio_util::sync::CancellationToken;

use api::Api;
pub use units::{Units, UnitsTaken};

/// The pause between two sweeps of expired items. AWS removes them within a few days; sooner finds
/// code that does not check the expiry itself no later.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html>
const SWEEP_EVERY: Duration = Duration::from_secs(30);

/// The properties of an `AWS::DynamoDB::Table` that `CreateTable` takes and that matter here.
const CREATION_PROPERTIES: [&str; 5] = [
    "TableName",
    "KeySchema",
    "AttributeDefinitions",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
];

/// The reason for which the tables could not be opened, defined or served.
#[derive(Debug, thiserror::Error)]
#[error("DynamoDB: {0}")]
pub struct Error(String);

impl Error {
    #[allow(clippy::needless_pass_by_value)] // for map_err
    fn from(cause: impl ToString) -> Self {
        Self(cause.to_string())
    }
}

/// The tables of one file. Clones share them.
#[derive(Clone)]
pub struct DynamoDbServer {
    tables: Database,
    units: Units,
}

impl DynamoDbServer {
    /// Opens the tables in `path`, or creates the file.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let Some(path) = path.to_str() else {
            return Err(Error(format!("{} is not UTF-8", path.display())));
        };
        let tables = Database::new(path).map_err(Error::from)?;
        Ok(Self { tables, units: Units::default() })
    }

    /// Creates the table if it is not there, and sets its TTL attribute. `properties` are those of
    /// an `AWS::DynamoDB::Table` in the template, resolved; `TableName` must be among them.
    /// Keys and indexes of a table that is there are not changed.
    pub fn ensure_table(&self, properties: &Value) -> Result<(), Error> {
        let Some(name) = properties["TableName"].as_str() else {
            return Err(Error("a table without TableName".to_owned()));
        };
        if !self.exists(name)? {
            let request = from_json(create_table_request(properties))?;
            self.tables.create_table(request).map_err(Error::from)?;
        }
        let ttl = &properties["TimeToLiveSpecification"];
        if ttl["Enabled"] == true && self.ttl_attribute(name)? != ttl["AttributeName"] {
            let request = from_json(json!({"TableName": name, "TimeToLiveSpecification": ttl}))?;
            self.tables
                .update_time_to_live(request)
                .map_err(Error::from)?;
        }
        Ok(())
    }

    fn exists(&self, name: &str) -> Result<bool, Error> {
        let request = from_json(json!({}))?;
        let listed = self.tables.list_tables(request).map_err(Error::from)?;
        let listed = serde_json::to_value(listed).map_err(Error::from)?;
        let names = listed["TableNames"].as_array();
        Ok(names.is_some_and(|names| names.iter().any(|existing| existing == name)))
    }

    fn ttl_attribute(&self, table: &str) -> Result<Value, Error> {
        let request = from_json(json!({"TableName": table}))?;
        let described = self
            .tables
            .describe_time_to_live(request)
            .map_err(Error::from)?;
        let described = serde_json::to_value(described).map_err(Error::from)?;
        Ok(described["TimeToLiveDescription"]["AttributeName"].clone())
    }

    /// Serves the API (`X-Amz-Target: DynamoDB_20120810.*`) on its own listener, and removes
    /// expired items on a timer, until `stop`.
    pub async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Error> {
        let engine_listener = listen(0).map_err(Error::from)?;
        let engine_address = engine_listener.local_addr().map_err(Error::from)?;
        let api = Api {
            tables: self.tables.clone(),
            units: self.units,
            engine: format!("http://{engine_address}/"),
            http: http_client().map_err(Error::from)?,
        };
        let stop_engine = CancellationToken::new();
        let sweeper = tokio::spawn(sweep_regularly(self.tables.clone()));
        let engine = tokio::spawn(dynoxide::server::serve_with_shutdown(
            engine_listener,
            self.tables,
            stop_engine.clone().cancelled_owned(),
        ));
        let served = axum::serve(listener, api.router())
            .with_graceful_shutdown(stop)
            .await;
        sweeper.abort();
        stop_engine.cancel();
        engine.await.map_err(Error::from)?.map_err(Error)?;
        served.map_err(Error::from)
    }

    /// Returns the count of what was taken.
    pub fn units(&self) -> Units {
        self.units.clone()
    }

    /// Removes the items that have expired, and returns how many they were.
    pub fn sweep(&self) -> Result<usize, Error> {
        self.tables.sweep_ttl().map_err(Error::from)
    }
}

/// Returns a client of servers on this machine, to which no proxy leads.
fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder().no_proxy().build()
}

async fn sweep_regularly(tables: Database) {
    loop {
        tokio::time::sleep(SWEEP_EVERY).await;
        let tables = tables.clone();
        match tokio::task::spawn_blocking(move || tables.sweep_ttl()).await {
            Ok(Ok(0)) => {}
            Ok(Ok(count)) => tracing::debug!(count, "expired items removed"),
            Ok(Err(cause)) => tracing::warn!(%cause, "expired items could not be removed"),
            Err(cause) => tracing::warn!(%cause, "the sweep of expired items failed"),
        }
    }
}

/// Makes the request of `CreateTable` of a table's properties in the template.
fn create_table_request(properties: &Value) -> Value {
    let mut request = Map::new();
    for name in CREATION_PROPERTIES {
        if let Some(value) = properties.get(name) {
            request.insert(name.to_owned(), value.clone());
        }
    }
    request.insert("BillingMode".to_owned(), "PAY_PER_REQUEST".into());
    // CloudFormation says only which view; that the stream is on follows.
    if let Some(view) = properties["StreamSpecification"].get("StreamViewType") {
        let stream = json!({"StreamEnabled": true, "StreamViewType": view});
        request.insert("StreamSpecification".to_owned(), stream);
    }
    Value::Object(request)
}

fn from_json<T: serde::de::DeserializeOwned>(request: Value) -> Result<T, Error> {
    serde_json::from_value(request).map_err(Error::from)
}

/// Returns a listener on 127.0.0.1 whose connections send at once (`TCP_NODELAY`, which they
/// inherit on Linux and macOS); port 0 takes a free one.
pub fn listen(port: u16) -> std::io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.set_nodelay(true)?;
    socket.bind((Ipv4Addr::LOCALHOST, port).into())?;
    socket.listen(1_024)
}
