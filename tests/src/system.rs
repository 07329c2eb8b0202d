//! The system under test.

use std::{
    collections::HashMap,
    ops::{Deref, DerefMut},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sqs::config::{Credentials, SharedCredentialsProvider};
use running_system::{FILE_NAME, RunningSystem};
use serde_json::json;
use shared::{
    env::Env,
    stores::{Projector, Warehouse},
};
use tokio::process::{Child, Command};

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
    pub async fn invoke(&self, function: &str, event: &serde_json::Value) -> serde_json::Value {
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

/// A system of a test's own, to be killed and started again.
pub struct OwnSystem {
    data: tempfile::TempDir,
    parameters: Vec<String>,
    process: Option<Child>,
}

impl OwnSystem {
    /// A system on free ports, with these values for parameters of the template.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(parameters: &[&str]) -> Self {
        let data = tempfile::Builder::new()
            .prefix("albumen-")
            .tempdir()
            .expect("a temporary folder");
        let parameters = parameters.iter().map(|&p| p.to_owned()).collect();
        let mut own = Self { data, parameters, process: None };
        own.start_again().await;
        own
    }

    /// Starts the system on the data that it had.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_again(&mut self) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("the repository");
        let state = self.data.path().join(FILE_NAME);
        drop(std::fs::remove_file(&state));
        let mut run = Command::new(binary());
        run.args(["run", "--port", "0", "--data"])
            .arg(self.data.path())
            .current_dir(root);
        // Where `./dev test` looks for what functions called.
        if let Some(calls) = std::env::var_os("ALBUMEN_CALLS") {
            run.arg("--record-calls").arg(calls);
        }
        for parameter in &self.parameters {
            run.args(["--parameter", parameter]);
        }
        let log =
            std::fs::File::create(self.data.path().with_extension("log")).expect("a log file");
        run.stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log"))
            .stderr(log)
            .kill_on_drop(true);
        self.process = Some(
            run.spawn()
                .expect("target/debug/local, built by ./dev test"),
        );
        until("the system is ready", Duration::from_mins(1), async || System::read(&state).ok())
            .await;
    }

    /// Kills the system, and starts it with these parameters on the data that it had.
    pub async fn restart_with(&mut self, parameters: &[&str]) {
        self.kill().await;
        self.parameters = parameters.iter().map(|&p| p.to_owned()).collect();
        self.start_again().await;
    }

    /// The system as it runs now.
    ///
    /// # Panics
    /// When it does not run.
    pub fn system(&self) -> System {
        System::read(&self.data.path().join(FILE_NAME)).expect("a running system")
    }

    /// Kills the system without a warning.
    ///
    /// # Panics
    /// When it did not run.
    pub async fn kill(&mut self) {
        self.process
            .take()
            .expect("a running system")
            .kill()
            .await
            .expect("an end");
    }

    /// Returns the folder in which the system keeps everything.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// The running processes of this program that the system has started.
    pub fn processes(&self, binary: &str) -> Vec<u32> {
        let own = self
            .process
            .as_ref()
            .and_then(Child::id)
            .unwrap_or_default();
        children(own)
            .into_iter()
            .filter(|(_, name)| name == binary)
            .map(|(pid, _)| pid)
            .collect()
    }

    /// Kills the running processes of this function; how many there were.
    pub fn kill_function(&self, binary: &str) -> usize {
        let victims = self.processes(binary);
        for pid in &victims {
            let killed = std::process::Command::new("kill")
                .args(["-KILL", &pid.to_string()])
                .status();
            assert!(killed.is_ok(), "kill cannot be run");
        }
        victims.len()
    }
}

impl Drop for OwnSystem {
    /// Stops the system in order, so that it leaves no process behind.
    fn drop(&mut self) {
        if let Some(pid) = self.process.as_ref().and_then(Child::id) {
            drop(
                std::process::Command::new("kill")
                    .args(["-TERM", &pid.to_string()])
                    .status(),
            );
            let gone =
                || !Path::new(&format!("/proc/{pid}/mariadb")).exists() && children(pid).is_empty();
            let started = std::time::Instant::now();
            while !gone() && started.elapsed() < Duration::from_secs(20) {
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        drop(std::fs::remove_file(self.data.path().with_extension("log")));
    }
}

/// The built `local`, beside the folder of this test's own binary.
fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("this binary's path");
    test.parent()
        .and_then(Path::parent)
        .expect("target/debug")
        .join("local")
}

/// The processes whose parent this is: id, and name of the program.
fn children(parent: u32) -> Vec<(u32, String)> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter_map(|pid: u32| {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let child = status.lines().any(|line| {
            line.strip_prefix("PPid:")
                .is_some_and(|p| p.trim() == parent.to_string())
        });
        let command = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).ok()?;
        let program = Path::new(command.split('\0').next()?)
            .file_name()?
            .to_str()?
            .to_owned();
        child.then_some((pid, program))
    })
    .collect()
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

