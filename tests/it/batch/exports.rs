//! Exports: asked for, built in parts, taken away, checked, and gone again.

use std::{collections::BTreeMap, io::Read, path::Path, process::Command, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    OwnSystem, Person, System,
    person::{PASSWORD, address, text},
    photograph::{announcement, jpeg, sum},
    system::until,
};

mod workers;

use workers::set_days_ago;

/// Every part of an export that is ready, and its bytes.
async fn parts(person: &Person, export: &str) -> Vec<(Value, Vec<u8>)> {
    let path = format!("/v1/me/exports/{export}");
    let ready = until("the export is ready", Duration::from_mins(2), async || {
        let export = person.get(&path).await.expect(200);
        assert_ne!(export["state"], "failed", "{export}");
        (export["state"] == "ready").then_some(export)
    })
    .await;
    let mut parts = Vec::new();
    for file in ready["files"].as_array().expect("files") {
        let (status, bytes) = person.fetch(&text(&file["url"])).await;
        assert_eq!(status, 200);
        assert_eq!(
            (file["bytes"].as_u64(), text(&file["sha256"])),
            (Some(bytes.len() as u64), sum(&bytes))
        );
        parts.push((file.clone(), bytes));
    }
    assert_eq!(ready["parts"].as_u64(), Some(parts.len() as u64));
    parts
}

/// Returns the files of the parts, by path.
fn files(parts: &[(Value, Vec<u8>)]) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for (_, bytes) in parts {
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a ZIP file");
        for index in 0..zip.len() {
            let mut file = zip.by_index(index).expect("a file");
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).expect("its bytes");
            let name = file.name().expect("a name").into_owned();
            assert!(files.insert(name.clone(), bytes).is_none(), "{name} is there twice");
        }
    }
    files
}

fn read(files: &BTreeMap<String, Vec<u8>>, path: &str) -> Value {
    serde_json::from_slice(
        files
            .get(path)
            .unwrap_or_else(|| panic!("{path} is not in {:?}", files.keys())),
    )
    .expect("JSON")
}

