//! Photos changed, filed in albums, put into the trash and taken out of it.

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    ApiResponse, Person, System,
    person::text,
    photograph::{dated, jpeg},
    system::member,
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

#[tokio::test]
async fn the_trash_takes_a_photo_out_of_its_albums_and_gives_it_back() {
    let (ana, one, photo) = with_photo(106).await;
    let two = ana.album("Two").await;
    put(&ana, &two, &photo, None).await.expect(200);
    let other = ana.upload(&two, &jpeg(60, 40, 107)).await;
    ana.settled(&other).await;
    let path = format!("/v1/photos/{photo}");

    for _ in 0..2 {
        ana.delete(&path).await.expect(204);
    }
    assert_eq!(photos_of(&ana, &one).await, (Vec::new(), json!(0)));
    assert_eq!(photos_of(&ana, &two).await, (vec![other.clone()], json!(1)));
    let covers = async |album: &str| {
        ana.get(&format!("/v1/albums/{album}")).await.expect(200)["cover"]["photo"].clone()
    };
    assert_eq!((covers(&one).await, covers(&two).await), (Value::Null, json!(other)));
    assert!(ana.get(&path).await.expect(200)["deleted_at"].is_string(), "its owner still sees it");
    assert_eq!(
        patch(&ana, &photo, json!({"caption": "x"}))
            .await
            .problem(409),
        "/problems/in-trash"
    );
    assert_eq!(put(&ana, &two, &photo, None).await.problem(409), "/problems/in-trash");
    assert_eq!(
        ana.delete(&format!("/v1/albums/{one}/photos/{photo}"))
            .await
            .problem(409),
        "/problems/in-trash"
    );
    assert_eq!(ana.get("/v1/me").await.expect(200)["usage"]["photos"], 2, "the trash counts");

    for _ in 0..2 {
        let back = ana
            .post(&format!("{path}/restore"), json!({}))
            .await
            .expect(200);
        assert_eq!(back["deleted_at"], Value::Null);
    }
    assert_eq!(photos_of(&ana, &one).await, (vec![photo.clone()], json!(1)));
    assert_eq!(photos_of(&ana, &two).await.1, 2);
    assert_eq!(covers(&one).await, json!(photo));
}

#[tokio::test]
async fn the_bytes_of_a_photo_in_the_trash_bring_it_back() {
    let (ana, album, photo) = with_photo(108).await;
    ana.delete(&format!("/v1/photos/{photo}")).await.expect(204);
    let again = ana.announce(&album, &jpeg(60, 40, 108)).await.expect(200);
    assert_eq!(
        (&again["photo"]["id"], &again["photo"]["deleted_at"]),
        (&json!(photo), &Value::Null)
    );
    assert_eq!(photos_of(&ana, &album).await, (vec![photo], json!(1)));
}

#[tokio::test]
async fn a_photo_is_copied_and_moved_between_albums() {
    let (ana, one, photo) = with_photo(109).await;
    let (two, three) = (ana.album("Two").await, ana.album("Three").await);
    for _ in 0..2 {
        assert_eq!(put(&ana, &two, &photo, None).await.expect(200)["id"], json!(photo));
    }
    assert_eq!(
        (photos_of(&ana, &one).await.1, photos_of(&ana, &two).await.1),
        (json!(1), json!(1))
    );
    for _ in 0..2 {
        put(&ana, &three, &photo, Some(json!({"from": two})))
            .await
            .expect(200);
    }
    assert_eq!(photos_of(&ana, &two).await, (Vec::new(), json!(0)));
    assert_eq!(photos_of(&ana, &three).await, (vec![photo.clone()], json!(1)));
    assert_eq!(
        ana.get(&format!("/v1/albums/{three}")).await.expect(200)["cover"]["photo"],
        json!(photo)
    );

    let path = format!("/v1/albums/{three}/photos/{photo}");
    ana.delete(&path).await.expect(204);
    assert_eq!(ana.delete(&path).await.problem(404), "/problems/not-found");
    assert_eq!(photos_of(&ana, &three).await, (Vec::new(), json!(0)));
    let elsewhere = put(&ana, &three, &photo, Some(json!({"from": two}))).await;
    assert_eq!(
        elsewhere.problem(404),
        "/problems/not-found",
        "it does not stand in the album that it would leave"
    );
    assert_eq!(bad_field(put(&ana, &two, &photo, Some(json!({"from": two}))).await), "from");
    assert_eq!(bad_field(put(&ana, &two, &photo, Some(json!({"from": "two"}))).await), "from");
    ana.delete(&format!("/v1/albums/{one}/photos/{photo}"))
        .await
        .expect(204);
    ana.get(&format!("/v1/photos/{photo}")).await.expect(200);
}

#[tokio::test]
async fn moves_at_the_same_time_leave_a_photo_in_one_album() {
    let (ana, one, photo) = with_photo(110).await;
    let albums = [ana.album("Two").await, ana.album("Three").await, ana.album("Four").await];
    let from = Some(json!({"from": one}));
    let moves = albums
        .iter()
        .map(|album| put(&ana, album, &photo, from.clone()));
    let mut statuses: Vec<_> = join_all(moves)
        .await
        .iter()
        .map(|answer| answer.status)
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404, 404]);
    let mut counted = 0;
    for album in [&one, &albums[0], &albums[1], &albums[2]] {
        let (photos, count) = photos_of(&ana, album).await;
        assert_eq!(count, photos.len());
        counted += photos.len();
    }
    assert_eq!(counted, 1);
}

