//! People write while faults happen, and nothing is lost or there twice; then each store is damaged
//! on purpose, and each damage is found. Others write while the power is cut.
//!
//! The system is the one that is built: `./dev test` builds all of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use running_system::{FILE_NAME, RunningSystem};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, MySqlConnection};

/// The longest time in which the system starts.
const START_LIMIT: Duration = Duration::from_mins(2);

/// A system of the test's own, and the folder of all that belongs to it.
struct OwnSystem {
    folder: PathBuf,
    process: Child,
}

impl OwnSystem {
    /// Starts a system that injects faults of this seed, which no other test here has.
    fn start(seed: u64) -> Self {
        let name = format!("albumen-torture-{}-{seed}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a folder");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let log = fs::File::create(folder.join("system.log")).expect("a log");
        let process = Command::new(binary("local"))
            .args(["run", "--port", "0", "--faults", &seed.to_string()])
            .args(["--parameter", "UploadsVisibilitySeconds=8"])
            .args(["--parameter", "ProjectionVisibilitySeconds=8"])
            .args(["--parameter", "LoginsPerMinute=100000"])
            .args(["--parameter", "WritesPerMinute=1000000"])
            .arg("--data")
            .arg(folder.join("data"))
            .current_dir(root)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("target/debug/local, built by ./dev test");
        let own = Self { folder, process };
        let begun = Instant::now();
        while RunningSystem::read(&own.description()).is_err() {
            assert!(begun.elapsed() < START_LIMIT, "the system does not start");
            std::thread::sleep(Duration::from_millis(200));
        }
        own
    }

    fn description(&self) -> PathBuf {
        self.folder.join("data").join(FILE_NAME)
    }

    fn system(&self) -> RunningSystem {
        RunningSystem::read(&self.description()).expect("a running system")
    }

    /// Runs the torture on it.
    fn torture(&self, options: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_torture"))
            .arg("--system")
            .arg(self.description())
            .arg("--out")
            .arg(&self.folder)
            .args(options.split_whitespace())
            .output()
            .expect("the program")
    }
}