/// Returns what `local verify-export` says of files in a folder, and whether that is good.
fn verify(folder: &Path) -> (bool, String) {
    let local = std::env::current_exe().expect("a path");
    let local = local
        .parent()
        .and_then(Path::parent)
        .expect("target/debug")
        .join("local");
    let output = Command::new(local)
        .arg("verify-export")
        .arg(folder)
        .output()
        .expect("local");
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

fn save(parts: &[(Value, Vec<u8>)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (file, bytes) in parts {
        std::fs::write(folder.path().join(text(&file["name"])), bytes).expect("a file");
    }
    folder
}

async fn put(person: &Person, path: &str, body: Option<Value>) {
    let answer = person
        .ask(Method::PUT, path, &[], body.map(|body| body.to_string()))
        .await;
    assert!(answer.status < 300, "{path}: {}", answer.body);
}

#[tokio::test]
async fn an_export_has_all_that_belongs_to_its_user() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    tests::passkey::added(&ana).await;
    let bert = Person::new(&system).await;
    let summer = ana.album("Summer").await;
    let winter = ana.album("Winter").await;
    let old = ana.album("Old").await;
    let bytes = jpeg(40, 30, 21);
    let trashed = jpeg(40, 30, 22);
    let photo = ana.upload(&summer, &bytes).await;
    put(&ana, &format!("/v1/albums/{winter}/photos/{photo}"), None).await;
    put(&ana, &format!("/v1/photos/{photo}/tags/lake"), None).await;
    ana.settled(&photo).await;
    let thrown = ana.upload(&summer, &trashed).await;
    ana.settled(&thrown).await;
    ana.delete(&format!("/v1/photos/{thrown}"))
        .await
        .expect(204);
    ana.delete(&format!("/v1/albums/{old}")).await.expect(204);
    let pending = text(&ana.announce(&summer, &jpeg(40, 30, 23)).await.expect(201)["photo"]["id"]);
    let share = ana
        .post(&format!("/v1/albums/{summer}/shares"), json!({"name": "Link"}))
        .await
        .expect(201);
    ana.admit(&summer, &bert, "viewer").await;
    let invited = address();
    ana.invite(&summer, &invited, "editor").await.expect(201);
    tests::person::appoint(&system, &ana.id().await).await;
    let to_sign_up = json!({"email": address()});
    ana.post("/v1/sign-up/invitations", to_sign_up.clone())
        .await
        .expect(201);
    // Bert's album, on another shard most of the time.
    let his = bert.album("His").await;
    let his_photo = bert.upload(&his, &jpeg(40, 30, 24)).await;
    bert.admit(&his, &ana, "viewer").await;
    ana.post(&format!("/v1/photos/{his_photo}/comments"), json!({"text": "Lovely"}))
        .await
        .expect(201);
    ana.post(&format!("/v1/photos/{photo}/comments"), json!({"text": "Mine", "album": summer}))
        .await
        .expect(201);
    put(&ana, &format!("/v1/photos/{his_photo}/favourite"), None).await;

    let wanted = address();
    let wish = json!({"email": wanted, "current_password": PASSWORD}).to_string();
    ana.ask(Method::PATCH, "/v1/me", &[], Some(wish))
        .await
        .expect(200);
    let asked = ana.post("/v1/me/exports", json!({})).await;
    let location = text(&json!(asked.headers["location"].to_str().expect("text")));
    let id = text(&asked.expect(202)["id"]);
    assert_eq!(location, format!("/v1/me/exports/{id}"));
    let parts = parts(&ana, &id).await;
    let files = files(&parts);

    let account = read(&files, "data/account.json");
    assert_eq!((&account["id"], &account["name"]), (&json!(ana.id().await), &json!("Ana")));
    assert_eq!(account.get("second_factor_since"), Some(&Value::Null));
    assert_eq!(account["pending_email"], json!(wanted));
    let passkeys = read(&files, "data/passkeys.json");
    assert_eq!((passkeys[0]["name"].as_str(), passkeys[0].get("id")), (Some("Telephone"), None));
    let albums = read(&files, "data/albums.json");
    let titles: Vec<_> = albums
        .as_array()
        .expect("albums")
        .iter()
        .map(|album| text(&album["title"]))
        .collect();
    assert_eq!(titles, ["Summer", "Winter"]);
    assert_eq!(albums[0]["shares"][0]["id"], share["id"]);
    assert_eq!(albums[0]["members"][0]["user"], json!(bert.id().await));
    assert_eq!(read(&files, "data/albums-in-trash.json")[0]["id"], json!(old));
    assert_eq!(read(&files, "data/tags.json"), json!([{"tag": "lake", "photos": 1}]));
    assert_eq!(read(&files, "data/memberships.json")[0]["album"], json!(his));
    let invitations = read(&files, "data/invitations.json");
    assert_eq!(invitations.as_array().map(Vec::len), Some(1), "one is accepted: {invitations}");
    assert_eq!(invitations[0]["email"], json!(invited));
    let invitations = read(&files, "data/sign-up-invitations.json");
    assert_eq!(invitations[0]["email"], to_sign_up["email"]);
    let mut said: Vec<_> = read(&files, "data/comments.json")
        .as_array()
        .expect("comments")
        .iter()
        .map(|c| text(&c["text"]))
        .collect();
    said.sort();
    assert_eq!(said, ["Lovely", "Mine"]);
    let mut where_said: Vec<_> = read(&files, "data/comments.json")
        .as_array()
        .expect("comments")
        .iter()
        .map(|c| text(&c["album"]))
        .collect();
    where_said.sort();
    let mut expected = [his.clone(), summer.clone()];
    expected.sort();
    assert_eq!(where_said, expected);
    assert_eq!(read(&files, "data/favourites.json")[0]["photo"], json!(his_photo));
    let beside = files
        .iter()
        .filter(|(path, _)| path.starts_with("photos/") && path.strip_suffix(".json").is_some());
    let beside: Vec<Value> = beside
        .map(|(_, json)| serde_json::from_slice(json).expect("JSON"))
        .collect();
    let of = |id: &str| {
        beside
            .iter()
            .find(|one| one["photo"]["id"] == *id)
            .expect("a photo")
            .clone()
    };
    assert_eq!(beside.len(), 3, "{beside:?}");
    assert_eq!(
        (&of(&pending)["file"], of(&photo)["albums"].as_array().map(Vec::len)),
        (&Value::Null, Some(2))
    );
    assert!(of(&thrown)["photo"]["deleted_at"].is_string());
    for (id, bytes) in [(&photo, &bytes), (&thrown, &trashed)] {
        assert!(files[&text(&of(id)["file"])] == *bytes, "the bytes as they were uploaded");
    }
    let folder = save(&parts);
    let (good, said) = verify(folder.path());
    assert!(good && said.contains("in 1 of 1 parts are whole"), "{said}");
    // What others may not have.
    assert_eq!(bert.get(&location).await.problem(404), "/problems/not-found");
    assert_eq!(bert.get("/v1/me/exports").await.expect(200)["items"], json!([]));
    assert_eq!(ana.get("/v1/me/exports").await.expect(200)["items"][0]["id"], json!(id));
    let url = text(&parts[0].0["url"]);
    let (status, _) = ana
        .fetch(&url.replace("X-Amz-Expires=3600", "X-Amz-Expires=360000"))
        .await;
    assert_eq!(status, 403, "a link whose end was moved");
}

#[tokio::test]
async fn one_export_of_a_user_is_made_at_a_time() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let ask = || ana.post("/v1/me/exports", json!({}));
    let answers = futures::future::join_all((0..6).map(|_| ask())).await;
    let ids: std::collections::BTreeSet<_> = answers
        .into_iter()
        .map(|answer| text(&answer.expect(202)["id"]))
        .collect();
    // One may have been ready before the last asked.
    assert!(ids.len() <= 3, "{ids:?}");
    let newest = ids.last().expect("an export");
    parts(&ana, newest).await;
}

