//! `local verify-export`: checks that an export is whole, by its manifests.
//!
//! Reads ZIP files, or folders that hold some, or folders that some were unpacked into. Nothing is
//! kept in memory but one manifest and one piece of a file.

mod files;
mod manifest;
mod source;

use std::{path::PathBuf, process::ExitCode};

use crate::{console, system::Error};
use source::{ExportSource, find_sources};

/// The result of the check of one part.
struct PartCheck {
    /// The part's number.
    part: u32,
    /// The id of the export.
    export: String,
    /// The part says that no other follows.
    last: bool,
    files: usize,
    bytes: u64,
    /// A sentence for each fault.
    faults: Vec<String>,
}

/// Checks the exports at these paths; the exit code is 1 when anything is wrong or missing.
pub fn verify(paths: &[PathBuf]) -> Result<ExitCode, Error> {
    let mut parts = Vec::new();
    for source in find_sources(paths)? {
        let checked = source
            .check()
            .map_err(|fault| Error::new(format!("{}: {fault}.", source.name())))?;
        for part in &checked {
            print_part(&source, part);
        }
        parts.extend(checked);
    }
    let common_faults = common_faults(&parts);
    for fault in &common_faults {
        console::line(fault);
    }
    let mut fault_count = common_faults.len();
    let mut file_count = 0;
    for part in &parts {
        fault_count += part.faults.len();
        file_count += part.files;
    }
    let part_count = parts.len();
    if fault_count > 0 {
        console::line(&format!(
            "export: {fault_count} faults in {file_count} files of {part_count} parts"
        ));
        return Ok(ExitCode::FAILURE);
    }
    console::line(&format!(
        "export: {file_count} of {file_count} files in {part_count} of {part_count} parts are whole"
    ));
    Ok(ExitCode::SUCCESS)
}

fn print_part(source: &ExportSource, check: &PartCheck) {
    let PartCheck { part, files, bytes, .. } = check;
    let state = if check.faults.is_empty() { "whole" } else { "NOT WHOLE" };
    console::line(&format!(
        "{}: part {part}, {files} files, {bytes} bytes, {state}",
        source.name()
    ));
    for fault in &check.faults {
        console::line(&format!("  {fault}"));
    }
}

/// Returns the faults of the parts together.
fn common_faults(parts: &[PartCheck]) -> Vec<String> {
    let Some(first) = parts.first() else {
        return vec!["There is no part of an export.".to_owned()];
    };
    let mut faults = Vec::new();
    if parts.iter().any(|part| part.export != first.export) {
        faults.push("The parts are of more than one export.".to_owned());
    }
    let mut highest = 0;
    for part in parts {
        highest = highest.max(part.part);
    }
    for number in 1..=highest {
        if !parts.iter().any(|part| part.part == number) {
            faults.push(format!("Part {number} is missing."));
        }
    }
    let ends = parts.iter().any(|part| part.last && part.part == highest);
    if !ends {
        faults.push(format!("Part {highest} is not the last: what follows is missing."));
    }
    faults
}
