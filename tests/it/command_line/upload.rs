//! `albumen upload`.

use std::{collections::BTreeSet, os::unix::fs::symlink};

use serde_json::Value;
use tests::{
    Albumen, Person, System,
    person::text,
    photograph::{jpeg, padded, sum},
};

use super::{counted, kill_again_and_again, path, photos, write};

#[tokio::test]
async fn an_upload_that_is_killed_at_any_instant_ends_as_one_that_is_not() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let albumen = Albumen::of(&ana, &system);
    let folder = tempfile::tempdir().expect("a folder");
    let mut sums = BTreeSet::new();
    for seed in 0..30 {
        let bytes = jpeg(320, 240, seed);
        sums.insert(sum(&bytes));
        write(folder.path(), &format!("{seed}.jpg"), &bytes);
    }
    // Twice the same bytes; and one in parts.
    write(folder.path(), "twin.jpg", &jpeg(320, 240, 7));
    let large = padded(&jpeg(320, 240, 99), 16 << 20);
    sums.insert(sum(&large));
    write(folder.path(), "large.jpg", &large);
    let upload = ["upload", path(&folder), "--album", "Killed"];
    // Sums are kept: what is killed is the sending.
    albumen.run(&["upload", path(&folder), "--dry-run"]);
    kill_again_and_again(&albumen, &upload, async || {
        let me = ana.get("/v1/me").await.expect(200);
        usize::try_from(me["usage"]["photos"].as_u64().expect("a number")).expect("a few")
    })
    .await;
    let (code, lines) = albumen.run(&upload);
    assert_eq!((code, &counted(&lines)["failed"]), (0, &Value::from(0)), "{lines:?}");
    let photos = photos(&ana, "Killed").await;
    let there: BTreeSet<String> = photos.iter().map(|photo| text(&photo["sha256"])).collect();
    assert_eq!(photos.len(), sums.len(), "none doubled");
    assert_eq!(there, sums, "none lost");
    for photo in photos {
        let photo = ana.settled(&text(&photo["id"])).await;
        assert_eq!(photo["status"], "ready", "{photo}");
    }
    assert_eq!(ana.get("/v1/me").await.expect(200)["usage"]["photos"], sums.len());
}

#[tokio::test]
async fn folders_become_albums_sidecars_words_and_what_cannot_be_read_is_told() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let albumen = Albumen::of(&ana, &system);
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "2025/Lisbon/ferry.jpg", &jpeg(320, 240, 1));
    let json = r#"{"description": "The ferry", "favorited": true,
        "photoTakenTime": {"timestamp": "1751372400"},
        "geoData": {"latitude": 38.7, "longitude": -9.1}}"#;
    write(folder.path(), "2025/Lisbon/ferry.jpg.json", json.as_bytes());
    write(folder.path(), "2025/@eaDir/ferry.jpg", &jpeg(320, 240, 2));
    write(folder.path(), "2025/.hidden.jpg", &jpeg(320, 240, 3));
    symlink("none.jpg", folder.path().join("gone.jpg")).expect("a link");
    let upload = ["upload", path(&folder), "--album-from-folders"];
    let (code, lines) = albumen.run(&upload);
    assert_eq!(code, 1, "what cannot be read is no reason to stop, and is told");
    let files = counted(&lines);
    assert_eq!((&files["sent"], &files["failed"]), (&1.into(), &1.into()), "{lines:?}");
    let photos = photos(&ana, "2025 / Lisbon").await;
    assert_eq!(photos.len(), 1, "{photos:?}");
    let photo = ana.settled(&text(&photos[0]["id"])).await;
    assert_eq!(photo["caption"], "The ferry");
    assert_eq!(photo["taken_at"], "2025-07-01T12:20:00.000000Z");
    assert_eq!(photo["place"]["latitude"], 38.7);
    assert_eq!(photo["favourites"], 1);
}

#[tokio::test]
async fn a_second_run_sends_nothing_and_asks_little() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let albumen = Albumen::of(&ana, &system);
    let folder = tempfile::tempdir().expect("a folder");
    for seed in 0..5 {
        write(folder.path(), &format!("{seed}.jpg"), &jpeg(320, 240, seed));
    }
    let upload = ["upload", path(&folder), "--album", "Twice"];
    let mut trial = upload.to_vec();
    trial.push("--dry-run");
    let (_, lines) = albumen.run(&trial);
    assert_eq!(counted(&lines)["would_send"], 5, "{lines:?}");
    let (_, lines) = albumen.run(&upload);
    assert_eq!(counted(&lines)["sent"], 5, "{lines:?}");
    let (code, lines) = albumen.run(&upload);
    assert_eq!((code, &counted(&lines)["unchanged"]), (0, &5.into()), "{lines:?}");
    let last = lines.last().expect("a line");
    assert_eq!(last["requests"], 2, "the albums, and all files at once");
    // Another machine knows nothing of that, and asks what stands in the album.
    let other = Albumen::of(&ana, &system);
    let (_, lines) = other.run(&upload);
    assert_eq!(counted(&lines)["unchanged"], 5, "{lines:?}");
    // Into another album they go without their bytes.
    let (_, lines) = albumen.run(&["upload", path(&folder), "--album", "Once more"]);
    assert_eq!(counted(&lines)["joined"], 5, "{lines:?}");
    assert_eq!(photos(&ana, "Once more").await.len(), 5);
    assert_eq!(ana.get("/v1/me").await.expect(200)["usage"]["photos"], 5);
    assert!(albumen.home().join("token").exists());
}

#[tokio::test]
async fn only_what_is_safe_is_deleted_here() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let albumen = Albumen::of(&ana, &system);
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "good.jpg", &jpeg(320, 240, 1));
    write(folder.path(), "bad.jpg", b"no picture at all");
    let upload = ["upload", path(&folder), "--album", "Camera", "--delete-after-verified"];
    let (_, lines) = albumen.run(&upload);
    assert_eq!(counted(&lines)["deleted"], 1, "{lines:?}");
    assert!(!folder.path().join("good.jpg").exists());
    assert!(folder.path().join("bad.jpg").exists());
    // What the service cannot show is not sent again and again.
    let (code, lines) = albumen.run(&upload);
    let files = counted(&lines);
    assert_eq!((code, &files["failed"], &files["sent"]), (1, &1.into(), &0.into()), "{lines:?}");
}
