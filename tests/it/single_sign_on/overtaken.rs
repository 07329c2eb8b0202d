//! Sign-ons that the end of their link overtakes.

use serde_json::{Value, json};
use shared::{
    domain::UserId,
    http::Signer,
    stores::{Accounts, Identities},
};
use tests::{
    Person, System,
    in_process::BrowserRequest,
    kill_points,
    person::{PASSWORD, address},
    system::env,
};

use super::{
    ISSUER, brought_back, completion, identity,
    leaving::{linked, unlink},
    me, signed_on, subject,
};

/// Waits between two at which a sign-on is paused: each try takes two sign-ons.
const STEP: usize = 3;

/// Returns the session of this person's that has begun last.
async fn newest_session(person: &Person) -> Value {
    let sessions = person.get("/v1/sessions").await.expect(200);
    sessions["items"][0]["id"].clone()
}

async fn is_linked(person: &Person) -> bool {
    me(person).await["identities"] != json!([])
}

async fn end_link(person: &Person) {
    let with = json!({"current_password": PASSWORD});
    unlink(person, with).await.expect(200);
}

/// Wherever a sign-on waits meanwhile, it is refused and has left nothing, or it was done before,
/// or it has begun after and links the account anew.
#[tokio::test]
async fn a_sign_on_that_the_end_of_its_link_overtakes_leaves_nothing() {
    let (system, subject, email) = (System::shared(), subject(), address());
    let acting = system.acting_as("CompleteSingleSignOn");
    let hot = env(&acting, &acting.dynamodb);
    let identities = Identities::connect(&hot).expect("identities");
    let sum = Signer::connect(&hot)
        .expect("a signer")
        .identity(ISSUER, &subject);
    let ana = linked(&system, &subject, &email).await;
    // What is paused goes on, so its pools are good for all.
    let function = completion(&system, "open");
    let mut refused = 0;
    for wait in (1..).step_by(STEP) {
        signed_on(&system, &identity(&subject, &email)).await;
        let before = newest_session(&ana).await;
        let brought = brought_back(&function.env, &identity(&subject, &email)).await;
        let asked = BrowserRequest { key: Some(format!("k-{wait}-{subject}")), ..brought };
        let mut sign_on = Box::pin(function.ask(&asked));
        if let Some(answer) = kill_points::after(wait, sign_on.as_mut()).await {
            answer.expect(201);
            break;
        }
        end_link(&ana).await;
        let answer = sign_on.await;
        let is_linked_anew = is_linked(&ana).await;
        let leads = identities.find(&sum).await.expect("an answer");
        assert_eq!(leads.is_some(), is_linked_anew, "wait {wait}");
        let has_begun = newest_session(&ana).await != before;
        assert_eq!(has_begun, answer.status() == 201, "wait {wait}: {}", answer.body());
        if has_begun {
            continue;
        }
        assert_eq!(answer.problem(410), "sign-on-ended", "wait {wait}");
        assert!(!is_linked_anew, "wait {wait}");
        // Repeated, it is refused as well.
        let again = function.ask(&asked).await;
        assert_eq!(again.problem(410), "sign-on-ended", "wait {wait}");
        assert!(!is_linked(&ana).await, "wait {wait}");
        assert_eq!(newest_session(&ana).await, before, "wait {wait}");
        refused += 1;
    }
    assert!(refused > 0, "none was overtaken");
}

/// The claim of a sign-on that was under way while the link ended.
#[tokio::test]
async fn a_claim_without_its_link_makes_nobody_an_administrator() {
    let (system, subject, email) = (System::shared(), subject(), address());
    let ana = linked(&system, &subject, &email).await;
    let user: UserId = ana.id().await.parse().expect("an id");
    let acting = system.acting_as("CompleteSingleSignOn");
    let accounts = Accounts::connect(&env(&acting, &acting.dynamodb)).expect("accounts");
    let found = accounts.find(user).await.expect("an answer");
    let account = found.expect("an account");
    end_link(&ana).await;
    let followed = accounts.follow_claim(&account, ISSUER, true).await;
    followed.expect("nothing to follow");
    assert_eq!(me(&ana).await["administrator"], false);
    // Linked again, it does.
    signed_on(&system, &identity(&subject, &email)).await;
    let followed = accounts.follow_claim(&account, ISSUER, true).await;
    followed.expect("a claim that is followed");
    assert_eq!(me(&ana).await["administrator"], true);
    end_link(&ana).await;
    assert_eq!(me(&ana).await["administrator"], false);
}
