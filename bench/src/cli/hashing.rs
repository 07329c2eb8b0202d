//! Files that are scanned and hashed for the first time.

use std::{path::Path, process::Command, time::Duration};

use running_system::RunningSystem;
use shared::error::Cause;

use super::{Options, files::Files, immich, process, program::Program};
use crate::{figures::median, note, person::Person};

/// The runs over the files that are hashed.
pub struct Hashed {
    /// The time of the program.
    pub ours: Duration,
    /// The most memory that it has had, in bytes.
    pub memory: u64,
    /// The time of two processes of `sha256sum`.
    pub sha256sum: Duration,
    /// The time and the memory of Immich's command line.
    pub immich: Option<(Duration, u64)>,
}

/// Measures. All take turns, so that what the machine does beside meets all of them.
pub async fn measure(
    system: &RunningSystem,
    program: &Program,
    files: &Files,
    options: &Options,
) -> Result<Hashed, Cause> {
    let person = Person::sign_up(system).await?;
    let (mut ours, mut theirs, mut immichs) = (Vec::new(), Vec::new(), Vec::new());
    let (mut memory, mut memory_of_immich) = (0, 0);
    for round in 1..=options.rounds {
        note(&format!("Round {round} of {}", options.rounds));
        theirs.push(process::run(sha256sum(&files.hashed)).await?.time);
        let home = program.sign_in(system, &person.token)?;
        let run = home.upload(&files.hashed, &["--dry-run"]).await?;
        run.check("would_send", options.files)?;
        ours.push(run.ended.time);
        memory = memory.max(run.ended.memory);
        if let Some(peers) = &options.peers {
            let ended = immich::scan(peers, &files.hashed, options.files).await?;
            immichs.push(ended.time);
            memory_of_immich = memory_of_immich.max(ended.memory);
        }
    }
    let nothing = "nothing was measured";
    Ok(Hashed {
        ours: median(&ours).ok_or(nothing)?,
        memory,
        sha256sum: median(&theirs).ok_or(nothing)?,
        immich: median(&immichs).map(|time| (time, memory_of_immich)),
    })
}

/// Returns the command that sums all files of a folder by two processes at a time.
fn sha256sum(folder: &Path) -> Command {
    let mut command = Command::new("sh");
    let script = "find \"$0\" -type f -print0 | xargs -0 -P 2 -n 100 sha256sum";
    command.args(["-c", script]).arg(folder);
    command
}
