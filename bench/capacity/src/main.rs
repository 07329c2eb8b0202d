//! `capacity`: the capacity and the cost of Albumen on AWS, for any number of users. `./dev
//! capacity` runs it.
//!
//! A model, not a measurement: the costs of a request are in `costs.toml`, the prices of AWS in
//! `prices.toml`, and the formulas in [`model`].

mod edge;
mod limits;
mod model;
mod page;
mod peak;
mod plot;
mod report;
mod savings;
mod services;
mod standing;
mod words;

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use capacity::{
    inputs::{self, Inputs},
    load::{self, Scenario},
    stage,
};
use clap::Parser;

/// The capacity and the cost of Albumen on AWS, for any number of users.
#[derive(Debug, Parser)]
#[command(name = "capacity", version, max_term_width = 100)]
struct Cli {
    /// Users. Without it: the last of each stage.
    #[arg(long)]
    users: Option<u64>,
    /// Share of reads that the edge answers by itself: images, files, shared albums.
    #[arg(long, default_value_t = 0.9, value_parser = share)]
    hit_ratio: f64,
    /// Reads that a user makes in a month.
    #[arg(long, default_value_t = 10_000.0)]
    reads: f64,
    /// Writes that a user makes in a month.
    #[arg(long, default_value_t = 100.0)]
    writes: f64,
    /// Load of the busiest second, as a multiple of the average.
    #[arg(long, default_value_t = 10.0)]
    peak: f64,
    /// Months that the service has run: what has been kept since.
    #[arg(long, default_value_t = 36.0)]
    months: f64,
    /// Other prices: a file like bench/capacity/prices.toml.
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    /// Other costs of a request: a file like bench/capacity/costs.toml.
    #[arg(long, value_name = "FILE")]
    costs: Option<PathBuf>,
    /// Write the page and the plots of the documentation into this folder.
    #[arg(long, value_name = "FOLDER", conflicts_with = "users")]
    docs: Option<PathBuf>,
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err("a share is 0 to 1".to_owned()) }
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

fn run(cli: &Cli) -> Result<String, String> {
    let inputs = Inputs::read(cli.prices.as_deref(), cli.costs.as_deref())?;
    let scenario = |users| Scenario {
        users,
        hit_ratio: cli.hit_ratio,
        reads_a_user: cli.reads,
        writes_a_user: cli.writes,
        peak: cli.peak,
        months: cli.months,
    };
    if let Some(users) = cli.users {
        return Ok(report::one(&model::bill(&scenario(users), &inputs), &inputs));
    }
    let mut bills = Vec::new();
    for stage in stage::all() {
        bills.push(model::bill(&scenario(stage.most_users), &inputs));
    }
    if let Some(folder) = &cli.docs {
        let mut curve = Vec::new();
        for users in plot::users() {
            curve.push(model::bill(&scenario(users), &inputs));
        }
        write(folder, "capacity.md", &page::page(&bills, &inputs))?;
        write(folder, "capacity-cost.svg", &plot::cost(&curve))?;
        write(folder, "capacity-concurrency.svg", &plot::concurrency(&curve))?;
    }
    Ok(report::stages(&bills, &inputs))
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), String> {
    let path = folder.join(name);
    fs::write(&path, text).map_err(|error| format!("{} cannot be written: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_is_what_the_model_says() {
        let folder = std::env::temp_dir().join(format!("albumen-capacity-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        run(&Cli { docs: Some(folder.clone()), ..Cli::parse_from(["capacity"]) })
            .expect("the page and its plots");
        let read = |name| fs::read_to_string(folder.join(name)).expect("a file");
        let written = ["capacity.md", "capacity-cost.svg", "capacity-concurrency.svg"].map(read);
        fs::remove_dir_all(&folder).expect("removed");
        let kept = [
            include_str!("../../../docs/capacity.md"),
            include_str!("../../../docs/capacity-cost.svg"),
            include_str!("../../../docs/capacity-concurrency.svg"),
        ];
        assert!(written == kept, "write it anew: ./dev capacity --docs docs");
    }
}
