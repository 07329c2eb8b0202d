//! `bench zipf`: uneven traffic before partitions that refuse.
//!
//! Few albums are looked at often and many seldom: the albums' ranks follow Zipf's law with
//! exponent 1.1. Each look is asked by the code of the functions, once as pages are read and once
//! as albums were read before there were any, photo by photo. Between it and the table stands what
//! refuses as DynamoDB's partitions do. Its seconds are filled with looks one after the other, so
//! the machine's own speed does not count, and a load is the same on every machine.
//!
//! Albums far down the list are not asked: no partition of theirs comes near its limit.

mod albums;
mod load;
mod numbers;
mod report;

use std::path::PathBuf;

use chance::Zipf;
use clap::Args;
use partitions::{Limits, Partitions};
use running_system::RunningSystem;
use shared::error::Cause;

use crate::{dynamodb, note};
use albums::Albums;
use load::{Design, Load};
pub use report::Report;
use report::Row;

/// Options of `bench zipf`.
#[derive(Args, Debug)]
pub struct Options {
    /// The `system.json` of the running system.
    #[arg(long)]
    system: PathBuf,
    /// Looks a second, for each of which both designs are tried.
    #[arg(long, value_delimiter = ',', default_values_t = [1000, 4000, 16_000])]
    looks: Vec<u32>,
    /// Seconds of each load.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
    /// Albums.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    albums: u32,
    /// Processes of the function that looks are spread over, each with a memory of its own.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    processes: u32,
}

/// The exponent of Zipf's law.
const EXPONENT: f64 = 1.1;

/// Measures, and says what was measured.
pub async fn run(options: &Options) -> Result<Report, Cause> {
    let system = RunningSystem::read(&options.system)?;
    note("Making albums");
    let albums = Albums::make(&system, options.albums).await?;
    let partitions = Partitions::open(&system.dynamodb, Limits::DYNAMODB).await?;
    let client = dynamodb::impatient_client(&system, &partitions.origin)?;
    let law = Zipf::new(options.albums, EXPONENT);
    let mut rows = Vec::new();
    for looks in &options.looks {
        for design in Design::ALL {
            note(&format!("{looks} looks a second, {}", design.name()));
            let load = Load {
                looks: *looks,
                seconds: options.seconds,
                processes: options.processes,
                law: &law,
                albums: &albums,
                table: system.variable("HOT_TABLE")?,
            };
            let outcome = load.run(design, &client, &partitions).await?;
            rows.push(Row { looks: *looks, design, outcome });
        }
    }
    Ok(Report { rows, first: law.share(1) })
}
