//! A certified OpenID Connect provider, and somebody who signs in there. Installed by `./dev test`.

use std::{collections::BTreeMap, path::Path, process::Stdio, time::Duration};

use reqwest::{Client, Response, redirect::Policy};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use crate::OwnSystem;

/// The name that the provider knows this Albumen by.
pub const CLIENT: &str = "albumen";
/// The secret that it has with it: with signs that a header has to encode.
pub const SECRET: &str = "a secret with : and %";

/// Time for the provider to start.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most steps from the provider's first address to the callback.
const STEPS: usize = 12;

/// A running provider, which ends with this.
pub struct IdentityProvider {
    /// The provider's name of itself.
    pub issuer: String,
    _process: Child,
    /// Stays open: what the provider goes on to say would otherwise end it.
    _output: Lines<BufReader<ChildStdout>>,
}

impl IdentityProvider {
    /// Starts a provider that says this of people: an object by their names.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(accounts: &Value) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("the repository");
        let mut node = Command::new("node");
        node.arg(root.join("tests/single-sign-on/provider.mjs"))
            .arg(root.join("target/clients/single-sign-on"))
            .env("ACCOUNTS", accounts.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let mut process = node.spawn().expect("node, which ./dev test installs");
        let output = process.stdout.take().expect("its output");
        let mut lines = BufReader::new(output).lines();
        let first = tokio::time::timeout(PATIENCE, lines.next_line()).await;
        let issuer = first.expect("a provider in time").expect("its output");
        let issuer = issuer.expect("target/clients/single-sign-on, which ./dev test installs");
        Self { issuer, _process: process, _output: lines }
    }

    /// Starts a system whose people sign on here, with these parameters besides.
    pub async fn system(&self, parameters: &[&str]) -> OwnSystem {
        let issuer = format!("SingleSignOnIssuer={}", self.issuer);
        let client = format!("SingleSignOnClientId={CLIENT}");
        let secret = format!("SingleSignOnClientSecret={SECRET}");
        let of_provider = [
            issuer.as_str(),
            client.as_str(),
            secret.as_str(),
            "SingleSignOnName=Example ID",
            "SingleSignOnAdministratorClaim=groups",
            "SingleSignOnAdministratorValue=admins",
        ];
        OwnSystem::start(&[of_provider.as_slice(), parameters].concat()).await
    }

    /// Signs in as this person at the address that a sign-on begins with. Returns the address to
    /// which the provider leads back.
    ///
    /// # Panics
    /// When it leads nowhere.
    pub async fn sign_in(&self, address: &str, name: &str) -> String {
        let mut visitor = Visitor::new();
        let mut next = address.to_owned();
        let mut prompts = ["login", "consent"].into_iter();
        for _ in 0..STEPS {
            let answer = if next.contains("/interaction/") {
                let prompt = prompts.next().expect("no third question");
                visitor.answer(&next, prompt, name).await
            } else {
                visitor.get(&next).await
            };
            next = self.absolute(&location(&answer));
            if !next.starts_with(&self.issuer) {
                return next;
            }
        }
        panic!("the provider leads nowhere: {next}");
    }

    /// Leaves the provider at the address that the end of a session leads to, and says yes to its
    /// question. Returns the address to which the provider leads then.
    ///
    /// # Panics
    /// When it does not ask, or leads nowhere.
    pub async fn log_out(&self, address: &str) -> String {
        let mut visitor = Visitor::new();
        let asked = visitor.get(address).await;
        assert!(asked.status().is_success(), "{}", asked.status());
        let page = asked.text().await.expect("a page");
        let xsrf = between(&page, "name=\"xsrf\" value=\"", "\"");
        let answer = visitor
            .post(
                &format!("{}/session/end/confirm", self.issuer),
                format!("xsrf={xsrf}&logout=yes"),
            )
            .await;
        self.absolute(&location(&answer))
    }

    fn absolute(&self, location: &str) -> String {
        if location.starts_with('/') {
            return format!("{}{location}", self.issuer);
        }
        location.to_owned()
    }
}

/// A browser at the provider: it keeps cookies.
struct Visitor {
    http: Client,
    cookies: BTreeMap<String, String>,
}

impl Visitor {
    fn new() -> Self {
        let http = Client::builder().redirect(Policy::none()).no_proxy();
        Self { http: http.build().expect("a client"), cookies: BTreeMap::new() }
    }

    async fn get(&mut self, address: &str) -> Response {
        let request = self.http.get(address).header("cookie", self.cookies());
        let answer = request.send().await.expect("an answer of the provider");
        self.keep(&answer);
        answer
    }

    async fn answer(&mut self, address: &str, prompt: &str, name: &str) -> Response {
        self.post(address, format!("prompt={prompt}&login={name}&password=any"))
            .await
    }

    async fn post(&mut self, address: &str, form: String) -> Response {
        let request = self
            .http
            .post(address)
            .header("cookie", self.cookies())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let answer = request.send().await.expect("an answer of the provider");
        self.keep(&answer);
        answer
    }

    fn cookies(&self) -> String {
        let pairs: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    fn keep(&mut self, answer: &Response) {
        for cookie in answer.headers().get_all("set-cookie") {
            let text = cookie.to_str().expect("text");
            let pair = text.split(';').next().expect("a pair");
            let (name, value) = pair.split_once('=').expect("a name");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// Returns what stands between two texts of a page.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = page.split_once(before).expect("what stands before it");
    let (found, _) = rest.split_once(after).expect("what stands after it");
    found
}

fn location(answer: &Response) -> String {
    let location = answer.headers().get("location");
    let location = location.unwrap_or_else(|| panic!("{} leads nowhere", answer.url()));
    location.to_str().expect("text").to_owned()
}
