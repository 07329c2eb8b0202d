//! The timeline, tags and the trash.

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Connection;
use tests::{
    Person, System,
    library::{database, throw_away},
    person::text,
};

/// Announces a photo that nobody else has, with these fields beside; its id.
pub async fn announce(person: &Person, album: &str, fields: &Value) -> String {
    let sum = tests::photograph::sum(uuid::Uuid::now_v7().as_bytes());
    let mut photo =
        json!({"name": "photo.jpg", "size": 7, "content_type": "image/jpeg", "sha256": sum});
    photo
        .as_object_mut()
        .expect("an object")
        .extend(fields.as_object().expect("fields").clone());
    text(
        &person
            .post(&format!("/v1/albums/{album}/photos"), photo)
            .await
            .expect(201)["photo"]["id"],
    )
}

/// The ids of the photos of a page.
pub fn ids(page: &Value) -> Vec<String> {
    page["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| text(&item["id"]))
        .collect()
}

/// Every item of a list, two a page.
pub async fn all(person: &Person, path: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut cursor = String::new();
    loop {
        let sign = if path.contains('?') { '&' } else { '?' };
        let page = person
            .get(&format!("{path}{sign}limit=2{cursor}"))
            .await
            .expect(200);
        let found = page["items"].as_array().expect("items").clone();
        assert!(found.len() <= 2, "{page}");
        items.extend(found);
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

#[tokio::test]
async fn the_timeline_counts_photos_by_month_and_shows_each_month() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let ben = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let other = ben.album("Ben's").await;
    let mut photos = Vec::new();
    for taken_at in [
        "2024-02-29T23:59:59.999999Z",
        "2024-02-01T00:00:00Z",
        "2024-02-10T12:00:00Z",
        "2024-03-01T00:00:00Z",
    ] {
        photos.push(announce(&ana, &album, &json!({"taken_at": taken_at})).await);
    }
    announce(&ben, &other, &json!({"taken_at": "2024-02-15T00:00:00Z"})).await;

    let buckets = all(&ana, "/v1/timeline/buckets").await;
    assert_eq!(
        buckets,
        [json!({"month": "2024-03", "photos": 1}), json!({"month": "2024-02", "photos": 3})]
    );
    let months = ana.get("/v1/timeline/buckets?limit=1").await.expect(200);
    assert_eq!(months["items"][0]["month"], "2024-03");
    let month: Vec<_> = all(&ana, "/v1/timeline/2024-02")
        .await
        .iter()
        .map(|photo| text(&photo["id"]))
        .collect();
    assert_eq!(month, [photos[0].clone(), photos[2].clone(), photos[1].clone()]);
    let page = ana.get("/v1/timeline/2024-03").await.expect(200);
    assert_eq!(ids(&page), [photos[3].clone()]);
    assert!(page["media"]["query"].is_string(), "{page}");
    assert_eq!(ana.get("/v1/timeline/2023-01").await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn photos_of_any_century_have_their_month() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Attic").await;
    for taken_at in [
        "1889-03-31T10:00:00Z",
        "1969-12-31T23:59:59Z",
        "2038-02-01T00:00:00Z",
        "2100-01-01T00:00:00Z",
    ] {
        let photo = announce(&ana, &album, &json!({"taken_at": taken_at})).await;
        let page = ana
            .get(&format!("/v1/timeline/{}", &taken_at[..7]))
            .await
            .expect(200);
        assert_eq!(ids(&page), std::slice::from_ref(&photo), "{taken_at}");
        assert_eq!(page["items"][0]["taken_at"], taken_at.replace('Z', ".000000Z"));
        let found = ana
            .get(&format!("/v1/search?from={}&to={taken_at}", &taken_at[..10]))
            .await
            .expect(200);
        assert_eq!(ids(&found), [photo], "{taken_at}");
    }
}

#[tokio::test]
async fn photos_of_the_same_moment_are_each_shown_once() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Burst").await;
    let mut photos = Vec::new();
    for _ in 0..5 {
        photos.push(announce(&ana, &album, &json!({"taken_at": "2021-05-05T05:05:05Z"})).await);
    }
    let shown: Vec<_> = all(&ana, "/v1/timeline/2021-05")
        .await
        .iter()
        .map(|photo| text(&photo["id"]))
        .collect();
    photos.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(shown, photos);
}

#[tokio::test]
async fn what_is_no_month_is_not_found_and_bad_pages_are_refused() {
    let ana = Person::new(&System::shared()).await;
    for month in ["2024-13", "2024-1", "0000-01", "x", "2024-02-01", "%00"] {
        let answer = ana.get(&format!("/v1/timeline/{month}")).await;
        assert_eq!(answer.problem(404), "/problems/not-found", "{month}");
    }
    for list in [
        "/v1/timeline/buckets",
        "/v1/timeline/2024-02",
        "/v1/tags",
        "/v1/trash",
        "/v1/changes",
        "/v1/search",
    ] {
        for query in ["limit=0", "limit=501", "cursor=x", "cursor=%20"] {
            let answer = ana.get(&format!("{list}?{query}")).await;
            assert_eq!(
                answer.body["errors"][0]["field"],
                query.split('=').next().expect("a name"),
                "{list}?{query}"
            );
            assert_eq!(answer.problem(422), "/problems/invalid");
        }
        let nobody = Person::anonymous(&ana.system).get(list).await;
        assert_eq!(nobody.problem(401), "/problems/not-signed-in", "{list}");
    }
}

#[tokio::test]
async fn the_trash_has_photos_and_albums_latest_first() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let ben = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let mut expected = Vec::new();
    for caption in ["one", "two", "three"] {
        let photo = announce(&ana, &album, &json!({"caption": caption})).await;
        throw_away(&system, &photo).await;
        expected.push(photo);
    }
    let gone = ana.album("Gone").await;
    // The same moment for all but the first photo: pages must not lose any of them.
    let second: shared::domain::PhotoId = expected[1].parse().expect("a photo");
    let mut library = database(&system, second.shard()).await;
    let at = "UPDATE photos SET deleted_at = '2026-07-14 09:30:00' WHERE id = ?";
    for photo in &expected[1..] {
        let photo: shared::domain::PhotoId = photo.parse().expect("a photo");
        sqlx::query(at)
            .bind(photo.uuid())
            .execute(&mut library)
            .await
            .expect("a change");
    }
    let id: shared::domain::AlbumId = gone.parse().expect("an album");
    let at = "UPDATE albums SET deleted_at = '2026-07-14 09:30:00' WHERE id = ?";
    sqlx::query(at)
        .bind(id.uuid())
        .execute(&mut library)
        .await
        .expect("a change");
    library.close().await.expect("an end");

    let trash = all(&ana, "/v1/trash").await;
    let kinds: Vec<_> = trash.iter().map(|item| text(&item["kind"])).collect();
    assert_eq!(kinds, ["photo", "album", "photo", "photo"]);
    let photos = [&trash[0], &trash[2], &trash[3]].map(|item| text(&item["photo"]["id"]));
    assert_eq!(photos[0], expected[0]);
    assert_eq!(
        photos[1..],
        [expected[2].clone(), expected[1].clone()],
        "of one moment the newer first"
    );
    let album = &trash[1];
    assert_eq!(
        (&album["album"]["id"], &album["album"]["role"]),
        (&json!(gone), &json!("owner")),
        "{album}"
    );
    assert_eq!(album["deleted_at"], "2026-07-14T09:30:00.000000Z");
    assert_eq!(album["purge_at"], "2026-08-13T09:30:00.000000Z");
    assert_eq!(trash[2]["photo"]["deleted_at"], "2026-07-14T09:30:00.000000Z");
    assert_eq!(ben.get("/v1/trash").await.expect(200)["items"], json!([]));
    assert_eq!(
        all(&ana, "/v1/search").await,
        Vec::<Value>::new(),
        "what is in the trash is not found"
    );
}

#[tokio::test]
async fn tags_are_listed_with_how_many_photos_have_them() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let mut photos = Vec::new();
    for tags in [vec!["lake", "ferry"], vec!["Lake"], vec!["évening", "lake"]] {
        let photo = announce(&ana, &album, &json!({})).await;
        for tag in tags {
            let path = format!("/v1/photos/{photo}/tags/{tag}");
            assert_eq!(ana.ask(Method::PUT, &path, &[], None).await.status, 204);
        }
        photos.push(photo);
    }
    let tags = all(&ana, "/v1/tags").await;
    let tags: Vec<_> = tags
        .iter()
        .map(|t| (text(&t["tag"]).to_lowercase(), t["photos"].clone()))
        .collect();
    let expected = [("évening", 1), ("ferry", 1), ("lake", 3)]
        .map(|(tag, photos)| (tag.to_owned(), json!(photos)));
    assert_eq!(tags, expected);
    throw_away(&system, &photos[0]).await;
    let tags = all(&ana, "/v1/tags").await;
    assert_eq!(tags.iter().map(|t| t["photos"].clone()).collect::<Vec<_>>(), [json!(1), json!(2)]);
}
