//! `albumen mirror` and `verify`.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use reqwest::Method;
use serde_json::json;
use tests::{
    Albumen, Person, System,
    photograph::{dated, described, jpeg, sum},
};

use super::{counted, kill_again_and_again, path};

/// The pictures below a folder, without what is the mirror's own: path and SHA-256.
fn pictures(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path: PathBuf = entry.expect("an entry").path();
            let name = path
                .strip_prefix(root)
                .expect("below")
                .to_string_lossy()
                .into_owned();
            if name == ".albumen" {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|extension| extension != "xmp") {
                found.insert(name, sum(&fs::read(path).expect("a file")));
            }
        }
    }
    found
}

#[tokio::test]
async fn a_mirror_that_is_killed_at_any_instant_ends_as_one_that_is_not() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let albumen = Albumen::of(&ana, &system);
    let mut sums = Vec::new();
    for title in ["One", "Two"] {
        let album = ana.album(title).await;
        for seed in 0..6 {
            let bytes = jpeg(320, 240, seed + 6 * u8::from(title == "Two"));
            sums.push(sum(&bytes));
            let photo = ana.upload(&album, &bytes).await;
            ana.settled(&photo).await;
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mirror = ["mirror", path(&folder)];
    kill_again_and_again(&albumen, &mirror, async || pictures(folder.path()).len()).await;
    let (code, lines) = albumen.run(&mirror);
    assert_eq!((code, &counted(&lines)["failed"]), (0, &0.into()), "{lines:?}");
    let mut there: Vec<String> = pictures(folder.path()).into_values().collect();
    there.sort();
    sums.sort();
    assert_eq!(there, sums, "none lost, none doubled");
    assert_eq!(albumen.run(&["verify", path(&folder)]).0, 0);
    assert!(!folder.path().join(".albumen/incoming").exists(), "nothing is left over");
}

#[tokio::test]
async fn a_mirror_follows_what_changes_and_finds_a_flipped_bit() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let albumen = Albumen::of(&ana, &system);
    let album = ana.album("Lisbon").await;
    let picture = dated(&jpeg(320, 240, 1), "2026:05:03 10:20:30");
    let picture = described(&picture, "The ferry", &["sea"]);
    let photo = ana.upload(&album, &picture).await;
    ana.settled(&photo).await;
    let folder = tempfile::tempdir().expect("a folder");
    let mirror = ["mirror", path(&folder)];
    let (code, lines) = albumen.run(&mirror);
    assert_eq!((code, &counted(&lines)["fetched"]), (0, &1.into()), "{lines:?}");
    let names: Vec<String> = pictures(folder.path()).into_keys().collect();
    assert!(names[0].starts_with("Lisbon/2026-05-03 10.20.30 "), "{names:?}");
    let sidecar = fs::read_to_string(folder.path().join(format!("{}.xmp", names[0])));
    let sidecar = sidecar.expect("a sidecar");
    assert!(sidecar.contains("The ferry") && sidecar.contains("sea"), "{sidecar}");
    let (_, lines) = albumen.run(&mirror);
    assert_eq!(lines.last().expect("a line")["requests"], 1, "nothing new, one request");

    let renamed = json!({"title": "Lisbon, May"}).to_string();
    ana.ask(Method::PATCH, &format!("/v1/albums/{album}"), &[], Some(renamed))
        .await
        .expect(200);
    let other = ana.album("Best").await;
    let standing = format!("/v1/albums/{other}/photos/{photo}");
    ana.ask(Method::PUT, &standing, &[], None).await.expect(200);
    let (_, lines) = albumen.run(&mirror);
    let files = counted(&lines);
    let done = [&files["moved"], &files["linked"], &files["fetched"]];
    assert_eq!(done, [1, 1, 0], "{lines:?}");
    let names: Vec<String> = pictures(folder.path()).into_keys().collect();
    assert!(names[0].starts_with("Best/") && names[1].starts_with("Lisbon, May/"), "{names:?}");
    assert!(!folder.path().join("Lisbon").exists(), "no empty folder stays");

    let damaged = folder.path().join(&names[0]);
    let mut bytes = fs::read(&damaged).expect("a file");
    bytes[1_000] ^= 1;
    fs::remove_file(&damaged).expect("removed");
    fs::write(&damaged, bytes).expect("a file");
    let verify = ["verify", path(&folder)];
    let (code, lines) = albumen.run(&verify);
    assert_eq!((code, lines[0]["path"].as_str()), (1, Some(names[0].as_str())), "{lines:?}");
    assert_eq!(albumen.run(&["verify", path(&folder), "--repair"]).0, 1);
    albumen.run(&mirror);
    assert_eq!(albumen.run(&verify).0, 0);

    ana.delete(&format!("/v1/photos/{photo}")).await.expect(204);
    albumen.run(&mirror);
    assert!(pictures(folder.path()).is_empty());
    let trash = folder.path().join(".albumen/trash/Lisbon, May");
    assert!(trash.exists(), "what is deleted there goes to the trash here");
    ana.post(&format!("/v1/photos/{photo}/restore"), json!({}))
        .await
        .expect(200);
    albumen.run(&mirror);
    assert_eq!(pictures(folder.path()).len(), 2);
}