/// Each is a full copy: one is kept, and there are so many a day.
#[tokio::test]
async fn an_export_takes_the_place_of_the_one_before_and_there_are_so_many_a_day() {
    let own = OwnSystem::start(&["ExportsPerDay=2"]).await;
    let system = own.system();
    let ana = Person::new(&system).await;
    let ask = || ana.post("/v1/me/exports", json!({}));
    let first = text(&ask().await.expect(202)["id"]);
    parts(&ana, &first).await;
    let second = text(&ask().await.expect(202)["id"]);
    assert_ne!(first, second);
    parts(&ana, &second).await;
    let ended = ana
        .get(&format!("/v1/me/exports/{first}"))
        .await
        .expect(200);
    assert_eq!((&ended["files"], &ended["links_expire_at"]), (&json!([]), &Value::Null), "{ended}");
    system.invoke("SweepUploads", &json!({})).await;
    let keys = tests::store_search::keys(&system).await;
    let zips = keys
        .iter()
        .filter(|(_, key)| key.starts_with("exports/"))
        .count();
    assert_eq!(zips, 1, "{keys:?}");
    parts(&ana, &second).await;

    let refused = ask().await;
    let after: u64 = refused.headers["retry-after"]
        .to_str()
        .expect("text")
        .parse()
        .expect("a number");
    assert!((86_000..=86_400).contains(&after), "{after}");
    assert!(text(&refused.body["detail"]).contains("at most 2 exports a day"), "{}", refused.body);
    assert_eq!(refused.problem(429), "/problems/too-many");
    Person::new(&system)
        .await
        .post("/v1/me/exports", json!({}))
        .await
        .expect(202);
    set_days_ago(&system, first.parse().expect("an id"), 1).await;
    assert_eq!(
        ask().await.problem(429),
        "/problems/too-many",
        "an id tells when its export was made"
    );
}

/// A file that a link brought in is in an export as what it is, or not at all.
#[tokio::test]
async fn an_export_has_no_file_that_is_no_photo() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let share = ana
        .post(&format!("/v1/albums/{album}/shares"), json!({"allow_upload": true}))
        .await
        .expect(201);
    let guest = Person::anonymous(&system);
    for bytes in [b"MZ\x90 a program".to_vec(), jpeg(40, 30, 25)] {
        let sent = announcement("Holiday_viewer.exe", &bytes);
        let announced = guest
            .post(&format!("{}/photos", text(&share["path"])), sent)
            .await
            .expect(201);
        assert_eq!(guest.send(&announced["upload"], &bytes).await, 200);
        let photo = ana.settled(&text(&announced["photo"]["id"])).await;
        let original = ana
            .get(&format!("/v1/photos/{}/original", text(&photo["id"])))
            .await;
        let url = original.headers["location"]
            .to_str()
            .expect("text")
            .to_owned();
        let ending = if photo["status"] == "ready" {
            "Holiday_viewer.jpg"
        } else {
            "Holiday_viewer.exe.bin"
        };
        assert!(url.contains(&format!("{ending}&")) || url.ends_with(ending), "{url}");
    }
    let id = text(&ana.post("/v1/me/exports", json!({})).await.expect(202)["id"]);
    let files = files(&parts(&ana, &id).await);
    let ending = |path: &str| {
        Path::new(path)
            .extension()
            .and_then(|ending| ending.to_str())
            .map(str::to_owned)
    };
    let photos = files.keys().filter(|path| path.starts_with("photos/"));
    let mut endings: Vec<_> = photos.filter_map(|path| ending(path)).collect();
    endings.sort();
    assert_eq!(endings, ["jpg", "json", "json"], "{:?}", files.keys());
}

#[tokio::test]
async fn verify_export_finds_what_is_missing_changed_or_added() {
    let own = OwnSystem::start(&["ExportPartBytes=4000"]).await;
    let ana = Person::new(&own.system()).await;
    let album = ana.album("Summer").await;
    for seed in 0..4 {
        ana.upload(&album, &jpeg(60, 50, seed)).await;
    }
    let id = text(&ana.post("/v1/me/exports", json!({})).await.expect(202)["id"]);
    let parts = parts(&ana, &id).await;
    assert!(parts.len() >= 3, "{} parts", parts.len());
    assert!(verify(save(&parts).path()).0);
    for (number, what) in [(1, "Part 2 is missing"), (parts.len() - 1, "is not the last")] {
        let mut fewer = parts.clone();
        fewer.remove(number);
        let (good, said) = verify(save(&fewer).path());
        assert!(!good && said.contains(what), "{said}");
    }
    let mut other = parts.clone();
    // Somewhere in the bytes of its photo.
    let at = other[1]
        .1
        .windows(3)
        .position(|bytes| bytes == [0xff, 0xd8, 0xff])
        .expect("a JPEG")
        + 40;
    other[1].1[at] ^= 1;
    let (good, said) = verify(save(&other).path());
    assert!(!good && (said.contains("other bytes") || said.contains("cannot be read")), "{said}");
    let mut short = parts;
    short[1].1.truncate(at);
    assert!(!verify(save(&short).path()).0);
}