impl Drop for OwnSystem {
    /// Stops the system in order, so that it leaves no process behind.
    fn drop(&mut self) {
        let pid = self.process.id().to_string();
        drop(Command::new("kill").args(["-TERM", &pid]).status());
        drop(self.process.wait());
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// A program that is built beside this test.
fn binary(name: &str) -> PathBuf {
    let torture = Path::new(env!("CARGO_BIN_EXE_torture"));
    torture.with_file_name(name)
}

fn text(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&both).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_and_every_damage_is_found() {
    let own = OwnSystem::start(7);
    let output = own.torture("--minutes 0.65 --seed 7 --rate 0.02 --users 5");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let report = fs::read(own.folder.join("report.json")).expect("a report");
    has_done_something(&serde_json::from_slice(&report).expect("JSON"));
    damage(&own.system()).await;
    let journal = own.folder.join("journal.json");
    let output = own.torture(&format!("--check {}", journal.display()));
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert_eq!(violated(&output), expected(), "{}", text(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_when_the_power_is_cut() {
    let own = OwnSystem::start(11);
    let output = own.torture("--minutes 0.35 --seed 11 --rate 0.01 --users 4 --power-cuts 2");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let report = fs::read(own.folder.join("report.json")).expect("a report");
    let report: Value = serde_json::from_slice(&report).expect("JSON");
    assert!(report["acknowledged"].as_u64() > Some(10), "{report}");
    assert_eq!(text(&output).matches("The system runs again").count(), 2);
}

fn has_done_something(report: &Value) {
    let mut faults: BTreeMap<&str, u64> = BTreeMap::new();
    for count in report["faults"].as_array().expect("counts") {
        let point = count["point"].as_str().expect("a name");
        *faults.entry(point).or_default() += count["count"].as_u64().expect("a number");
    }
    assert!(faults.values().sum::<u64>() > 20, "{faults:?}");
    for point in ["database", "hot table", "functions"] {
        assert!(faults.contains_key(point), "no fault at the {point}: {faults:?}");
    }
    let acknowledged = report["acknowledged"].as_u64().expect("a number");
    assert!(acknowledged > 30, "{acknowledged} writes");
    for invariant in report["invariants"].as_array().expect("invariants") {
        let name = invariant["name"].as_str().expect("a name");
        // In so short a time nothing may have been deleted.
        let has_looked = invariant["checked"].as_u64() > Some(0) || name.contains("deletions");
        assert!(has_looked, "{name} has looked at nothing");
    }
}

/// Statements that damage rows of the library.
const DAMAGES: [&str; 9] = [
    "UPDATE owners SET bytes = bytes + 1",
    "UPDATE months SET photos = photos + 1",
    "UPDATE map_cells SET photos = photos + 1",
    "UPDATE photos SET comments = comments + 1",
    "UPDATE albums SET ready_count = ready_count + 1",
    "UPDATE search_index SET photos = photos + 1 WHERE kind = 1",
    "UPDATE changes SET gone = TRUE",
    "INSERT INTO outbox (kind, aggregate, version, created_at) \
     VALUES ('photo', 'aaaaaaaaaaaaaaaa', 1, NOW())",
    "DELETE FROM comments",
];

async fn damage(system: &RunningSystem) {
    let shards = system.variable("LIBRARY_SHARDS").expect("a shard map");
    let shards: Vec<Value> = serde_json::from_str(shards).expect("JSON");
    for shard in &shards {
        let url = shard["writer"].as_str().expect("a writer");
        let mut database = MySqlConnection::connect(url).await.expect("a database");
        for statement in DAMAGES {
            sqlx::query(AssertSqlSafe(statement))
                .execute(&mut database)
                .await
                .expect(statement);
        }
    }
    delete_views(system).await;
    let bucket = system.variable("ORIGINALS_BUCKET").expect("a bucket");
    let buckets = Path::new(&system.database.socket)
        .ancestors()
        .map(|folder| folder.join("buckets").join(bucket))
        .find(|folder| folder.is_dir());
    fs::remove_dir_all(buckets.expect("a bucket").join("originals")).expect("originals");
}

/// Deletes the views of photos in albums from the hot table.
async fn delete_views(system: &RunningSystem) {
    let id = system.variable("AWS_ACCESS_KEY_ID").expect("a key");
    let secret = system.variable("AWS_SECRET_ACCESS_KEY").expect("a key");
    let keys = Credentials::new(id, secret, None, None, "tests");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .region(Region::new("us-east-1"))
        .endpoint_url(&system.dynamodb)
        .build();
    let hot = aws_sdk_dynamodb::Client::new(&config);
    let table = system.variable("HOT_TABLE").expect("a table");
    let scanned = hot.scan().table_name(table).send().await.expect("items");
    for item in scanned.items() {
        let (pk, sk) = (item["pk"].clone(), item["sk"].clone());
        if sk.as_s().is_ok_and(|sk| sk.starts_with("PHOTO#")) {
            let delete = hot.delete_item().table_name(table);
            let delete = delete.key("pk", pk).key("sk", sk);
            delete.send().await.expect("an end");
        }
    }
}

/// Returns the names of the invariants that the table says to be violated.
fn violated(output: &Output) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Some((rest, violations)) = line.trim_end().rsplit_once(' ') else { continue };
        let Some((name, checked)) = rest.trim_end().rsplit_once(' ') else { continue };
        let is_row = line.starts_with("  ") && !line.starts_with("    ");
        let numbers = (checked.parse::<u64>(), violations.parse::<u64>());
        if let (true, (Ok(_), Ok(1..))) = (is_row, numbers) {
            names.insert(name.trim().to_owned());
        }
    }
    names
}

fn expected() -> BTreeSet<String> {
    let names = [
        "photos count comments, favourites and tags",
        "the index of words has each live photo once",
        "albums count the photos of their lists",
        "usage is the sum of the photos",
        "months count their photos",
        "maps count each photo where it was taken",
        "locators of photos equal their rows",
        "albums have each photo's view once",
        "feeds of changes list each row once",
        "outboxes are empty",
        "ready photos have their objects",
        "acknowledged writes: none is lost",
    ];
    names.map(str::to_owned).into()
}