/// A connection to the library database of this shard.
///
/// # Panics
/// When there is none.
pub async fn library(system: &System, shard: shared::domain::Shard) -> sqlx::MySqlConnection {
    let map: serde_json::Value =
        serde_json::from_str(system.variable("LIBRARY_SHARDS")).expect("a shard map");
    let number = u64::from(shard.number());
    let holds = |range: &&serde_json::Value| {
        range["from"].as_u64() <= Some(number) && Some(number) <= range["to"].as_u64()
    };
    let range = map
        .as_array()
        .and_then(|ranges| ranges.iter().find(holds))
        .expect("a range of the shard");
    let url = range["writer"].as_str().expect("an URL");
    <sqlx::MySqlConnection as sqlx::Connection>::connect(url)
        .await
        .expect("a connection")
}

/// Makes a person a member of an album.
///
/// # Panics
/// When the album is none.
pub async fn member(person: &crate::Person, album: &str, role: &str) {
    let me = person.get("/v1/me").await.expect(200);
    let user: shared::domain::UserId = crate::person::text(&me["id"]).parse().expect("an id");
    let album: shared::domain::AlbumId = album.parse().expect("an id");
    let mut database = library(&person.system, album.shard()).await;
    let insert =
        "INSERT INTO members (album_id, user_id, role, added_at) VALUES (?, ?, ?, '2026-01-01')";
    let insert = sqlx::query(insert)
        .bind(album.uuid())
        .bind(user.uuid())
        .bind(role);
    insert.execute(&mut database).await.expect("a member");
}

/// A client of the system's DynamoDB.
pub fn hot(system: &System) -> aws_sdk_dynamodb::Client {
    aws_sdk_dynamodb::Client::new(&sdk(system, &system.dynamodb))
}

/// The e-mail addresses that are reserved for a user.
///
/// # Panics
/// When the table does not answer.
pub async fn addresses_of(system: &System, user: &str) -> Vec<String> {
    let scan = hot(system)
        .scan()
        .table_name(system.variable("HOT_TABLE"))
        .consistent_read(true);
    let mut items = scan.into_paginator().items().send();
    let mut addresses = Vec::new();
    while let Some(item) = items.next().await {
        let item = item.expect("an item");
        let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok());
        let address = text("pk").and_then(|pk| pk.strip_prefix("EMAIL#"));
        if let Some(address) = address.filter(|_| text("user").is_some_and(|of| of == user)) {
            addresses.push(address.to_owned());
        }
    }
    addresses
}

/// Returns the projector of the system's library, in this process.
///
/// # Panics
/// When the system lacks a variable that it needs.
pub fn projector(system: &System) -> Projector {
    let variables = system.environment.clone().into_iter().collect();
    Projector::connect(&Env::with(sdk(system, &system.dynamodb), variables)).expect("a projector")
}

/// The environment of a function of this system in this process, whose AWS clients are of this
/// endpoint.
pub fn env(system: &System, endpoint: &str) -> Env {
    Env::with(sdk(system, endpoint), system.environment.clone().into_iter().collect())
}

/// A client of the system's S3.
pub fn objects(system: &System) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::config::Builder::from(&sdk(system, &system.s3)).force_path_style(true);
    aws_sdk_s3::Client::from_conf(config.build())
}

/// The system's warehouse.
///
/// # Panics
/// When the system lacks a variable that it needs.
pub fn warehouse(system: &System) -> Warehouse {
    let mut variables: HashMap<_, _> = system.environment.clone().into_iter().collect();
    for (name, value) in [("REDSHIFT_WORKGROUP", "local"), ("REDSHIFT_DATABASE", "albumen")] {
        variables.insert(name.to_owned(), value.to_owned());
    }
    Warehouse::connect(&Env::with(sdk(system, &system.warehouse), variables)).expect("a warehouse")
}

/// A client of the system's SQS.
pub fn queues(system: &System) -> aws_sdk_sqs::Client {
    aws_sdk_sqs::Client::new(&sdk(system, &system.sqs))
}

/// Returns the configuration of AWS clients of this system's endpoint.
pub fn sdk(system: &System, endpoint: &str) -> SdkConfig {
    let (id, secret) =
        (system.variable("AWS_ACCESS_KEY_ID"), system.variable("AWS_SECRET_ACCESS_KEY"));
    let keys = SharedCredentialsProvider::new(Credentials::new(id, secret, None, None, "tests"));
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(keys);
    config
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .build()
}

/// The event with which the upload queue calls its worker when this object has arrived, its
/// message received for the `receives`th time.
pub fn uploaded(key: &str, size: usize, receives: u32) -> serde_json::Value {
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
        "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:q", "awsRegion": "us-east-1",
    }]})
}
