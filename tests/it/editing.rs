//! Photos changed, put into albums and taken out of them, put into the trash and restored.

mod album_membership;
mod roles;
mod trash;

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    ApiResponse, Person, System,
    person::text,
    photograph::{dated, jpeg},
};

/// Ana, her album "Summer" and a photo in it that is ready.
async fn with_photo(seed: u8) -> (Person, String, String) {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let photo = ana.upload(&album, &jpeg(60, 40, seed)).await;
    assert_eq!(ana.settled(&photo).await["status"], "ready");
    (ana, album, photo)
}

async fn patch(person: &Person, photo: &str, change: Value) -> ApiResponse {
    person
        .ask(Method::PATCH, &format!("/v1/photos/{photo}"), &[], Some(change.to_string()))
        .await
}

async fn put(person: &Person, album: &str, photo: &str, body: Option<Value>) -> ApiResponse {
    person
        .ask(
            Method::PUT,
            &format!("/v1/albums/{album}/photos/{photo}"),
            &[],
            body.map(|b| b.to_string()),
        )
        .await
}

/// The ids in the album as it is read in one, and the count it says.
async fn photos_of(person: &Person, album: &str) -> (Vec<String>, Value) {
    let album = person.get(&format!("/v1/albums/{album}")).await.expect(200);
    let photos = album["photos"]["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|photo| text(&photo["id"]))
        .collect();
    (photos, album["photo_count"].clone())
}

fn bad_field(answer: ApiResponse) -> String {
    let field = text(&answer.body["errors"][0]["field"]);
    answer.problem(422);
    field
}

#[tokio::test]
async fn caption_date_and_place_can_be_changed() {
    let (ana, album, photo) = with_photo(101).await;
    let older = ana
        .upload(&album, &dated(&jpeg(60, 40, 102), "2019:05:04 03:02:01"))
        .await;
    ana.settled(&older).await;
    let change = json!({
        "caption": "The ferry", "taken_at": "2018-07-14T09:30:00+02:00", "taken_offset": 120,
        "place": {"latitude": 45.99, "longitude": 9.26},
    });
    let changed = patch(&ana, &photo, change).await.expect(200);
    assert_eq!(
        (&changed["caption"], &changed["taken_at"]),
        (&json!("The ferry"), &json!("2018-07-14T07:30:00.000000Z"))
    );
    assert_eq!(
        (&changed["taken_offset"], &changed["place"]["longitude"]),
        (&json!(120), &json!(9.26))
    );
    assert!(changed["media"]["query"].is_string(), "{changed}");
    assert_eq!(ana.get(&format!("/v1/photos/{photo}")).await.expect(200)["caption"], "The ferry");
    assert_eq!(
        photos_of(&ana, &album).await.0,
        [older, photo.clone()],
        "in the order of their dates"
    );

    let cleared = patch(&ana, &photo, json!({"caption": "", "place": null, "taken_offset": null}))
        .await
        .expect(200);
    assert_eq!(
        (&cleared["caption"], &cleared["place"], &cleared["taken_offset"]),
        (&json!(""), &Value::Null, &Value::Null)
    );
    assert_eq!(cleared["taken_at"], changed["taken_at"], "what is left out stays");
    let same = patch(&ana, &photo, json!({})).await.expect(200);
    assert_eq!(same["version"], cleared["version"], "nothing was changed");
}

#[tokio::test]
async fn what_a_person_has_set_is_not_overwritten_by_the_file() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let bytes = dated(&jpeg(60, 40, 103), "2019:05:04 03:02:01");
    let announced = ana.announce(&album, &bytes).await.expect(201);
    let photo = text(&announced["photo"]["id"]);
    patch(&ana, &photo, json!({"taken_at": "2001-02-03T04:05:06Z"}))
        .await
        .expect(200);
    assert_eq!(ana.send(&announced["upload"], &bytes).await, 200);
    let ready = ana.settled(&photo).await;
    assert_eq!(
        (&ready["status"], &ready["taken_at"]),
        (&json!("ready"), &json!("2001-02-03T04:05:06.000000Z"))
    );
}

#[tokio::test]
async fn a_bad_change_is_refused_and_its_fields_are_named() {
    let (ana, _, photo) = with_photo(104).await;
    let bad = [
        ("caption", json!("x".repeat(10_000))),
        ("caption", Value::Null),
        ("taken_at", json!("yesterday")),
        ("taken_at", Value::Null),
        ("taken_offset", json!(5000)),
        ("taken_offset", json!("two hours")),
        ("place", json!({"latitude": 91, "longitude": 0})),
        ("place", json!({"latitude": 1})),
        ("place", json!({"latitude": 1, "longitude": 2, "height": 3})),
        ("version", json!(1)),
    ];
    for (field, value) in bad {
        assert_eq!(bad_field(patch(&ana, &photo, json!({field: value})).await), field, "{value}");
    }
    assert_eq!(ana.get(&format!("/v1/photos/{photo}")).await.expect(200)["caption"], "");
}

#[tokio::test]
async fn a_change_of_what_has_changed_since_is_refused() {
    let (ana, _, photo) = with_photo(105).await;
    let path = format!("/v1/photos/{photo}");
    let tag = ana.get(&path).await.headers["etag"]
        .to_str()
        .expect("text")
        .to_owned();
    let caption = |text: &str| Some(json!({"caption": text}).to_string());
    let seen = [("if-match", tag.as_str())];
    let both = ["one", "two"].map(|text| ana.ask(Method::PATCH, &path, &seen, caption(text)));
    let mut statuses: Vec<_> = join_all(both)
        .await
        .iter()
        .map(|answer| answer.status)
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412], "one of two changes at the same time");
    let stale = ana
        .ask(Method::DELETE, &path, &[("if-match", &tag)], None)
        .await;
    assert_eq!(stale.problem(412), "/problems/changed");
    patch(&ana, &photo, json!({"caption": "three"}))
        .await
        .expect(200);
    let tag = ana.get(&path).await.headers["etag"]
        .to_str()
        .expect("text")
        .to_owned();
    ana.ask(Method::DELETE, &path, &[("if-match", &tag)], None)
        .await
        .expect(204);
}
