//! The pictures below a path.

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::{failure::Result, upload::index::FoundFile};

/// Folders that devices keep beside pictures, with copies of them.
const FOLDERS_OF_DEVICES: [&str; 3] = ["@eaDir", "#recycle", "$RECYCLE.BIN"];

/// Something that cannot be read.
#[derive(Debug)]
pub struct Unreadable {
    /// Its path.
    pub path: PathBuf,
    /// The reason.
    pub why: String,
}

/// Finds the pictures at a path and below, with `found`, and what cannot be read, with
/// `unreadable`. Symbolic links are followed, and end where they lead back to where they come
/// from.
///
/// # Errors
/// Those of `found`.
pub fn scan(
    root: &Path,
    number: usize,
    mut found: impl FnMut(&FoundFile) -> Result<()>,
    mut unreadable: impl FnMut(Unreadable),
) -> Result<()> {
    let walk = WalkDir::new(root)
        .follow_links(true)
        .into_iter()
        .filter_entry(is_wanted);
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            // A circle of links: what is in it has been seen.
            Err(error) if error.loop_ancestor().is_some() => continue,
            Err(error) => {
                let path = error.path().unwrap_or(root).to_owned();
                unreadable(Unreadable { path, why: reason(&error) });
                continue;
            }
        };
        if !entry.file_type().is_file() || client::content_type(entry.path()).is_none() {
            continue;
        }
        match entry.metadata() {
            Ok(metadata) => found(&FoundFile::of(entry.path(), number, &metadata))?,
            Err(error) => {
                unreadable(Unreadable { path: entry.path().to_owned(), why: reason(&error) });
            }
        }
    }
    Ok(())
}

/// Returns whether an entry is looked at: what is named on the command line is, hidden or not.
fn is_wanted(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    let is_hidden = name.as_encoded_bytes().starts_with(b".");
    let is_of_device = FOLDERS_OF_DEVICES.iter().any(|folder| name == *folder);
    entry.depth() == 0 || !(is_hidden || is_of_device)
}

fn reason(error: &walkdir::Error) -> String {
    match error.io_error() {
        Some(cause) => cause.to_string(),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt, os::unix::fs::symlink};

    use super::*;

    fn names(root: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
        let (mut files, mut bad) = (Vec::new(), Vec::new());
        let found = |file: &FoundFile| {
            files.push(file.path.strip_prefix(root).expect("below").to_owned());
            Ok(())
        };
        scan(root, 0, found, |unreadable| bad.push(unreadable.path)).expect("a scan");
        files.sort();
        (files, bad)
    }

    #[test]
    fn pictures_are_found_whatever_their_names_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join(".hidden root");
        let odd = OsStr::from_bytes(b"\xff\nodd.jpg");
        for name in
            ["b/ä.JPG", "a.png", ".c.jpg", "@eaDir/d.jpg", "e.txt", "a.png.xmp", ".git/f.jpg"]
        {
            let path = root.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, b"x").expect("a file");
        }
        fs::write(root.join(odd), b"x").expect("a file");
        let (files, bad) = names(&root);
        assert_eq!(files, [Path::new("a.png"), Path::new("b/ä.JPG"), Path::new(odd)]);
        assert!(bad.is_empty(), "{bad:?}");
    }

    #[test]
    fn circles_of_links_end_and_links_to_nothing_are_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir(root.join("a")).expect("a folder");
        fs::write(root.join("a/1.jpg"), b"x").expect("a file");
        symlink("..", root.join("a/back")).expect("a link");
        symlink("1.jpg", root.join("a/2.jpg")).expect("a link");
        symlink("none.jpg", root.join("3.jpg")).expect("a link");
        let (files, bad) = names(root);
        assert_eq!(files, [Path::new("a/1.jpg"), Path::new("a/2.jpg")]);
        assert_eq!(bad, [root.join("3.jpg")]);
    }
}
