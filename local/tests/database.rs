//! The database as our child: it keeps its data, is reached by nobody else, and never outlives us.

#![allow(clippy::unwrap_used)] // a test may stop where it is

#[path = "database/process.rs"]
mod process;
#[path = "database/stale.rs"]
mod stale;

use std::{fs, os::unix::fs::PermissionsExt, path::Path, time::Duration};

use local::{database::DatabaseServer, supervision::SupervisedProcess};
use rustix::process::{Signal, kill_process};
use sqlx::{Connection, MySqlConnection, Row};
use tempfile::TempDir;
use tokio::time::timeout;

use process::{is_running, pid};

/// A name beyond ASCII and beyond the basic plane.
const NAME: &str = "Zoë 写真 🦊";

fn write_migrations(folder: &Path) {
    let accounts = "CREATE TABLE users (id BINARY(16) PRIMARY KEY, name VARCHAR(100) NOT NULL)";
    let library =
        "CREATE TABLE albums (id INT PRIMARY KEY); CREATE TABLE photos (id INT PRIMARY KEY)";
    let activity = "CREATE TABLE activity (id INT PRIMARY KEY)";
    for (name, sql) in [("accounts", accounts), ("library", library), ("activity", activity)] {
        fs::create_dir_all(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("0001_begin.sql"), sql).unwrap();
    }
}

/// Connects to a database of the server as its administrator.
pub async fn connect(server: &DatabaseServer, database: &str) -> MySqlConnection {
    MySqlConnection::connect(&server.url(database))
        .await
        .unwrap()
}

async fn execute(server: &DatabaseServer, database: &str, sql: &'static str) {
    let mut connection = connect(server, database).await;
    sqlx::query(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// Returns the first value of a query.
async fn value<T>(server: &DatabaseServer, database: &str, sql: &'static str) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::MySql> + sqlx::Type<sqlx::MySql>,
{
    let mut connection = connect(server, database).await;
    let row = sqlx::query(sql).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    row.get(0)
}

#[tokio::test]
async fn data_survives_a_stop_and_a_start() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("mariadb");
    let migrations = folder.path().join("migrations");
    write_migrations(&migrations);
    let first = DatabaseServer::start(&data).await.unwrap();
    first.migrate(&migrations).await.unwrap();
    execute(&first, "accounts_0", "INSERT INTO users VALUES (REPEAT('x', 16), 'Zoë 写真 🦊')")
        .await;
    execute(&first, "library_0", "INSERT INTO photos VALUES (1)").await;
    let in_other_shard: i64 = value(&first, "library_1", "SELECT count(*) FROM photos").await;
    assert_eq!(in_other_shard, 0, "the shards are apart");
    let id = first.pid();
    first.stop().await;
    assert!(!is_running(id));

    let second = DatabaseServer::start(&data).await.unwrap();
    second.migrate(&migrations).await.unwrap();
    let name: String = value(&second, "accounts_0", "SELECT name FROM users").await;
    assert_eq!(name, NAME);
    let changed_file = migrations.join("accounts/0001_begin.sql");
    fs::write(changed_file, "CREATE TABLE other (id INT)").unwrap();
    let changed = second.migrate(&migrations).await.unwrap_err().to_string();
    assert!(changed.contains("`--fresh` starts over"), "{changed}");
    second.stop().await;
}

#[tokio::test]
async fn it_is_reached_by_its_socket_and_password_alone() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("mariadb");
    let server = DatabaseServer::start(&data).await.unwrap();
    for secret in ["password", "init.sql"] {
        let permissions = fs::metadata(data.join(secret)).unwrap().permissions();
        assert_eq!(permissions.mode() & 0o777, 0o600, "{secret}");
    }
    let wrong_password = server
        .url("accounts_0")
        .replace("mysql://albumen:", "mysql://albumen:x");
    assert!(MySqlConnection::connect(&wrong_password).await.is_err());
    let skips_networking: i64 = value(&server, "accounts_0", "SELECT @@skip_networking").await;
    assert_eq!(skips_networking, 1);
    let in_use = DatabaseServer::start(&data).await.unwrap_err().to_string();
    assert!(in_use.contains("is in use by another local system"), "{in_use}");
    server.stop().await;
}

#[tokio::test]
async fn a_long_path_gets_its_socket_elsewhere_and_an_exit_is_noticed() {
    let folder = TempDir::new().unwrap();
    let long_name = "a folder, named at length ".repeat(4);
    let data = folder.path().join(long_name).join("mariadb");
    let mut server = DatabaseServer::start(&data).await.unwrap();
    let socket = server.socket().to_owned();
    assert!(socket.as_os_str().len() < 104, "{}", socket.display());
    assert!(!socket.starts_with(&data), "{}", socket.display());
    connect(&server, "accounts_0").await.close().await.unwrap();
    kill_process(pid(server.pid()), Signal::KILL).unwrap();
    let noticed = timeout(Duration::from_secs(20), server.exited()).await;
    let error = noticed.expect("it is noticed").to_string();
    assert!(error.contains("ended by itself") && error.contains("mariadbd.log"), "{error}");
    server.stop().await;
    assert!(!socket.parent().unwrap().exists(), "the socket's folder is gone");
}

#[tokio::test]
async fn one_that_is_killed_comes_back_with_its_commits() {
    let folder = TempDir::new().unwrap();
    let mut server = DatabaseServer::start(&folder.path().join("mariadb"))
        .await
        .unwrap();
    execute(&server, "accounts_0", "CREATE TABLE numbers (n INT AUTO_INCREMENT PRIMARY KEY)").await;
    for number in 1..=3 {
        execute(&server, "accounts_0", "INSERT INTO numbers VALUES ()").await;
        let killed = server.pid();
        kill_process(pid(killed), Signal::KILL).unwrap();
        timeout(Duration::from_secs(20), server.exited())
            .await
            .expect("it is noticed");
        server.restart().await.unwrap();
        assert_ne!(server.pid(), killed);
        let count: i64 = value(&server, "accounts_0", "SELECT count(*) FROM numbers").await;
        assert_eq!(count, number);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_folder_it_cannot_read_is_reported_with_the_log() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("mariadb");
    fs::create_dir_all(data.join("tables")).unwrap();
    fs::write(data.join("tables/ibdata1"), "no database").unwrap();
    let refused = DatabaseServer::start(&data).await.unwrap_err().to_string();
    for part in ["did not start", "mariadbd.log says: ", "[ERROR]"] {
        assert!(refused.contains(part), "{refused}");
    }
}
