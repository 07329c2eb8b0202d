//! Archives of a Takeout, unpacked into one tree: pictures, and the JSON beside them.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use zip::{ZipArchive, read::ZipFile};

use crate::failure::{Failure, Result};

/// The file that says that a folder was made by this program, which may remove it.
const MARK: &str = ".albumen-takeout";
/// The endings of videos.
const VIDEOS: [&str; 7] = ["mp4", "mov", "m4v", "avi", "3gp", "mkv", "mp"];

/// Makes the folder for what is unpacked, or finds that a run before this one has made it.
///
/// # Errors
/// There is a folder with other things in it: it is not to be filled, and never to be removed.
pub fn claim(work: &Path) -> Result<()> {
    let mark = work.join(MARK);
    let failed = |cause| Failure::file(work, cause);
    if mark.exists() {
        return Ok(());
    }
    fs::create_dir_all(work).map_err(failed)?;
    if fs::read_dir(work).map_err(failed)?.next().is_some() {
        return Err(Failure::Usage(format!(
            "{} has other things in it: name a folder that is empty, or is not there, with --work.",
            work.display()
        )));
    }
    File::create(mark).map_err(failed)?;
    Ok(())
}

/// Unpacks the pictures and the JSON of an archive; returns the number of its videos. What a run
/// before this one has unpacked stays.
pub fn unpack(archive: &Path, work: &Path) -> Result<u64> {
    let damaged = |cause: &dyn std::fmt::Display| {
        Failure::NotDone(format!("{}: {cause}. Fetch it again.", archive.display()))
    };
    let file = File::open(archive).map_err(|cause| Failure::file(archive, cause))?;
    let mut zip = ZipArchive::new(file).map_err(|cause| damaged(&cause))?;
    let mut videos = 0;
    for number in 0..zip.len() {
        let mut entry = zip.by_index(number).map_err(|cause| damaged(&cause))?;
        // A name that leads out of the folder is none.
        let Some(name) = entry.enclosed_name() else { continue };
        videos += u64::from(has_ending(&name, &VIDEOS));
        if !entry.is_dir() && is_wanted(&name) {
            unpack_entry(&mut entry, &work.join(name)).map_err(|cause| damaged(&cause))?;
        }
    }
    Ok(videos)
}

fn is_wanted(name: &Path) -> bool {
    client::content_type(name).is_some() || has_ending(name, &["json"])
}

fn has_ending(name: &Path, endings: &[&str]) -> bool {
    let Some(ending) = name.extension() else { return false };
    endings
        .iter()
        .any(|other| ending.eq_ignore_ascii_case(other))
}

/// Writes an entry, whole or not at all; its sum is compared while it is read.
fn unpack_entry(entry: &mut ZipFile<'_, File>, place: &Path) -> io::Result<()> {
    if fs::metadata(place).is_ok_and(|there| there.len() == entry.size()) {
        return Ok(());
    }
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut part = place.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let mut file = File::create(&part)?;
    io::copy(entry, &mut file)?;
    fs::rename(&part, place)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn archive(path: &Path, files: &[(&str, &[u8])]) {
        let mut zip = ZipWriter::new(File::create(path).expect("a file"));
        for (name, bytes) in files {
            let options =
                SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
            zip.start_file(*name, options).expect("an entry");
            zip.write_all(bytes).expect("bytes");
        }
        zip.finish().expect("an archive");
    }

    #[test]
    fn archives_become_one_tree_and_nothing_leaves_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, two) = (folder.path().join("1.zip"), folder.path().join("2.zip"));
        archive(&one, &[("Takeout/a/1.jpg", b"one"), ("Takeout/a/1.mp4", b"film")]);
        archive(&two, &[("Takeout/a/1.jpg.json", b"{}"), ("../../out.jpg", b"out")]);
        let work = folder.path().join("work");
        for _ in 0..2 {
            claim(&work).expect("claimed");
            assert_eq!(unpack(&one, &work).expect("unpacked"), 1);
            assert_eq!(unpack(&two, &work).expect("unpacked"), 0);
        }
        assert_eq!(fs::read(work.join("Takeout/a/1.jpg")).expect("a file"), b"one");
        assert!(work.join("Takeout/a/1.jpg.json").exists());
        assert!(!work.join("Takeout/a/1.mp4").exists());
        assert!(!folder.path().join("out.jpg").exists());
        assert!(claim(folder.path()).is_err(), "a folder with other things in it");
        fs::write(&one, b"no archive").expect("a file");
        assert!(unpack(&one, &work).is_err());
    }
}
