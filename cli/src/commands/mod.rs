//! The commands, a file each.

pub mod admin;
pub mod album;
pub mod albums;
pub mod completions;
pub mod download;
pub mod export;
pub mod login;
mod logout;
pub mod man;
pub mod search;
pub mod share;
mod stats;
pub mod trash;
mod whoami;

use std::process::ExitCode;

use crate::{
    arguments::Command,
    failure::{Failure, Result},
    import, mirror,
    output::Output,
    session::Session,
    upload,
};

/// Runs a command.
pub fn run(command: Command, output: Output) -> Result<ExitCode> {
    match command {
        Command::Login(arguments) => login::run(&arguments, output),
        Command::Verify(arguments) => return mirror::verify::run(&arguments, output),
        Command::Completions(arguments) => {
            completions::run(&arguments);
            Ok(())
        }
        Command::Man(arguments) => man::run(&arguments, output),
        command => {
            // Before the runtime, because the keyring has one of its own.
            let session = Session::open()?;
            return runtime()?.block_on(run_signed_in(command, &session, output));
        }
    }?;
    Ok(ExitCode::SUCCESS)
}

async fn run_signed_in(command: Command, session: &Session, output: Output) -> Result<ExitCode> {
    match command {
        Command::Logout => logout::run(session, output).await,
        Command::Whoami => whoami::run(session, output).await,
        Command::Albums => albums::run(session, output).await,
        Command::Album(command) => album::run(command, session, output).await,
        Command::Share(command) => share::run(command, session, output).await,
        Command::Admin(command) => admin::run(command, session, output).await,
        Command::Search(arguments) => search::run(&arguments, session, output).await,
        Command::Trash(command) => trash::run(command, session, output).await,
        Command::Stats => stats::run(session, output).await,
        Command::Download(arguments) => return download::run(&arguments, session, output).await,
        Command::Mirror(arguments) => return mirror::run(&arguments, session, output).await,
        Command::Export(arguments) => export::run(&arguments, session, output).await,
        Command::Upload(arguments) => {
            return upload::run_command(&arguments, session, output).await;
        }
        Command::Import(command) => return import::run(command, session, output).await,
        Command::Login(_) | Command::Verify(_) | Command::Completions(_) | Command::Man(_) => {
            Ok(())
        }
    }?;
    Ok(ExitCode::SUCCESS)
}

/// Starts what requests run on.
pub fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|cause| Failure::NotDone(format!("No threads can be started: {cause}.")))
}
