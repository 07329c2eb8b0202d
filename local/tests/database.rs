//! MariaDB as our child: it keeps its data, is reached by nobody else, and never outlives us.

#![allow(clippy::unwrap_used)] // a test may stop where it is

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use local::{
    database::DatabaseServer,
    supervision::{SupervisedProcess, supervise},
};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use sqlx::{Connection, MySqlConnection, Row};
use tempfile::TempDir;
use tokio::time::{Instant, sleep, timeout};

/// Names the folder for the process that is to be killed.
const HELPER_FOLDER: &str = "MARIADB_TEST_FOLDER";

fn migrations(folder: &Path) {
    let accounts = "CREATE TABLE users (id BINARY(16) PRIMARY KEY, name VARCHAR(100) NOT NULL)";
    let library =
        "CREATE TABLE albums (id INT PRIMARY KEY); CREATE TABLE photos (id INT PRIMARY KEY)";
    let activity = "CREATE TABLE activity (id INT PRIMARY KEY)";
    for (name, sql) in [("accounts", accounts), ("library", library), ("activity", activity)] {
        fs::create_dir_all(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("0001_begin.sql"), sql).unwrap();
    }
}

async fn connect(server: &DatabaseServer, database: &str) -> MySqlConnection {
    MySqlConnection::connect(&server.url(database))
        .await
        .unwrap()
}

fn pid(id: u32) -> Pid {
    Pid::from_raw(i32::try_from(id).unwrap()).unwrap()
}

// A process that has ended but was not waited for still has its id; its state says so.
fn is_running(id: u32) -> bool {
    let state = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    test_kill_process(pid(id)).is_ok() && !state.contains(") Z ")
}

/// The shell among the children of a process.
fn watcher_of(parent: u32) -> Option<u32> {
    let ids = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
    ids.into_iter().find(|id: &u32| {
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        status.starts_with("Name:\tsh\n")
            && status.contains(&format!("\nPPid:\t{parent}\n"))
            && is_running(*id)
    })
}

/// A process that does not outlive its test.
struct Helper(Child);

impl Drop for Helper {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn wait_for_end(id: u32) {
    let begun = Instant::now();
    while is_running(id) {
        assert!(begun.elapsed() < Duration::from_secs(30), "{id} is still there");
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn data_survives_a_stop_and_a_start() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("mariadb");
    migrations(&folder.path().join("migrations"));
    let server = DatabaseServer::start(&data).await.unwrap();
    server
        .migrate(&folder.path().join("migrations"))
        .await
        .unwrap();
    let mut accounts = connect(&server, "accounts_0").await;
    sqlx::query("INSERT INTO users VALUES (REPEAT('x', 16), 'Zoë 写真 🦊')")
        .execute(&mut accounts)
        .await
        .unwrap();
    let mut library = connect(&server, "library_0").await;
    sqlx::query("INSERT INTO photos VALUES (1)")
        .execute(&mut library)
        .await
        .unwrap();
    let mut other = connect(&server, "library_1").await;
    let photos: i64 = sqlx::query("SELECT count(*) FROM photos")
        .fetch_one(&mut other)
        .await
        .unwrap()
        .get(0);
    assert_eq!(photos, 0, "the shards are apart");

    for secret in ["password", "init.sql"] {
        assert_eq!(
            fs::metadata(data.join(secret))
                .unwrap()
                .permissions()
                .mode()
                & 0o777,
            0o600,
            "{secret}"
        );
    }
    let wrong = server
        .url("accounts_0")
        .replace("mysql://albumen:", "mysql://albumen:x");
    assert!(MySqlConnection::connect(&wrong).await.is_err(), "the password is needed");
    let networking = sqlx::query("SELECT @@skip_networking, @@port")
        .fetch_one(&mut other)
        .await
        .unwrap();
    assert_eq!(networking.get::<i64, _>(0), 1);

    let used = DatabaseServer::start(&data).await.unwrap_err().to_string();
    assert!(used.contains("is in use by another local system"), "{used}");

    let id = server.pid();
    for connection in [accounts, library, other] {
        connection.close().await.unwrap();
    }
    server.stop().await;
    assert!(!is_running(id));

    let server = DatabaseServer::start(&data).await.unwrap();
    server
        .migrate(&folder.path().join("migrations"))
        .await
        .unwrap();
    let mut accounts = connect(&server, "accounts_0").await;
    let name: String = sqlx::query("SELECT name FROM users")
        .fetch_one(&mut accounts)
        .await
        .unwrap()
        .get(0);
    assert_eq!(name, "Zoë 写真 🦊");

    fs::write(
        folder.path().join("migrations/accounts/0001_begin.sql"),
        "CREATE TABLE other (id INT)",
    )
    .unwrap();
    let changed = server
        .migrate(&folder.path().join("migrations"))
        .await
        .unwrap_err()
        .to_string();
    assert!(changed.contains("`--fresh` starts over"), "{changed}");
    server.stop().await;
}

#[tokio::test]
async fn a_long_path_gets_its_socket_elsewhere_and_a_death_is_noticed() {
    let folder = TempDir::new().unwrap();
    let data = folder
        .path()
        .join("a folder, named at length ".repeat(4))
        .join("mariadb");
    let mut server = DatabaseServer::start(&data).await.unwrap();
    let socket = server.socket().to_owned();
    assert!(socket.as_os_str().len() < 104 && !socket.starts_with(&data), "{}", socket.display());
    connect(&server, "accounts_0").await.close().await.unwrap();
    kill_process(pid(server.pid()), Signal::KILL).unwrap();
    let died = timeout(Duration::from_secs(20), server.exited())
        .await
        .expect("it is noticed")
        .to_string();
    assert!(died.contains("ended by itself") && died.contains("mariadbd.log"), "{died}");
    server.stop().await;
    assert!(!socket.parent().unwrap().exists(), "the socket's folder is gone");
}

#[tokio::test]
async fn one_that_is_killed_comes_back_with_what_was_committed() {
    let folder = TempDir::new().unwrap();
    let mut server = DatabaseServer::start(&folder.path().join("mariadb"))
        .await
        .unwrap();
    let mut accounts = connect(&server, "accounts_0").await;
    sqlx::query("CREATE TABLE numbers (n INT PRIMARY KEY)")
        .execute(&mut accounts)
        .await
        .unwrap();
    for number in 1..=3 {
        let mut accounts = connect(&server, "accounts_0").await;
        sqlx::query("INSERT INTO numbers VALUES (?)")
            .bind(number)
            .execute(&mut accounts)
            .await
            .unwrap();
        let killed = server.pid();
        kill_process(pid(killed), Signal::KILL).unwrap();
        timeout(Duration::from_secs(20), server.exited())
            .await
            .expect("it is noticed");
        server.restart().await.unwrap();
        assert_ne!(server.pid(), killed);
        let mut accounts = connect(&server, "accounts_0").await;
        let count: i64 = sqlx::query("SELECT count(*) FROM numbers")
            .fetch_one(&mut accounts)
            .await
            .unwrap()
            .get(0);
        assert_eq!(count, number);
    }
    server.stop().await;
}

#[tokio::test]
async fn one_left_on_our_folder_is_ended_first() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("mariadb");
    DatabaseServer::start(&data).await.unwrap().stop().await;
    let data = data.canonicalize().unwrap();
    let option = |name: &str, file: &str| format!("--{name}={}", data.join(file).display());
    let mut left = Command::new("mariadbd")
        .args(["--no-defaults", "--user=root", "--skip-networking"])
        .args([
            option("datadir", "tables"),
            option("pid-file", "mariadbd.pid"),
            option("socket", "left.sock"),
        ])
        .arg(option("tmpdir", "tmp"))
        .stderr(fs::File::create(data.join("left.log")).unwrap())
        .spawn()
        .unwrap();
    // Asked any earlier, it does not end.
    let begun = Instant::now();
    while !fs::read_to_string(data.join("left.log"))
        .unwrap()
        .contains("ready for connections")
    {
        assert!(begun.elapsed() < Duration::from_secs(30));
        sleep(Duration::from_millis(50)).await;
    }
    // Someone has to wait for it, as init would have to.
    let waiting = tokio::task::spawn_blocking(move || left.wait().unwrap());
    let server = DatabaseServer::start(&data).await.unwrap();
    let ended = waiting.await.unwrap();
    let log = fs::read_to_string(data.join("left.log")).unwrap();
    assert!(ended.success(), "it was to be asked, not killed: {ended}\n{log}");
    connect(&server, "library_1").await.close().await.unwrap();

