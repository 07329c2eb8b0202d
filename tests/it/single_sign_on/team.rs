//! A team whose people sign on at a certified provider: every step over HTTP.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    ApiResponse, Person, System,
    identity_provider::IdentityProvider,
    person::{PASSWORD, address, text},
};

use super::{COOKIE, SESSION, me};

const BEGIN: &str = "/v1/single-sign-on";
const COMPLETE: &str = "/v1/single-sign-on/sessions";

/// A browser: somebody who is not signed in, and cookies.
struct Browser {
    person: Person,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn new(system: &System) -> Self {
        Self { person: Person::anonymous(system), cookies: BTreeMap::new() }
    }

    async fn ask(&mut self, method: Method, path: &str, body: Option<Value>) -> ApiResponse {
        let pairs: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let cookies = pairs.join("; ");
        let headers = [("cookie", cookies.as_str()), ("sec-fetch-site", "same-origin")];
        let body = body.map(|body| body.to_string());
        let answer = self.person.ask(method, path, &headers, body).await;
        for cookie in answer.headers.get_all("set-cookie") {
            let text = cookie.to_str().expect("text");
            let pair = text.split(';').next().expect("a pair");
            let (name, value) = pair.split_once('=').expect("a name");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    /// Begins a sign-on, and signs in at the provider; the path of the callback.
    async fn comes_back(&mut self, provider: &IdentityProvider, name: &str) -> String {
        let begun = self.ask(Method::POST, BEGIN, None).await.expect(200);
        let callback = provider.sign_in(&text(&begun["address"]), name).await;
        let origin = &self.person.system.origin;
        let path = callback.strip_prefix(origin.as_str());
        path.expect("an address of the system").to_owned()
    }

    /// Takes the provider's answer; the word that the page is told.
    async fn receives(&mut self, callback: &str) -> String {
        let answer = self.ask(Method::GET, callback, None).await;
        assert_eq!(answer.status, 302, "{}", answer.body);
        let location = answer.headers["location"].to_str().expect("text");
        let (_, word) = location.split_once("/#/single-sign-on/").expect("the page");
        word.to_owned()
    }

    async fn completes(&mut self) -> ApiResponse {
        self.ask(Method::POST, COMPLETE, Some(json!({"language": "zh-Hant"})))
            .await
    }

    /// Signs on; the session's user.
    async fn signs_on(&mut self, provider: &IdentityProvider, name: &str) -> Person {
        let callback = self.comes_back(provider, name).await;
        assert_eq!(self.receives(&callback).await, "done");
        self.completes().await.expect(201);
        assert_eq!(self.cookies[COOKIE], "", "the cookie of the sign-on is taken away");
        self.person.with(&self.cookies[SESSION])
    }
}

#[tokio::test]
async fn people_of_a_team_sign_on_at_their_provider() {
    let (ana, ben, stranger) = (address(), address(), address());
    let provider = IdentityProvider::start(&json!({
        "ana": {"email": ana, "email_verified": true, "name": "Ana", "groups": ["admins"]},
        "ben": {"email": ben, "email_verified": false, "name": "Ben"},
        "eve": {"email": stranger, "email_verified": true},
    }))
    .await;
    let own = provider.system(&["LoginsPerMinute=1000"]).await;
    let system = own.system();
    let rule = Person::anonymous(&system)
        .get("/v1/sign-up")
        .await
        .expect(200);
    assert_eq!(rule["single_sign_on"]["name"], "Example ID");

    let mut browser = Browser::new(&system);
    let first = browser.signs_on(&provider, "ana").await;
    let account = me(&first).await;
    assert_eq!((&account["name"], &account["email"]), (&json!("Ana"), &json!(ana)));
    assert_eq!(account["administrator"], true);
    assert_eq!(account["language"], "zh-Hant");
    assert_eq!(account["identities"][0]["issuer"], provider.issuer);
    // Signed on again in the same browser, the session is another, and the former one ends.
    let again = browser.signs_on(&provider, "ana").await;
    assert_eq!(me(&again).await["id"], account["id"]);
    first.get("/v1/me").await.problem(401);

    // Who leaves here is led to the provider, which ends its session and leads back to the page.
    let own = text(&me(&again).await["session"]);
    let path = format!("/v1/sessions/{own}");
    let left = browser.ask(Method::DELETE, &path, None).await.expect(200);
    let address = text(&left["address"]);
    assert!(address.starts_with(&provider.issuer) && address.contains("client_id=albumen"));
    assert_eq!(provider.log_out(&address).await, format!("{}/", system.origin));
    again.get("/v1/me").await.problem(401);

    // Whose address the provider has not verified has none here.
    let mut of_ben = Browser::new(&system);
    let callback = of_ben.comes_back(&provider, "ben").await;
    assert_eq!(of_ben.receives(&callback).await, "done");
    let refused = of_ben.completes().await;
    assert_eq!(refused.problem(403), "/problems/sign-on-unverified");

    // An answer that somebody else's browser gets, and one that comes twice.
    let mut of_eve = Browser::new(&system);
    let callback = of_eve.comes_back(&provider, "eve").await;
    assert_eq!(Browser::new(&system).receives(&callback).await, "ended");
    assert_eq!(of_ben.receives(&callback).await, "ended");
    let kept = of_eve.cookies.clone();
    assert_eq!(of_eve.receives(&callback).await, "done");
    let mut copy = Browser { person: Person::anonymous(&system), cookies: kept };
    assert_eq!(copy.receives(&callback).await, "ended");
    of_eve.completes().await.expect(201);

    // A password beside it, where there was one before.
    let anyone = Person::anonymous(&system);
    let taken = json!({"name": "Ana", "email": ana, "password": PASSWORD});
    assert_eq!(anyone.post("/v1/users", taken).await.problem(409), "/problems/email-taken");
}
