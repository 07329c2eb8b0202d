//! Log-ins that something overtakes: a new password, or the end of all sessions.

use accounts::CreateSession;
use serde_json::json;
use shared::{
    domain::{
        UserId,
        token::{Token, TokenPurpose},
    },
    stores::{Accounts, Emails, KnownNetworks, MailQueue, MailTokens, Sessions, TokenProof},
};
use tests::{
    Person, System,
    in_process::{BrowserRequest, Function, FunctionResponse},
    kill_points,
    person::{PASSWORD, address, text},
    system::env,
};

const COOKIE: &str = "__Host-session";

/// Waits between two at which a log-in is paused: each try takes two log-ins.
const STEP: usize = 3;

/// The function in this process. What is paused goes on, so its pools are good for all.
fn create_session(system: &System) -> Function<CreateSession> {
    let system = system.acting_as("CreateSession");
    let hot = env(&system, &system.dynamodb);
    let route = CreateSession {
        emails: Emails::connect(&hot).expect("addresses"),
        accounts: Accounts::connect(&hot).expect("accounts"),
        sessions: Sessions::connect(&hot).expect("sessions"),
        networks: KnownNetworks::connect(&hot).expect("networks"),
        mail_queue: MailQueue::connect(&env(&system, &system.sqs)).expect("a queue"),
        needs_verified: false,
    };
    Function { route, env: hot }
}

/// The makings of tokens that replace a password, as the worker of mails makes them.
struct ResetTokens {
    accounts: Accounts,
    tokens: MailTokens,
}

impl ResetTokens {
    fn of(system: &System) -> Self {
        let system = system.acting_as("SendMail");
        let hot = env(&system, &system.dynamodb);
        Self {
            accounts: Accounts::connect(&hot).expect("accounts"),
            tokens: MailTokens::connect(&hot).expect("tokens"),
        }
    }

    /// Returns a token that replaces the password that the user has now.
    async fn token(&self, user: UserId) -> String {
        let account = self.accounts.find(user).await.expect("an answer");
        let purpose = TokenPurpose::PasswordReset;
        let proof = TokenProof { user, state: account.expect("an account").state(purpose) };
        let token = Token::new();
        let kept = self.tokens.keep(&token, purpose, &proof).await;
        kept.expect("a token");
        token.reveal().to_owned()
    }
}

/// Signs in with this password.
async fn signed_in(anyone: &Person, email: &str, password: &str) -> Person {
    let body = json!({"email": email, "password": password});
    let session = anyone.post("/v1/sessions", body).await.expect(201);
    anyone.with(&text(&session["token"]))
}

/// The log-in of a browser that has this person's session: it is to end for another.
fn log_in_again(person: &Person, email: &str, password: &str) -> BrowserRequest {
    let former = person.token().expect("a token");
    BrowserRequest {
        cookies: format!("{COOKIE}={former}"),
        body: Some(json!({"email": email, "password": password, "cookie": true})),
        ..BrowserRequest::default()
    }
}

/// Returns whoever has the session that a log-in has begun.
fn begun(anyone: &Person, log_in: &FunctionResponse) -> Person {
    let (pair, _) = log_in.cookie(COOKIE);
    let token = pair.split('=').nth(1).expect("a token");
    anyone.with(token)
}

async fn count_sessions(person: &Person) -> usize {
    let sessions = person.get("/v1/sessions").await.expect(200);
    sessions["items"].as_array().expect("sessions").len()
}

/// Wherever a log-in waits meanwhile, it is refused as with a wrong password, or its session has
/// ended with the others.
#[tokio::test]
async fn a_log_in_that_a_new_password_overtakes_leaves_no_session() {
    let (system, email) = (System::shared(), address());
    let (function, tokens) = (create_session(&system), ResetTokens::of(&system));
    let anyone = Person::anonymous(&system);
    let signed_up = anyone.sign_up(&email).await.expect(201);
    let user: UserId = text(&signed_up["id"]).parse().expect("an id");
    let mut password = PASSWORD.to_owned();
    let mut ended = 0;
    let mut refused = 0;
    for wait in (1..).step_by(STEP) {
        let ana = signed_in(&anyone, &email, &password).await;
        assert_eq!(count_sessions(&ana).await, 1, "before wait {wait}: one is left");
        let asked = log_in_again(&ana, &email, &password);
        let mut log_in = Box::pin(function.ask(&asked));
        if let Some(answer) = kill_points::after(wait, log_in.as_mut()).await {
            answer.expect(201);
            break;
        }
        password = format!("a louder violet windmill {wait}");
        let body = json!({"token": tokens.token(user).await, "password": password});
        anyone.post("/v1/passwords", body).await.expect(204);
        let answer = log_in.await;
        if answer.status() == 201 {
            begun(&anyone, &answer).get("/v1/me").await.problem(401);
            ended += 1;
        } else {
            assert_eq!(answer.problem(401), "wrong-credentials", "wait {wait}");
            refused += 1;
        }
        ana.get("/v1/me").await.problem(401);
    }
    assert!(ended > 0 && refused > 0, "{ended} ended, {refused} refused");
}

/// Whoever has the password may log in: the end of all sessions is the end of those that are there.
#[tokio::test]
async fn a_log_in_that_the_end_of_all_sessions_overtakes_is_not_refused() {
    let (system, email) = (System::shared(), address());
    let function = create_session(&system);
    let administrator = Person::administrator(&system).await;
    let anyone = Person::anonymous(&system);
    let signed_up = anyone.sign_up(&email).await.expect(201);
    let all = format!("/v1/accounts/{}/sessions", text(&signed_up["id"]));
    let mut ended = 0;
    let mut good = 0;
    for wait in (1..).step_by(STEP) {
        let ana = signed_in(&anyone, &email, PASSWORD).await;
        let asked = log_in_again(&ana, &email, PASSWORD);
        let mut log_in = Box::pin(function.ask(&asked));
        if let Some(answer) = kill_points::after(wait, log_in.as_mut()).await {
            answer.expect(201);
            break;
        }
        administrator.delete(&all).await.expect(204);
        let answer = log_in.await;
        assert_eq!(answer.status(), 201, "wait {wait}: {}", answer.body());
        ana.get("/v1/me").await.problem(401);
        let status = begun(&anyone, &answer).get("/v1/me").await.status;
        assert!(matches!(status, 200 | 401), "wait {wait}: {status}");
        good += usize::from(status == 200);
        ended += usize::from(status == 401);
    }
    assert!(ended > 0 && good > 0, "{ended} ended, {good} are good");
}
