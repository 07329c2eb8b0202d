//! Requests about a second factor that die anywhere, and are repeated under their
//! `Idempotency-Key`.

use accounts::{ConfirmSecondFactor, CreateRecoveryCodes};
use lambda_http::{Body, Context, RequestExt, Response};
use serde_json::{Value, json};
use shared::{
    env::Env,
    http::{Gate, Route, dispatch},
    stores::{Accounts, MailQueue, UsedChallenges},
};
use tests::{
    Person, System,
    authenticator::{CarefulPerson, begun, recovery_codes},
    kill_points::Deaths,
    mailbox::{count_mails, mail_to},
    person::{PASSWORD, address, text},
    system::env,
};

use super::ON;

/// Number of places at which a request dies.
const DEATHS: usize = 8;

/// A function in this process.
struct Function<R> {
    route: R,
    env: Env,
}

impl<R: Route> Function<R> {
    /// Answers a POST of this person, whose claim has ended by the time of the next.
    async fn post(&self, person: &Person, body: &Value) -> Response<Body> {
        let spec = R::spec();
        let token = person.token().expect("a token");
        let event = json!({
            "version": "2.0", "routeKey": spec.name(), "rawPath": spec.path, "rawQueryString": "",
            "headers": {
                "authorization": format!("Bearer {token}"), "content-type": "application/json",
                "idempotency-key": "k",
            },
            "requestContext": {
                "http": {
                    "method": "POST", "path": spec.path, "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1",
                },
                "requestId": "r", "stage": "$default", "timeEpoch": 0,
            },
            "body": body.to_string(),
            "isBase64Encoded": false,
        });
        let mut context = Context::default();
        context.deadline = 1;
        let request = lambda_http::request::from_str(&event.to_string()).expect("a request");
        let gate = Gate::open(&self.env, &spec).expect("a gate");
        let request = request.with_lambda_context(context);
        Box::pin(dispatch(&self.route, &spec, &gate, request)).await
    }
}

/// The stores of a function.
fn stores(system: &System, function: &str) -> (Env, Accounts, MailQueue) {
    let system = &system.acting_as(function);
    let env_of_table = env(system, &system.dynamodb);
    let accounts = Accounts::connect(&env_of_table).expect("accounts");
    let queue = MailQueue::connect(&env(system, &system.sqs)).expect("a queue");
    (env_of_table, accounts, queue)
}

fn codes(answer: &Response<Body>) -> Vec<String> {
    let body: Value = serde_json::from_slice(answer.body()).expect("JSON");
    assert!(answer.status().is_success(), "{body}");
    recovery_codes(&body)
}

#[tokio::test]
async fn a_confirmation_that_is_killed_anywhere_is_gone_on_with() {
    let system = System::shared();
    // Pools of its own for each request: what died has taken its connection along.
    let confirm = || {
        let (env, accounts, mail_queue) = stores(&system, "ConfirmSecondFactor");
        Function { route: ConfirmSecondFactor { accounts, mail_queue }, env }
    };
    let mut deaths = Deaths::at(DEATHS);
    for death in 0..=DEATHS {
        let (anyone, email) = (Person::anonymous(&system), address());
        anyone.sign_up(&email).await.expect(201);
        let session = anyone.sign_in(&email).await.expect(201);
        let ana = anyone.with(&text(&session["token"]));
        let body = json!({"code": begun(&ana).await.code().await});
        let dying = confirm();
        deaths.run(dying.post(&ana, &body)).await;
        let first = codes(&confirm().post(&ana, &body).await);
        let again = codes(&confirm().post(&ana, &body).await);
        assert_eq!((first.len(), &first), (10, &again), "killed at {death}");
        let log_in = json!({"email": email, "password": PASSWORD, "code": first[0]});
        anyone.post("/v1/sessions", log_in).await.expect(201);
        mail_to(&system, &email, ON).await;
        assert_eq!(count_mails(&system, &email, ON).await, 1);
    }
    deaths.assert_happened();
}

#[tokio::test]
async fn new_recovery_codes_that_are_killed_anywhere_are_gone_on_with() {
    let system = System::shared();
    let create = || {
        let (env, accounts, mail_queue) = stores(&system, "CreateRecoveryCodes");
        let challenges = UsedChallenges::connect(&env).expect("challenges");
        Function { route: CreateRecoveryCodes { accounts, challenges, mail_queue }, env }
    };
    let mut deaths = Deaths::at(DEATHS);
    for death in 0..=DEATHS {
        let mut ana = CarefulPerson::new(&system).await;
        let body = json!({"password": PASSWORD, "code": ana.recovery_code()});
        let dying = create();
        deaths.run(dying.post(&ana.person, &body)).await;
        let first = codes(&create().post(&ana.person, &body).await);
        let again = codes(&create().post(&ana.person, &body).await);
        assert_eq!((first.len(), &first), (10, &again), "killed at {death}");
        ana.log_in(Some(&first[0])).await.expect(201);
        let me = ana.person.get("/v1/me").await.expect(200);
        assert_eq!(me["second_factor"]["recovery_codes_left"], 9, "killed at {death}");
    }
    deaths.assert_happened();
}
