//! `local verify-export`: whether an export is whole, by what its manifests say.
//!
//! Reads ZIP files, or folders that hold some, or folders that some were unpacked into. Nothing is
//! kept in memory but one manifest and one piece of a file.

mod files;
mod manifest;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use crate::{console, system::Error};
use files::Files;
use manifest::Manifest;

/// What was found in one part.
struct Checked {
    part: u32,
    export: String,
    last: bool,
    files: usize,
    bytes: u64,
    wrong: Vec<String>,
}

/// Checks what stands at these paths; the exit code is 1 when anything is wrong or missing.
pub fn verify(paths: &[PathBuf]) -> Result<ExitCode, Error> {
    let mut parts = Vec::new();
    for place in places(paths)? {
        let found = place
            .check()
            .map_err(|why| Error::new(format!("{}: {why}.", place.name())))?;
        for checked in &found {
            let state = if checked.wrong.is_empty() { "whole" } else { "NOT WHOLE" };
            let Checked { part, files, bytes, .. } = checked;
            console::line(&format!(
                "{}: part {part}, {files} files, {bytes} bytes, {state}",
                place.name()
            ));
            checked
                .wrong
                .iter()
                .for_each(|wrong| console::line(&format!("  {wrong}")));
        }
        parts.extend(found);
    }
    let wrong = wrong_as_a_whole(&parts);
    for wrong in &wrong {
        console::line(wrong);
    }
    let bad = parts.iter().map(|part| part.wrong.len()).sum::<usize>() + wrong.len();
    let (files, count) = (parts.iter().map(|part| part.files).sum::<usize>(), parts.len());
    if bad == 0 {
        console::line(&format!(
            "export: {files} of {files} files in {count} of {count} parts are whole"
        ));
        Ok(ExitCode::SUCCESS)
    } else {
        console::line(&format!("export: {bad} faults in {files} files of {count} parts"));
        Ok(ExitCode::FAILURE)
    }
}

/// A ZIP file, or a folder into which parts were unpacked.
enum Place {
    Zip(PathBuf),
    Folder(PathBuf),
}

impl Place {
    fn name(&self) -> String {
        match self {
            Self::Zip(path) | Self::Folder(path) => path.display().to_string(),
        }
    }

    fn check(&self) -> Result<Vec<Checked>, String> {
        match self {
            Self::Zip(path) => {
                let mut files = Files::zip(path)?;
                let manifests = files.manifests();
                if manifests.len() != 1 {
                    return Err(format!("has {} manifests, not one", manifests.len()));
                }
                let mut checked = check(&mut files, &manifests[0])?;
                let extra = files
                    .names()
                    .into_iter()
                    .filter(|name| !files.was_read(name) && *name != manifests[0]);
                checked
                    .wrong
                    .extend(extra.map(|name| format!("{name} is not in the manifest")));
                Ok(vec![checked])
            }
            Self::Folder(path) => {
                let mut files = Files::folder(path);
                files
                    .manifests()
                    .iter()
                    .map(|manifest| check(&mut files, manifest))
                    .collect()
            }
        }
    }
}

fn check(files: &mut Files, manifest: &str) -> Result<Checked, String> {
    let manifest = Manifest::read(&files.bytes(manifest)?)?;
    let mut wrong = Vec::new();
    let mut bytes = 0;
    for file in &manifest.files {
        bytes += file.bytes;
        match files.sum(&file.path) {
            Err(why) => wrong.push(format!("{}: {why}", file.path)),
            Ok((size, _)) if size != file.bytes => {
                wrong.push(format!("{}: {size} bytes, not {}", file.path, file.bytes));
            }
            Ok((_, sum)) if sum != file.sha256 => {
                wrong.push(format!("{}: other bytes than were put in", file.path))
            }
            Ok(_) => {}
        }
    }
    let Manifest { export, part, last, files, .. } = manifest;
    Ok(Checked { part, export, last, files: files.len(), bytes, wrong })
}

/// What is wrong with the parts together.
fn wrong_as_a_whole(parts: &[Checked]) -> Vec<String> {
    let mut wrong = Vec::new();
    if parts.is_empty() {
        wrong.push("There is no part of an export.".to_owned());
    }
    if parts.iter().any(|part| part.export != parts[0].export) {
        wrong.push("The parts are of more than one export.".to_owned());
    }
    let mut numbers: Vec<_> = parts.iter().map(|part| part.part).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let most = numbers.last().copied().unwrap_or(0);
    wrong.extend(
        (1..=most)
            .filter(|n| !numbers.contains(n))
            .map(|n| format!("Part {n} is missing.")),
    );
    if !parts.is_empty() && !parts.iter().any(|part| part.last && part.part == most) {
        wrong.push(format!("Part {most} is not the last: what follows is missing."));
    }
    wrong
}

/// The ZIP files and unpacked folders that the paths name.
fn places(paths: &[PathBuf]) -> Result<Vec<Place>, Error> {
    let mut places = Vec::new();
    for path in paths {
        if !path.is_dir() {
            places.push(Place::Zip(path.clone()));
            continue;
        }
        let failed = |error: std::io::Error| {
            Error::new(format!("{} cannot be read: {error}.", path.display()))
        };
        let entries = fs::read_dir(path)
            .and_then(Iterator::collect::<std::io::Result<Vec<_>>>)
            .map_err(failed)?;
        let mut zips: Vec<_> = entries
            .iter()
            .map(fs::DirEntry::path)
            .filter(|path| is_zip(path))
            .collect();
        zips.sort();
        places.extend(zips.into_iter().map(Place::Zip));
        if !Files::folder(path).manifests().is_empty() {
            places.push(Place::Folder(path.clone()));
        }
    }
    Ok(places)
}

fn is_zip(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("zip"))
}
