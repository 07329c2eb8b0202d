//! The places that parts of an export are read from.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{PartCheck, files::ExportFiles, manifest::ExportManifest};
use crate::system::Error;

/// A ZIP file, or a folder into which parts were unpacked.
pub enum ExportSource {
    Zip(PathBuf),
    Folder(PathBuf),
}

impl ExportSource {
    /// Returns the path, for messages.
    pub fn name(&self) -> String {
        match self {
            Self::Zip(path) | Self::Folder(path) => path.display().to_string(),
        }
    }

    /// Checks the parts that are here.
    ///
    /// # Errors
    /// A sentence, without its end, on a ZIP file or a manifest that cannot be read.
    pub fn check(&self) -> Result<Vec<PartCheck>, String> {
        match self {
            Self::Zip(path) => Ok(vec![check_zip(path)?]),
            Self::Folder(path) => check_folder(path),
        }
    }
}

/// Checks a ZIP file: its one part, and that it holds nothing else.
fn check_zip(path: &Path) -> Result<PartCheck, String> {
    let mut files = ExportFiles::zip(path)?;
    let manifests = files.manifests();
    let [manifest] = manifests.as_slice() else {
        return Err(format!("has {} manifests, not one", manifests.len()));
    };
    let mut check = check_part(&mut files, manifest)?;
    for name in files.names() {
        if !files.was_read(&name) && name != *manifest {
            check.faults.push(format!("{name} is not in the manifest"));
        }
    }
    Ok(check)
}

fn check_folder(path: &Path) -> Result<Vec<PartCheck>, String> {
    let mut files = ExportFiles::folder(path);
    let mut checks = Vec::new();
    for manifest in files.manifests() {
        checks.push(check_part(&mut files, &manifest)?);
    }
    Ok(checks)
}

/// Checks the files that a manifest names against its sizes and sums.
fn check_part(files: &mut ExportFiles, manifest: &str) -> Result<PartCheck, String> {
    let manifest = ExportManifest::read(&files.bytes(manifest)?)?;
    let mut faults = Vec::new();
    let mut bytes = 0;
    for file in &manifest.files {
        bytes += file.bytes;
        match files.sum(&file.path) {
            Err(fault) => faults.push(format!("{}: {fault}", file.path)),
            Ok(found) if found.bytes != file.bytes => {
                faults.push(format!("{}: {} bytes, not {}", file.path, found.bytes, file.bytes));
            }
            Ok(found) if found.sha256 != file.sha256 => {
                faults.push(format!("{}: other bytes than were put in", file.path));
            }
            Ok(_) => {}
        }
    }
    Ok(PartCheck {
        part: manifest.part,
        export: manifest.export,
        last: manifest.last,
        files: manifest.files.len(),
        bytes,
        faults,
    })
}

/// Finds the ZIP files and unpacked folders that the paths name.
///
/// # Errors
/// A folder that cannot be read.
pub fn find_sources(paths: &[PathBuf]) -> Result<Vec<ExportSource>, Error> {
    let mut sources = Vec::new();
    for path in paths {
        if !path.is_dir() {
            sources.push(ExportSource::Zip(path.clone()));
            continue;
        }
        let zip_files = zip_files(path)
            .map_err(|error| Error::new(format!("{} cannot be read: {error}.", path.display())))?;
        sources.extend(zip_files.into_iter().map(ExportSource::Zip));
        if !ExportFiles::folder(path).manifests().is_empty() {
            sources.push(ExportSource::Folder(path.clone()));
        }
    }
    Ok(sources)
}

/// Returns the ZIP files of a folder, by name.
fn zip_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let extension = path.extension().unwrap_or_default();
        if extension.eq_ignore_ascii_case("zip") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
