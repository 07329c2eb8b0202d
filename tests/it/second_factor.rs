//! The second factor: switched on by a code, asked for at log-in, used once.

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    OwnSystem, Person, System,
    authenticator::{CarefulPerson, begun, confirm, recovery_codes},
    mailbox::{count_mails, mail_to},
    person::{ApiResponse, PASSWORD, address, text},
};

mod forgotten;
mod killed;
mod step_up;

const ON: &str = "Your log-ins take a code now";
const OFF: &str = "Your log-ins take no code any more";
const RECOVERED: &str = "A recovery code of yours was used";

/// Holds that the code was what was refused; what was said of it.
#[track_caller]
fn bad_code(answer: ApiResponse) -> String {
    let error = answer.body["errors"][0].clone();
    assert_eq!(answer.problem(422), "/problems/invalid");
    assert_eq!(error["field"], "code", "{error}");
    text(&error["detail"])
}

async fn post(person: &Person, path: &str, key: &str, body: &Value) -> ApiResponse {
    person
        .ask(Method::POST, path, &[("idempotency-key", key)], Some(body.to_string()))
        .await
}

/// Returns the number of recovery codes that are left.
async fn left(person: &Person) -> u64 {
    let me = person.get("/v1/me").await.expect(200);
    me["second_factor"]["recovery_codes_left"]
        .as_u64()
        .expect("a number")
}

#[tokio::test]
async fn log_ins_take_a_code_once_one_has_confirmed_it() {
    let (system, email) = (System::shared(), address());
    let anyone = Person::anonymous(&system);
    anyone.sign_up(&email).await.expect(201);
    let ana = anyone.with(&text(&anyone.sign_in(&email).await.expect(201)["token"]));
    assert_eq!(
        bad_code(confirm(&ana, "123456").await),
        "confirms nothing: begin a second factor first"
    );
    let wrong = json!({"password": "another quiet lighthouse"});
    let refused = ana.post("/v1/me/second-factor", wrong).await;
    assert_eq!(refused.body["errors"][0]["field"], "password");

    let mut app = begun(&ana).await;
    assert_eq!(ana.get("/v1/me").await.expect(200)["second_factor"], Value::Null);
    anyone.sign_in(&email).await.expect(201);
    bad_code(confirm(&ana, &app.wrong()).await);
    let confirmed = confirm(&ana, &app.code().await).await.expect(200);
    assert_eq!(recovery_codes(&confirmed).len(), 10);
    assert_eq!(left(&ana).await, 10);

    let without = anyone.sign_in(&email).await;
    assert_eq!(without.problem(401), "/problems/second-factor-needed");
    let code = app.code().await;
    let with = |password: &str| json!({"email": email, "password": password, "code": code});
    let stranger = anyone
        .post("/v1/sessions", with("another quiet lighthouse"))
        .await;
    assert_eq!(stranger.problem(401), "/problems/wrong-credentials", "and no code is used up");
    let session = anyone.post("/v1/sessions", with(PASSWORD)).await;
    let session = session.expect(201);
    anyone
        .with(&text(&session["token"]))
        .get("/v1/me")
        .await
        .expect(200);
    let again = anyone.post("/v1/sessions", with(PASSWORD)).await;
    assert_eq!(bad_code(again), "was used before: wait for the next one");
    mail_to(&system, &email, ON).await;

    let body = json!({"password": PASSWORD});
    let another = ana.post("/v1/me/second-factor", body).await;
    assert_eq!(another.problem(409), "/problems/second-factor-on");
    assert_eq!(confirm(&ana, "123456").await.problem(409), "/problems/second-factor-on");
}

#[tokio::test]
async fn of_log_ins_with_one_code_one_is_let_in() {
    let mut ana = CarefulPerson::new(&System::shared()).await;
    for code in [ana.app.code().await, ana.recovery_code()] {
        let answers = join_all((0..6).map(|_| ana.log_in(Some(&code)))).await;
        let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        let let_in = statuses.iter().filter(|status| **status == 201).count();
        assert_eq!(let_in, 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| matches!(status, 201 | 422)), "{statuses:?}");
    }
}

