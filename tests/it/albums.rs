//! `/v1/albums`.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Person, System, person::text};

#[tokio::test]
async fn an_album_is_made_and_read_by_its_owner_only() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let ben = Person::new(&system).await;
    let made = ana
        .post("/v1/albums", json!({"title": " Summer ", "description": "By the\nsea"}))
        .await;
    let location = made.headers["location"].to_str().expect("text").to_owned();
    let made = made.expect(201);
    assert_eq!(
        (&made["title"], &made["role"], &made["photo_count"]),
        (&json!("Summer"), &json!("owner"), &json!(0))
    );
    assert_eq!(location, format!("/v1/albums/{}", text(&made["id"])));

    let read = ana.get(&location).await.expect(200);
    assert_eq!(read["photos"], json!({"items": [], "next": null}));
    for (name, value) in made.as_object().expect("an object") {
        assert_eq!(&read[name], value, "{name}");
    }
    assert_eq!(ben.get(&location).await.problem(404), "/problems/not-found");
    assert_eq!(ben.get(&format!("{location}/photos")).await.problem(404), "/problems/not-found");
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let path = format!("/v1/albums/{album}");
    let tag = ana.get(&path).await.headers["etag"]
        .to_str()
        .expect("text")
        .to_owned();
    let again = ana
        .ask(Method::GET, &path, &[("if-none-match", &tag)], None)
        .await;
    assert_eq!((again.status, again.body), (304, Value::Null));
}

#[tokio::test]
async fn a_list_is_read_in_pages_newest_first() {
    let ana = Person::new(&System::shared()).await;
    let mut made = Vec::new();
    for number in 0..5 {
        made.insert(0, ana.album(&format!("Album {number}")).await);
    }
    let mut seen = Vec::new();
    let mut path = "/v1/albums?limit=2".to_owned();
    loop {
        let page = ana.get(&path).await.expect(200);
        let items = page["items"].as_array().expect("items");
        assert!(items.len() <= 2, "{page}");
        seen.extend(items.iter().map(|album| text(&album["id"])));
        match page["next"].as_str() {
            Some(next) => path = format!("/v1/albums?limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, made);
}

#[tokio::test]
async fn bad_parameters_and_fields_are_named() {
    let ana = Person::new(&System::shared()).await;
    for query in ["limit=0", "limit=501", "limit=x", "cursor=%20", "cursor=e30"] {
        let answer = ana.get(&format!("/v1/albums?{query}")).await;
        assert_eq!(answer.clone().problem(422), "/problems/invalid", "{query}");
        assert_eq!(
            answer.body["errors"][0]["field"],
            query.split('=').next().expect("a name"),
            "{query}"
        );
    }
    for title in [
        json!(""),
        json!("  "),
        json!("x".repeat(10_000)),
        json!("a\u{0}b"),
        json!(["x"]),
        Value::Null,
    ] {
        let answer = ana.post("/v1/albums", json!({"title": title})).await;
        assert_eq!(answer.body["errors"][0]["field"], "title", "{title}");
        answer.problem(422);
    }
    assert_eq!(ana.get("/v1/albums").await.expect(200)["items"], json!([]), "nothing was made");
}

#[tokio::test]
async fn an_id_of_another_kind_or_of_nothing_is_not_found() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let other = album.replace("album_", "photo_");
    let absent =
        format!("{}{}", &album[..album.len() - 1], if album.ends_with('0') { '1' } else { '0' });
    for id in
        [other.as_str(), &absent, "album_", "album_0", "%00", "album_01h2xcejqtf2nbrexx3vqjhp41'--"]
    {
        assert_eq!(
            ana.get(&format!("/v1/albums/{id}")).await.problem(404),
            "/problems/not-found",
            "{id}"
        );
    }
    assert_eq!(ana.get(&format!("/v1/photos/{album}")).await.problem(404), "/problems/not-found");
}
