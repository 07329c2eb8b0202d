//! `albumen upload` to a service that learns late what has arrived.

use std::fs;

use serde_json::Value;

use crate::service::{Setting, stdout};

#[test]
fn the_same_bytes_are_sent_once_and_join_the_other_album() {
    let setting = Setting::new();
    setting.log_in();
    let folder = tempfile::tempdir().expect("a folder");
    for album in ["Lisbon", "Porto"] {
        let album = folder.path().join(album);
        fs::create_dir(&album).expect("a folder");
        fs::write(album.join("a.jpg"), b"of both").expect("a file");
    }
    let path = folder.path().to_str().expect("a text");
    let lines = stdout(&mut setting.albumen(&["upload", path, "--album-from-folders", "--json"]));
    let last = lines.lines().last().expect("a line");
    let end: Value = serde_json::from_str(last).expect("JSON");
    assert_eq!((&end["files"]["sent"], &end["files"]["joined"]), (&1.into(), &1.into()), "{end}");
    let mut sent = setting.requests();
    sent.retain(|request| request.starts_with("PUT /bucket/"));
    assert_eq!(sent.len(), 1, "{sent:?}");
}
