//! Tables of one server put in the place of another's: copied for a replica, moved when it takes
//! over.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Names of what a server has for itself, at the top of its tables: no copy takes it.
const OWN: [&str; 4] = ["auto.cnf", "master.info", "multi-master.info", "relay-log.info"];
/// The beginning of the names of a replica's own log.
const RELAY_LOG: &str = "relay.";

/// The name of the file in a replica's folder that says that it takes over: it has applied
/// everything, and has ended in order.
const TAKES_OVER: &str = "takes-over";

/// Copies the tables of a server that does not run, whole or not at all.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let unfinished = to.with_extension("unfinished");
    remove(&unfinished)?;
    remove(to)?;
    copy_folder(from, &unfinished)?;
    for name in OWN {
        let _ = fs::remove_file(unfinished.join(name));
    }
    for entry in fs::read_dir(&unfinished)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(RELAY_LOG) {
            fs::remove_file(entry.path())?;
        }
    }
    fs::rename(unfinished, to)
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let copied = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &copied)?;
        } else {
            fs::copy(entry.path(), copied)?;
        }
    }
    Ok(())
}

/// Says that the tables of this replica's folder are those of the writer from now on.
pub fn note_take_over(replica: &Path) -> io::Result<()> {
    fs::write(replica.join(TAKES_OVER), b"")
}

/// Puts the tables of a replica that takes over in the place of the writer's, which are kept until
/// the next time. Interrupted anywhere, it goes on the next time; where nobody takes over, it does
/// nothing. No server may run on either.
pub fn finish_take_over(writer: &Path, replica: &Path) -> io::Result<()> {
    let note = replica.join(TAKES_OVER);
    if !note.exists() {
        return Ok(());
    }
    let replaced = replaced(writer);
    let promoted = replica.join("tables");
    // Not there: they have been moved, and nothing is left to do but to forget the note.
    if promoted.is_dir() {
        let tables = writer.join("tables");
        if tables.is_dir() {
            remove(&replaced)?;
            fs::rename(&tables, &replaced)?;
        }
        fs::rename(promoted, tables)?;
    }
    fs::remove_file(note)
}

/// The place of the tables that a replica has taken the place of.
fn replaced(writer: &Path) -> PathBuf {
    writer.join("tables.replaced")
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(cause),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of a server whose tables say whose they are.
    fn server(parent: &Path, name: &str) -> PathBuf {
        let folder = parent.join(name);
        fs::create_dir_all(folder.join("tables/library_0")).expect("a folder");
        fs::write(folder.join("tables/library_0/photos.ibd"), name).expect("a file");
        fs::write(folder.join("tables/auto.cnf"), name).expect("a file");
        folder
    }

    fn owner(folder: &Path) -> String {
        fs::read_to_string(folder.join("tables/library_0/photos.ibd")).expect("a file")
    }

    #[test]
    fn a_copy_has_everything_but_what_is_the_server_s_own() {
        let parent = tempfile::tempdir().expect("a folder");
        let writer = server(parent.path(), "writer");
        let replica = server(parent.path(), "replica");
        fs::write(writer.join("tables/relay.000001"), "").expect("a file");
        copy(&writer.join("tables"), &replica.join("tables")).expect("a copy");
        assert_eq!(owner(&replica), "writer");
        for name in ["auto.cnf", "relay.000001"] {
            assert!(!replica.join("tables").join(name).exists(), "{name}");
        }
    }

    #[test]
    fn a_replica_that_takes_over_does_so_wherever_it_was_interrupted() {
        for done in 0..3 {
            let parent = tempfile::tempdir().expect("a folder");
            let writer = server(parent.path(), "writer");
            let replica = server(parent.path(), "replica");
            finish_take_over(&writer, &replica).expect("nothing to do");
            assert_eq!(owner(&writer), "writer", "nobody takes over");
            note_take_over(&replica).expect("a note");
            if done > 0 {
                fs::rename(writer.join("tables"), replaced(&writer)).expect("moved");
            }
            if done > 1 {
                fs::rename(replica.join("tables"), writer.join("tables")).expect("moved");
            }
            finish_take_over(&writer, &replica).expect("the rest");
            finish_take_over(&writer, &replica).expect("nothing more");
            assert_eq!(owner(&writer), "replica", "after {done} steps");
            assert!(replaced(&writer).exists() && !replica.join("tables").exists());
        }
    }
}