#[tokio::test]
async fn a_repeated_request_is_answered_alike() {
    let (system, email) = (System::shared(), address());
    let anyone = Person::anonymous(&system);
    anyone.sign_up(&email).await.expect(201);
    let ana = anyone.with(&text(&anyone.sign_in(&email).await.expect(201)["token"]));
    let twice = async |path: &str, body: Value| {
        let key = format!("{path} {body}");
        let key: String = key
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(200)
            .collect();
        let first = post(&ana, path, &key, &body).await;
        let again = post(&ana, path, &key, &body).await;
        assert_eq!(first.status, again.status, "{path}: {} {}", first.body, again.body);
        for same in ["id", "token", "secret", "address", "recovery_codes"] {
            assert_eq!(first.body[same], again.body[same], "{path}: {same}");
        }
        first.body
    };
    let begun = twice("/v1/me/second-factor", json!({"password": PASSWORD})).await;
    let mut app = tests::authenticator::Authenticator::new(&text(&begun["secret"]));
    let confirmation = json!({"code": app.code().await});
    let confirmed = twice("/v1/me/second-factor/confirmation", confirmation).await;
    let old = recovery_codes(&confirmed);

    let log_in = json!({"email": email, "password": PASSWORD, "code": app.code().await});
    let session = twice("/v1/sessions", log_in).await;
    assert!(session["token"].is_string(), "{session}");
    let log_in = json!({"email": email, "password": PASSWORD, "code": old[0]});
    twice("/v1/sessions", log_in).await;
    assert_eq!(left(&ana).await, 9);

    let codes = "/v1/me/second-factor/recovery-codes";
    let made = twice(codes, json!({"password": PASSWORD, "code": old[1]})).await;
    assert_eq!(left(&ana).await, 10);
    let with = |code: &str| json!({"email": email, "password": PASSWORD, "code": code});
    bad_code(anyone.post("/v1/sessions", with(&old[2])).await);
    let new = recovery_codes(&made);
    anyone
        .post("/v1/sessions", with(&new[0].replace('-', " ").to_uppercase()))
        .await
        .expect(201);
}

#[tokio::test]
async fn a_recovery_code_opens_once_and_is_told() {
    let system = System::shared();
    let mut ana = CarefulPerson::new(&system).await;
    let code = ana.recovery_code();
    ana.log_in(Some(&code)).await.expect(201);
    assert_eq!(left(&ana.person).await, 9);
    assert_eq!(bad_code(ana.log_in(Some(&code)).await), "is not right");
    let mail = mail_to(&system, &ana.email, RECOVERED).await;
    assert!(text(&mail["text"]).contains("left: 9."), "{mail}");
    // Somebody else's is none.
    let mut ben = CarefulPerson::new(&system).await;
    bad_code(ana.log_in(Some(&ben.recovery_code())).await);
    assert_eq!(count_mails(&system, &ana.email, RECOVERED).await, 1);
}

#[tokio::test]
async fn what_is_switched_off_is_asked_for_no_more() {
    let system = System::shared();
    let mut ana = CarefulPerson::new(&system).await;
    let old = ana.recovery_code();
    let body = json!({"password": PASSWORD, "code": ana.recovery_code()}).to_string();
    for _ in 0..2 {
        ana.person
            .ask(Method::DELETE, "/v1/me/second-factor", &[], Some(body.clone()))
            .await
            .expect(204);
    }
    mail_to(&system, &ana.email, OFF).await;
    ana.log_in(None).await.expect(201);
    let body = json!({"password": PASSWORD, "code": old});
    let none = ana
        .person
        .post("/v1/me/second-factor/recovery-codes", body)
        .await;
    assert_eq!(none.problem(404), "/problems/not-found");
    // What is set up anew has another secret and other codes.
    let mut app = begun(&ana.person).await;
    confirm(&ana.person, &app.code().await).await.expect(200);
    bad_code(ana.log_in(Some(&old)).await);
    assert_eq!(count_mails(&system, &ana.email, OFF).await, 1);
}

#[tokio::test]
async fn codes_are_tried_ten_times_a_minute() {
    let own = OwnSystem::start(&["LoginsPerMinute=10"]).await;
    let ana = CarefulPerson::new(&own.system()).await;
    let wrong = ana.app.wrong();
    let mut refused = 0;
    for _ in 0..12 {
        let answer = ana.log_in(Some(&wrong)).await;
        assert!(matches!(answer.status, 422 | 429), "{}", answer.body);
        refused += u32::from(answer.status == 429);
    }
    assert!(refused >= 1, "none was refused for their number");
}

#[tokio::test]
async fn after_a_hundred_wrong_codes_a_recovery_code_is_taken_alone() {
    let mut ana = CarefulPerson::new(&System::shared()).await;
    let wrong = ana.app.wrong();
    for _ in 0..10 {
        for answer in join_all((0..10).map(|_| ana.log_in(Some(&wrong)))).await {
            bad_code(answer);
        }
    }
    let right = ana.app.code().await;
    assert_eq!(
        bad_code(ana.log_in(Some(&right)).await),
        "was wrong too often: take a recovery code"
    );
    let recovery = ana.recovery_code();
    ana.log_in(Some(&recovery)).await.expect(201);
    ana.log_in(Some(&right)).await.expect(201);
}
