//! `albumen`, the command line: an album's owner at a terminal or in a script.

mod arguments;
mod browser;
mod commands;
mod credentials;
mod failure;
mod import;
mod mirror;
mod output;
mod prompt;
mod session;
mod settings;
mod upload;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;
use output::Output;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.json);
    match commands::run(arguments.command, output) {
        Ok(code) => code,
        Err(failure) => {
            output.failure(&failure);
            failure.exit_code()
        }
    }
}
