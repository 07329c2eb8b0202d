//! Finds the files in a folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use shared::error::Cause;

/// Returns every file in a folder and below, in order, and a line about each place that could not
/// be read. Links to folders are not followed, which might lead in circles; what is neither file
/// nor folder (a pipe would never end) is left out.
///
/// # Errors
/// When there is no such folder.
pub fn below(folder: &Path) -> Result<(Vec<PathBuf>, Vec<String>), Cause> {
    let named = |error: io::Error| format!("{}: {error}", folder.display());
    fs::read_dir(folder).map_err(named)?;
    let mut files = Vec::new();
    let mut notes = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        if let Err(error) = list(&next, &mut files, &mut folders) {
            notes.push(format!("{}: {error}", shown(&next)));
        }
    }
    files.sort();
    Ok((files, notes))
}

/// Adds what is in one folder to `files` and `folders`.
fn list(folder: &Path, files: &mut Vec<PathBuf>, folders: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            folders.push(path);
        } else if path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

/// Returns a path inside `folder` as a table can show it.
pub fn name(folder: &Path, path: &Path) -> String {
    shown(path.strip_prefix(folder).unwrap_or(path))
}

/// Returns a path without what would break a line or a table.
fn shown(path: &Path) -> String {
    path.to_string_lossy()
        .replace(|c: char| c.is_control() || c == '|', "\u{FFFD}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_found_and_no_circle_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir_all(root.join("b/c")).expect("folders");
        for file in ["a.txt", "b/c/no\nname|"] {
            fs::write(root.join(file), "x").expect("a file");
        }
        std::os::unix::fs::symlink(root, root.join("b/circle")).expect("a link");
        let (files, notes) = below(root).expect("a folder");
        let names: Vec<_> = files.iter().map(|file| name(root, file)).collect();
        assert_eq!(names, ["a.txt", "b/c/no\u{FFFD}name\u{FFFD}"]);
        assert!(notes.is_empty(), "{notes:?}");
        assert!(below(&root.join("none")).is_err());
    }
}
