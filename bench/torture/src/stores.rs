//! The stores of a running local system, read directly.

use std::collections::{BTreeSet, HashMap};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sqs::config::{Credentials, SharedCredentialsProvider};
use load::Cause;
use running_system::RunningSystem;
use serde_json::Value;
use shared::{
    env::Env,
    stores::{Library, Originals, Renditions},
};
use sqlx::{MySqlPool, mysql::MySqlPoolOptions};

use crate::failed;

/// Connections to one database: the reader asks one thing after the other.
const CONNECTIONS: u32 = 2;

/// The stores.
pub struct Stores {
    /// The library, by the service's own code.
    pub library: Library,
    /// The bucket of originals.
    pub originals: Originals,
    /// The bucket of renditions.
    pub renditions: Renditions,
    /// `DynamoDB`.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// The name of the hot table.
    pub hot_table: String,
    /// The queues.
    pub queues: aws_sdk_sqs::Client,
    /// The databases of the library.
    pub library_databases: Vec<MySqlPool>,
    /// The databases of accounts.
    pub accounts_databases: Vec<MySqlPool>,
    /// The databases of the record of activity.
    pub activity_databases: Vec<MySqlPool>,
}

impl Stores {
    /// Connects to the stores of a system.
    ///
    /// # Errors
    /// A description that lacks something.
    pub fn of(system: &RunningSystem) -> Result<Self, Cause> {
        let objects = env(system, &system.s3)?;
        Ok(Self {
            library: Library::connect(&objects).map_err(described)?,
            originals: Originals::connect(&objects).map_err(described)?,
            renditions: Renditions::connect(&objects).map_err(described)?,
            dynamodb: aws_sdk_dynamodb::Client::new(&sdk(system, &system.dynamodb)?),
            hot_table: system.variable("HOT_TABLE")?.to_owned(),
            queues: aws_sdk_sqs::Client::new(&sdk(system, &system.sqs)?),
            library_databases: databases(system, "LIBRARY_SHARDS")?,
            accounts_databases: databases(system, "ACCOUNTS_SHARDS")?,
            activity_databases: databases(system, "ACTIVITY_SHARDS")?,
        })
    }
}

/// Returns an error of the service with its causes.
#[allow(clippy::needless_pass_by_value)] // for map_err
pub fn described(error: shared::error::Error) -> Cause {
    failed(error.chain())
}

fn env(system: &RunningSystem, endpoint: &str) -> Result<Env, Cause> {
    let variables: HashMap<_, _> = system.environment.clone().into_iter().collect();
    Ok(Env::with(sdk(system, endpoint)?, variables))
}

fn sdk(system: &RunningSystem, endpoint: &str) -> Result<SdkConfig, Cause> {
    let id = system.variable("AWS_ACCESS_KEY_ID")?;
    let secret = system.variable("AWS_SECRET_ACCESS_KEY")?;
    let keys = SharedCredentialsProvider::new(Credentials::new(id, secret, None, None, "torture"));
    Ok(SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(keys)
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .build())
}

/// Returns the writers of a shard map, each once.
fn databases(system: &RunningSystem, map: &str) -> Result<Vec<MySqlPool>, Cause> {
    let ranges: Vec<Value> = serde_json::from_str(system.variable(map)?)?;
    let mut urls = BTreeSet::new();
    for range in &ranges {
        if let Some(writer) = range["writer"].as_str() {
            urls.insert(writer);
        }
    }
    let mut pools = Vec::new();
    for url in urls {
        let options = MySqlPoolOptions::new().max_connections(CONNECTIONS);
        pools.push(options.connect_lazy(url)?);
    }
    Ok(pools)
}
