//! `/v1/shared/{token}`: what links open, and what they do not.

mod adding_photos;
mod ended_shares;

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    ApiResponse, Person, System,
    person::{PASSWORD, text},
    photograph::{dated, jpeg, placed},
};

/// Makes a share; its path.
pub async fn share(person: &Person, album: &str, body: Value) -> String {
    text(
        &person
            .post(&format!("/v1/albums/{album}/shares"), body)
            .await
            .expect(201)["path"],
    )
}

/// Uploads a photo; its id, once it is ready.
pub async fn ready(person: &Person, album: &str, bytes: &[u8]) -> String {
    let photo = person.upload(album, bytes).await;
    assert_eq!(person.settled(&photo).await["status"], "ready");
    photo
}

fn names(value: &Value) -> BTreeSet<&str> {
    value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

async fn with_key(guest: &Person, path: &str, key: &str) -> ApiResponse {
    guest
        .ask(Method::GET, path, &[("albumen-share-key", key)], None)
        .await
}

async fn unlock(guest: &Person, path: &str, password: &str) -> ApiResponse {
    guest
        .post(&format!("{path}/unlock"), json!({"password": password}))
        .await
}

#[tokio::test]
async fn a_guest_sees_an_album_and_no_more_of_its_photos_than_is_for_guests() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let guest = Person::anonymous(&system);
    let album = ana.album("Summer").await;
    let photo = ready(&ana, &album, &placed(&jpeg(60, 40, 1))).await;
    ana.announce(&album, &jpeg(60, 40, 2)).await.expect(201);
    let own = ana.get(&format!("/v1/photos/{photo}")).await.expect(200);
    assert_eq!(own["place"], json!({"latitude": 45.5, "longitude": 9.25}));

    let path = share(&ana, &album, json!({})).await;
    let answer = guest.get(&path).await;
    assert_eq!(answer.headers["cache-control"], "public, max-age=0, s-maxage=1");
    let seen = answer.expect(200);
    let of_album =
        ["cover", "description", "id", "media", "photo_count", "photos", "share", "title"];
    assert_eq!(names(&seen), BTreeSet::from(of_album));
    assert_eq!((&seen["title"], &seen["photo_count"]), (&json!("Summer"), &json!(1)));
    assert_eq!(seen["cover"]["photo"], json!(photo));
    let photos = seen["photos"]["items"].as_array().expect("items");
    assert_eq!(photos.len(), 1, "what is not ready is its owner's business");
    let of_photo = [
        "camera",
        "caption",
        "height",
        "id",
        "placeholder",
        "renditions",
        "taken_at",
        "taken_offset",
        "width",
    ];
    assert_eq!(names(&photos[0]), BTreeSet::from(of_photo));
    for name in of_photo {
        assert_eq!(photos[0][name], own[name], "{name}");
    }
    assert!(!seen.to_string().contains("user_"), "{seen}");
    let image =
        format!("{}?{}", text(&photos[0]["renditions"][0]["url"]), text(&seen["media"]["query"]));
    assert_eq!(guest.fetch(&image).await.0, 200);

    let placed = share(&ana, &album, json!({"show_location": true})).await;
    for list in [format!("{placed}?limit=1"), format!("{placed}/photos")] {
        let seen = guest.get(&list).await.expect(200);
        let photos = seen.get("photos").unwrap_or(&seen);
        let seen: Vec<_> = photos["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|p| &p["place"])
            .collect();
        assert!(seen.iter().all(|place| **place == own["place"]), "{seen:?}");
    }
    ana.get(&path).await.expect(200);
}

#[tokio::test]
async fn a_guest_reads_all_photos_in_pages() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let guest = Person::anonymous(&system);
    let album = ana.album("Summer").await;
    let mut wanted = Vec::new();
    for year in 0..4 {
        let bytes = dated(&jpeg(32, 24, year), &format!("201{year}:05:04 03:02:01"));
        if year == 2 {
            ana.announce(&album, &bytes).await.expect(201);
        } else {
            wanted.insert(0, ready(&ana, &album, &bytes).await);
        }
    }
    let path = share(&ana, &album, json!({})).await;
    let first = guest.get(&format!("{path}?limit=1")).await.expect(200);
    let mut next = text(&first["photos"]["next"]);
    let other = share(&ana, &album, json!({})).await;
    let foreign = guest.get(&format!("{other}/photos?cursor={next}")).await;
    assert_eq!(foreign.body["errors"][0]["field"], "cursor", "another link's cursor");
    let mut seen: Vec<_> = first["photos"]["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|p| text(&p["id"]))
        .collect();
    loop {
        let page = guest
            .get(&format!("{path}/photos?limit=1&cursor={next}"))
            .await
            .expect(200);
        seen.extend(
            page["items"]
                .as_array()
                .expect("items")
                .iter()
                .map(|photo| text(&photo["id"])),
        );
        assert!(page["media"]["query"].is_string(), "{page}");
        match page["next"].as_str() {
            Some(more) => more.clone_into(&mut next),
            None => break,
        }
    }
    assert_eq!(seen, wanted);
    guest.get(&format!("{path}?limit=0")).await.problem(422);
}

#[tokio::test]
async fn originals_are_had_only_where_the_share_allows_it() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let guest = Person::anonymous(&system);
    let album = ana.album("Summer").await;
    let bytes = jpeg(60, 40, 5);
    let photo = ready(&ana, &album, &bytes).await;
    let pending = text(&ana.announce(&album, &jpeg(60, 40, 6)).await.expect(201)["photo"]["id"]);
    let elsewhere = ready(&ana, &ana.album("Winter").await, &jpeg(60, 40, 7)).await;
    let closed = share(&ana, &album, json!({})).await;
    let open = share(&ana, &album, json!({"allow_original": true})).await;
    let original = |share: &str, photo: &str| format!("{share}/photos/{photo}/original");
    guest.get(&original(&closed, &photo)).await.problem(404);
    for other in [pending, elsewhere, album.clone()] {
        guest.get(&original(&open, &other)).await.problem(404);
    }
    let found = guest.get(&original(&open, &photo)).await;
    assert_eq!(
        (found.status, &found.headers["cache-control"]),
        (302, &"no-store".parse().expect("a value"))
    );
    let url = found.headers["location"].to_str().expect("text");
    assert!(
        !url.contains("photo.jpg") && url.contains(&photo),
        "the file has not its owner's name: {url}"
    );
    assert_eq!(guest.fetch(url).await, (200, bytes));
}

