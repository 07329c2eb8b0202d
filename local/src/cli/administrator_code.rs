//! `local administrator-code`.

use std::{path::Path, process::ExitCode};

use crate::{
    administrator_code, console,
    system::{Error, find_running},
};

/// Prints the code that makes somebody an administrator.
///
/// # Errors
/// No system runs on `data`, or its code was used.
pub(super) async fn print(data: &Path) -> Result<ExitCode, Error> {
    let running = find_running(data)?;
    if administrator_code::is_used(&running).await? {
        return Err(Error::new("The code was used: another signing key has another one."));
    }
    console::line(&administrator_code::of(&running)?);
    Ok(ExitCode::SUCCESS)
}
