//! Limits: how often one may write, and try a password.

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use tests::{
    OwnSystem, Person, System,
    person::{PASSWORD, address, text},
};

/// The number behind `r=` or `q=`.
fn member(header: &str, name: &str) -> u32 {
    let part = header
        .split(';')
        .find_map(|part| part.strip_prefix(name))
        .expect(header);
    part.parse().expect("a number")
}

#[tokio::test]
async fn what_is_left_is_told_and_then_refused() {
    let own = OwnSystem::start(&["WritesPerMinute=5", "LoginsPerMinute=10"]).await;
    let ana = Person::new(&own.system()).await;
    for left in (0..5).rev() {
        let made = ana.post("/v1/albums", json!({"title": "Summer"})).await;
        let policy = made.headers["ratelimit-policy"].clone();
        let limit = made.headers["ratelimit"].clone();
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
    let after: u32 = refused.headers["retry-after"]
        .to_str()
        .expect("text")
        .parse()
        .expect("seconds");
    assert!((1..=12).contains(&after), "{after}");
    assert_eq!(refused.problem(429), "/problems/too-many");
    let read = ana.get("/v1/albums").await;
    assert!(!read.headers.contains_key("ratelimit"), "reads pay nothing for it");
    read.expect(200);
    let ben = Person::new(&own.system()).await;
    ben.post("/v1/albums", json!({"title": "Summer"}))
        .await
        .expect(201);
}

#[tokio::test]
async fn ten_log_ins_a_minute() {
    let own = OwnSystem::start(&[]).await;
    let anyone = Person::anonymous(&own.system());
    let email = address();
    let mut refused = 0;
    for _ in 0..12 {
        let answer = anyone
            .post("/v1/sessions", json!({"email": email, "password": PASSWORD}))
            .await;
        assert!(matches!(answer.status, 401 | 429), "{}", answer.body);
        refused += u32::from(answer.status == 429);
    }
    assert!((1..=2).contains(&refused), "{refused} of 12 were refused");
}

/// Tries a wrong password of this address from two places, until the tries of the address are used
/// up; fewer come from each than an address of a caller may make.
async fn attack(system: &System, email: &str, network: u8) {
    let strangers = [1, 2].map(|host| Person::elsewhere(system, [127, 0, network, host].into()));
    let mut statuses = Vec::new();
    for stranger in strangers.iter().cycle().take(18) {
        let wrong = json!({"email": email, "password": "another quiet lighthouse"});
        statuses.push(stranger.post("/v1/sessions", wrong).await.status);
        if statuses.last() == Some(&429) {
            return;
        }
    }
    panic!("strangers go on trying: {statuses:?}");
}

#[tokio::test]
async fn strangers_lock_out_nobody_who_has_logged_in_from_there() {
    let own = OwnSystem::start(&[]).await;
    let system = own.system();
    let email = address();
    let home = Person::elsewhere(&system, [127, 0, 1, 1].into());
    home.sign_up(&email).await.expect(201);
    home.sign_in(&email).await.expect(201);
    let page = json!({"email": email, "password": PASSWORD, "cookie": true}).to_string();
    let logged_in = home
        .ask(Method::POST, "/v1/sessions", &[], Some(page.clone()))
        .await;
    let cookies = logged_in
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|cookie| cookie.to_str().expect("text"));
    let device = cookies
        .filter(|cookie| cookie.starts_with("__Host-device="))
        .collect::<Vec<_>>();
    let [device] = device[..] else { panic!("{device:?}") };
    assert!(
        ["; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"]
            .iter()
            .all(|a| device.contains(a)),
        "{device}"
    );
    let device = device.split(';').next().expect("a pair");

    attack(&system, &email, 2).await;
    home.sign_in(&email).await.expect(201);
    let travelling = Person::elsewhere(&system, [127, 0, 1, 2].into());
    let cookie = [("cookie", device), ("sec-fetch-site", "same-origin")];
    travelling
        .ask(Method::POST, "/v1/sessions", &cookie, Some(page))
        .await
        .expect(201);

    // Neither is good for anybody else's account, and neither is without end.
    let other = address();
    home.sign_up(&other).await.expect(201);
    attack(&system, &other, 3).await;
    let theirs = json!({"email": other, "password": PASSWORD}).to_string();
    // Meanwhile one try may have come back.
    let tries =
        (0..3).map(|_| travelling.ask(Method::POST, "/v1/sessions", &cookie, Some(theirs.clone())));
    assert!(
        join_all(tries)
            .await
            .iter()
            .any(|answer| answer.status == 429)
    );
    let wrong = json!({"email": email, "password": "another quiet lighthouse"}).to_string();
    let tries =
        (0..12).map(|_| travelling.ask(Method::POST, "/v1/sessions", &cookie, Some(wrong.clone())));
    assert!(
        join_all(tries)
            .await
            .iter()
            .any(|answer| answer.status == 429)
    );
}

