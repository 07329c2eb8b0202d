//! Albumen under load. `./dev load` starts a system and runs it; the torture shares its pictures.
//!
//! Arrivals come by a schedule and wait for no answer, so a system that is slow is not asked less.
//! docs/load.md says how it measures and how its report is read.

mod answers;
mod api;
mod assemble;
mod backlog;
mod beside;
mod burst;
mod chart;
mod compare;
mod conclusions;
mod counts;
mod drain;
mod engines;
mod feed;
mod generator;
mod html;
mod html_engines;
mod library;
mod limit;
mod machine;
mod medians;
mod metrics;
mod mix;
mod open_files;
mod options;
mod outcome;
mod pictures;
mod prepare;
mod proc;
mod processes;
mod readiness;
mod recorder;
mod report;
mod resources;
mod route;
mod schedule;
mod session;
mod shape;
mod shortage;
mod slo;
mod tally;
mod text;
mod users;
mod watch;

use std::{error::Error, fs, io::Write, path::Path, process::ExitCode};

use clap::Parser;

pub use api::{connections, fresh_number};
use options::Options;
pub use pictures::Pictures;
use report::Report;
use session::Session;

/// The reason for which something did not go on.
pub type Cause = Box<dyn Error + Send + Sync>;

/// Runs the command line: fails for an objective that was missed, and for any answer that says
/// something wrong.
pub async fn main() -> ExitCode {
    match run(&Options::parse()).await {
        Ok(status) => status,
        Err(failure) => {
            note(&format!("The load broke: {failure}"));
            ExitCode::from(2)
        }
    }
}

async fn run(options: &Options) -> Result<ExitCode, Cause> {
    if let Some(reports) = &options.compare {
        let [first, second] = &reports[..] else { return Err("two reports are compared".into()) };
        print(&compare::compare(&Report::read(first)?, &Report::read(second)?));
        return Ok(ExitCode::SUCCESS);
    }
    let run = options.run()?;
    open_files::raise_limit();
    if !options.beside.is_empty() {
        let comparison = beside::compare(options, &run).await?;
        comparison.write(&options.out)?;
        print(&comparison.text());
        let is_right = comparison.wrong() == 0;
        return Ok(if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let session = Session::prepare(options).await?;
    let report = if options.find_limit {
        session.find_limit(&run).await?
    } else {
        session.measure(&run).await
    };
    write(&options.out, &report)?;
    print(&text::text(&report));
    note(&format!("\nThe report is {}", options.out.join("report.html").display()));
    Ok(verdict(&report))
}

/// Fails for an objective that was missed, and for any answer that says something wrong.
fn verdict(report: &Report) -> ExitCode {
    let is_kept = report.objectives.iter().all(|objective| objective.kept);
    if is_kept && report.wrong() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Writes a report as JSON and as a page.
fn write(folder: &Path, report: &Report) -> Result<(), Cause> {
    let failed = |error: std::io::Error| format!("{} cannot be written: {error}", folder.display());
    fs::create_dir_all(folder).map_err(failed)?;
    let json = serde_json::to_string_pretty(report)?;
    fs::write(folder.join("report.json"), json + "\n").map_err(failed)?;
    fs::write(folder.join("report.html"), html::page(report)).map_err(failed)?;
    Ok(())
}

fn print(text: &str) {
    // Without a reader there is nobody to tell.
    drop(write!(std::io::stdout().lock(), "{text}"));
}

/// A line for whoever waits; the report alone goes to standard output.
fn note(line: &str) {
    drop(writeln!(std::io::stderr().lock(), "{line}"));
}
