//! A second run over files that have not changed, and are all there.
//!
//! To send a hundred thousand files would take most of the bench's time. The library is rows alone,
//! whose sums are made those of the files; and in the program's index stands that they were sent,
//! as it does after a run that has sent them. A run that finds one of them missing fails the bench.

use std::{fs, time::Duration};

use running_system::RunningSystem;
use rusqlite::Connection;
use shared::{
    domain::{Sha256, UserId},
    error::Cause,
};

use super::{Options, files::place, program::Program};
use crate::{note, seed};

/// Notes that each file whose sum is known was sent.
const ALL_SENT: &str = "
    INSERT OR REPLACE INTO sendings (sha256, album, is_done)
    SELECT DISTINCT sha256, ?1, 1 FROM files";

/// The second run.
pub struct Unchanged {
    /// Its time.
    pub time: Duration,
    /// The most memory that it has had, in bytes.
    pub memory: u64,
    /// The requests that it has sent.
    pub requests: u64,
}

/// Measures.
pub async fn measure(
    system: &RunningSystem,
    program: &Program,
    options: &Options,
) -> Result<Unchanged, Cause> {
    let folder = tempfile::tempdir()?;
    let mut sums = Vec::new();
    for number in 0..options.unchanged {
        let bytes = format!("file {number}");
        fs::write(place(folder.path(), number)?, &bytes)?;
        sums.push(Sha256::of(bytes.as_bytes()));
    }
    let library = seed::seed(system, options.unchanged).await?.library;
    let owner = library.user.parse::<UserId>()?;
    seed::set_sums(system, owner, &sums).await?;
    let home = program.sign_in(system, &library.token)?;
    note("The first run");
    home.upload(folder.path(), &["--dry-run"]).await?;
    Connection::open(home.index(&library.user))?.execute(ALL_SENT, [library.album.to_string()])?;
    note("The second run");
    let run = home.upload(folder.path(), &[]).await?;
    run.check("unchanged", options.unchanged)?;
    let (time, memory) = (run.ended.time, run.ended.memory);
    Ok(Unchanged { time, memory, requests: run.requests })
}