#[tokio::test]
async fn a_share_with_a_password_opens_for_who_has_its_key() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let guest = Person::anonymous(&system);
    let album = ana.album("Summer").await;
    let locked = json!({"password": PASSWORD, "allow_upload": true, "allow_original": true});
    let path = share(&ana, &album, locked.clone()).await;
    let other = share(&ana, &album, locked).await;
    let photo = ready(&ana, &album, &jpeg(40, 30, 8)).await;
    let original = format!("{path}/photos/{photo}/original");
    for read in [path.clone(), format!("{path}/photos"), original.clone()] {
        let answer = guest.get(&read).await;
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.problem(401), "/problems/share-locked", "{read}");
    }
    assert_eq!(
        guest
            .post(&format!("{path}/photos"), json!({}))
            .await
            .problem(401),
        "/problems/share-locked"
    );
    assert_eq!(
        unlock(&guest, &path, "another orange lighthouse")
            .await
            .problem(401),
        "/problems/share-locked"
    );
    assert_eq!(unlock(&guest, &path, "short").await.body["errors"][0]["field"], "password");

    let answer = unlock(&guest, &path, PASSWORD).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let key = text(&answer.expect(200)["key"]);
    let opened = with_key(&guest, &path, &key).await;
    assert_eq!(opened.headers["cache-control"], "private, no-store");
    assert_eq!(opened.expect(200)["title"], "Summer");
    with_key(&guest, &format!("{path}/photos"), &key)
        .await
        .expect(200);
    assert_eq!(with_key(&guest, &original, &key).await.status, 302);
    let last = if key.ends_with('x') { 'y' } else { 'x' };
    let forged = format!("{}{last}", &key[..key.len() - 1]);
    for wrong in
        ["", "x", &forged, &text(&unlock(&guest, &other, PASSWORD).await.expect(200)["key"])]
    {
        assert_eq!(
            with_key(&guest, &path, wrong).await.problem(401),
            "/problems/share-locked",
            "{wrong}"
        );
    }
    let plain = share(&ana, &album, json!({})).await;
    assert_eq!(unlock(&guest, &plain, PASSWORD).await.body["errors"][0]["field"], "password");
    unlock(&guest, "/v1/shared/albumen_x", PASSWORD)
        .await
        .problem(404);
}
