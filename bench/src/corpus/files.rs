//! What is in a folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use shared::error::Cause;

/// Every file in a folder and below, in order, and a line about each place that could not be read.
/// Links to folders are not followed, which might lead in circles; what is neither file nor folder
/// (a pipe would never end) is left out.
///
/// # Errors
/// When there is no such folder.
pub fn below(folder: &Path) -> Result<(Vec<PathBuf>, Vec<String>), Cause> {
    let named = |error: io::Error| format!("{}: {error}", folder.display());
    fs::read_dir(folder).map_err(named)?;
    let (mut files, mut notes, mut folders) = (Vec::new(), Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        if let Err(error) = list(&folder, &mut files, &mut folders) {
            notes.push(format!("{}: {error}", shown(&folder)));
        }
    }
    files.sort();
    Ok((files, notes))
}

fn list(folder: &Path, files: &mut Vec<PathBuf>, folders: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let (path, kind) = entry.and_then(|entry| Ok((entry.path(), entry.file_type()?)))?;
        if kind.is_dir() {
            folders.push(path);
        } else if path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

/// A path inside `folder`, as a table can show it.
pub fn name(folder: &Path, path: &Path) -> String {
    shown(path.strip_prefix(folder).unwrap_or(path))
}

/// Without what would break a line or a table.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    text.chars()
        .map(|c| if c.is_control() || c == '|' { '\u{FFFD}' } else { c })
        .collect()
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
