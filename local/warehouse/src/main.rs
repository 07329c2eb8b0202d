//! `warehouse`: serves Redshift's Data API on a listener that it inherits as its standard input, or
//! on an address.

use std::{net::TcpListener, os::fd::AsFd, path::PathBuf, process::ExitCode};

use clap::Parser;
use warehouse::{
    engine::{Engine, Settings},
    protocol::{self, Service},
};

/// Redshift's Data API on DuckDB.
#[derive(Parser)]
struct Arguments {
    /// The file that everything is kept in.
    #[arg(long)]
    file: PathBuf,
    /// The folder of the buckets.
    #[arg(long)]
    buckets: PathBuf,
    /// The folder of the migrations.
    #[arg(long)]
    migrations: PathBuf,
    /// While this file is there, statements wait; if there is a text in it, they fail with it.
    #[arg(long)]
    hold: PathBuf,
    /// The only workgroup.
    #[arg(long)]
    workgroup: String,
    /// The only database.
    #[arg(long)]
    database: String,
    /// Where to listen; without it, the standard input is a socket that listens.
    #[arg(long)]
    listen: Option<String>,
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    match serve(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    // Who started it may be killed, and then nobody else ends it.
    #[cfg(target_os = "linux")]
    if arguments.listen.is_none() {
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    }
    let listener = match &arguments.listen {
        Some(address) => TcpListener::bind(address)?,
        None => TcpListener::from(std::io::stdin().as_fd().try_clone_to_owned()?),
    };
    let settings =
        Settings { file: arguments.file, buckets: arguments.buckets, hold: arguments.hold };
    let engine = Engine::open(settings, &arguments.migrations)?;
    let service = Service { engine, workgroup: arguments.workgroup, database: arguments.database };
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(async {
            listener.set_nonblocking(true)?;
            let listener = tokio::net::TcpListener::from_std(listener)?;
            // What runs when it is killed is rolled back, and begins again at the next start.
            axum::serve(listener, protocol::router(service)).await?;
            Ok(())
        })
}
