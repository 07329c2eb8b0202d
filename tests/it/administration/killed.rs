//! Requests of administrators that die anywhere, and are repeated.

use std::time::Duration;

use administration::ClaimAdministration;
use lambda_http::{Body, RequestExt, Response};
use serde_json::{Value, json};
use shared::{
    env::Env,
    http::{Gate, Route, dispatch},
    stores::Accounts,
};
use tests::{
    Person, System,
    kill_points::Deaths,
    system::{env, until},
};

use super::{Known, claim::code_of, killed_acts::update_account, share};

/// Number of places at which a request dies.
pub(super) const DEATHS: usize = 12;

/// A function in this process.
pub(super) struct Function<R> {
    pub route: R,
    pub env: Env,
}

impl<R: Route> Function<R> {
    /// Answers this person's request about somebody.
    pub async fn answer(&self, person: &Person, user: &str, body: &Value) -> Response<Body> {
        let spec = R::spec();
        let path = spec.path.replace("{user}", user);
        let token = person.token().expect("a token");
        let event = json!({
            "version": "2.0", "routeKey": spec.name(), "rawPath": path, "rawQueryString": "",
            "headers": {
                "authorization": format!("Bearer {token}"), "content-type": "application/json",
            },
            "pathParameters": {"user": user},
            "requestContext": {
                "http": {
                    "method": spec.method.as_str(), "path": path, "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1",
                },
                "requestId": "r", "stage": "$default", "timeEpoch": 0,
            },
            "body": body.to_string(),
            "isBase64Encoded": false,
        });
        let request = lambda_http::request::from_str(&event.to_string()).expect("a request");
        let gate = Gate::open(&self.env, &spec).expect("a gate");
        let request = request.with_lambda_context(lambda_http::Context::default());
        Box::pin(dispatch(&self.route, &spec, &gate, request)).await
    }
}

/// The claim, in a system with this signing key.
fn claim_function(system: &System, key: &str) -> Function<ClaimAdministration> {
    let mut acting = system.acting_as("ClaimAdministration");
    acting
        .environment
        .insert("SIGNING_KEY".to_owned(), key.to_owned());
    let env = env(&acting, &acting.dynamodb);
    let accounts = Accounts::connect(&env).expect("accounts");
    Function { route: ClaimAdministration { accounts, needs_verified: true }, env }
}

/// Whoever dies with the code, it makes one account an administrator's: the one that claims again,
/// or, if nothing was written, whoever comes first.
#[tokio::test]
async fn a_claim_that_is_killed_anywhere_makes_one_administrator() {
    let system = System::shared();
    let mut deaths = Deaths::at(DEATHS);
    let mut gone_on_with = 0;
    for death in 0..2 * DEATHS {
        // The code is used up at one of the last waits. They are reached one by one beyond the places.
        if death > DEATHS && gone_on_with > 0 {
            break;
        }
        let key = uuid::Uuid::new_v4().simple().to_string();
        let body = json!({"code": code_of(&key)});
        let (ana, ben) = (Person::new(&system).await, Person::new(&system).await);
        for person in [&ana, &ben] {
            person.verified().await;
        }
        let dying = claim_function(&system, &key);
        deaths.run(dying.answer(&ana, "", &body)).await;
        // Pools of its own: what died has taken its connection along.
        let claim = claim_function(&system, &key);
        let his = claim.answer(&ben, "", &body).await.status();
        let hers = claim.answer(&ana, "", &body).await.status();
        let again = claim.answer(&ana, "", &body).await.status();
        assert_eq!(hers, again, "killed at {death}");
        let statuses = (his.as_u16(), hers.as_u16());
        assert!(matches!(statuses, (422, 200) | (200, 422)), "killed at {death}: {statuses:?}");
        for (person, status) in [(&ana, hers), (&ben, his)] {
            let me = person.get("/v1/me").await.expect(200);
            assert_eq!(me["administrator"], status == 200, "killed at {death}");
        }
        gone_on_with += usize::from(death > 0 && hers == 200);
    }
    deaths.assert_happened();
    assert!(gone_on_with > 0, "no claim was ever gone on with");
}

#[tokio::test]
async fn a_suspension_that_is_killed_anywhere_is_gone_on_with() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let anyone = Person::anonymous(&system);
    let function = || update_account(&system);
    let body = json!({"suspended": true});
    let mut deaths = Deaths::at(DEATHS);
    for death in 0..=DEATHS {
        let ana = Known::new(&system).await;
        let album = ana.person.album("Summer").await;
        let link = share(&ana.person, &album, json!({})).await;
        let dying = function();
        let work = dying.answer(&administrator, &ana.id, &body);
        deaths.run(work).await;
        let answer = function().answer(&administrator, &ana.id, &body).await;
        assert_eq!(answer.status(), 200, "killed at {death}");
        ana.person.get("/v1/me").await.problem(401);
        // What died after the link's row had ended leaves its item to the relay.
        until("the link opens nothing", Duration::from_secs(30), async || {
            system.invoke("RelayOutbox", &json!({})).await;
            (anyone.get(&link).await.status == 404).then_some(())
        })
        .await;
        assert_eq!(anyone.sign_in(&ana.email).await.problem(403), "/problems/suspended");
    }
    deaths.assert_happened();
}
