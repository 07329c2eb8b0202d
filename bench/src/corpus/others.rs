//! Asks whether others open what we refuse: sharp and Pillow, as `./dev bench imaging` installs
//! them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf, absolute},
    process::Stdio,
    time::Duration,
};

use shared::error::Cause;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
    time::timeout,
};

/// Number of files that one process is asked about.
const BATCH: usize = 50;
/// The longest time that it may take for one of them.
const PATIENCE: Duration = Duration::from_secs(30);

/// Libraries that open a file, each with the format that it takes it for.
pub type Opened = BTreeMap<&'static str, String>;

/// Asks about the files at these positions in the list; `peers` is the folder in which both are.
///
/// # Errors
/// When one of them cannot be started.
pub async fn ask(
    files: &[PathBuf],
    wanted: &[usize],
    peers: &Path,
) -> Result<BTreeMap<usize, Opened>, Cause> {
    let node = peers.join("node_modules/node/bin/node");
    let python = peers.join("venv/bin/python");
    let others =
        [("sharp", node, peers.join("opens.mjs")), ("Pillow", python, peers.join("opens.py"))];
    let mut opened = BTreeMap::<usize, Opened>::new();
    for (name, program, script) in others {
        let mut rest = wanted;
        while !rest.is_empty() {
            let batch = &rest[..rest.len().min(BATCH)];
            let mut paths = Vec::new();
            for at in batch {
                paths.push(absolute(&files[*at])?);
            }
            let formats = formats(&program, &script, &paths).await?;
            for (at, format) in batch.iter().zip(&formats) {
                if !format.is_empty() {
                    opened.entry(*at).or_default().insert(name, format.clone());
                }
            }
            // Whoever died or hung of a file has not opened it; the next one goes on behind that.
            let done = (formats.len() + 1).min(batch.len());
            rest = &rest[done..];
        }
    }
    Ok(opened)
}

/// Returns the format of each file, empty where it was not opened, up to the file of which the
/// process ended or took too long.
async fn formats(program: &Path, script: &Path, paths: &[PathBuf]) -> Result<Vec<String>, Cause> {
    let mut command = Command::new(program);
    command.arg(script).args(paths);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let mut child = command
        .spawn()
        .map_err(|failure| format!("{}: {failure}", program.display()))?;
    let mut lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
    let mut formats = Vec::new();
    while formats.len() < paths.len() {
        let Ok(Ok(Some(line))) = timeout(PATIENCE, lines.next_line()).await else { break };
        formats.push(line);
    }
    child.start_kill().ok();
    child.wait().await?;
    Ok(formats)
}
