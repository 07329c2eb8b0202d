//! The system under test.

mod clients;
mod own;
mod small_disks;

use std::{
    ops::{Deref, DerefMut},
    path::Path,
    time::Duration,
};

use running_system::RunningSystem;
use serde_json::{Value, json};
use shared::domain::{AlbumId, Shard, UserId};
use sqlx::{Connection, MySqlConnection};

pub use clients::{addresses_of, env, hot, objects, projector, queues, sdk, warehouse};
pub use own::OwnSystem;
pub use small_disks::{Disk, can_be_mounted};

use crate::{Person, person::text};

/// The system under test: what its `system.json` describes, or that with other parts.
#[derive(Clone, Debug)]
pub struct System(RunningSystem);

impl Deref for System {
    type Target = RunningSystem;

    fn deref(&self) -> &RunningSystem {
        &self.0
    }
}

impl DerefMut for System {
    fn deref_mut(&mut self) -> &mut RunningSystem {
        &mut self.0
    }
}

impl System {
    /// Reads the system that `./dev test` has started.
    ///
    /// # Panics
    /// When there is none: run the tests with `./dev test`.
    pub fn shared() -> Self {
        let path = std::env::var_os("ALBUMEN_SYSTEM").expect(
            "ALBUMEN_SYSTEM is not set: run the tests with ./dev test, which starts a system",
        );
        Self::read(Path::new(&path))
            .expect("ALBUMEN_SYSTEM does not name the system.json of a running system")
    }

    fn read(path: &Path) -> Result<Self, running_system::Error> {
        Ok(Self(RunningSystem::read(path)?))
    }

    /// Returns a variable of the functions.
    ///
    /// # Panics
    /// When no function has it.
    pub fn variable(&self, name: &str) -> &str {
        match self.0.variable(name) {
            Ok(value) => value,
            Err(error) => panic!("{error}"),
        }
    }

    /// Returns the same system, which takes what is called from this process for calls of this
    /// function: its role must allow them.
    #[must_use]
    pub fn acting_as(&self, function: &str) -> Self {
        let mut system = self.clone();
        system
            .environment
            .insert("AWS_ACCESS_KEY_ID".to_owned(), function.to_owned());
        system
    }

    /// Returns the same system with its warehouse at this endpoint.
    #[must_use]
    pub fn with_warehouse(&self, endpoint: &str) -> Self {
        let mut system = self.clone();
        endpoint.clone_into(&mut system.warehouse);
        system
    }

    /// Calls a function with an event, as Lambda's Invoke API does; its answer.
    ///
    /// # Panics
    /// When the function fails.
    pub async fn invoke(&self, function: &str, event: &Value) -> Value {
        let url = format!("{}/2015-03-31/functions/{function}/invocations", self.lambda);
        let answer = reqwest::Client::new()
            .post(url)
            .json(event)
            .send()
            .await
            .expect("an answer");
        assert!(
            !answer.headers().contains_key("x-amz-function-error"),
            "{function} failed: {:?}",
            answer.text().await
        );
        answer.json().await.expect("JSON")
    }
}

impl System {
    /// Sets the faults of a system that was started with `--faults`.
    ///
    /// # Panics
    /// When there is no such setting.
    pub async fn set_faults(&self, setting: &Value) {
        let put = reqwest::Client::new()
            .put(format!("{}/faults", self.lambda))
            .json(setting);
        let answer = put.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 204, "{setting}");
    }
}

/// Asks again and again until there is an answer.
///
/// # Panics
/// When there is none within the time.
pub async fn until<T>(what: &str, within: Duration, ask: impl AsyncFn() -> Option<T>) -> T {
    let asked = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let answer = tokio::time::timeout(within, asked).await;
    answer.unwrap_or_else(|_| panic!("waited {} s in vain until {what}", within.as_secs()))
}

/// Returns a connection to the library database of this shard.
///
/// # Panics
/// When there is none.
pub async fn library(system: &System, shard: Shard) -> MySqlConnection {
    database(system, "LIBRARY_SHARDS", shard).await
}

/// Returns a connection to the accounts database of this shard.
///
/// # Panics
/// When there is none.
pub async fn accounts(system: &System, shard: Shard) -> MySqlConnection {
    database(system, "ACCOUNTS_SHARDS", shard).await
}

async fn database(system: &System, map: &str, shard: Shard) -> MySqlConnection {
    let map: Value = serde_json::from_str(system.variable(map)).expect("a shard map");
    let number = Some(u64::from(shard.number()));
    for range in map.as_array().expect("ranges") {
        if range["from"].as_u64() <= number && number <= range["to"].as_u64() {
            let writer = text(&range["writer"]);
            return MySqlConnection::connect(&writer)
                .await
                .expect("a connection");
        }
    }
    panic!("no range has {number:?}: {map}")
}

const ADD_MEMBER: &str =
    "INSERT INTO members (album_id, user_id, role, added_at) VALUES (?, ?, ?, '2026-01-01')";

/// Makes a person a member of an album, in the database alone.
///
/// # Panics
/// When the album is none.
pub async fn member(person: &Person, album: &str, role: &str) {
    let user: UserId = person.id().await.parse().expect("an id");
    let album: AlbumId = album.parse().expect("an id");
    let mut database = library(&person.system, album.shard()).await;
    sqlx::query(ADD_MEMBER)
        .bind(album.uuid())
        .bind(user.uuid())
        .bind(role)
        .execute(&mut database)
        .await
        .expect("a member");
}

/// The event with which the upload queue calls its worker when this object has arrived, its
/// message received for the `receives`th time.
pub fn uploaded(key: &str, size: usize, receives: u32) -> Value {
    let event = json!({"Records": [{
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1",
        "eventTime": "2026-07-14T09:30:00.000Z", "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "A"}, "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {}, "s3": {
            "s3SchemaVersion": "1.0", "configurationId": "c",
            "bucket": {"name": "b", "ownerIdentity": {"principalId": "A"}, "arn": "arn:aws:s3:::b"},
            "object": {"key": key, "size": size, "eTag": "e", "sequencer": "1"},
        },
    }]});
    json!({"Records": [{
        "messageId": "m-1", "receiptHandle": "r", "body": event.to_string(),
        "attributes": {"ApproximateReceiveCount": receives.to_string()}, "messageAttributes": {},
        "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:q",
        "awsRegion": "us-east-1",
    }]})
}
