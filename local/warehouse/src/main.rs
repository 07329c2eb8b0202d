//! `warehouse`: serves Redshift's Data API on a listener that it inherits as its standard input, or
//! on an address.

use std::{error::Error, net::TcpListener, os::fd::AsFd, path::PathBuf, process::ExitCode};

use clap::Parser;
use warehouse::{
    engine::{EngineSettings, WarehouseEngine},
    protocol::{self, DataApi},
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
    /// The address to listen on; without it, the standard input is a socket that listens.
    #[arg(long)]
    listen: Option<String>,
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    match serve(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    // The process that started this one may be killed, and then nobody else ends it.
    #[cfg(target_os = "linux")]
    if arguments.listen.is_none() {
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    }
    let listener = match &arguments.listen {
        Some(address) => TcpListener::bind(address)?,
        None => TcpListener::from(std::io::stdin().as_fd().try_clone_to_owned()?),
    };
    let settings =
        EngineSettings { file: arguments.file, buckets: arguments.buckets, hold: arguments.hold };
    let api = DataApi {
        engine: WarehouseEngine::open(settings, &arguments.migrations)?,
        workgroup: arguments.workgroup,
        database: arguments.database,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        // A statement that runs when the process is killed is rolled back, and begins again at the
        // next start.
        axum::serve(listener, protocol::router(api)).await?;
        Ok(())
    })
}
