//! The command line.

mod administrator_code;
mod invoke;
mod rebuild;
mod rerender;
mod run;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};

use crate::{
    archive::{self, ArchiveArgs},
    console,
    demo::{self, DemoArgs},
    export,
    system::Error,
};

/// Albumen on one machine.
#[derive(Debug, Parser)]
#[command(name = "local", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the whole system on loopback and keep it running until Ctrl-C.
    Run(RunArgs),
    /// Call one function of the running system and print its answer.
    Invoke(InvokeArgs),
    /// Print the code that makes an account an administrator, once.
    AdministratorCode {
        /// Data folder of the running system.
        #[arg(long, default_value = ".local")]
        data: PathBuf,
    },
    /// Show the archive jobs of the record of activity, or a demo of them.
    Archive(ArchiveArgs),
    /// Send a folder of photos through the API of the running system, or of one it starts.
    Demo(DemoArgs),
    /// Build the hot table of the running system anew from its database.
    RebuildProjection {
        /// The first logical shard.
        #[arg(long, default_value_t = 0)]
        from: u16,
        /// The last one.
        #[arg(long, default_value_t = 4095)]
        to: u16,
        /// Data folder of the running system.
        #[arg(long, default_value = ".local")]
        data: PathBuf,
    },
    /// Have the photos of the running system rendered anew.
    Rerender {
        /// The first logical shard.
        #[arg(long, default_value_t = 0)]
        from: u16,
        /// The last one.
        #[arg(long, default_value_t = 4095)]
        to: u16,
        /// The most photos a second.
        #[arg(long, default_value_t = 2)]
        per_second: u32,
        /// Data folder of the running system.
        #[arg(long, default_value = ".local")]
        data: PathBuf,
    },
    /// Check an export: ZIP files, or folders of them, or folders that they were unpacked into.
    VerifyExport {
        /// Files and folders.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
}

/// Options of `run`.
#[derive(Args, Clone, Debug)]
pub struct RunArgs {
    /// Port of the page and the API; the four ports above it are used as well. 0 takes any.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Folder that keeps everything between runs.
    #[arg(long, default_value = ".local")]
    pub data: PathBuf,
    /// Start over with an empty data folder.
    #[arg(long)]
    pub fresh: bool,
    /// A value for a parameter of the template; may be given several times.
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = parse_parameter)]
    pub parameters: Vec<(String, String)>,
    /// Folder of the page, as it is built.
    #[arg(long, default_value = "target/web/site")]
    pub web: PathBuf,
    /// The template that says what to run; its migrations are beside it.
    #[arg(long, default_value = "template.yaml")]
    pub template: PathBuf,
    /// Run a function by a command instead of its binary; may be given several times. The command is
    /// a line for sh, and speaks to the Runtime API as on Lambda.
    #[arg(long = "command", value_name = "FUNCTION=COMMAND", value_parser = parse_parameter)]
    pub commands: Vec<(String, String)>,
    /// Note in this file which function calls what of AWS, for the test of their roles.
    #[arg(long, value_name = "FILE")]
    pub record_calls: Option<PathBuf>,
    /// Stand ready to inject faults, decided by this seed, once `PUT /faults` gives them a rate: for
    /// `./dev torture`.
    #[arg(long, value_name = "SEED")]
    pub faults: Option<u64>,
    /// Start a second database that replicates the first: functions read from it, and it takes over
    /// when the first is gone.
    #[arg(long)]
    pub replica: bool,
    /// Seconds that the replica is behind; `PUT /replica` beside the queues changes them.
    #[arg(long, value_name = "SECONDS", default_value_t = 0, requires = "replica")]
    pub lag: u32,
}

#[derive(Args, Debug)]
struct InvokeArgs {
    /// Name of the function: `GetAlbum` or `get-album`.
    function: String,
    /// File with the event, or - for standard input. Without one the event is {}.
    event: Option<PathBuf>,
    /// Data folder of the running system.
    #[arg(long, default_value = ".local")]
    data: PathBuf,
}

/// Runs the command line; the exit code is 1 when the command failed.
pub async fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Run(arguments) => run::run(&arguments).await,
        Command::AdministratorCode { data } => administrator_code::print(&data).await,
        Command::Archive(arguments) => archive::run(arguments).await,
        Command::Demo(arguments) => demo::run(arguments).await,
        Command::RebuildProjection { from, to, data } => rebuild::rebuild(&data, from, to).await,
        Command::Rerender { from, to, per_second, data } => {
            rerender::rerender(&data, from, to, per_second).await
        }
        Command::VerifyExport { paths } => export::verify(&paths),
        Command::Invoke(arguments) => {
            invoke::invoke(&arguments.data, &arguments.function, arguments.event.as_deref()).await
        }
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            console::problem(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// Reads a value for a name: `NAME=VALUE`.
fn parse_parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("needs the form NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Returns the folder of the running executable: the functions are built into the same.
fn binaries_folder() -> Result<PathBuf, Error> {
    match std::env::current_exe() {
        Ok(executable) => Ok(executable.parent().unwrap_or(Path::new(".")).to_owned()),
        Err(error) => Err(Error::new(format!("no executable folder: {error}"))),
    }
}
