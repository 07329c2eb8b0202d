//! `/v1/albums/{album}/members`, and `/v1/albums/shared-with-me`.

use reqwest::Method;
use serde_json::{Value, json};
use shared::domain::{AlbumId, Shard, UserId};
use sqlx::{Executor, MySqlConnection};
use tests::{
    ApiResponse, Person, System,
    person::{address, text},
    photograph::{announcement, jpeg},
    system::library,
};

mod both_shards;

async fn put(person: &Person, album: &str, user: &str, role: Value) -> ApiResponse {
    let path = format!("/v1/albums/{album}/members/{user}");
    person
        .ask(Method::PUT, &path, &[], Some(json!({"role": role}).to_string()))
        .await
}

async fn remove(person: &Person, album: &str, user: &str) -> ApiResponse {
    person
        .delete(&format!("/v1/albums/{album}/members/{user}"))
        .await
}

/// Id and role of the albums shared with somebody, in the list's order.
async fn shared_with(person: &Person) -> Vec<(String, String)> {
    let albums = person.get("/v1/albums/shared-with-me").await.expect(200);
    let items = albums["items"].as_array().expect("items").iter();
    items
        .map(|album| (text(&album["id"]), text(&album["role"])))
        .collect()
}

fn role(word: &str, album: &str) -> Vec<(String, String)> {
    vec![(album.to_owned(), word.to_owned())]
}

#[tokio::test]
async fn a_member_sees_and_does_what_the_role_allows() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let ben = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let id = ben.id().await;
    let path = format!("/v1/albums/{album}");
    ben.get(&path).await.problem(404);
    put(&ana, &album, &id, json!("viewer")).await.problem(404);
    ana.admit(&album, &ben, "viewer").await;
    let made = put(&ana, &album, &id, json!("viewer")).await.expect(200);
    assert_eq!(ben.get(&path).await.expect(200)["role"], "viewer");
    assert_eq!(ben.announce(&album, &jpeg(8, 8, 1)).await.problem(403), "/problems/not-allowed");
    assert_eq!(shared_with(&ben).await, role("viewer", &album));

    let changed = put(&ana, &album, &id, json!("editor")).await.expect(200);
    assert_eq!(changed["name"], "Ana");
    assert_eq!((&changed["role"], &changed["added_at"]), (&json!("editor"), &made["added_at"]));
    put(&ana, &album, &id, json!("editor")).await.expect(200);
    assert_eq!(shared_with(&ben).await, role("editor", &album));
    let photo = text(&ben.announce(&album, &jpeg(8, 8, 1)).await.expect(201)["photo"]["id"]);
    ana.get(&format!("/v1/photos/{photo}")).await.expect(200);
    assert_eq!(
        ana.get("/v1/me").await.expect(200)["usage"]["photos"],
        1,
        "the album's owner keeps it"
    );

    for person in [&ana, &ben] {
        let members = person.get(&format!("{path}/members")).await.expect(200);
        let seen = members["items"].as_array().expect("items").iter();
        let seen: Vec<_> = seen
            .map(|m| (text(&m["user"]), text(&m["name"]), text(&m["role"])))
            .collect();
        let member = |user: String, role: &str| (user, "Ana".to_owned(), role.to_owned());
        assert_eq!(seen, [member(ana.id().await, "owner"), member(id.clone(), "editor")]);
    }
    assert_eq!(remove(&ben, &album, "me").await.status, 204);
    ben.get(&path).await.problem(404);
    assert!(shared_with(&ben).await.is_empty());
    remove(&ben, &album, "me").await.problem(404);
    remove(&ana, &album, &id).await.problem(404);
    put(&ana, &album, &id, json!("viewer")).await.problem(404);
    ana.admit(&album, &ben, "viewer").await;
    let again = put(&ana, &album, &id, json!("viewer")).await.expect(200);
    assert!(text(&again["added_at"]) > text(&made["added_at"]), "{again}");
    assert_eq!(shared_with(&ben).await, role("viewer", &album));
    assert_eq!(remove(&ana, &album, &id).await.status, 204);
    ben.get(&format!("/v1/photos/{photo}")).await.problem(404);
}

