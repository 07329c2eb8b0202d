//! Passwords that are forgotten, and replaced by the token of a mail.

use std::time::Instant;

use futures::future::join_all;
use serde_json::json;
use tests::{
    ApiResponse, Person, System,
    mailbox::{count_mails, mail_to, token_to},
    person::{PASSWORD, address, text},
};

const RESET: &str = "Choose a new password";
const NEW_PASSWORD: &str = "a louder violet windmill";

async fn asked(anyone: &Person, email: &str) -> ApiResponse {
    anyone
        .post("/v1/password-resets", json!({"email": email}))
        .await
}

async fn reset(anyone: &Person, token: &str, password: &str) -> ApiResponse {
    let body = json!({"token": token, "password": password});
    anyone.post("/v1/passwords", body).await
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_once_and_all_sessions_end() {
    let (system, email) = (System::shared(), address());
    let anyone = Person::anonymous(&system);
    anyone.sign_up(&email).await.expect(201);
    let session = anyone.sign_in(&email).await.expect(201);
    let thief = anyone.with(&text(&session["token"]));
    asked(&anyone, &email.to_uppercase()).await.expect(204);
    let token = token_to(&system, &email, RESET).await;

    // What is weak is refused, and uses nothing up.
    assert_eq!(reset(&anyone, &token, "password12").await.problem(422), "/problems/invalid");
    reset(&anyone, &token, NEW_PASSWORD).await.expect(204);
    thief.get("/v1/me").await.expect(401);
    anyone.sign_in(&email).await.expect(401);
    let new = json!({"email": email, "password": NEW_PASSWORD});
    let session = anyone.post("/v1/sessions", new).await.expect(201);
    let ana = anyone.with(&text(&session["token"]));
    let me = ana.get("/v1/me").await.expect(200);
    assert!(me["email_verified_at"].is_string(), "whoever has the mail has the address: {me}");

    let again = reset(&anyone, &token, PASSWORD).await;
    assert_eq!(again.problem(410), "/problems/link-ended");
    // Asked again at once, it is the same mail's time.
    asked(&anyone, &email).await.expect(204);
    assert_eq!(count_mails(&system, &email, RESET).await, 1);
}

#[tokio::test]
async fn of_requests_with_one_token_one_sets_the_password() {
    let (system, email) = (System::shared(), address());
    let anyone = Person::anonymous(&system);
    anyone.sign_up(&email).await.expect(201);
    asked(&anyone, &email).await.expect(204);
    let token = token_to(&system, &email, RESET).await;
    let answers = join_all((0..6).map(|_| reset(&anyone, &token, NEW_PASSWORD))).await;
    let done = answers.iter().filter(|answer| answer.status == 204).count();
    assert_eq!(done, 1);
    assert!(
        answers
            .iter()
            .all(|answer| matches!(answer.status, 204 | 410))
    );
}

#[tokio::test]
async fn an_account_that_closes_gets_no_new_password() {
    let (system, email) = (System::shared(), address());
    let anyone = Person::anonymous(&system);
    anyone.sign_up(&email).await.expect(201);
    let session = anyone.sign_in(&email).await.expect(201);
    let ana = anyone.with(&text(&session["token"]));
    asked(&anyone, &email).await.expect(204);
    let token = token_to(&system, &email, RESET).await;
    let password = json!({"password": PASSWORD}).to_string();
    ana.ask(reqwest::Method::DELETE, "/v1/me", &[], Some(password))
        .await
        .expect(202);
    mail_to(&system, &email, "Your account is closed").await;
    let refused = reset(&anyone, &token, NEW_PASSWORD).await;
    assert_eq!(refused.problem(410), "/problems/link-ended");
}

/// An answer as whoever guesses addresses sees it: status, body and headers, without what differs
/// from one request to the next.
fn visible(answer: &ApiResponse) -> String {
    let mut headers = Vec::new();
    for (name, value) in &answer.headers {
        let differs = ["date", "x-request-id", "apigw-requestid", "ratelimit"];
        if !differs.contains(&name.as_str()) {
            headers.push(format!("{name}: {value:?}"));
        }
    }
    headers.sort();
    format!("{} {} {headers:?}", answer.status, answer.body)
}

/// Returns the share of pairs in which the first one's number is the larger: a half where both are
/// drawn from one distribution.
fn share_of_larger(first: &[f64], second: &[f64]) -> f64 {
    let mut larger = 0.0;
    for a in first {
        for b in second {
            larger += if a > b { 1.0 } else { 0.0 };
        }
    }
    larger / count(first.len() * second.len())
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).expect("a small number"))
}

#[tokio::test]
async fn a_request_for_a_mail_tells_by_nothing_whether_an_address_has_an_account() {
    const ROUNDS: usize = 60;
    let system = System::shared();
    let anyone = Person::anonymous(&system);
    let (mut known_times, mut unknown_times) = (Vec::new(), Vec::new());
    let known = address();
    anyone.sign_up(&known).await.expect(201);
    for round in 0..ROUNDS {
        // In turn, so that what else this machine does is the same for both.
        let unknown = address();
        let mut seen = Vec::new();
        for (email, times) in [(&known, &mut known_times), (&unknown, &mut unknown_times)] {
            let began = Instant::now();
            let answer = asked(&anyone, email).await;
            times.push(began.elapsed().as_secs_f64());
            seen.push(visible(&answer));
        }
        assert_eq!(seen[0], seen[1], "round {round}");
    }
    let share = share_of_larger(&known_times, &unknown_times);
    // Of 60 and 60 from one distribution it is within a quarter of a half but once in a million.
    assert!((0.25..=0.75).contains(&share), "{share}");
}
