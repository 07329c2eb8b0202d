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

/// Asks about the files with these places in the list; `peers` is the folder in which both are.
///
/// # Errors
/// When one of them cannot be started.
pub async fn ask(
    files: &[PathBuf],
    wanted: &[usize],
    peers: &Path,
) -> Result<BTreeMap<usize, Opened>, Cause> {
    let (node, python) = (peers.join("node_modules/node/bin/node"), peers.join("venv/bin/python"));
    let others =
        [("sharp", node, peers.join("opens.mjs")), ("Pillow", python, peers.join("opens.py"))];
    let mut opened = BTreeMap::<usize, Opened>::new();
    for (name, program, script) in others {
        let mut rest = wanted;
        while !rest.is_empty() {
            let batch = &rest[..rest.len().min(BATCH)];
            let paths = batch
                .iter()
                .map(|at| absolute(&files[*at]))
                .collect::<Result<Vec<_>, _>>()?;
            let said = say(&program, &script, &paths).await?;
            for (at, format) in batch
                .iter()
                .zip(&said)
                .filter(|(_, format)| !format.is_empty())
            {
                opened.entry(*at).or_default().insert(name, format.clone());
            }
            // Whoever died or hung of a file has not opened it; the next one goes on behind that.
            rest = &rest[(said.len() + usize::from(said.len() < batch.len())).min(rest.len())..];
        }
    }
    Ok(opened)
}

/// A line for each file, up to the one of which the process ended or took too long.
async fn say(program: &Path, script: &Path, paths: &[PathBuf]) -> Result<Vec<String>, Cause> {
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
    let mut said = Vec::new();
    while said.len() < paths.len() {
        match timeout(PATIENCE, lines.next_line()).await {
            Ok(Ok(Some(line))) => said.push(line),
            _ => break,
        }
    }
    child.start_kill().ok();
    child.wait().await?;
    Ok(said)
}