    // An id that is another's by now is left alone.
    server.stop().await;
    let mut stranger = Command::new("sleep").arg("600").spawn().unwrap();
    fs::write(data.join("mariadbd.pid"), stranger.id().to_string()).unwrap();
    let server = DatabaseServer::start(&data).await.unwrap();
    assert!(stranger.try_wait().unwrap().is_none(), "a stranger was ended");
    stranger.kill().unwrap();
    stranger.wait().unwrap();
    server.stop().await;
}

#[tokio::test]
async fn it_ends_when_we_are_killed() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("mariadb");
    let helper = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_process_that_is_killed", "--ignored"])
        .env(HELPER_FOLDER, &data)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut helper = Helper(helper);
    let begun = Instant::now();
    let id = loop {
        if let Ok(id) = fs::read_to_string(data.join("helper")) {
            break id.parse().unwrap();
        }
        assert!(
            begun.elapsed() < Duration::from_mins(1) && helper.0.try_wait().unwrap().is_none(),
            "the helper did not start"
        );
        sleep(Duration::from_millis(50)).await;
    };
    assert!(is_running(id));
    // Even when what would end it was killed before: that is replaced.
    let watcher = watcher_of(helper.0.id()).expect("a shell that watches");
    kill_process(pid(watcher), Signal::KILL).unwrap();
    while watcher_of(helper.0.id()).is_none_or(|other| other == watcher) {
        assert!(begun.elapsed() < Duration::from_mins(1), "nothing watches any more");
        sleep(Duration::from_millis(50)).await;
    }
    drop(helper);
    wait_for_end(id).await;
}

#[tokio::test]
#[ignore = "started by the test before it"]
async fn the_process_that_is_killed() {
    let Some(data) = std::env::var_os(HELPER_FOLDER) else { return };
    let data = Path::new(&data);
    let mut server = DatabaseServer::start(data).await.unwrap();
    fs::write(data.join("helper.part"), server.pid().to_string()).unwrap();
    fs::rename(data.join("helper.part"), data.join("helper")).unwrap();
    supervise(&mut server).await;
}

#[tokio::test]
async fn a_folder_it_cannot_read_is_said_with_the_log() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("mariadb");
    fs::create_dir_all(data.join("tables")).unwrap();
    fs::write(data.join("tables/ibdata1"), "no database").unwrap();
    let refused = DatabaseServer::start(&data).await.unwrap_err().to_string();
    assert!(
        refused.contains("did not start") && refused.contains("mariadbd.log says: "),
        "{refused}"
    );
    assert!(refused.contains("[ERROR]"), "{refused}");
}
