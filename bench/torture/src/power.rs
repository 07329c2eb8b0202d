//! Power cuts: every process of the system is killed at once, and the system is started again on what
//! it had. What the kernel has taken of a process is not lost by its death, so nothing is said here
//! about a disk that loses what was never synced.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use load::Cause;
use running_system::RunningSystem;
use tokio::{
    process::{Child, Command},
    time::sleep,
};

use crate::failed;

/// The longest time in which the system starts again.
const START_LIMIT: Duration = Duration::from_mins(2);
/// The longest time in which it ends when it is asked to.
const STOP_LIMIT: Duration = Duration::from_secs(30);
/// The pause between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The power of a system on this machine.
pub struct Power {
    /// The system's description.
    description: PathBuf,
    /// The system, once it was started again from here.
    started: Option<Child>,
}

/// The words, the folder and the output that a process was started with.
struct CommandLine {
    words: Vec<String>,
    folder: PathBuf,
    log: Option<File>,
}

impl Power {
    /// Returns the power of the system of this description.
    pub fn new(description: &Path) -> Self {
        Self { description: description.to_owned(), started: None }
    }

    /// Cuts it, and starts the system again; returns the system as it runs then.
    ///
    /// # Errors
    /// A system that does not start again.
    pub async fn cut(&mut self) -> Result<RunningSystem, Cause> {
        let system = RunningSystem::read(&self.description)?;
        let command = CommandLine::of(system.pid)
            .map_err(|error| failed(format!("the system's process cannot be read: {error}")))?;
        let mut processes = descendants(system.pid)?;
        processes.push(system.pid);
        signal("-KILL", &processes)?;
        if let Some(mut killed) = self.started.take() {
            killed.wait().await?;
        }
        while processes.iter().any(|process| runs(*process)) {
            sleep(LOOK_EVERY).await;
        }
        fs::remove_file(&self.description)?;
        self.start(&command).await
    }

    async fn start(&mut self, command: &CommandLine) -> Result<RunningSystem, Cause> {
        let output = |log: &Option<File>| match log.as_ref().map(File::try_clone) {
            Some(Ok(log)) => Stdio::from(log),
            _ => Stdio::null(),
        };
        let Some((program, arguments)) = command.words.split_first() else {
            return Err(failed("the system's process has no command line"));
        };
        let started = Command::new(program)
            .args(arguments)
            .current_dir(&command.folder)
            .stdin(Stdio::null())
            .stdout(output(&command.log))
            .stderr(output(&command.log))
            .kill_on_drop(true)
            .spawn()?;
        self.started = Some(started);
        let begun = Instant::now();
        loop {
            if let Ok(system) = RunningSystem::read(&self.description) {
                return Ok(system);
            }
            if begun.elapsed() > START_LIMIT {
                return Err(failed("the system did not start again after a power cut"));
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// Ends a system that was started from here, in order.
    ///
    /// # Errors
    /// A process that cannot be waited for.
    pub async fn end(&mut self) -> Result<(), Cause> {
        let Some(mut started) = self.started.take() else { return Ok(()) };
        if let Some(process) = started.id() {
            signal("-TERM", &[process])?;
        }
        // One that does not end is killed when it is dropped.
        if let Ok(ended) = tokio::time::timeout(STOP_LIMIT, started.wait()).await {
            ended?;
        }
        Ok(())
    }
}

impl CommandLine {
    fn of(process: u32) -> io::Result<Self> {
        let folder = PathBuf::from(format!("/proc/{process}"));
        let line = fs::read(folder.join("cmdline"))?;
        let line = String::from_utf8_lossy(&line);
        Ok(Self {
            words: line.split_terminator('\0').map(str::to_owned).collect(),
            folder: fs::read_link(folder.join("cwd"))?,
            log: OpenOptions::new()
                .append(true)
                .open(folder.join("fd/1"))
                .ok(),
        })
    }
}

fn signal(kind: &str, processes: &[u32]) -> Result<(), Cause> {
    let mut kill = std::process::Command::new("kill");
    kill.arg(kind);
    for process in processes {
        kill.arg(process.to_string());
    }
    // It says so if one of them has ended by itself meanwhile, which is as good.
    kill.stderr(Stdio::null()).status()?;
    Ok(())
}

/// Returns the processes that a process has started, and those that they have.
fn descendants(process: u32) -> io::Result<Vec<u32>> {
    let mut parents = Vec::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let name = entry.file_name();
        let Some(other) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
        if let Some(stat) = stat(other) {
            parents.push((other, stat.parent));
        }
    }
    let mut found = vec![process];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        next += 1;
        let children = parents.iter().filter(|(_, of)| *of == parent);
        found.extend(children.map(|(child, _)| *child));
    }
    Ok(found.split_off(1))
}

/// Returns whether a process runs: one that has ended may not have been waited for yet.
fn runs(process: u32) -> bool {
    stat(process).is_some_and(|stat| stat.state != 'Z')
}

/// The state and the parent of a process, as the kernel says.
struct ProcessStat {
    state: char,
    parent: u32,
}

fn stat(process: u32) -> Option<ProcessStat> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The program's name is in brackets, and may have spaces.
    let (_, rest) = text.rsplit_once(") ")?;
    let mut words = rest.split(' ');
    Some(ProcessStat { state: words.next()?.chars().next()?, parent: words.next()?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_process_is_found_with_its_own_and_started_again_as_it_was() {
        let mut shell = Command::new("sh")
            .args(["-c", "sleep 60 & wait", "a name"])
            .current_dir("/")
            .kill_on_drop(true)
            .spawn()
            .expect("a shell");
        let process = shell.id().expect("an id");
        let begun = Instant::now();
        while descendants(process).expect("processes").is_empty() {
            assert!(begun.elapsed() < Duration::from_secs(10), "no child");
            sleep(LOOK_EVERY).await;
        }
        let command = CommandLine::of(process).expect("a command line");
        assert_eq!(command.words, ["sh", "-c", "sleep 60 & wait", "a name"]);
        assert_eq!(command.folder, Path::new("/"));
        let children = descendants(process).expect("processes");
        assert_eq!(children.len(), 1);
        let all = [children[0], process];
        signal("-KILL", &all).expect("a signal");
        shell.wait().await.expect("an end");
        while all.iter().any(|process| runs(*process)) {
            assert!(begun.elapsed() < Duration::from_secs(20), "they still run");
            sleep(LOOK_EVERY).await;
        }
    }
}
