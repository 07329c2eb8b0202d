//! `simulate`: a day of Albumen on AWS, or a spike in it, at any stage. `./dev simulate` runs it.
//!
//! The resources of a stage are read from `template.yaml` and `infra/`, the costs of a request from
//! `bench/capacity/costs.toml`, and how AWS lets things grow from `aws.toml`; docs/simulation.md says
//! what is modelled and what is not.

mod aws;
mod bill;
mod bucket;
mod cluster;
mod environments;
mod hot_table;
mod load;
mod report;
mod routes;
mod runs;
mod stack;
mod station;
mod tally;
mod template;
#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "numbers of users")]
mod tests;

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use capacity::inputs::Inputs;
use clap::Parser;

use load::Habits;
use runs::Plan;

/// A day of Albumen on AWS, simulated: what is refused, how long answers take, what it costs.
#[derive(Debug, Parser)]
#[command(name = "simulate", version, max_term_width = 100)]
struct Cli {
    /// Stage. Without it: all of them.
    #[arg(long)]
    scale: Option<String>,
    /// The curve of the day: us-business, us-evening, world or flat.
    #[arg(long, default_value = "us-business")]
    day: String,
    /// Times the load that come within a second at the busiest hour, for five minutes. 1 is no spike.
    #[arg(long, default_value_t = 10.0)]
    spike: f64,
    /// Users. Without it: as many as the stage is meant for.
    #[arg(long)]
    users: Option<f64>,
    /// Reads that a user makes in a month.
    #[arg(long, default_value_t = 10_000.0)]
    reads: f64,
    /// Share of reads that the edge answers by itself.
    #[arg(long, default_value_t = 0.9)]
    hit_ratio: f64,
    /// Writes that a user makes in a month.
    #[arg(long, default_value_t = 100.0)]
    writes: f64,
    /// Looks for the load at which each stage fails, for the spike that it survives, and for what the
    /// next stage changes.
    #[arg(long)]
    limits: bool,
    /// Decides chance: the same number, the same day.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Writes the same as JSON into this file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(text) => {
            // Without a reader there is nobody to tell.
            drop(write!(std::io::stdout().lock(), "{text}"));
            ExitCode::SUCCESS
        }
        Err(failure) => {
            drop(writeln!(std::io::stderr().lock(), "{failure}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of users")]
fn run(cli: &Cli) -> Result<String, String> {
    let inputs = Inputs::read(None, None)?;
    let habits = Habits { reads: cli.reads, hit_ratio: cli.hit_ratio, writes: cli.writes };
    let plan = Plan { day: cli.day.clone(), habits, seed: cli.seed };
    let stages = runs::stages(cli.scale.as_deref())?;
    let mut report = report::Report::new(&plan);
    for stage in &stages {
        let users = cli.users.unwrap_or(stage.most_users as f64);
        report
            .days
            .push(runs::day(stage, users, cli.spike, &plan, &inputs)?);
    }
    if cli.limits {
        for stage in &stages {
            report.limits.push(runs::limit(stage, &plan, &inputs)?);
        }
        for pair in stages.windows(2) {
            let users = pair[0].most_users as f64;
            report
                .steps
                .push(runs::day(pair[1], users, cli.spike, &plan, &inputs)?);
        }
    }
    if let Some(path) = &cli.json {
        write_json(path, &report)?;
    }
    Ok(report.text())
}

fn write_json(path: &Path, report: &report::Report) -> Result<(), String> {
    let json = serde_json::to_string_pretty(report).map_err(|error| error.to_string())?;
    fs::write(path, json + "\n")
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))
}
