//! The code of a system makes one account an administrator's.

use std::{io::Write, process::Stdio, time::Duration};

use futures::future::join_all;
use serde_json::{Value, json};
use shared::http::Signer;
use tests::{Albumen, ApiResponse, OwnSystem, Person, person::text, system::until};

/// The code of a system, as its functions make it.
pub(super) fn code_of(key: &str) -> String {
    let signer = Signer::new(key.as_bytes()).expect("a signer");
    signer.administrator_code().reveal()
}

async fn claim(person: &Person, code: &str) -> ApiResponse {
    person
        .post("/v1/administrators", json!({"code": code}))
        .await
}

/// The refusal of a code, but for the id of its request.
#[track_caller]
fn refusal(answer: ApiResponse) -> Value {
    let mut body = answer.body.clone();
    assert_eq!(answer.problem(422), "/problems/invalid");
    body["request_id"] = Value::Null;
    body
}

async fn is_administrator(person: &Person) -> bool {
    let me = person.get("/v1/me").await.expect(200);
    me["administrator"] == true
}

#[tokio::test]
async fn of_any_number_with_the_code_one_becomes_an_administrator() {
    let own = OwnSystem::start(&["LoginsPerMinute=1000"]).await;
    let system = own.system();
    let code = code_of(system.variable("SIGNING_KEY"));
    let printed = banner(&own).await;
    assert!(printed.contains(&code), "{printed}");

    let stranger = Person::new(&system).await;
    let wrong = refusal(claim(&stranger, &"aaaa-".repeat(8)).await);
    let unverified = claim(&stranger, &code).await;
    assert_eq!(unverified.problem(403), "/problems/address-not-verified");
    let refused = stranger.get("/v1/accounts").await;
    assert_eq!(refused.problem(403), "/problems/not-an-administrator");

    let mut people = Vec::new();
    for _ in 0..6 {
        let person = Person::new(&system).await;
        person.verified().await;
        people.push(person);
    }
    let answers = join_all(people.iter().map(|person| claim(person, &code))).await;
    let mut winners = Vec::new();
    for (person, answer) in people.iter().zip(answers) {
        if answer.status == 200 {
            text(&answer.body["administrator_since"]);
            winners.push(person);
        } else {
            assert_eq!(refusal(answer), wrong, "as for a wrong code");
            assert!(!is_administrator(person).await);
        }
    }
    assert_eq!(winners.len(), 1, "one of them");
    assert!(is_administrator(winners[0]).await);
    winners[0].get("/v1/accounts").await.expect(200);
    claim(winners[0], &code.to_uppercase()).await.expect(200);
    stranger.verified().await;
    assert_eq!(refusal(claim(&stranger, &code).await), wrong);
    nobody_is_told_a_code_that_was_used(own, &code).await;
}

async fn nobody_is_told_a_code_that_was_used(mut own: OwnSystem, code: &str) {
    own.restart_with(&[]).await;
    let printed = banner(&own).await;
    assert!(!printed.contains(code), "{printed}");
}

/// The lines that a system has printed when it has started.
async fn banner(own: &OwnSystem) -> String {
    let log = own.data().with_extension("log");
    until("the banner is printed", Duration::from_secs(10), async || {
        let printed = std::fs::read_to_string(&log).ok()?;
        printed.contains("Ctrl-C").then_some(printed)
    })
    .await
}

#[tokio::test]
async fn the_code_is_tried_ten_times_a_minute() {
    let own = OwnSystem::start(&["LoginsPerMinute=10"]).await;
    let stranger = Person::new(&own.system()).await;
    let mut refused = 0;
    for _ in 0..12 {
        let answer = claim(&stranger, &"aaaa".repeat(8)).await;
        refused += usize::from(answer.status == 429);
    }
    assert!(refused >= 2, "only {refused} were refused");
}

/// The code comes by the command, and goes to the other by standard input.
#[tokio::test]
async fn the_code_is_claimed_on_the_command_line() {
    let own = OwnSystem::start(&["LoginsPerMinute=1000"]).await;
    let system = own.system();
    let ana = Person::new(&system).await;
    ana.verified().await;
    let code = own.administrator_code().expect("a code");
    assert_eq!(code, code_of(system.variable("SIGNING_KEY")));
    let albumen = Albumen::of(&ana, &system);
    assert!(claims_by_input(&albumen, &code), "it is taken");
    assert!(is_administrator(&ana).await);
    assert_eq!(own.administrator_code(), None, "it was used");
}

fn claims_by_input(albumen: &Albumen, code: &str) -> bool {
    let mut run = albumen
        .command(&["admin", "claim", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the program");
    let mut input = run.stdin.take().expect("its input");
    writeln!(input, "{code}").expect("a line");
    drop(input);
    run.wait().expect("its end").success()
}

/// Two systems have two codes.
#[test]
fn a_code_is_a_key_s() {
    assert_ne!(code_of(&"a".repeat(32)), code_of(&"b".repeat(32)));
    assert_eq!(code_of(&"a".repeat(32)), code_of(&"a".repeat(32)));
}
