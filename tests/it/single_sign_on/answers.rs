//! Answers of a provider, held against what was asked.

use std::collections::HashMap;

use identity::{BeginSingleSignOn, Provider, ReceiveSingleSignOn};
use reqwest::Url;
use serde_json::{Value, json};
use shared::{env::Env, stores::SignOns};
use tests::{
    System,
    in_process::{BrowserRequest, Function, FunctionResponse},
    lying_provider::{CLIENT, LyingProvider, SentToken},
    person::{address, text},
    system::sdk,
};

use super::{COOKIE, completion_for, subject};

/// A browser that has begun a sign-on.
struct Begun {
    cookie: String,
    state: String,
    nonce: String,
}

/// The functions that ask a provider, in this process.
struct Functions {
    begin: Function<BeginSingleSignOn>,
    receive: Function<ReceiveSingleSignOn>,
}

fn env_for(system: &System, issuer: &str) -> Env {
    let mut variables: HashMap<_, _> = system.environment.clone().into_iter().collect();
    for (name, value) in [
        ("SINGLE_SIGN_ON_ISSUER", issuer),
        ("SINGLE_SIGN_ON_CLIENT_ID", CLIENT),
        ("SINGLE_SIGN_ON_CLIENT_SECRET", "secret"),
        ("SINGLE_SIGN_ON_ADMINISTRATOR_CLAIM", ""),
        ("SINGLE_SIGN_ON_ADMINISTRATOR_VALUE", ""),
    ] {
        variables.insert(name.to_owned(), value.to_owned());
    }
    Env::with(sdk(system, &system.dynamodb), variables)
}

impl Functions {
    fn new(system: &System, issuer: &str) -> Self {
        let begins = env_for(&system.acting_as("BeginSingleSignOn"), issuer);
        let receives = env_for(&system.acting_as("ReceiveSingleSignOn"), issuer);
        let provider = |env: &Env| Provider::connect_if_any(env).expect("a provider");
        Self {
            begin: Function {
                route: BeginSingleSignOn { provider: provider(&begins) },
                env: begins,
            },
            receive: Function {
                route: ReceiveSingleSignOn {
                    provider: provider(&receives),
                    sign_ons: SignOns::connect(&receives).expect("sign-ons"),
                    origin: system.origin.clone(),
                },
                env: receives,
            },
        }
    }

    async fn begun(&self) -> Begun {
        let answer = self.begin.ask(&BrowserRequest::default()).await;
        let address = Url::parse(&text(&answer.expect(200)["address"])).expect("an address");
        let query: HashMap<_, _> = address.query_pairs().into_owned().collect();
        assert_eq!(query["code_challenge_method"], "S256");
        assert_eq!(query["response_type"], "code");
        let (cookie, attributes) = answer.cookie(COOKIE);
        // The way back is from another site; the session's own cookie is never laxer for it.
        for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            assert!(attributes.contains(attribute), "{attributes}");
        }
        Begun { cookie, state: query["state"].clone(), nonce: query["nonce"].clone() }
    }

    async fn received(&self, cookie: &str, query: &[(&str, &str)]) -> FunctionResponse {
        let mut asked = BrowserRequest { cookies: cookie.to_owned(), ..BrowserRequest::default() };
        for (name, value) in query {
            asked.query.push(((*name).to_owned(), (*value).to_owned()));
        }
        let answer = self.receive.ask(&asked).await;
        answer.expect(302);
        answer
    }
}

/// Returns the word that the page is told.
fn outcome(answer: &FunctionResponse) -> String {
    let location = answer.headers()["location"].to_str().expect("text");
    let (_, word) = location.split_once("/#/single-sign-on/").expect("the page");
    word.to_owned()
}

