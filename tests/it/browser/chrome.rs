//! A headless Chromium behind a chromedriver, on free ports, gone when the test is over.

use std::{path::PathBuf, process::Stdio, time::Duration};

use tempfile::TempDir;
use thirtyfour::{
    ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver,
    error::WebDriverResult,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    task::LocalSet,
};

/// Longest time that one flow through the page may take.
const PATIENCE: Duration = Duration::from_mins(6);

/// The screen that the page is looked at on, in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Names its screenshots.
    pub name: &'static str,
    pub width: u32,
    pub height: u32,
    /// A phone: touched, and with two device pixels to one of CSS.
    pub phone: bool,
}

/// Runs `flow` in a browser of its own. Whatever comes of it, the browser is closed; a failure
/// leaves a screenshot and the console's lines behind.
pub async fn browse<F, Fut>(screen: Screen, flow: F)
where
    F: FnOnce(WebDriver) -> Fut,
    Fut: Future<Output = WebDriverResult<()>> + 'static,
{
    let (mut chromedriver, port) = start_chromedriver().await;
    let profile = TempDir::new().expect("a folder for the browser's profile");
    let driver = open(port, &profile, screen).await;
    // In a task, so that a failed assertion does not leave the browser open.
    let task = async {
        tokio::task::spawn_local(tokio::time::timeout(PATIENCE, flow(driver.clone()))).await
    };
    let outcome = LocalSet::new().run_until(task).await;
    let succeeded = matches!(outcome, Ok(Ok(Ok(()))));
    if !succeeded {
        save_screenshot(&driver, &format!("failed-{}", screen.name)).await;
        let lines = driver.browser_log().await.unwrap_or_default();
        eprintln!("The browser's console: {lines:#?}");
    }
    let closed = driver.quit().await;
    chromedriver
        .kill()
        .await
        .expect("chromedriver can be ended");
    match outcome {
        Ok(in_time) => in_time
            .expect("the flow ends within six minutes")
            .expect("the browser does what it is told"),
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
    closed.expect("the browser closes");
}

/// Returns the folder for artefacts, which it makes.
pub fn artifacts() -> PathBuf {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/artifacts");
    let folder =
        std::env::var_os("ALBUMEN_ARTIFACTS").map_or_else(|| PathBuf::from(root), PathBuf::from);
    std::fs::create_dir_all(&folder).expect("the folder for artefacts can be made");
    folder
}

/// Saves what the browser shows as `<name>.png` where artefacts go.
pub async fn save_screenshot(driver: &WebDriver, name: &str) {
    // Not worth hiding the failure that it would show.
    if let Err(error) = driver
        .screenshot(&artifacts().join(format!("{name}.png")))
        .await
    {
        eprintln!("No screenshot {name}: {error}");
    }
}

/// Starts chromedriver. The port that the system gives it for IPv4 may be somebody else's for IPv6,
/// and then it ends: it is started once more.
async fn start_chromedriver() -> (Child, u16) {
    for _ in 0..3 {
        if let Some(started) = try_chromedriver().await {
            return started;
        }
    }
    panic!("chromedriver ended three times before it listened");
}

/// Starts chromedriver on a port that the system chooses, and learns it from its first lines; `None`
/// when it ends before it has said it.
async fn try_chromedriver() -> Option<(Child, u16)> {
    let mut child = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("chromedriver is missing: install Debian's chromium-driver, or run ./dev setup");
    let stdout = child.stdout.take().expect("stdout was piped");
    let mut lines = BufReader::new(stdout).lines();
    let started = async {
        while let Some(line) = lines.next_line().await.expect("chromedriver writes text") {
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                let port = port.trim_end_matches('.').parse();
                return Some(port.expect("a port is a number"));
            }
        }
        None
    };
    let port = tokio::time::timeout(Duration::from_secs(30), started)
        .await
        .expect("chromedriver listens within 30 s")?;
    // Read on, or a full pipe would stop it.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Some((child, port))
}

async fn open(port: u16, profile: &TempDir, screen: Screen) -> WebDriver {
    let mut wanted = DesiredCapabilities::chrome();
    wanted
        .set_binary(&chromium())
        .expect("a path is a valid option");
    for argument in [
        "--headless=new",
        // The sandbox refuses to run as root, as which CI often runs.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        // Nothing leaves this machine.
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
        "--no-proxy-server",
        "--lang=en-GB",
        // Nothing fades in or rises while it is pressed.
        "--force-prefers-reduced-motion",
        &format!("--user-data-dir={}", profile.path().display()),
        &format!("--window-size={},{}", screen.width.max(500), screen.height),
    ] {
        wanted
            .add_arg(argument)
            .expect("a switch is a valid option");
    }
    wanted
        .set_browser_log_level(LoggingPrefsLogLevel::All)
        .expect("logging is a valid option");
    let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), wanted)
        .await
        .expect("Chromium starts; its version and chromedriver's must be the same");
    // Chromium has no window narrower than 500 pixels, so a phone is put in its place.
    let density = if screen.phone { 2.0 } else { 1.0 };
    let tools = driver.cdp();
    let emulation = tools.emulation();
    let set =
        emulation.set_device_metrics_override(screen.width, screen.height, density, screen.phone);
    set.await.expect("the screen can be set");
    driver
}

/// The path of Chromium, by one of the names it is packaged under.
fn chromium() -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    names
        .iter()
        .flat_map(|name| std::env::split_paths(&path).map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
        .expect("chromium is missing: install Debian's chromium, or run ./dev setup")
        .display()
        .to_string()
}
