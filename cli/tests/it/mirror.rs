//! `albumen mirror` after runs that were killed, each at the one instant that is looked at.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::service::{ALBUM, PHOTO, Setting, album, photo};

const BYTES: &[u8] = b"what was photographed";
const NAME: &str = "2026-11-01 00.00.00 a.jpg";

fn titled(title: &str) -> Value {
    json!({
        "kind": "album", "id": ALBUM, "album": album(ALBUM, title), "deleted": false,
        "deleted_at": null,
    })
}

/// A service with one photo in the album "Lisbon", and its mirror.
struct Mirrored {
    setting: Setting,
    folder: tempfile::TempDir,
}

impl Mirrored {
    fn new() -> Self {
        let setting = Setting::new();
        setting.log_in();
        let change = json!({
            "kind": "photo", "id": PHOTO, "photo": photo(BYTES), "deleted": false, "deleted_at": null,
            "albums": [ALBUM],
        });
        setting.contents().feed = vec![titled("Lisbon"), change];
        setting
            .contents()
            .originals
            .insert(PHOTO.to_owned(), BYTES.to_vec());
        let mirrored = Self { setting, folder: tempfile::tempdir().expect("a folder") };
        mirrored.run();
        assert_eq!(fs::read(mirrored.at("Lisbon").join(NAME)).expect("a file"), BYTES);
        mirrored
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn command(&self) -> assert_cmd::Command {
        self.setting
            .albumen(&["mirror", self.folder.path().to_str().expect("a text")])
    }

    fn run(&self) {
        self.command().assert().success();
    }

    /// Changes the mirror's state to that of a run which was killed.
    fn set_state(&self, sql: &str) {
        let state = Connection::open(self.at(".albumen/mirror.sqlite")).expect("the state");
        state.execute_batch(sql).expect("changed");
    }
}

/// Returns the names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let name = entry.expect("an entry").file_name();
        names.push(name.into_string().expect("a text"));
    }
    names.sort();
    names
}

#[test]
fn killed_before_the_last_file_was_noted_nothing_is_left_on_its_way() {
    let mirrored = Mirrored::new();
    mirrored.set_state("DELETE FROM copies; INSERT INTO waiting SELECT id FROM photos;");
    let incoming = mirrored.at(".albumen/incoming");
    fs::create_dir(&incoming).expect("a folder");
    fs::write(incoming.join("photo_01jd2w8h7kf3y9b6c5xq4m0nt1"), b"of one deleted since")
        .expect("a file");
    mirrored.run();
    assert_eq!(names(&mirrored.at("Lisbon")), [NAME.to_owned(), format!("{NAME}.xmp")]);
    assert!(!incoming.exists());
}

#[test]
fn killed_before_a_move_was_noted_nothing_is_left_in_the_old_place() {
    let mirrored = Mirrored::new();
    mirrored.setting.contents().feed.push(titled("Lisbon, May"));
    fs::create_dir(mirrored.at("Lisbon, May")).expect("a folder");
    let (from, to) = (mirrored.at("Lisbon"), mirrored.at("Lisbon, May"));
    fs::rename(from.join(NAME), to.join(NAME)).expect("moved");
    mirrored.run();
    assert_eq!(names(&to), [NAME.to_owned(), format!("{NAME}.xmp")]);
    assert!(!from.exists(), "{:?}", names(&from));
}

#[test]
fn two_runs_are_not_at_work_on_one_folder() {
    let mirrored = Mirrored::new();
    let lock = fs::File::open(mirrored.at(".albumen/lock")).expect("a lock");
    lock.lock().expect("locked");
    let assert = mirrored.command().assert().code(1);
    let text = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(text.contains("Another run"), "{text}");
    drop(lock);
    mirrored.run();
}
