//! `local run`.

use std::{path::Path, process::ExitCode};

use running_system::RunningSystem;
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};

use super::{RunArgs, binaries_folder};
use crate::{
    administrator_code, console,
    system::{Error, Options, System},
};

/// The most files that are asked to be open at the same time: what macOS allows.
const MOST_FILES: u64 = 10_240;
/// The page about the API.
const REFERENCE: &str = "reference.html";

/// Starts the system and keeps it running until a signal comes, or a part of it ends for good.
///
/// # Errors
/// The system does not start, or a part of it ended for good.
pub(super) async fn run(arguments: &RunArgs) -> Result<ExitCode, Error> {
    let options = options(arguments)?;
    raise_file_limit();
    let mut stop_signal = std::pin::pin!(stop_signal()?);
    let starting = System::start(&options, |step| console::line(&format!("{step} …")));
    let mut system = tokio::select! {
        started = starting => started?,
        // Dropping what has started so far ends it.
        () = &mut stop_signal => return Ok(ExitCode::SUCCESS),
    };
    let code = unused_code(system.description()).await;
    let origin = &system.description().origin;
    print_banner(origin, code.as_deref(), system.data(), &options.web);
    let failure = tokio::select! {
        error = system.supervise() => Some(error),
        () = &mut stop_signal => None,
    };
    console::line("Stopping …");
    system.stop().await;
    match failure {
        Some(error) => Err(error),
        None => Ok(ExitCode::SUCCESS),
    }
}

/// Lets this process and those that it starts have as many files open as they may, up to
/// [`MOST_FILES`]: each environment takes a few, and so does each request.
fn raise_file_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    let allowed = limit.maximum.unwrap_or(MOST_FILES).min(MOST_FILES);
    if limit.current.is_some_and(|current| current < allowed) {
        limit.current = Some(allowed);
        // Without it a system that is little used runs as well.
        let _ = setrlimit(Resource::Nofile, limit);
    }
}

/// Returns the options of the system that these arguments ask for.
fn options(arguments: &RunArgs) -> Result<Options, Error> {
    Ok(Options {
        port: arguments.port,
        data: arguments.data.clone(),
        fresh: arguments.fresh,
        parameters: arguments.parameters.iter().cloned().collect(),
        template: arguments.template.clone(),
        web: arguments.web.clone(),
        binaries: binaries_folder()?,
        commands: arguments.commands.iter().cloned().collect(),
        record_calls: arguments.record_calls.clone(),
        faults: arguments.faults,
        replica_lag: arguments.replica.then_some(arguments.lag),
    })
}

/// Returns the code that makes somebody an administrator, while nobody has used it.
async fn unused_code(running: &RunningSystem) -> Option<String> {
    match administrator_code::is_used(running).await {
        Ok(false) => administrator_code::of(running).ok(),
        // There is none to be told, or nobody can say.
        Ok(true) | Err(_) => None,
    }
}

/// Prints the address of the page, and that of the API's page if there is one; and the code for
/// administrators, if it can be used.
fn print_banner(origin: &str, code: Option<&str>, data: &Path, web: &Path) {
    let data = data.display();
    console::line(&format!("\nAlbumen runs.\n\n  open   {origin}"));
    if !web.join("index.html").is_file() {
        console::line("         without its page: ./dev run builds it");
    }
    if web.join(REFERENCE).is_file() {
        console::line(&format!("  API    {origin}/{REFERENCE}"));
    }
    console::line(&format!("  mail   {origin}/mail"));
    if let Some(code) = code {
        console::line(&format!("  admin  {origin}/#/administration takes, once: {code}"));
    }
    console::line(&format!("  data   {data} (kept; --fresh starts over)\n  stop   Ctrl-C\n"));
}

/// Returns a future that resolves at the first signal that asks a program to end.
fn stop_signal() -> Result<impl Future<Output = ()>, Error> {
    let listen = |kind| {
        signal(kind).map_err(|error| Error::new(format!("signals cannot be caught: {error}")))
    };
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut hangup = listen(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    })
}
