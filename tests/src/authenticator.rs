//! An authenticator app, by RFC 6238 and without the code under test, and people who have one.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;

use crate::{
    person::{ApiResponse, PASSWORD, Person, address, text},
    system::System,
};

/// Seconds of a step.
const STEP: u64 = 30;

/// An app that has learnt a secret.
pub struct Authenticator {
    secret: Vec<u8>,
    /// The step of the code that was shown last.
    shown: u64,
}

impl Authenticator {
    /// Learns the secret as people type it.
    ///
    /// # Panics
    /// When it is no base32.
    pub fn new(secret: &str) -> Self {
        let secret = BASE32_NOPAD.decode(secret.as_bytes()).expect("base32");
        Self { secret, shown: 0 }
    }

    /// Returns a code that was not shown before: of this step or the next one. The third within a
    /// step is waited for.
    pub async fn code(&mut self) -> String {
        let step = step().max(self.shown + 1);
        while self::step() + 1 < step {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        self.shown = step;
        self.at(step)
    }

    /// Returns six digits that are the code of no step of these minutes.
    ///
    /// # Panics
    /// Never: there are more digits than steps.
    pub fn wrong(&self) -> String {
        let now = step();
        let near: Vec<_> = (now - 3..now + 6).map(|step| self.at(step)).collect();
        let mut digits = (0..100).map(|number| format!("{number:06}"));
        digits
            .find(|digits| !near.contains(digits))
            .expect("a wrong one")
    }

    fn at(&self, step: u64) -> String {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.secret).expect("a key");
        mac.update(&step.to_be_bytes());
        let sum = mac.finalize().into_bytes();
        let offset = usize::from(sum[19] % 16);
        let mut word = 0_u32;
        for byte in &sum[offset..offset + 4] {
            word = (word << 8) | u32::from(*byte);
        }
        format!("{:06}", word % (1 << 31) % 1_000_000)
    }
}

fn step() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("a clock past 1970").as_secs() / STEP
}

/// Somebody whose second factor is on.
pub struct CarefulPerson {
    /// The person, signed in.
    pub person: Person,
    /// Their address.
    pub email: String,
    /// Their app.
    pub app: Authenticator,
    /// Their recovery codes.
    pub codes: Vec<String>,
}

impl CarefulPerson {
    /// Somebody who has just signed up and in, and switched the second factor on.
    pub async fn new(system: &System) -> Self {
        let anyone = Person::anonymous(system);
        let email = address();
        anyone.sign_up(&email).await.expect(201);
        let session = anyone.sign_in(&email).await.expect(201);
        let person = anyone.with(&text(&session["token"]));
        let mut app = begun(&person).await;
        let code = app.code().await;
        let confirmed = confirm(&person, &code).await.expect(200);
        Self { person, email, app, codes: recovery_codes(&confirmed) }
    }

    /// Takes a recovery code that was not used.
    ///
    /// # Panics
    /// When all ten were.
    pub fn recovery_code(&mut self) -> String {
        self.codes.pop().expect("a code")
    }

    /// Signs in with a code, or without one.
    pub async fn log_in(&self, code: Option<&str>) -> ApiResponse {
        let mut body = json!({"email": self.email, "password": PASSWORD});
        if let Some(code) = code {
            body["code"] = code.into();
        }
        Person::anonymous(&self.person.system)
            .post("/v1/sessions", body)
            .await
    }
}

/// Begins a second factor; an app that has learnt its secret.
pub async fn begun(person: &Person) -> Authenticator {
    let begun = person
        .post("/v1/me/second-factor", json!({"password": PASSWORD}))
        .await
        .expect(201);
    Authenticator::new(&text(&begun["secret"]))
}

/// Confirms the second factor that was begun.
pub async fn confirm(person: &Person, code: &str) -> ApiResponse {
    person
        .post("/v1/me/second-factor/confirmation", json!({"code": code}))
        .await
}

/// Returns the recovery codes of an answer.
///
/// # Panics
/// When it has none.
pub fn recovery_codes(answer: &Value) -> Vec<String> {
    let codes = answer["recovery_codes"].as_array().expect("codes");
    codes.iter().map(text).collect()
}
