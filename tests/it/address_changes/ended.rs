//! Ends of the wait for an address: a new password, the account's end, and time.

use reqwest::Method;
use serde_json::{Value, json};
use shared::domain::{Moment, UserId};
use tests::{
    Person, System,
    mailbox::token_to,
    person::{PASSWORD, address},
    system::{accounts, addresses_of},
};

use super::{CONFIRM, ana, ask_for, change, confirm, me};

const OTHER: &str = "seven violet harbour lanterns";

/// Whoever takes a new password because a stranger had the old one keeps their address.
#[tokio::test]
async fn a_new_password_ends_it() {
    let system = System::shared();
    let (ana, own) = ana(&system).await;
    let (anyone, strangers) = (Person::anonymous(&system), address());
    ask_for(&ana, &strangers).await;
    let token = token_to(&system, &strangers, CONFIRM).await;
    let body = json!({"password": OTHER, "current_password": PASSWORD});
    let changed = change(&ana, &body).await.expect(200);
    assert_eq!(changed["pending_email"], Value::Null);
    assert_eq!(confirm(&anyone, &token).await.problem(410), "/problems/link-ended");
    assert_eq!(me(&ana).await["email"], json!(own));

    // A password that a mail sets ends it, too.
    let second = address();
    let body = json!({"email": second, "current_password": OTHER});
    change(&ana, &body).await.expect(200);
    let token = token_to(&system, &second, CONFIRM).await;
    let wish = json!({"email": own});
    anyone.post("/v1/password-resets", wish).await.expect(204);
    let reset = token_to(&system, &own, "Choose a new password").await;
    let new = json!({"token": reset, "password": PASSWORD});
    anyone.post("/v1/passwords", new).await.expect(204);
    assert_eq!(confirm(&anyone, &token).await.problem(410), "/problems/link-ended");
    anyone.sign_in(&own).await.expect(201);
}

#[tokio::test]
async fn an_account_that_closes_or_is_suspended_keeps_its_address() {
    let system = System::shared();
    for is_closed in [true, false] {
        let (ana, own) = ana(&system).await;
        let id = ana.id().await;
        let wanted = address();
        ask_for(&ana, &wanted).await;
        let token = token_to(&system, &wanted, CONFIRM).await;
        if is_closed {
            let body = json!({"password": PASSWORD}).to_string();
            let closed = ana.ask(Method::DELETE, "/v1/me", &[], Some(body)).await;
            closed.expect(202);
        } else {
            set(&system, &id, "suspended_at", Moment::now()).await;
        }
        let refused = confirm(&Person::anonymous(&system), &token).await;
        assert_eq!(refused.problem(410), "/problems/link-ended");
        assert_eq!(addresses_of(&system, &id).await, [own]);
    }
}

#[tokio::test]
async fn it_ends_after_a_week() {
    let system = System::shared();
    let (ana, own) = ana(&system).await;
    let wanted = address();
    ask_for(&ana, &wanted).await;
    let token = token_to(&system, &wanted, CONFIRM).await;
    let week_ago = Moment::now().plus(-7 * 24 * 3600);
    set(&system, &ana.id().await, "pending_since", week_ago).await;
    assert_eq!(me(&ana).await["pending_email"], Value::Null);
    assert_eq!(confirm(&ana, &token).await.problem(410), "/problems/link-ended");
    assert_eq!(me(&ana).await["email"], json!(own));
}

/// Sets a moment of the account's row.
async fn set(system: &System, user: &str, column: &'static str, at: Moment) {
    let user: UserId = user.parse().expect("an id");
    let statement = match column {
        "suspended_at" => "UPDATE users SET suspended_at = ? WHERE id = ?",
        _ => "UPDATE users SET pending_since = ? WHERE id = ?",
    };
    let update = sqlx::query(statement).bind(at.utc()).bind(user.uuid());
    let done = update
        .execute(&mut accounts(system, user.shard()).await)
        .await;
    done.expect("an update");
}