#[tokio::test]
async fn a_member_is_named_by_an_address_too() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let ben = Person::anonymous(&system);
    let album = ana.album("Summer").await;
    let email = address();
    let encoded = email.replace('@', "%40");
    put(&ana, &album, &encoded, json!("viewer"))
        .await
        .problem(404);
    ben.sign_up(&email).await.expect(201);
    put(&ana, &album, &encoded, json!("viewer"))
        .await
        .problem(404);
    let session = ben.sign_in(&email).await.expect(201);
    let ben = ben.with(&text(&session["token"]));
    ana.admit(&album, &ben, "viewer").await;
    assert_eq!(
        put(&ana, &album, &encoded.to_uppercase(), json!("editor"))
            .await
            .expect(200)["user"],
        json!(ben.id().await)
    );
    assert_eq!(remove(&ana, &album, &encoded).await.status, 204);
    remove(&ana, &album, &encoded).await.problem(404);
}

#[tokio::test]
async fn only_the_owner_manages_members() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let stranger = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let editor = ana.member(&album, "editor").await;
    let viewer = ana.member(&album, "viewer").await;
    let id = viewer.id().await;
    let other = stranger.id().await;
    for member in [&editor, &viewer] {
        assert_eq!(
            put(member, &album, &other, json!("viewer"))
                .await
                .problem(403),
            "/problems/not-allowed"
        );
        put(member, &album, "me", json!("editor"))
            .await
            .problem(403);
    }
    remove(&editor, &album, &id).await.problem(403);
    put(&stranger, &album, "me", json!("editor"))
        .await
        .problem(404);
    remove(&stranger, &album, &id).await.problem(404);
    stranger
        .get(&format!("/v1/albums/{album}/members"))
        .await
        .problem(404);
    assert_eq!(
        ana.get(&format!("/v1/albums/{album}/members"))
            .await
            .expect(200)["items"][2]["role"],
        "viewer"
    );
}

#[tokio::test]
async fn bad_members_are_named() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let nobody = UserId::new(Shard::random()).to_string();
    let ben = Person::new(&ana.system).await.id().await;
    for bad in [json!("owner"), json!(null), json!(""), json!(["viewer"])] {
        let answer = put(&ana, &album, &ben, bad.clone()).await;
        assert_eq!(answer.body["errors"][0]["field"], "role", "{bad}");
        answer.problem(422);
    }
    for owner in [ana.id().await.as_str(), "me"] {
        let answer = put(&ana, &album, owner, json!("viewer")).await;
        assert_eq!(answer.body["errors"][0]["field"], "user", "{owner}");
        answer.problem(422);
        remove(&ana, &album, owner).await.problem(404);
    }
    for user in [nobody.as_str(), "nobody", &album, "%00", "nobody%40example.org"] {
        put(&ana, &album, user, json!("viewer")).await.problem(404);
        remove(&ana, &album, user).await.problem(404);
    }
}

/// An album of this person's, with so many more members that exist on its shard alone.
async fn crowded(ana: &Person, members: usize) -> (AlbumId, MySqlConnection) {
    let album: AlbumId = ana.album("Summer").await.parse().expect("an id");
    let mut database = library(&ana.system, album.shard()).await;
    for _ in 0..members {
        let member = UserId::new(Shard::random());
        let insert = "INSERT INTO members (album_id, user_id, role, added_at) VALUES (?, ?, \
            'viewer', NOW(6))";
        let insert = sqlx::query(insert).bind(album.uuid()).bind(member.uuid());
        database.execute(insert).await.expect("a member");
    }
    (album, database)
}

