//! `/v1/albums/{album}/shares`: what an album's owner does with links. `guests.rs` has what they
//! open.

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use shared::domain::{Shard, ShareId};
use tests::{ApiResponse, Person, System, person::text};

async fn share(person: &Person, album: &str, body: Value) -> ApiResponse {
    person
        .post(&format!("/v1/albums/{album}/shares"), body)
        .await
}

#[tokio::test]
async fn a_share_is_made_listed_and_revoked_by_the_owner_only() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let stranger = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let members = [ana.member(&album, "editor").await, ana.member(&album, "viewer").await];
    let made =
        share(&ana, &album, json!({"name": "Grandparents", "expires_at": "2126-01-01T00:00:00Z"}))
            .await;
    assert_eq!(made.headers["cache-control"], "no-store");
    let made = made.expect(201);
    assert_eq!(
        (&made["name"], &made["album"], &made["has_password"]),
        (&json!("Grandparents"), &json!(album), &json!(false))
    );
    for flag in ["allow_original", "show_location", "allow_upload"] {
        assert_eq!(made[flag], false, "{flag}");
    }
    assert_eq!(made["expires_at"], "2126-01-01T00:00:00.000000Z");
    assert_eq!(made["path"], format!("/v1/shared/{}", text(&made["token"])));

    let path = format!("/v1/albums/{album}/shares");
    let listed = ana.get(&path).await.expect(200);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(listed["items"][0]["id"], made["id"]);
    assert!(!listed.to_string().contains(&text(&made["token"])), "a token is shown once");
    let revoke = format!("/v1/shares/{}", text(&made["id"]));
    for member in &members {
        assert_eq!(share(member, &album, json!({})).await.problem(403), "/problems/not-allowed");
        assert_eq!(member.get(&path).await.problem(403), "/problems/not-allowed");
        member.delete(&revoke).await.problem(404);
    }
    share(&stranger, &album, json!({})).await.problem(404);
    stranger.get(&path).await.problem(404);
    stranger.delete(&revoke).await.problem(404);

    let opens = Person::anonymous(&system);
    opens.get(&text(&made["path"])).await.expect(200);
    let revoked = join_all((0..4).map(|_| ana.delete(&revoke))).await;
    let mut statuses: Vec<_> = revoked.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 404, 404, 404]);
    opens.get(&text(&made["path"])).await.problem(404);
    assert_eq!(ana.get(&path).await.expect(200)["items"], json!([]));
    let nobody = ShareId::new(Shard::random());
    ana.delete(&format!("/v1/shares/{nobody}"))
        .await
        .problem(404);
    ana.delete(&format!("/v1/shares/{album}"))
        .await
        .problem(404);
}

#[tokio::test]
async fn bad_shares_are_named() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let bad = [
        ("name", json!("x".repeat(1000))),
        ("password", json!("short")),
        ("password", json!("1234567890")),
        ("expires_at", json!("2020-01-01T00:00:00Z")),
        ("expires_at", json!("tomorrow")),
        ("allow_original", json!("yes")),
        ("show_location", json!(1)),
        ("allow_upload", json!([])),
        ("colour", json!("red")),
    ];
    for (field, value) in bad {
        let answer = share(&ana, &album, json!({field: value})).await;
        assert_eq!(answer.body["errors"][0]["field"], field, "{value}");
        answer.problem(422);
    }
    assert_eq!(
        ana.get(&format!("/v1/albums/{album}/shares"))
            .await
            .expect(200)["items"],
        json!([])
    );
}

#[tokio::test]
async fn a_share_that_is_made_twice_under_one_key_is_one() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let path = format!("/v1/albums/{album}/shares");
    let key = uuid::Uuid::now_v7().to_string();
    let body = json!({"name": "Grandparents", "password": "a quiet orange lighthouse"}).to_string();
    let headers = [("idempotency-key", key.as_str())];
    let make = || ana.ask(Method::POST, &path, &headers, Some(body.clone()));
    let first = make().await.expect(201);
    let second = make().await.expect(201);
    assert_eq!(first, second, "the token, too, though it is kept nowhere");
    assert_eq!(
        ana.get(&path).await.expect(200)["items"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[tokio::test]
async fn an_album_has_at_most_a_hundred_shares_listed_in_pages() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let mut made = Vec::new();
    for _ in 0..50 {
        made.extend(join_all((0..2).map(|_| share(&ana, &album, json!({})))).await);
    }
    let mut made: Vec<_> = made
        .into_iter()
        .map(|answer| text(&answer.expect(201)["id"]))
        .collect();
    made.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(share(&ana, &album, json!({})).await.problem(409), "/problems/full");
    let mut seen = Vec::new();
    let mut path = format!("/v1/albums/{album}/shares?limit=30");
    loop {
        let page = ana.get(&path).await.expect(200);
        seen.extend(
            page["items"]
                .as_array()
                .expect("items")
                .iter()
                .map(|share| text(&share["id"])),
        );
        match page["next"].as_str() {
            Some(next) => path = format!("/v1/albums/{album}/shares?limit=30&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, made);
    assert_eq!(ana.delete(&format!("/v1/shares/{}", made[50])).await.status, 204);
    share(&ana, &album, json!({})).await.expect(201);
}
