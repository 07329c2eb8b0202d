//! Single sign-on: whom a provider shows somebody to be, and whose account that opens.

mod accounts;
mod answers;
mod killed;
mod leaving;
mod overtaken;
mod team;

use std::sync::atomic::{AtomicU64, Ordering};

use ::accounts::CompleteSingleSignOn;
use serde_json::{Value, json};
use shared::{
    domain::{Moment, SignUpRule, single_sign_on::ProvenIdentity},
    env::Env,
    http::Signer,
    stores::{
        Accounts, Emails, Identities, Invited, KnownNetworks, Library, MailQueue, Sessions, SignOns,
    },
};
use tests::{
    Person, System,
    in_process::{BrowserRequest, Function},
    system::env,
};

const COOKIE: &str = "__Host-single-sign-on";
const SESSION: &str = "__Host-session";
const ISSUER: &str = "https://id.example";

/// Returns a name that nobody has at a provider.
fn subject() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("subject-{}-{number}", Moment::now().micros())
}

/// Returns an identity with this subject and address, as the provider proves it.
fn identity(subject: &str, email: &str) -> ProvenIdentity {
    ProvenIdentity {
        sign_on: format!("{subject}-{}", Moment::now().micros()),
        issuer: ISSUER.to_owned(),
        subject: subject.to_owned(),
        email: Some(email.to_owned()),
        email_verified: true,
        name: Some("Ana".to_owned()),
        administrator: false,
        logout: None,
        until: Moment::now().plus(60).micros(),
    }
}

/// The function that makes sessions, under this rule of who may sign up.
fn completion(system: &System, mode: &str) -> Function<CompleteSingleSignOn> {
    completion_for(system, ISSUER, mode)
}

/// The same for people of this provider.
fn completion_for(system: &System, issuer: &str, mode: &str) -> Function<CompleteSingleSignOn> {
    let system = system.acting_as("CompleteSingleSignOn");
    let hot = env(&system, &system.dynamodb);
    let queues = env(&system, &system.sqs);
    let route = CompleteSingleSignOn {
        issuer: Some(issuer.to_owned()),
        sign_ons: SignOns::connect(&hot).expect("sign-ons"),
        identities: Identities::connect(&hot).expect("identities"),
        emails: Emails::connect(&hot).expect("addresses"),
        accounts: Accounts::connect(&hot).expect("accounts"),
        sessions: Sessions::connect(&hot).expect("sessions"),
        networks: KnownNetworks::connect(&hot).expect("networks"),
        mail_queue: MailQueue::connect(&queues).expect("a queue"),
        invited: Invited::connect(&hot).expect("invited"),
        library: Library::connect(&hot).expect("a library"),
        rule: SignUpRule::parse(mode, "team.example").expect("a rule"),
    };
    Function { route, env: hot }
}

/// Seals an identity as the callback does, whose answer is taken.
async fn sealed(env: &Env, identity: &ProvenIdentity) -> String {
    let system = System::shared().acting_as("ReceiveSingleSignOn");
    let of_callback = tests::system::env(&system, &system.dynamodb);
    let sign_ons = SignOns::connect(&of_callback).expect("sign-ons");
    sign_ons.answer(&identity.sign_on).await.expect("an answer");
    let signer = Signer::connect(env).expect("a signer");
    format!("{COOKIE}={}", signer.seal("identity of a single sign-on", identity))
}

/// Returns the request of a browser that the provider has led back.
async fn brought_back(env: &Env, identity: &ProvenIdentity) -> BrowserRequest {
    let cookies = sealed(env, identity).await;
    BrowserRequest { cookies, body: Some(json!({})), ..BrowserRequest::default() }
}

/// Signs on; the session's user.
async fn signed_on(system: &System, identity: &ProvenIdentity) -> Person {
    let function = completion(system, "open");
    let asked = brought_back(&function.env, identity).await;
    let answer = function.ask(&asked).await;
    answer.expect(201);
    let (session, _) = answer.cookie(SESSION);
    let token = session.split('=').nth(1).expect("a token");
    Person::anonymous(system).with(token)
}

/// Signs on in vain; the problem.
async fn refused(function: &Function<CompleteSingleSignOn>, identity: &ProvenIdentity) -> String {
    let asked = brought_back(&function.env, identity).await;
    let answer = function.ask(&asked).await;
    answer.problem(answer.status())
}

async fn me(person: &Person) -> Value {
    person.get("/v1/me").await.expect(200)
}

#[tokio::test]
async fn without_a_provider_there_is_no_single_sign_on() {
    let system = System::shared();
    let anyone = Person::anonymous(&system);
    let rule = anyone.get("/v1/sign-up").await.expect(200);
    assert_eq!(rule["single_sign_on"], Value::Null);
    for path in ["/v1/single-sign-on", "/v1/single-sign-on/sessions"] {
        anyone.post(path, json!({})).await.problem(404);
    }
    anyone
        .get("/v1/single-sign-on/callback?state=s&code=c")
        .await
        .problem(404);
}
