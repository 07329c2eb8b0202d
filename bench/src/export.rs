//! `bench export`: the memory of `build-export`, which must not grow with the number of photos.
//!
//! For each number of photos somebody signs up, sends that many small files and asks for an export,
//! all through the public API; the running system's own worker builds it. Its memory is the most
//! that any of its processes has had at once (`VmHWM`). The files are no pictures: making
//! renditions is not what is measured here, and an export holds what was uploaded, whatever became
//! of it.

mod report;

use std::{path::PathBuf, time::Instant};

use clap::Args;
use running_system::RunningSystem;
use shared::error::Cause;

use crate::{
    machine::{children, peak_memory},
    note,
    person::Person,
};
use report::{Report, Row};

/// Options of `bench export`.
#[derive(Args, Debug)]
pub struct Options {
    /// The `system.json` of the running system.
    #[arg(long)]
    system: PathBuf,
    /// Numbers of photos, one export each.
    #[arg(long, value_delimiter = ',', default_values_t = [100, 10_000])]
    photos: Vec<u32>,
    /// Bytes of a photo.
    #[arg(long, default_value_t = 20_000)]
    bytes: usize,
}

/// Measures, and says what was measured.
pub async fn run(options: &Options) -> Result<Report, Cause> {
    let system = RunningSystem::read(&options.system)?;
    let mut rows = Vec::new();
    for photos in &options.photos {
        note(&format!("Sending {photos} photos"));
        let person = Person::sign_up(&system).await?;
        person
            .album(*photos, |number| file(number, options.bytes))
            .await?;
        note("Exporting them");
        let started = Instant::now();
        let mut memory = 0;
        let export = person
            .export(|| memory = memory.max(most_memory(system.pid)))
            .await?;
        memory = memory.max(most_memory(system.pid));
        if memory == 0 {
            return Err("no process of build-export was seen".into());
        }
        rows.push(Row {
            photos: *photos,
            bytes: export.bytes,
            parts: export.parts,
            time: started.elapsed(),
            memory,
        });
    }
    Ok(Report { rows })
}

/// A file of its own bytes.
fn file(number: u32, bytes: usize) -> Vec<u8> {
    let mut file = number.to_le_bytes().repeat(bytes.div_ceil(4));
    file.truncate(bytes);
    file
}

/// The most memory that any running `build-export` of this system has had.
fn most_memory(system: u32) -> u64 {
    children(system, "build-export")
        .filter_map(|id| peak_memory(&id).ok())
        .max()
        .unwrap_or(0)
}
