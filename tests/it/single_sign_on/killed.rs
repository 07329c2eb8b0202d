//! Sign-ons that die anywhere, and are repeated under their `Idempotency-Key`.

use serde_json::Value;
use tests::{
    Person, System,
    in_process::BrowserRequest,
    kill_points::Deaths,
    person::{address, text},
};

use super::{SESSION, brought_back, completion, identity, me, subject};

/// Number of places at which a request dies.
const DEATHS: usize = 8;

#[tokio::test]
async fn a_sign_on_that_is_killed_anywhere_is_gone_on_with() {
    let system = System::shared();
    let mut deaths = Deaths::at(DEATHS);
    for death in 0..=DEATHS {
        let (subject, email) = (subject(), address());
        // Pools of its own for each request: what died has taken its connection along.
        let dying = completion(&system, "open");
        let asked = brought_back(&dying.env, &identity(&subject, &email)).await;
        let asked = BrowserRequest { key: Some(format!("k-{death}-{subject}")), ..asked };
        deaths.run(dying.ask(&asked)).await;
        let first = completion(&system, "open").ask(&asked).await;
        let again = completion(&system, "open").ask(&asked).await;
        let session = first.expect(201);
        assert_eq!(session["id"], again.expect(201)["id"], "killed at {death}");
        assert_eq!(first.cookie(SESSION).0, again.cookie(SESSION).0, "killed at {death}");
        let (pair, _) = first.cookie(SESSION);
        let token = pair.split('=').nth(1).expect("a token");
        let ana = Person::anonymous(&system).with(token);
        let own = me(&ana).await;
        assert_eq!(own["identities"].as_array().map(Vec::len), Some(1), "killed at {death}");
        // Another sign-on of the same person finds the same account, whatever the address is.
        let later = super::signed_on(&system, &identity(&subject, &address())).await;
        assert_eq!(me(&later).await["id"], own["id"], "killed at {death}");
        assert_eq!(text(&own["email"]), email);
        assert_ne!(own["email_verified_at"], Value::Null);
    }
    deaths.assert_happened();
}
