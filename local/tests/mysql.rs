//! MySQL 8 in the place of MariaDB. `./dev test` unpacks one in target/tools where it can be had;
//! elsewhere these tests look for one on the `PATH`, and without one they have nothing to show.

#![allow(clippy::unwrap_used)] // a test may stop where it is

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use local::{database::DatabaseServer, supervision::SupervisedProcess};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{AssertSqlSafe, Connection, MySqlConnection, Row};
use tempfile::TempDir;

/// A server of MySQL 8, if this machine has one.
fn mysqld() -> Option<PathBuf> {
    let unpacked = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools/mysql8/mysqld");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let installed = std::env::split_paths(&path).map(|folder| folder.join("mysqld"));
    let found = [unpacked]
        .into_iter()
        .chain(installed)
        .find(|program| version(program).contains("Ver 8."));
    if found.is_none() {
        eprintln!("There is no MySQL 8 here: nothing was tried.");
    }
    found
}

fn version(program: &Path) -> String {
    let output = Command::new(program)
        .args(["--no-defaults", "--version"])
        .output();
    output
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default()
}

async fn connect(server: &DatabaseServer, database: &str) -> MySqlConnection {
    MySqlConnection::connect(&server.url(database))
        .await
        .unwrap()
}

fn migrations() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations")
}

#[tokio::test]
async fn it_keeps_its_data_and_comes_back_when_it_is_killed() {
    let Some(mysqld) = mysqld() else { return };
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("a folder").join("mariadb");
    let mut server = DatabaseServer::start_named(&data, Some(mysqld.as_os_str()))
        .await
        .unwrap();
    assert!(server.name().starts_with("MySQL 8."), "{}", server.name());
    server.migrate(&migrations()).await.unwrap();
    let mut accounts = connect(&server, "accounts_0").await;
    sqlx::query("CREATE TABLE words (word TEXT)")
        .execute(&mut accounts)
        .await
        .unwrap();
    sqlx::query("INSERT INTO words VALUES ('Zoë 写真 🦊')")
        .execute(&mut accounts)
        .await
        .unwrap();
    for user in ["albumen", "root"] {
        let without = server
            .url("accounts_0")
            .replace("mysql://albumen:", &format!("mysql://{user}:x"));
        assert!(MySqlConnection::connect(&without).await.is_err(), "{user} needs the password");
    }
    assert!(!data.join("mysqlx.sock").exists(), "it is reached in one way alone");

    let killed = Pid::from_raw(i32::try_from(server.pid()).unwrap()).unwrap();
    kill_process(killed, Signal::KILL).unwrap();
    server.exited().await;
    server.restart().await.unwrap();
    assert_eq!(word(&server).await, "Zoë 写真 🦊", "after it was killed");
    server.stop().await;

    let server = DatabaseServer::start_named(&data, Some(mysqld.as_os_str()))
        .await
        .unwrap();
    server.migrate(&migrations()).await.unwrap();
    assert_eq!(word(&server).await, "Zoë 写真 🦊", "after it was stopped");
    server.stop().await;
}

async fn word(server: &DatabaseServer) -> String {
    let mut accounts = connect(server, "accounts_0").await;
    sqlx::query("SELECT word FROM words")
        .fetch_one(&mut accounts)
        .await
        .unwrap()
        .get(0)
}

/// Asks a server for all of its settings that statements depend on.
const ASKED: &str = "\
    SELECT CONCAT_WS('; ', @@GLOBAL.sql_mode, @@GLOBAL.character_set_server, @@GLOBAL.collation_server, \
                     @@GLOBAL.time_zone, @@GLOBAL.local_infile + 0, @@GLOBAL.innodb_ft_min_token_size, \
                     @@GLOBAL.innodb_ft_max_token_size, @@GLOBAL.innodb_ft_enable_stopword + 0)";

#[tokio::test]
async fn both_servers_have_the_same_settings() {
    let Some(mysqld) = mysqld() else { return };
    let mut said = Vec::new();
    for program in [mysqld.as_os_str(), OsStr::new("mariadbd")] {
        let folder = TempDir::new().unwrap();
        let server = DatabaseServer::start_named(&folder.path().join("mariadb"), Some(program))
            .await
            .unwrap();
        let mut accounts = connect(&server, "accounts_0").await;
        let settings: String = sqlx::query(ASKED)
            .fetch_one(&mut accounts)
            .await
            .unwrap()
            .get(0);
        let is_mysql = server.name().starts_with("MySQL");
        let isolation = if is_mysql { "transaction_isolation" } else { "tx_isolation" };
        let isolation = format!("SELECT @@GLOBAL.{isolation}");
        let isolation: String = sqlx::query(AssertSqlSafe(isolation))
            .fetch_one(&mut accounts)
            .await
            .unwrap()
            .get(0);
        let collation = "SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = 'accounts_0'";
        let collation: String = sqlx::query(collation)
            .fetch_one(&mut accounts)
            .await
            .unwrap()
            .get(0);
        said.push((settings.replace("NO_AUTO_CREATE_USER,", ""), isolation, collation));
        server.stop().await;
    }
    assert_eq!(said[0], said[1]);
}

#[tokio::test]
async fn tables_of_the_other_server_are_left_alone() {
    let Some(mysqld) = mysqld() else { return };
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("mariadb");
    DatabaseServer::start_named(&data, Some(OsStr::new("mariadbd")))
        .await
        .unwrap()
        .stop()
        .await;
    let refused = DatabaseServer::start_named(&data, Some(mysqld.as_os_str()))
        .await
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("MariaDB made the tables of this folder") && refused.contains("--fresh"),
        "{refused}"
    );
    let server = DatabaseServer::start_named(&data, None).await.unwrap();
    assert!(server.name().starts_with("MariaDB"), "{}", server.name());
    server.stop().await;
    assert!(fs::exists(data.join("mariadbd.log")).unwrap());
}
