//! Requests about passkeys that die anywhere, and are repeated under their `Idempotency-Key`.

use accounts::{CreatePasskey, CreatePasskeySession};
use lambda_http::{Body, Context, RequestExt, Response};
use serde_json::{Value, json};
use shared::{
    env::Env,
    http::{Gate, Route, dispatch},
    stores::{Accounts, KnownNetworks, MailQueue, Sessions, UsedChallenges},
};
use tests::{
    Person, System,
    kill_points::Deaths,
    mailbox::{count_mails, mail_to},
    passkey::{SoftPasskey, added, begun, challenge, log_in_by},
    person::text,
    system::env,
};

use super::{NEW, ana, passkeys};

/// Number of places at which a request dies.
const DEATHS: usize = 10;

/// A function in this process.
struct Function<R> {
    route: R,
    env: Env,
}

impl<R: Route> Function<R> {
    /// Answers a POST of this person, whose claim has ended by the time of the next.
    async fn post(&self, person: &Person, body: &Value) -> Response<Body> {
        let spec = R::spec();
        let mut headers = json!({"content-type": "application/json", "idempotency-key": "k"});
        if let Some(token) = person.token() {
            headers["authorization"] = format!("Bearer {token}").into();
        } else {
            // Claims of anybody are told apart by the body alone.
            headers["idempotency-key"] = uuid_of(body).into();
        }
        let event = json!({
            "version": "2.0", "routeKey": spec.name(), "rawPath": spec.path, "rawQueryString": "",
            "headers": headers,
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

/// A key that is this body's own.
fn uuid_of(body: &Value) -> String {
    tests::photograph::sum(body.to_string().as_bytes())
}

/// The stores of a function, with pools of its own: what died has taken its connection along.
struct Stores {
    env: Env,
    accounts: Accounts,
    challenges: UsedChallenges,
    mail_queue: MailQueue,
}

fn stores(system: &System, function: &str) -> Stores {
    let system = &system.acting_as(function);
    let env_of_table = env(system, &system.dynamodb);
    Stores {
        accounts: Accounts::connect(&env_of_table).expect("accounts"),
        challenges: UsedChallenges::connect(&env_of_table).expect("challenges"),
        mail_queue: MailQueue::connect(&env(system, &system.sqs)).expect("a queue"),
        env: env_of_table,
    }
}

fn create_passkey(system: &System) -> Function<CreatePasskey> {
    let Stores { env, accounts, challenges, mail_queue } = stores(system, "CreatePasskey");
    Function { route: CreatePasskey { accounts, challenges, mail_queue }, env }
}

fn create_session(system: &System) -> Function<CreatePasskeySession> {
    let Stores { env, accounts, challenges, mail_queue } = stores(system, "CreatePasskeySession");
    let route = CreatePasskeySession {
        accounts,
        challenges,
        sessions: Sessions::connect(&env).expect("sessions"),
        networks: KnownNetworks::connect(&env).expect("networks"),
        mail_queue,
        needs_verified: false,
    };
    Function { route, env }
}

fn body_of(answer: &Response<Body>) -> Value {
    let body: Value = serde_json::from_slice(answer.body()).expect("JSON");
    assert!(answer.status().is_success(), "{body}");
    body
}

#[tokio::test]
async fn a_passkey_whose_request_is_killed_anywhere_is_added_once() {
    let system = System::shared();
    let mut deaths = Deaths::at(DEATHS);
    for death in 0..=DEATHS {
        let (ana, email) = ana(&system).await;
        let mut passkey = SoftPasskey::new(&system.origin);
        let credential = passkey.make(&begun(&ana).await);
        let body = json!({"name": "Telephone", "credential": credential});
        let dying = create_passkey(&system);
        deaths.run(dying.post(&ana, &body)).await;
        let first = body_of(&create_passkey(&system).post(&ana, &body).await);
        let again = body_of(&create_passkey(&system).post(&ana, &body).await);
        assert_eq!(first["id"], again["id"], "killed at {death}");
        assert_eq!(passkeys(&ana).await.len(), 1, "killed at {death}");
        log_in_by(&Person::anonymous(&system), &mut passkey)
            .await
            .expect(201);
        mail_to(&system, &email, NEW).await;
        assert_eq!(count_mails(&system, &email, NEW).await, 1);
    }
    deaths.assert_happened();
}

#[tokio::test]
async fn a_log_in_by_a_passkey_that_is_killed_anywhere_is_gone_on_with() {
    let system = System::shared();
    let anyone = Person::anonymous(&system);
    let mut deaths = Deaths::at(DEATHS);
    for death in 0..=DEATHS {
        let (ana, _) = ana(&system).await;
        let (mut passkey, _) = added(&ana).await;
        let body = json!({"credential": passkey.sign(&challenge(&anyone).await)});
        let dying = create_session(&system);
        deaths.run(dying.post(&anyone, &body)).await;
        let first = body_of(&create_session(&system).post(&anyone, &body).await);
        let again = body_of(&create_session(&system).post(&anyone, &body).await);
        for same in ["id", "token"] {
            assert_eq!(first[same], again[same], "killed at {death}");
        }
        let by_passkey = anyone.with(&text(&first["token"]));
        let sessions = by_passkey.get("/v1/sessions").await.expect(200);
        let count = sessions["items"].as_array().map(Vec::len);
        assert_eq!(count, Some(2), "killed at {death}: {sessions}");
        // Whoever has the same answer and another key gets nothing.
        let other = super::log_in(&anyone, &body["credential"]).await;
        assert_eq!(other.problem(401), "/problems/wrong-credentials");
    }
    deaths.assert_happened();
}