#[tokio::test]
async fn restoring_is_no_other_way_to_try_passwords() {
    let own = OwnSystem::start(&[]).await;
    let system = own.system();
    let email = address();
    let home = Person::elsewhere(&system, [127, 0, 1, 1].into());
    home.sign_up(&email).await.expect(201);
    home.sign_in(&email).await.expect(201);
    attack(&system, &email, 2).await;
    let restore = json!({"email": email, "password": PASSWORD});
    let stranger = Person::elsewhere(&system, [127, 0, 3, 1].into());
    let tries = (0..3).map(|_| stranger.post("/v1/me/restore", restore.clone()));
    assert!(
        join_all(tries)
            .await
            .iter()
            .any(|answer| answer.status == 429)
    );
    home.post("/v1/me/restore", restore).await.expect(204);
}

#[tokio::test]
async fn addresses_are_looked_up_a_few_times_a_minute() {
    let own = OwnSystem::start(&[]).await;
    let ana = Person::new(&own.system()).await;
    let ben = Person::new(&own.system()).await;
    let album = ana.album("Summer").await;
    let body = json!({"role": "viewer"}).to_string();
    let put = async |person: &Person, user: &str| {
        let path = format!("/v1/albums/{album}/members/{user}");
        person
            .ask(Method::PUT, &path, &[], Some(body.clone()))
            .await
    };
    let nobody = address().replace('@', "%40");
    for method in [Method::PUT, Method::DELETE] {
        let path = format!("/v1/albums/{album}/members/{nobody}");
        let answer = ben.ask(method, &path, &[], Some(body.clone())).await;
        assert!(
            !answer.headers["ratelimit-policy"]
                .to_str()
                .expect("text")
                .contains("look-up")
        );
        assert!(
            text(&answer.body["detail"]).contains("album"),
            "who may not add members finds out nothing"
        );
        answer.expect(404);
    }
    let answers = join_all((0..12).map(|_| put(&ana, &nobody))).await;
    let refused = answers.iter().filter(|answer| answer.status == 429).count();
    assert!(
        refused >= 1
            && answers
                .iter()
                .all(|answer| [404, 429].contains(&answer.status)),
        "{refused} of 12"
    );
    // Who is no member is answered alike, whether or not there is such an account.
    put(&ana, &ben.id().await).await.expect(404);
}

#[tokio::test]
async fn a_link_s_password_costs_what_a_log_in_does() {
    let own = OwnSystem::start(&[]).await;
    let ana = Person::new(&own.system()).await;
    let ben = Person::new(&own.system()).await;
    let path = format!("/v1/albums/{}/shares", ana.album("Summer").await);
    let weak = json!({"password": "password1234"});
    // What is not theirs costs nothing: neither is the password looked at, nor is it counted.
    ben.post(&path, weak.clone()).await.expect(404);
    assert_eq!(ana.post(&path, weak).await.body["errors"][0]["field"], "password");
    let locked = (0..12).map(|_| ana.post(&path, json!({"password": PASSWORD})));
    let statuses: Vec<_> = join_all(locked)
        .await
        .iter()
        .map(|answer| answer.status)
        .collect();
    assert!(
        statuses.contains(&429) && statuses.iter().all(|status| [201, 429].contains(status)),
        "{statuses:?}"
    );
    ana.post(&path, json!({})).await.expect(201);
}

#[tokio::test]
async fn many_at_once_take_no_token_twice() {
    let own = OwnSystem::start(&["WritesPerMinute=20"]).await;
    let ana = Person::new(&own.system()).await;
    let answers = (0..40).map(|_| ana.post("/v1/albums", json!({"title": "Summer"})));
    let made = join_all(answers)
        .await
        .iter()
        .filter(|answer| answer.status == 201)
        .count();
    let kept = ana.get("/v1/albums").await.expect(200)["items"]
        .as_array()
        .expect("items")
        .len();
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
    let asked = ana
        .ask(Method::GET, "/v1/albums", &[("accept-encoding", "gzip")], None)
        .await;
    assert_eq!(
        (asked.status, &asked.headers["content-encoding"]),
        (200, &"gzip".parse().expect("a value"))
    );
    assert_eq!(asked.headers["vary"], "accept-encoding");
    let tag = asked.headers["etag"].to_str().expect("text").to_owned();
    let again = ana
        .ask(Method::GET, "/v1/albums", &[("if-none-match", &tag)], None)
        .await;
    assert_eq!(again.status, 304);
}
