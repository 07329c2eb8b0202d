//! Limits: how often one may write, and try a password.

use serde_json::json;
use tests::{
    Own, Person, System,
    person::{PASSWORD, address},
};

/// The number behind `r=` or `q=`.
fn member(header: &str, name: &str) -> u32 {
    let part = header.split(';').find_map(|part| part.strip_prefix(name)).expect(header);
    part.parse().expect("a number")
}

#[tokio::test]
async fn what_is_left_is_told_and_then_refused() {
    let own = Own::start(&["WritesPerMinute=5", "LoginsPerMinute=10"]).await;
    let ana = Person::new(&own.system()).await;
    for left in (0..5).rev() {
        let made = ana.post("/v1/albums", json!({"title": "Summer"})).await;
        let (policy, limit) = (made.headers["ratelimit-policy"].clone(), made.headers["ratelimit"].clone());
        assert_eq!(policy, "\"writes\";q=5;w=60");
        // A token comes back every twelve seconds: on a slow machine one may have.
        let seen = member(limit.to_str().expect("text"), "r=");
        assert!(seen == left || seen == left + 1, "{limit:?}");
        made.expect(201);
    }
    let mut refused = ana.post("/v1/albums", json!({"title": "Summer"})).await;
    if refused.status == 201 {
        refused = ana.post("/v1/albums", json!({"title": "Summer"})).await;
    }
    let after: u32 = refused.headers["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert!((1..=12).contains(&after), "{after}");
    assert_eq!(refused.problem(429), "/problems/too-many");
    let read = ana.get("/v1/albums").await;
    assert!(!read.headers.contains_key("ratelimit"), "reads pay nothing for it");
    read.expect(200);
    let ben = Person::new(&own.system()).await;
    ben.post("/v1/albums", json!({"title": "Summer"})).await.expect(201);
}

#[tokio::test]
async fn ten_log_ins_a_minute() {
    let own = Own::start(&[]).await;
    let anyone = Person::anonymous(&own.system());
    let email = address();
    let mut refused = 0;
    for _ in 0..12 {
        let answer = anyone.post("/v1/sessions", json!({"email": email, "password": PASSWORD})).await;
        assert!(matches!(answer.status, 401 | 429), "{}", answer.body);
        refused += u32::from(answer.status == 429);
    }
    assert!((1..=2).contains(&refused), "{refused} of 12 were refused");
}

#[tokio::test]
async fn many_at_once_take_no_token_twice() {
    let own = Own::start(&["WritesPerMinute=20"]).await;
    let ana = Person::new(&own.system()).await;
    let answers = (0..40).map(|_| ana.post("/v1/albums", json!({"title": "Summer"})));
    let made = futures::future::join_all(answers).await.iter().filter(|answer| answer.status == 201).count();
    let kept = ana.get("/v1/albums").await.expect(200)["items"].as_array().expect("items").len();
    assert_eq!(made, kept);
    // Twenty, and what comes back meanwhile: one in three seconds.
    assert!((1..=24).contains(&made), "{made} of 40 were let through");
}

#[tokio::test]
async fn a_long_answer_is_compressed() {
    let ana = Person::new(&System::shared()).await;
    for number in 0..20 {
        ana.album(&format!("Album {number}")).await;
    }
    let asked = ana.ask(reqwest::Method::GET, "/v1/albums", &[("accept-encoding", "gzip")], None).await;
    assert_eq!((asked.status, &asked.headers["content-encoding"]), (200, &"gzip".parse().expect("a value")));
    assert_eq!(asked.headers["vary"], "accept-encoding");
    let tag = asked.headers["etag"].to_str().expect("text").to_owned();
    let again = ana.ask(reqwest::Method::GET, "/v1/albums", &[("if-none-match", &tag)], None).await;
    assert_eq!(again.status, 304);
}
