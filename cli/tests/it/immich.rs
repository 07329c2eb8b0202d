//! `albumen import immich`.

use assert_cmd::assert::Assert;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    immich_server::{ImmichServer, KEY, ME},
    service::{PHOTO, Setting, id_of_made},
};

const FERRY: &[u8] = b"the ferry";
const ALONE: &[u8] = b"in no album";

/// A service in which somebody is signed in, and their Immich.
struct Move {
    setting: Setting,
    immich: ImmichServer,
}

impl Move {
    fn new() -> Self {
        let setting = Setting::new();
        setting.log_in();
        Self { setting, immich: ImmichServer::new() }
    }

    fn import_with(&self, key: &str) -> Assert {
        self.setting
            .albumen(&["import", "immich", "--from", &self.immich.origin, "--stdin", "--json"])
            .write_stdin(format!("{key}\n"))
            .assert()
    }

    /// Imports; returns the files of the last line.
    fn import(&self, code: i32) -> Value {
        let assert = self.import_with(KEY).code(code);
        let text = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
        let last = text.lines().last().expect("a line");
        let end: Value = serde_json::from_str(last).expect("JSON");
        assert_eq!(end["event"], "end", "{text}");
        end["files"].clone()
    }

    /// Returns the bodies that a route was sent.
    fn sent(&self, route: &str) -> Vec<Value> {
        let contents = self.setting.contents();
        let bodies = contents.bodies.iter().filter(|(of, _)| of == route);
        bodies.map(|(_, body)| body.clone()).collect()
    }

    /// Returns the number of files whose bytes were sent.
    fn bytes_sent(&self) -> usize {
        let requests = self.setting.requests();
        let sent = requests
            .iter()
            .filter(|request| request.starts_with("PUT /bucket/"));
        sent.count()
    }

    /// Lets the service know what has arrived.
    fn arrives(&self, bytes: &[u8]) {
        let sum = hex::encode(Sha256::digest(bytes));
        self.setting.contents().arrived.push(sum);
    }
}

#[test]
fn pictures_go_to_their_albums_with_all_that_was_said_and_nothing_else_does() {
    let moving = Move::new();
    let said = json!({
        "isFavorite": true,
        "exifInfo": {
            "description": "The ferry", "latitude": 38.7, "longitude": -9.1,
            "timeZone": "UTC+2", "fileSizeInByte": FERRY.len(),
        },
    });
    let immich = &moving.immich;
    let ferry = immich.add("ferry.jpg", FERRY, &said);
    immich.add("alone.jpg", ALONE, &json!({}));
    immich.add("film.mp4", b"a film", &json!({ "type": "VIDEO" }));
    immich.add("old.jpg", b"archived", &json!({ "visibility": "archive", "isArchived": true }));
    let theirs = immich.add("theirs.jpg", b"a partner's", &json!({ "ownerId": "another" }));
    immich.add("drawing.svg", b"<svg/>", &json!({ "originalMimeType": "image/svg+xml" }));
    immich.add_album("Lisbon", ME, &[&ferry, &theirs]);
    immich.add_album("Best", ME, &[&ferry]);
    immich.add_album("Of another", "another", &[&ferry]);
    let files = moving.import(0);
    assert_eq!((&files["sent"], &files["joined"]), (&2.into(), &1.into()), "{files}");
    assert_eq!(immich.fetched(), 2, "each once, and none that is left out");
    let mut made = moving.setting.contents().made.clone();
    made.sort();
    assert_eq!(made, ["Best", "Immich", "Lisbon"]);
    let requests = moving.setting.requests();
    assert!(requests.contains(&format!("PUT /v1/photos/{PHOTO}/favourite")), "{requests:?}");
    let updates = moving.sent(&format!("PATCH /v1/photos/{PHOTO}"));
    let place = json!({ "latitude": 38.7, "longitude": -9.1 });
    let update = json!({ "place": place, "taken_at": "2025-07-01T14:20:00+02:00" });
    assert!(updates.contains(&update), "{updates:?}");
    let contents = moving.setting.contents();
    let announced = contents.bodies.iter().map(|(_, body)| body);
    let captions: Vec<&Value> = announced.filter_map(|body| body.get("caption")).collect();
    assert_eq!(captions, ["The ferry"], "{captions:?}");
}

#[test]
fn people_are_told_what_is_left_out() {
    let moving = Move::new();
    moving
        .immich
        .add("film.mp4", b"a film", &json!({ "type": "VIDEO" }));
    let from = ["import", "immich", "--from", &moving.immich.origin, "--stdin"];
    let assert = moving
        .setting
        .albumen(&from)
        .write_stdin(KEY)
        .assert()
        .success();
    let text = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(text.contains("1 videos are left out"), "{text}");
}

