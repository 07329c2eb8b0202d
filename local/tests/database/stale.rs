//! Servers and runs that were killed.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use local::{database::DatabaseServer, supervision::supervise};
use rustix::process::{Signal, kill_process};
use sqlx::Connection as _;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use super::{
    connect,
    process::{is_running, pid, wait_for_end, watchdog_of},
};

/// The variable that names the folder of the process that is to be killed.
const HELPER_FOLDER: &str = "MARIADB_TEST_FOLDER";

/// A process that does not outlive its test.
struct Helper(Child);

impl Drop for Helper {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a server on a folder as a run that was killed would have left it.
async fn start_stale_server(data: &Path) -> Child {
    let option = |name: &str, file: &str| format!("--{name}={}", data.join(file).display());
    let log = data.join("left.log");
    let child = Command::new("mariadbd")
        .args(["--no-defaults", "--user=root", "--skip-networking"])
        .arg(option("datadir", "tables"))
        .arg(option("pid-file", "mariadbd.pid"))
        .arg(option("socket", "left.sock"))
        .arg(option("tmpdir", "tmp"))
        .stderr(fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    // Asked any earlier, it does not end.
    let started = Instant::now();
    while !fs::read_to_string(&log)
        .unwrap()
        .contains("ready for connections")
    {
        assert!(started.elapsed() < Duration::from_secs(30));
        sleep(Duration::from_millis(50)).await;
    }
    child
}

#[tokio::test]
async fn one_left_on_our_folder_is_ended_first() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("mariadb");
    DatabaseServer::start(&data).await.unwrap().stop().await;
    let data = data.canonicalize().unwrap();
    let mut left = start_stale_server(&data).await;
    // Someone has to wait for it, as init would have to.
    let waiting = tokio::task::spawn_blocking(move || left.wait().unwrap());
    let server = DatabaseServer::start(&data).await.unwrap();
    let exit = waiting.await.unwrap();
    let log = fs::read_to_string(data.join("left.log")).unwrap();
    assert!(exit.success(), "it was to be asked, not killed: {exit}\n{log}");
    connect(&server, "library_1").await.close().await.unwrap();
    server.stop().await;
}

#[tokio::test]
async fn an_id_that_is_another_s_by_now_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("mariadb");
    DatabaseServer::start(&data).await.unwrap().stop().await;
    let mut stranger = Helper(Command::new("sleep").arg("600").spawn().unwrap());
    fs::write(data.join("mariadbd.pid"), stranger.0.id().to_string()).unwrap();
    let server = DatabaseServer::start(&data).await.unwrap();
    assert!(stranger.0.try_wait().unwrap().is_none(), "a stranger was ended");
    server.stop().await;
}

#[tokio::test]
async fn it_ends_when_we_are_killed() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("mariadb");
    let process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "stale::the_process_that_is_killed", "--ignored"])
        .env(HELPER_FOLDER, &data)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut helper = Helper(process);
    let started = Instant::now();
    let is_in_time = || started.elapsed() < Duration::from_mins(1);
    let id = loop {
        if let Ok(id) = fs::read_to_string(data.join("helper")) {
            break id.parse().unwrap();
        }
        let has_ended = helper.0.try_wait().unwrap().is_some();
        assert!(is_in_time() && !has_ended, "the helper did not start");
        sleep(Duration::from_millis(50)).await;
    };
    assert!(is_running(id));
    // Even when the watchdog that would end it was killed before: that is replaced.
    let watchdog = watchdog_of(helper.0.id()).expect("a watchdog");
    kill_process(pid(watchdog), Signal::KILL).unwrap();
    while watchdog_of(helper.0.id()).is_none_or(|other| other == watchdog) {
        assert!(is_in_time(), "nothing watches any more");
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
