//! `system.json`, which this system writes while it is ready.

use std::{fs, path::Path};

use running_system::{FILE_NAME, RunningSystem};

use super::{Error, data::write_private};

/// Returns the system that runs on a data folder.
///
/// # Errors
/// None runs there.
pub fn find_running(data: &Path) -> Result<RunningSystem, Error> {
    match RunningSystem::read(&data.join(FILE_NAME)) {
        // A killed system leaves its file behind.
        Ok(system) if is_alive(system.pid) => Ok(system),
        _ => Err(Error::new(format!(
            "No system runs on {}: start one with `./dev run`.",
            data.display()
        ))),
    }
}

/// Returns whether the process exists; also where there is no `/proc` to tell it.
fn is_alive(pid: u32) -> bool {
    !Path::new("/proc/self").exists() || Path::new(&format!("/proc/{pid}")).exists()
}

/// Writes the description.
pub(super) fn write(system: &RunningSystem, data: &Path) -> Result<(), Error> {
    let failed = |error: String| {
        Error::new(format!("{FILE_NAME} cannot be written in {}: {error}.", data.display()))
    };
    let text = serde_json::to_vec_pretty(system).map_err(|error| failed(error.to_string()))?;
    write_private(&data.join(FILE_NAME), &text).map_err(|error| failed(error.to_string()))
}

/// Removes the description.
pub(super) fn remove(data: &Path) {
    // Not there is as good.
    let _ = fs::remove_file(data.join(FILE_NAME));
}