#[tokio::test]
async fn a_photo_stands_in_a_bounded_number_of_albums() {
    let (ana, first, photo) = with_photo(111).await;
    let mut albums = vec![first];
    for number in 1..shared::stores::library::MOST_ALBUMS {
        let album = ana.album(&format!("Album {number}")).await;
        put(&ana, &album, &photo, None).await.expect(200);
        albums.push(album);
    }
    let one_more = ana.album("One more").await;
    assert_eq!(put(&ana, &one_more, &photo, None).await.problem(409), "/problems/too-many-albums");
    let again = ana.announce(&one_more, &jpeg(60, 40, 111)).await;
    assert_eq!(again.problem(409), "/problems/too-many-albums");
    // All its views move in one transaction.
    patch(&ana, &photo, json!({"taken_at": "2018-07-14T09:30:00Z"}))
        .await
        .expect(200);
    for album in [&albums[0], &albums[48]] {
        let page = ana
            .get(&format!("/v1/albums/{album}/photos"))
            .await
            .expect(200);
        assert_eq!(page["items"].as_array().map(Vec::len), Some(1), "{page}");
        assert_eq!(page["items"][0]["taken_at"], "2018-07-14T09:30:00.000000Z");
    }
    put(&ana, &one_more, &photo, Some(json!({"from": albums[0]})))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_stranger_finds_neither_photo_nor_album() {
    let (ana, album, photo) = with_photo(112).await;
    let ben = Person::new(&ana.system).await;
    let (bens, bens_photo) = {
        let bens = ben.album("Ben's").await;
        let photo = ben.upload(&bens, &jpeg(60, 40, 113)).await;
        (bens, photo)
    };
    let path = format!("/v1/photos/{photo}");
    let answers = [
        patch(&ben, &photo, json!({"caption": "x"})).await,
        ben.delete(&path).await,
        ben.post(&format!("{path}/restore"), json!({})).await,
        ben.post(&format!("{path}/reprocess"), json!({})).await,
        put(&ben, &bens, &photo, None).await,
        put(&ben, &album, &bens_photo, None).await,
        put(&ben, &bens, &bens_photo, Some(json!({"from": album}))).await,
        put(&ana, &album, &bens_photo, None).await,
        ben.delete(&format!("/v1/albums/{album}/photos/{photo}"))
            .await,
        patch(&ben, &album, json!({})).await,
    ];
    for answer in answers {
        assert_eq!(answer.problem(404), "/problems/not-found");
    }
    assert_eq!(photos_of(&ana, &album).await, (vec![photo.clone()], json!(1)));
    ana.delete(&path).await.expect(204);
    for path in [path.clone(), format!("{path}/original")] {
        assert_eq!(ben.get(&path).await.problem(404), "/problems/not-found");
    }
    assert_eq!(
        ana.get(&format!("{path}/original")).await.status,
        302,
        "its owner can still have the bytes"
    );
}

/// An editor and a viewer of an album do with a photo of it what their roles allow.
#[tokio::test]
async fn members_do_what_their_roles_allow() {
    let (ana, album, photo) = with_photo(121).await;
    let (ed, vi) = (Person::new(&ana.system).await, Person::new(&ana.system).await);
    member(&ed, &album, "editor").await;
    member(&vi, &album, "viewer").await;
    let edited = patch(&ed, &photo, json!({"caption": "By an editor"}))
        .await
        .expect(200);
    assert_eq!(edited["caption"], "By an editor");
    assert_eq!(
        ed.post(&format!("/v1/photos/{photo}/reprocess"), json!({}))
            .await
            .problem(409),
        "/problems/already-ready"
    );
    assert_eq!(
        patch(&vi, &photo, json!({"caption": "x"}))
            .await
            .problem(403),
        "/problems/not-allowed"
    );
    assert_eq!(
        vi.post(&format!("/v1/photos/{photo}/reprocess"), json!({}))
            .await
            .problem(403),
        "/problems/not-allowed"
    );
    for member in [&ed, &vi] {
        let own = member.album("Own").await;
        let path = format!("/v1/photos/{photo}");
        let answers = [
            member.delete(&path).await,
            member.post(&format!("{path}/restore"), json!({})).await,
            member
                .delete(&format!("/v1/albums/{album}/photos/{photo}"))
                .await,
            put(member, &own, &photo, None).await,
        ];
        for answer in answers {
            assert_eq!(answer.problem(403), "/problems/not-allowed");
        }
    }
    ana.delete(&format!("/v1/photos/{photo}")).await.expect(204);
    for member in [&ed, &vi] {
        assert_eq!(
            patch(member, &photo, json!({"caption": "x"}))
                .await
                .problem(404),
            "/problems/not-found"
        );
        for path in [format!("/v1/photos/{photo}"), format!("/v1/photos/{photo}/original")] {
            assert_eq!(member.get(&path).await.problem(404), "/problems/not-found");
        }
    }
}