#[test]
fn another_run_fetches_nothing_and_takes_only_what_is_new() {
    let moving = Move::new();
    let ferry = moving.immich.add("ferry.jpg", FERRY, &json!({}));
    moving.immich.add("alone.jpg", ALONE, &json!({}));
    moving.immich.add_album("Lisbon", ME, &[&ferry]);
    moving.import(0);
    assert_eq!((moving.immich.fetched(), moving.bytes_sent()), (2, 2));
    moving.arrives(FERRY);
    moving.arrives(ALONE);
    assert_eq!(moving.import(0)["unchanged"], 2);
    // In one more album it needs no bytes.
    moving.immich.add_album("Best", ME, &[&ferry]);
    let files = moving.import(0);
    assert_eq!((&files["joined"], &files["unchanged"]), (&1.into(), &2.into()), "{files}");
    let requests = moving.setting.requests();
    let joined = format!("PUT /v1/albums/{}/photos/{PHOTO}", id_of_made(2));
    assert!(requests.contains(&joined), "{requests:?}");
    assert_eq!((moving.immich.fetched(), moving.bytes_sent()), (2, 2));
}

#[test]
fn what_was_sent_from_elsewhere_is_fetched_and_not_sent() {
    let moving = Move::new();
    moving.immich.add("ferry.jpg", FERRY, &json!({}));
    moving.arrives(FERRY);
    assert_eq!(moving.import(0)["joined"], 1);
    assert_eq!((moving.immich.fetched(), moving.bytes_sent()), (1, 0));
}

#[test]
fn bytes_that_are_not_those_of_before_are_not_taken_over() {
    let moving = Move::new();
    let damaged = moving.immich.add("damaged.jpg", FERRY, &json!({}));
    let lost = moving.immich.add("lost.jpg", b"lost", &json!({}));
    // An external library has sums of paths.
    let sum_of_path = json!({ "libraryId": "a library", "checksum": "c3VtIG9mIGEgcGF0aA==" });
    moving.immich.add("outside.jpg", ALONE, &sum_of_path);
    let mut library = moving.immich.library();
    library.originals.insert(damaged, b"the fErry".to_vec());
    library.originals.remove(&lost);
    drop(library);
    let files = moving.import(1);
    assert_eq!((&files["failed"], &files["sent"]), (&2.into(), &1.into()), "{files}");
    let home = std::fs::read_dir(moving.setting.home.path()).expect("a folder");
    let names: Vec<_> = home
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    let copies = names
        .iter()
        .filter(|name| name.to_string_lossy().starts_with("copies-"));
    assert_eq!(copies.count(), 1, "no copy stays, but for the lock: {names:?}");
}

#[test]
fn servers_and_keys_that_will_not_do_are_refused_with_what_to_do() {
    let moving = Move::new();
    let fails = |key: &str, code: i32, words: &str| {
        let assert = moving.import_with(key).code(code);
        let text = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        assert!(text.contains(words) && !text.contains("0nlyF0r"), "{text}");
    };
    fails("0nlyF0rOthers", 5, "API Keys");
    fails("", 2, "empty");
    moving.immich.library().version = [1, 142, 1];
    fails(KEY, 5, "update it to 2");
    moving.immich.library().version = [4, 0, 0];
    fails(KEY, 5, "update albumen");
    let from = ["import", "immich", "--from", "http://immich.example.com", "--stdin"];
    let assert = moving
        .setting
        .albumen(&from)
        .write_stdin(KEY)
        .assert()
        .code(2);
    let text = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(text.contains("https://HOST"), "{text}");
    assert_eq!(moving.immich.fetched(), 0);
}

#[test]
fn a_key_comes_from_a_file_and_a_trial_fetches_nothing() {
    let moving = Move::new();
    moving.immich.add("ferry.jpg", FERRY, &json!({}));
    let file = moving.setting.home.path().join("immich.key");
    std::fs::write(&file, format!("{KEY}\n")).expect("a file");
    let file = file.to_str().expect("a text");
    let from = ["import", "immich", "--from", &moving.immich.origin, "--key-file", file];
    let assert = moving
        .setting
        .albumen(&from)
        .arg("--dry-run")
        .assert()
        .success();
    let text = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
    assert!(text.contains("would-send Immich/ferry.jpg"), "{text}");
    assert_eq!((moving.immich.fetched(), moving.bytes_sent()), (0, 0));
}