#[tokio::test]
async fn an_album_has_at_most_a_hundred_members() {
    let ana = Person::new(&System::shared()).await;
    let (album, mut database) = crowded(&ana, 99).await;
    let album_id = album.to_string();
    let last = ana.member(&album_id, "viewer").await;
    let id = last.id().await;
    let more = Person::new(&ana.system).await;
    let invitation = ana
        .invite(&album_id, &more.verified().await, "viewer")
        .await
        .expect(201);
    let accept = format!("/v1/invitations/{}/accept", text(&invitation["id"]));
    assert_eq!(more.post(&accept, json!({})).await.problem(409), "/problems/full");
    put(&ana, &album_id, &id, json!("editor")).await.expect(200);
    let members = ana
        .get(&format!("/v1/albums/{album_id}/members"))
        .await
        .expect(200);
    assert_eq!(members["items"].as_array().map(Vec::len), Some(101));
    let untold = "SELECT COUNT(*) FROM members WHERE album_id = ? AND told < version";
    let untold: i64 = sqlx::query_scalar(untold)
        .bind(album.uuid())
        .fetch_one(&mut database)
        .await
        .expect("a count");
    assert_eq!(untold, 0, "every member's shard has been told");
    remove(&ana, &album_id, &id).await;
    more.post(&accept, json!({})).await.expect(200);
}

#[tokio::test]
async fn albums_shared_with_somebody_are_read_in_pages_the_latest_first() {
    let system = System::shared();
    let ben = Person::new(&system).await;
    let mut wanted = Vec::new();
    for owner in 0..2 {
        let ana = Person::new(&system).await;
        for number in 0..3 {
            let album = ana.album(&format!("Album {owner}{number}")).await;
            ana.admit(&album, &ben, "viewer").await;
            if number == 1 {
                ana.delete(&format!("/v1/albums/{album}")).await;
            } else {
                wanted.insert(0, album);
            }
        }
    }
    let head = format!("ALBUM#{}", wanted[0]);
    let forget = tests::system::hot(&system)
        .delete_item()
        .table_name(system.variable("HOT_TABLE"));
    let text_key = |text: &str| aws_sdk_dynamodb::types::AttributeValue::S(text.to_owned());
    forget
        .key("pk", text_key(&head))
        .key("sk", text_key("~HEAD"))
        .send()
        .await
        .expect("a deletion");
    let mut seen = Vec::new();
    let mut path = "/v1/albums/shared-with-me?limit=2".to_owned();
    loop {
        let page = ben.get(&path).await.expect(200);
        for album in page["items"].as_array().expect("items") {
            assert!(text(&album["media"]["query"]).contains("Signature="), "{album}");
            seen.push(text(&album["id"]));
        }
        match page["next"].as_str() {
            Some(next) => path = format!("/v1/albums/shared-with-me?limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, wanted);
    for query in ["limit=0", "cursor=x"] {
        let answer = ben.get(&format!("/v1/albums/shared-with-me?{query}")).await;
        assert_eq!(answer.body["errors"][0]["field"], query.split('=').next().expect("a name"));
    }
}

/// A sum shows nobody's right to the bytes.
#[tokio::test]
async fn nobody_but_the_owner_brings_a_photo_into_an_album_by_its_sum() {
    let ana = Person::new(&System::shared()).await;
    let private = ana.album("Private").await;
    let album = ana.album("Summer").await;
    let bytes = jpeg(30, 20, 77);
    let photo = ana.upload(&private, &bytes).await;
    ana.settled(&photo).await;
    let editor = ana.member(&album, "editor").await;
    let share = ana
        .post(&format!("/v1/albums/{album}/shares"), json!({"allow_upload": true}))
        .await
        .expect(201);
    let new = announcement("a.jpg", &bytes);
    let path = format!("{}/photos", text(&share["path"]));
    let guest = Person::anonymous(&ana.system)
        .post(&path, new.clone())
        .await
        .expect(201);
    let other = editor.announce(&album, &bytes).await.expect(201);
    for announced in [&guest, &other] {
        assert_ne!(
            announced["photo"]["id"],
            json!(photo),
            "a photo of its own, until its bytes come and after"
        );
    }
    editor.get(&format!("/v1/photos/{photo}")).await.expect(404);
    ana.announce(&album, &bytes).await.expect(200);
    for again in [
        editor.announce(&album, &bytes).await,
        Person::anonymous(&ana.system).post(&path, new).await,
    ] {
        assert_eq!(
            again.expect(200)["photo"]["id"],
            json!(photo),
            "what stands there need not be sent"
        );
    }
}
