//! `Idempotency-Key`: a request that is repeated happens once.

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    OwnSystem, Person, System,
    person::{ApiResponse, text},
    photograph::sum,
    system::{hot, until},
};

async fn post(person: &Person, path: &str, key: &str, body: &Value) -> ApiResponse {
    person
        .ask(Method::POST, path, &[("idempotency-key", key)], Some(body.to_string()))
        .await
}

async fn albums(person: &Person) -> usize {
    person.get("/v1/albums").await.expect(200)["items"]
        .as_array()
        .expect("items")
        .len()
}

#[tokio::test]
async fn a_repeated_request_is_answered_as_the_first() {
    let ana = Person::new(&System::shared()).await;
    let first = post(&ana, "/v1/albums", "k-1", &json!({"title": "Summer"})).await;
    let again = post(&ana, "/v1/albums", "k-1", &json!({"title": "Summer"})).await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.headers["location"], first.headers["location"]);
    assert_eq!(first.expect(201), again.expect(201));
    assert_eq!(albums(&ana).await, 1);
    let other = post(&ana, "/v1/albums", "k-1", &json!({"title": "Winter"})).await;
    assert_eq!(other.problem(422), "/problems/key-reused");
    let headers = [("idempotency-key", "k-1"), ("if-match", "\"1\"")];
    let conditional = ana
        .ask(Method::POST, "/v1/albums", &headers, Some(json!({"title": "Summer"}).to_string()))
        .await;
    assert_eq!(
        conditional.problem(422),
        "/problems/key-reused",
        "a condition is a part of what is asked"
    );
    let ben = Person::new(&System::shared()).await;
    post(&ben, "/v1/albums", "k-1", &json!({"title": "Winter"}))
        .await
        .expect(201);
    assert_eq!((albums(&ana).await, albums(&ben).await), (1, 1), "a key is its caller's own");
}

#[tokio::test]
async fn of_many_at_once_one_happens() {
    let ana = Person::new(&System::shared()).await;
    let body = json!({"title": "Summer"});
    let answers = join_all((0..8).map(|_| post(&ana, "/v1/albums", "k-2", &body))).await;
    for answer in &answers {
        assert!(matches!(answer.status, 201 | 409), "{}", answer.body);
        if answer.status == 409 {
            assert_eq!(answer.body["type"], "/problems/in-flight");
            assert!(answer.headers.contains_key("retry-after"));
        }
    }
    assert_eq!(albums(&ana).await, 1);
    post(&ana, "/v1/albums", "k-2", &body).await.expect(201);
    assert_eq!(albums(&ana).await, 1);
}

#[tokio::test]
async fn a_refused_request_can_be_sent_again() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let photo = json!({"name": "a.jpg", "size": 5, "content_type": "image/jpeg"});
    let path = format!("/v1/albums/{album}/photos");
    for _ in 0..2 {
        let refused = post(&ana, &path, "k-3", &photo).await;
        assert_eq!(refused.problem(422), "/problems/invalid");
    }
    for key in ["", "ümlaut", "a b", "a\tb", &"k".repeat(256)] {
        let answer = ana
            .ask(Method::POST, "/v1/albums", &[("idempotency-key", key)], Some("{}".to_owned()))
            .await;
        assert_eq!(answer.body["errors"][0]["field"], "Idempotency-Key", "{key}");
        answer.problem(422);
    }
}

/// A log-in's answer holds a secret, and is not kept: it is made again, the same.
#[tokio::test]
async fn a_repeated_log_in_is_one_session() {
    let system = System::shared();
    let anyone = Person::anonymous(&system);
    let email = tests::person::address();
    anyone.sign_up(&email).await.expect(201);
    let body = json!({"email": email, "password": tests::person::PASSWORD});
    let key = format!("log-in-{email}");
    let first = post(&anyone, "/v1/sessions", &key, &body).await.expect(201);
    let again = post(&anyone, "/v1/sessions", &key, &body).await.expect(201);
    assert_eq!((&first["id"], &first["token"]), (&again["id"], &again["token"]));
    let ana = anyone.with(&text(&first["token"]));
    assert_eq!(
        ana.get("/v1/sessions").await.expect(200)["items"]
            .as_array()
            .expect("items")
            .len(),
        1
    );
}

/// A log-in's body holds a password: of its plain sum, passwords could be tried without asking.
#[tokio::test]
async fn what_is_kept_of_a_request_takes_a_key_to_compute() {
    let system = System::shared();
    let anyone = Person::anonymous(&system);
    let email = tests::person::address();
    anyone.sign_up(&email).await.expect(201);
    let body = json!({"email": email, "password": tests::person::PASSWORD});
    post(&anyone, "/v1/sessions", &format!("sum-{email}"), &body)
        .await
        .expect(201);
    let body = body.to_string();
    let parts = ["/v1/sessions".as_bytes(), body.as_bytes()];
    let framed = parts
        .map(|part| [&part.len().to_be_bytes()[..], part].concat())
        .concat();
    let plain = [
        sum(&framed),
        sum(body.as_bytes()),
        sum(tests::person::PASSWORD.as_bytes()),
        sum(email.as_bytes()),
    ];
    let scan = hot(&system)
        .scan()
        .table_name(system.variable("HOT_TABLE"))
        .consistent_read(true);
    let mut items = scan.into_paginator().items().send();
    let mut records = 0;
    while let Some(item) = items.next().await {
        let item = format!("{:?}", item.expect("an item"));
        records += usize::from(item.contains("REPLAY#") && item.contains("\"sum\""));
        assert!(!plain.iter().any(|sum| item.contains(sum)), "{item}");
    }
    assert!(records > 0, "the request left no record");
}

/// The function dies between what it did and the record of it, over and over: one album.
#[tokio::test]
async fn a_death_between_effect_and_record_doubles_nothing() {
    let own = OwnSystem::start(&["WritesPerMinute=1000000"]).await;
    let ana = Person::new(&own.system()).await;
    let mut killed = 0;
    for round in 0..6 {
        let body = json!({"title": format!("Round {round}")});
        let key = format!("death-{round}");
        let request = post(&ana, "/v1/albums", &key, &body);
        let death = async {
            // Each round a little later in the function's work.
            for _ in 0..round * 40 {
                tokio::task::yield_now().await;
            }
            own.kill_function("create-album")
        };
        let (first, victims) = tokio::join!(request, death);
        killed += victims;
        assert!(first.status == 201 || first.status >= 500, "{}", first.body);
        let answer = until(
            "the repeated request is answered",
            std::time::Duration::from_mins(1),
            async || {
                let again = post(&ana, "/v1/albums", &key, &body).await;
                assert!(
                    again.status == 201 || again.status == 409 || again.status >= 500,
                    "{}",
                    again.body
                );
                (again.status == 201).then_some(again)
            },
        )
        .await;
        assert_eq!(answer.body["title"], body["title"]);
        assert_eq!(albums(&ana).await, round + 1, "round {round}");
    }
    assert!(killed > 0, "no function was killed");
}
