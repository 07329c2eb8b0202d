//! `local run`.

use std::{path::Path, process::ExitCode};

use tokio::signal::unix::{SignalKind, signal};

use super::{RunArgs, binaries};
use crate::{
    console,
    system::{Error, Options, System},
};

/// The page about the API.
const REFERENCE: &str = "reference.html";

/// Starts the system and keeps it running until a signal comes, or a part of it ends for good.
pub(super) async fn run(arguments: &RunArgs) -> Result<ExitCode, Error> {
    let options = options(arguments)?;
    let mut stop = std::pin::pin!(stop_signal()?);
    let starting = System::start(&options, |step| console::line(&format!("{step} …")));
    let mut system = tokio::select! {
        started = starting => started?,
        // Dropping what has started so far ends it.
        () = &mut stop => return Ok(ExitCode::SUCCESS),
    };
    banner(&system.description().origin, system.data(), &options.web);
    let failure = tokio::select! {
        error = system.supervise() => Some(error),
        () = &mut stop => None,
    };
    console::line("Stopping …");
    system.stop().await;
    failure.map_or(Ok(ExitCode::SUCCESS), Err)
}

/// The options of a system that these arguments ask for.
pub(super) fn options(arguments: &RunArgs) -> Result<Options, Error> {
    Ok(Options {
        port: arguments.port,
        data: arguments.data.clone(),
        fresh: arguments.fresh,
        parameters: arguments.parameters.iter().cloned().collect(),
        template: arguments.template.clone(),
        web: arguments.web.clone(),
        binaries: binaries()?,
        record_calls: arguments.record_calls.clone(),
    })
}

fn banner(origin: &str, data: &Path, web: &Path) {
    let has_reference = web.join(REFERENCE).is_file();
    let reference =
        if has_reference { format!("\n  API    {origin}/{REFERENCE}") } else { String::new() };
    console::line(&format!(
        "\nAlbumen runs.\n\n  open   {origin}{reference}\n  data   {} (kept; --fresh starts over)\n  stop   Ctrl-C\n",
        data.display()
    ));
}

/// Resolves at the first signal that asks a program to end.
pub(super) fn stop_signal() -> Result<impl Future<Output = ()>, Error> {
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
