//! `PATCH` and `DELETE /v1/albums/{album}`, and the way back from the trash.

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{ApiResponse, Person, System, person::text, photograph::jpeg};

async fn change(person: &Person, album: &str, seen: Option<&str>, body: Value) -> ApiResponse {
    let seen: Vec<_> = seen.into_iter().map(|tag| ("if-match", tag)).collect();
    person
        .ask(Method::PATCH, &format!("/v1/albums/{album}"), &seen, Some(body.to_string()))
        .await
}

async fn titles(person: &Person) -> Vec<String> {
    let albums = person.get("/v1/albums").await.expect(200);
    albums["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|album| text(&album["title"]))
        .collect()
}

#[tokio::test]
async fn an_album_is_changed_by_its_owner_only() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let stranger = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let editor = ana.member(&album, "editor").await;
    let viewer = ana.member(&album, "viewer").await;
    let before = ana.get(&format!("/v1/albums/{album}")).await.expect(200);
    let changed =
        change(&ana, &album, None, json!({"title": " Winter ", "description": "Snow\nand ice"}))
            .await;
    let changed = changed.expect(200);
    assert_eq!(
        (&changed["title"], &changed["description"]),
        (&json!("Winter"), &json!("Snow\nand ice"))
    );
    assert_eq!(changed["role"], "owner");
    assert!(changed["version"].as_u64() > before["version"].as_u64(), "{changed}");
    let read = ana.get(&format!("/v1/albums/{album}")).await.expect(200);
    for (name, value) in changed.as_object().expect("an object") {
        assert_eq!(&read[name], value, "{name}");
    }
    let kept = change(&ana, &album, None, json!({"description": ""}))
        .await
        .expect(200);
    assert_eq!((&kept["title"], &kept["description"]), (&json!("Winter"), &json!("")));
    for member in [&editor, &viewer] {
        assert_eq!(
            change(member, &album, None, json!({"title": "x"}))
                .await
                .problem(403),
            "/problems/not-allowed"
        );
        let delete = member.delete(&format!("/v1/albums/{album}")).await;
        assert_eq!(delete.problem(403), "/problems/not-allowed");
    }
    assert_eq!(
        change(&stranger, &album, None, json!({"title": "x"}))
            .await
            .problem(404),
        "/problems/not-found"
    );
    stranger
        .delete(&format!("/v1/albums/{album}"))
        .await
        .problem(404);
    assert_eq!(titles(&ana).await, ["Winter"]);
}

#[tokio::test]
async fn bad_changes_are_named_and_change_nothing() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let pending = text(&ana.announce(&album, &jpeg(40, 30, 1)).await.expect(201)["photo"]["id"]);
    let elsewhere = ana.album("Winter").await;
    let other = ana.upload(&elsewhere, &jpeg(40, 30, 2)).await;
    assert_eq!(ana.settled(&other).await["status"], "ready");
    let bad = [
        ("title", json!("")),
        ("title", Value::Null),
        ("title", json!(7)),
        ("description", json!("x".repeat(10_000))),
        ("cover", json!("x")),
        ("cover", json!(album)),
        ("cover", json!(pending)),
        ("cover", json!(other)),
        ("colour", json!("red")),
    ];
    for (field, value) in bad {
        let answer = change(&ana, &album, None, json!({field: value})).await;
        assert_eq!(answer.body["errors"][0]["field"], field, "{value}");
        answer.problem(422);
    }
    let album = ana.get(&format!("/v1/albums/{album}")).await.expect(200);
    assert_eq!((&album["title"], &album["cover"]), (&json!("Summer"), &Value::Null));
}

#[tokio::test]
async fn of_many_changes_to_one_version_one_is_made() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let seen = ana.get(&format!("/v1/albums/{album}")).await.headers["etag"]
        .to_str()
        .expect("text")
        .to_owned();
    let titles: Vec<_> = (0..4).map(|number| format!("Title {number}")).collect();
    let changes = titles
        .iter()
        .map(|title| change(&ana, &album, Some(&seen), json!({"title": title})));
    let answers = join_all(changes).await;
    let made: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .collect();
    assert_eq!(made.len(), 1, "{answers:?}");
    for refused in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(refused.clone().problem(412), "/problems/changed");
    }
    let read = ana.get(&format!("/v1/albums/{album}")).await;
    assert_eq!(read.body["title"], made[0].body["title"]);
    let seen = read.headers["etag"].to_str().expect("text").to_owned();
    change(&ana, &album, Some(&seen), json!({"title": "Last"}))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_cover_is_chosen_and_chosen_again() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let mut photos = Vec::new();
    for (seed, date) in [(3, "2020:01:01 10:00:00"), (4, "2021:01:01 10:00:00")] {
        let photo = ana
            .upload(&album, &tests::photograph::dated(&jpeg(40, 30, seed), date))
            .await;
        assert_eq!(ana.settled(&photo).await["status"], "ready");
        photos.push(photo);
    }
    for photo in [&photos[1], &photos[0]] {
        let changed = change(&ana, &album, None, json!({"cover": photo}))
            .await
            .expect(200);
        assert_eq!(changed["cover"]["photo"], json!(photo));
        assert_eq!(
            changed["cover"]["renditions"].as_array().map(Vec::is_empty),
            Some(false),
            "{changed}"
        );
    }
    let newest = change(&ana, &album, None, json!({"cover": null}))
        .await
        .expect(200);
    assert_eq!(newest["cover"]["photo"], json!(photos[1]));
}

#[tokio::test]
async fn an_album_in_the_trash_is_seen_by_nobody_until_it_is_restored() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let stranger = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let viewer = ana.member(&album, "viewer").await;
    let photo = text(&ana.announce(&album, &jpeg(40, 30, 5)).await.expect(201)["photo"]["id"]);
    let path = format!("/v1/albums/{album}");
    let photo = format!("/v1/photos/{photo}");
    viewer.get(&photo).await.expect(200);

    assert_eq!(ana.delete(&path).await.status, 204);
    assert_eq!(ana.delete(&path).await.problem(404), "/problems/not-found");
    for person in [&ana, &viewer] {
        person.get(&path).await.problem(404);
        person.get(&format!("{path}/photos")).await.problem(404);
        person.get(&format!("{path}/members")).await.problem(404);
    }
    change(&ana, &album, None, json!({"title": "x"}))
        .await
        .problem(404);
    ana.announce(&album, &jpeg(40, 30, 6)).await.problem(404);
    assert!(titles(&ana).await.is_empty());
    ana.get(&photo).await.expect(200);
    viewer.get(&photo).await.problem(404);
    assert_eq!(viewer.get("/v1/albums/shared-with-me").await.expect(200)["items"], json!([]));

    let restore = format!("{path}/restore");
    for person in [&viewer, &stranger] {
        person.post(&restore, json!({})).await.problem(404);
    }
    for _ in 0..2 {
        let restored = ana.ask(Method::POST, &restore, &[], None).await.expect(200);
        assert_eq!((&restored["title"], &restored["photo_count"]), (&json!("Summer"), &json!(1)));
    }
    assert_eq!(
        viewer.get(&path).await.expect(200)["photos"]["items"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    viewer.get(&photo).await.expect(200);
    assert_eq!(viewer.post(&restore, json!({})).await.problem(403), "/problems/not-allowed");
}
