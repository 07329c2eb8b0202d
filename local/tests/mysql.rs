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

/// A word beyond ASCII and beyond the basic plane.
const WORD: &str = "Zoë 写真 🦊";

/// Returns a server of MySQL 8, if this machine has one.
fn mysqld() -> Option<PathBuf> {
    let unpacked = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools/mysql8/mysqld");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut candidates = vec![unpacked];
    candidates.extend(std::env::split_paths(&path).map(|folder| folder.join("mysqld")));
    for program in candidates {
        if version(&program).contains("Ver 8.") {
            return Some(program);
        }
    }
    eprintln!("There is no MySQL 8 here: nothing was tried.");
    None
}

fn version(program: &Path) -> String {
    let output = Command::new(program)
        .args(["--no-defaults", "--version"])
        .output();
    match output {
        Ok(output) => String::from_utf8_lossy(&output.stdout).into_owned(),
        Err(_) => String::new(),
    }
}

async fn start(data: &Path, program: &Path) -> DatabaseServer {
    DatabaseServer::start_named(data, Some(program.as_os_str()))
        .await
        .unwrap()
}

async fn connect(server: &DatabaseServer, database: &str) -> MySqlConnection {
    MySqlConnection::connect(&server.url(database))
        .await
        .unwrap()
}

fn migrations() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations")
}

async fn write_word(server: &DatabaseServer) {
    let mut accounts = connect(server, "accounts_0").await;
    for sql in ["CREATE TABLE words (word TEXT)", "INSERT INTO words VALUES ('Zoë 写真 🦊')"] {
        sqlx::query(sql).execute(&mut accounts).await.unwrap();
    }
}

async fn read_word(server: &DatabaseServer) -> String {
    let mut accounts = connect(server, "accounts_0").await;
    let row = sqlx::query("SELECT word FROM words")
        .fetch_one(&mut accounts)
        .await
        .unwrap();
    row.get(0)
}

#[tokio::test]
async fn it_keeps_its_data_and_comes_back_when_it_is_killed() {
    let Some(mysqld) = mysqld() else { return };
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("a folder").join("mariadb");
    let mut server = start(&data, &mysqld).await;
    assert!(server.name().starts_with("MySQL 8."), "{}", server.name());
    server.migrate(&migrations()).await.unwrap();
    write_word(&server).await;
    let killed = Pid::from_raw(i32::try_from(server.pid()).unwrap()).unwrap();
    kill_process(killed, Signal::KILL).unwrap();
    server.exited().await;
    server.restart().await.unwrap();
    assert_eq!(read_word(&server).await, WORD, "after it was killed");
    server.stop().await;

    let server = start(&data, &mysqld).await;
    server.migrate(&migrations()).await.unwrap();
    assert_eq!(read_word(&server).await, WORD, "after it was stopped");
    server.stop().await;
}

#[tokio::test]
async fn its_users_need_the_password_and_its_socket() {
    let Some(mysqld) = mysqld() else { return };
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("mariadb");
    let server = start(&data, &mysqld).await;
    for user in ["albumen", "root"] {
        let wrong_password = server
            .url("accounts_0")
            .replace("mysql://albumen:", &format!("mysql://{user}:x"));
        assert!(MySqlConnection::connect(&wrong_password).await.is_err(), "{user}");
    }
    assert!(!data.join("mysqlx.sock").exists(), "it is reached in one way alone");
    server.stop().await;
}

/// Reads all settings of a server that statements depend on, but for the isolation of transactions,
/// whose name differs.
const SETTINGS: &str = "\
    SELECT CONCAT_WS('; ', @@GLOBAL.sql_mode, @@GLOBAL.character_set_server, \
        @@GLOBAL.collation_server, @@GLOBAL.time_zone, @@GLOBAL.local_infile + 0, \
        @@GLOBAL.innodb_ft_min_token_size, @@GLOBAL.innodb_ft_max_token_size, \
        @@GLOBAL.innodb_ft_enable_stopword + 0)";
const COLLATION: &str = "\
    SELECT default_collation_name FROM information_schema.schemata \
    WHERE schema_name = 'accounts_0'";

#[tokio::test]
async fn both_servers_have_the_same_settings() {
    let Some(mysqld) = mysqld() else { return };
    let of_mysql = settings_of(mysqld.as_os_str()).await;
    let of_mariadb = settings_of(OsStr::new("mariadbd")).await;
    assert_eq!(of_mysql, of_mariadb);
}

async fn settings_of(program: &OsStr) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("mariadb");
    let server = DatabaseServer::start_named(&data, Some(program))
        .await
        .unwrap();
    let is_mysql = server.name().starts_with("MySQL");
    let isolation = if is_mysql { "transaction_isolation" } else { "tx_isolation" };
    let isolation_query = format!("SELECT @@GLOBAL.{isolation}");
    let mut accounts = connect(&server, "accounts_0").await;
    let mut settings = Vec::new();
    for query in [SETTINGS, COLLATION, &isolation_query] {
        let row = sqlx::query(AssertSqlSafe(query.to_owned()))
            .fetch_one(&mut accounts)
            .await
            .unwrap();
        let text: String = row.get(0);
        // A mode of MariaDB's that MySQL 8 always has.
        settings.push(text.replace("NO_AUTO_CREATE_USER,", ""));
    }
    server.stop().await;
    settings
}

#[tokio::test]
async fn tables_of_the_other_server_are_left_alone() {
    let Some(mysqld) = mysqld() else { return };
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("mariadb");
    start(&data, Path::new("mariadbd")).await.stop().await;
    let refused = DatabaseServer::start_named(&data, Some(mysqld.as_os_str()))
        .await
        .unwrap_err()
        .to_string();
    assert!(refused.contains("MariaDB made the tables of this folder"), "{refused}");
    assert!(refused.contains("--fresh"), "{refused}");
    let server = DatabaseServer::start_named(&data, None).await.unwrap();
    assert!(server.name().starts_with("MariaDB"), "{}", server.name());
    server.stop().await;
    assert!(fs::exists(data.join("mariadbd.log")).unwrap());
}