#[tokio::test]
async fn an_answer_is_taken_once_and_by_the_browser_that_began() {
    let (system, lying) = (System::shared(), LyingProvider::start().await);
    let functions = Functions::new(&system, &lying.issuer);
    let (begun, other) = (functions.begun().await, functions.begun().await);
    let (subject, email) = (subject(), address());
    lying
        .answer(lying.token(&begun.nonce, &subject, &email))
        .await;
    let query = [("state", begun.state.as_str()), ("code", "c"), ("unknown", "1")];
    // Another browser, and none; another state, and none.
    for cookie in [other.cookie.as_str(), ""] {
        assert_eq!(outcome(&functions.received(cookie, &query).await), "ended");
    }
    for state in [other.state.as_str(), ""] {
        let query = [("state", state), ("code", "c")];
        assert_eq!(outcome(&functions.received(&begun.cookie, &query).await), "ended");
    }
    let good = functions.received(&begun.cookie, &query).await;
    assert_eq!(outcome(&good), "done");
    let (proven, attributes) = good.cookie(COOKIE);
    assert!(attributes.contains("SameSite=Strict"), "{attributes}");
    // The same once more: state and code have been used.
    assert_eq!(outcome(&functions.received(&begun.cookie, &query).await), "ended");
    // What was begun is no proof, and what is proven is nothing that was begun.
    let completion = completion_for(&system, &lying.issuer, "open");
    let ask = |cookies: &str| BrowserRequest {
        cookies: cookies.to_owned(),
        body: Some(json!({})),
        ..BrowserRequest::default()
    };
    assert_eq!(completion.ask(&ask(&other.cookie)).await.problem(410), "sign-on-ended");
    assert_eq!(outcome(&functions.received(&proven, &query).await), "ended");
    completion.ask(&ask(&proven)).await.expect(201);
}

/// A change that makes a token wrong.
type Change = fn(&mut SentToken);

#[tokio::test]
async fn a_token_that_is_not_right_in_everything_proves_nothing() {
    let (system, lying) = (System::shared(), LyingProvider::start().await);
    let functions = Functions::new(&system, &lying.issuer);
    let changes: [(&str, Change); 16] = [
        ("another nonce", |token| token.claims["nonce"] = json!("another")),
        ("no nonce", |token| token.claims["nonce"] = Value::Null),
        ("another issuer", |token| token.claims["iss"] = json!("https://id.example")),
        ("issuers", |token| {
            token.claims["iss"] = json!([token.claims["iss"], "https://id.example"]);
        }),
        ("another audience", |token| token.claims["aud"] = json!("another")),
        ("audiences without a party", |token| token.claims["aud"] = json!([CLIENT, "another"])),
        ("another party", |token| token.claims["azp"] = json!("another")),
        ("an end in the past", |token| token.claims["exp"] = json!(1_000_000_000)),
        ("no end", |token| token.claims["exp"] = Value::Null),
        ("an old one", |token| token.claims["iat"] = json!(1_000_000_000)),
        ("nobody", |token| token.claims["sub"] = json!("")),
        ("a name with a line's end", |token| token.claims["sub"] = json!("a\nb")),
        ("another key", |token| token.key = 1),
        ("a key that is not shown", |token| token.header["kid"] = json!("1")),
        ("no algorithm", |token| {
            token.header["alg"] = json!("none");
            token.signature = Some(String::new());
        }),
        ("an algorithm of secrets", |token| token.header["alg"] = json!("HS256")),
    ];
    for (what, change) in changes {
        let begun = functions.begun().await;
        let mut token = lying.token(&begun.nonce, &subject(), &address());
        change(&mut token);
        lying.answer(token).await;
        let query = [("state", begun.state.as_str()), ("code", "c")];
        let answer = functions.received(&begun.cookie, &query).await;
        assert_eq!(outcome(&answer), "failed", "{what}");
        let (cookie, _) = answer.cookie(COOKIE);
        assert_eq!(cookie, format!("{COOKIE}="), "{what}");
    }
}

#[tokio::test]
async fn what_the_provider_refuses_or_does_not_answer_is_told_in_a_word() {
    let (system, lying) = (System::shared(), LyingProvider::start().await);
    let functions = Functions::new(&system, &lying.issuer);
    let begun = functions.begun().await;
    let query = [("state", begun.state.as_str()), ("error", "access_denied")];
    assert_eq!(outcome(&functions.received(&begun.cookie, &query).await), "refused");
    // An answer in the name of another provider (RFC 9207).
    let begun = functions.begun().await;
    lying
        .answer(lying.token(&begun.nonce, &subject(), &address()))
        .await;
    let query = [("state", begun.state.as_str()), ("code", "c"), ("iss", "https://id.example")];
    assert_eq!(outcome(&functions.received(&begun.cookie, &query).await), "failed");
    let begun = functions.begun().await;
    let query = [("state", begun.state.as_str()), ("code", "c")];
    drop(lying);
    assert_eq!(outcome(&functions.received(&begun.cookie, &query).await), "failed");
    // One that calls itself otherwise is not the one that was meant.
    let lying = LyingProvider::start().await;
    let misnamed = Functions::new(&system, &format!("{}/", lying.issuer));
    misnamed
        .begin
        .ask(&BrowserRequest::default())
        .await
        .problem(500);
}
