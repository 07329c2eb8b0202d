//! Another address: it counts once the mail to it has been answered.

mod ended;
mod killed;

use futures::future::join;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    ApiResponse, Person, System,
    mailbox::{count_mails, mail_to, token_to},
    person::{PASSWORD, address, text},
    system::addresses_of,
};

const CONFIRM: &str = "Confirm your new address";
const BEGUN: &str = "Somebody has asked for another address for your account";
const CHANGED: &str = "Your account has another address";

/// Somebody with their address.
async fn ana(system: &System) -> (Person, String) {
    let (anyone, email) = (Person::anonymous(system), address());
    anyone.sign_up(&email).await.expect(201);
    let session = anyone.sign_in(&email).await.expect(201);
    (anyone.with(&text(&session["token"])), email)
}

async fn change(person: &Person, body: &Value) -> ApiResponse {
    person
        .ask(Method::PATCH, "/v1/me", &[], Some(body.to_string()))
        .await
}

/// Asks for another address.
async fn ask_for(person: &Person, email: &str) -> Value {
    let body = json!({"email": email, "current_password": PASSWORD});
    change(person, &body).await.expect(200)
}

async fn confirm(anyone: &Person, token: &str) -> ApiResponse {
    anyone
        .post("/v1/verifications", json!({"token": token}))
        .await
}

async fn me(person: &Person) -> Value {
    person.get("/v1/me").await.expect(200)
}

#[tokio::test]
async fn another_address_counts_once_its_mail_has_been_answered() {
    let system = System::shared();
    let (ana, old) = ana(&system).await;
    let (anyone, new) = (Person::anonymous(&system), address());
    let answer = ask_for(&ana, &new).await;
    assert_eq!((&answer["email"], &answer["pending_email"]["email"]), (&json!(old), &json!(new)));
    let token = token_to(&system, &new, CONFIRM).await;
    let told = text(&mail_to(&system, &old, BEGUN).await["text"]);
    assert!(told.contains(&new), "{told}");
    // Nothing has changed yet, and nobody is kept from the address.
    let before = me(&ana).await;
    assert_eq!((&before["email"], &before["pending_email"]["email"]), (&json!(old), &json!(new)));
    assert_eq!(addresses_of(&system, &text(&before["id"])).await, [old.as_str()]);
    anyone.sign_in(&old).await.expect(201);
    anyone.sign_in(&new).await.expect(401);

    confirm(&anyone, &token).await.expect(204);
    let after = me(&ana).await;
    assert_eq!((&after["email"], &after["pending_email"]), (&json!(new), &Value::Null));
    assert!(after["email_verified_at"].is_string());
    assert_eq!(addresses_of(&system, &text(&before["id"])).await, [new.as_str()]);
    anyone.sign_in(&new).await.expect(201);
    anyone.sign_in(&old).await.expect(401);
    mail_to(&system, &old, CHANGED).await;
    assert_eq!(count_mails(&system, &new, CHANGED).await, 0);
    assert_eq!(confirm(&anyone, &token).await.problem(410), "/problems/link-ended");
    anyone.sign_up(&old).await.expect(201);
}

#[tokio::test]
async fn another_wish_takes_the_place_of_the_former_and_the_own_address_ends_it() {
    let system = System::shared();
    let (ana, own) = ana(&system).await;
    let (first, second) = (address(), address());
    ask_for(&ana, &first).await;
    let of_first = token_to(&system, &first, CONFIRM).await;
    ask_for(&ana, &second).await;
    assert_eq!(confirm(&ana, &of_first).await.problem(410), "/problems/link-ended");
    let of_second = token_to(&system, &second, CONFIRM).await;
    // To keep the address takes no password.
    let kept = change(&ana, &json!({"email": own})).await.expect(200);
    assert_eq!((&kept["email"], &kept["pending_email"]), (&json!(own), &Value::Null));
    assert_eq!(confirm(&ana, &of_second).await.problem(410), "/problems/link-ended");
    assert_eq!(me(&ana).await["email"], json!(own));
    // Written in another way it is the same address, and asks nobody.
    let body = json!({"email": own.to_uppercase(), "current_password": PASSWORD});
    let written = change(&ana, &body).await.expect(200);
    assert_eq!(written["email"], json!(own.to_uppercase()));
    assert_eq!(written["pending_email"], Value::Null);
    // Another name leaves what waits as it is.
    ask_for(&ana, &first).await;
    let renamed = change(&ana, &json!({"name": "Ana B."})).await.expect(200);
    assert_eq!(renamed["pending_email"]["email"], json!(first));
}

#[tokio::test]
async fn an_address_that_was_taken_meanwhile_is_refused() {
    let system = System::shared();
    let (ana, own) = ana(&system).await;
    let (anyone, wanted) = (Person::anonymous(&system), address());
    ask_for(&ana, &wanted).await;
    let token = token_to(&system, &wanted, CONFIRM).await;
    let other = text(&anyone.sign_up(&wanted).await.expect(201)["id"]);
    assert_eq!(confirm(&anyone, &token).await.problem(409), "/problems/email-taken");
    let kept = me(&ana).await;
    assert_eq!(kept["email"], json!(own));
    assert_eq!(addresses_of(&system, &text(&kept["id"])).await, [own]);
    assert_eq!(addresses_of(&system, &other).await, [wanted]);
}

/// Of two accounts that are to have one address, the first that confirms it has it.
#[tokio::test]
async fn of_two_who_confirm_one_address_at_once_one_has_it() {
    let system = System::shared();
    let (ana, _) = ana(&system).await;
    let (ben, _) = self::ana(&system).await;
    let wanted = address();
    ask_for(&ana, &wanted).await;
    let first = token_to(&system, &wanted, CONFIRM).await;
    ask_for(&ben, &wanted).await;
    let second = another_token_to(&system, &wanted, &first).await;
    let (one, other) = join(confirm(&ana, &first), confirm(&ben, &second)).await;
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409]);
    let emails = [me(&ana).await["email"].clone(), me(&ben).await["email"].clone()];
    assert_eq!(
        emails
            .iter()
            .filter(|email| **email == json!(wanted))
            .count(),
        1,
        "{emails:?}"
    );
    let anyone = Person::anonymous(&system);
    anyone.sign_in(&wanted).await.expect(201);
}

/// Waits for a mail whose token is another one than this.
async fn another_token_to(system: &System, email: &str, known: &str) -> String {
    let patience = std::time::Duration::from_secs(30);
    tests::system::until("another mail has come", patience, async || {
        let mails = tests::mailbox::mails_to(system, email).await;
        let letters = mails.iter().map(|mail| text(&mail["text"]));
        let mut others = letters.filter(|letter| !letter.contains(known));
        let letter = others.find(|letter| letter.contains("/#/verify/albumen_"))?;
        let (_, after) = letter.split_once("/albumen_")?;
        let token = after.split_whitespace().next()?;
        Some(format!("albumen_{token}"))
    })
    .await
}

/// Asked for again, the mail is sent once in five minutes.
#[tokio::test]
async fn mails_to_one_address_are_counted_whoever_asks_for_them() {
    let system = System::shared();
    let ((ana, _), (ben, _)) = (ana(&system).await, ana(&system).await);
    let theirs = address();
    for _ in 0..5 {
        ask_for(&ana, &theirs).await;
        ask_for(&ben, &theirs).await;
    }
    for asker in [&ana, &ben] {
        let body = json!({"email": theirs, "current_password": PASSWORD});
        assert_eq!(change(asker, &body).await.problem(429), "/problems/too-many");
        let again = asker.post("/v1/me/verification", json!({})).await;
        assert_eq!(again.problem(429), "/problems/too-many");
    }
    ask_for(&ana, &address()).await;
}

#[tokio::test]
async fn the_mail_is_sent_again_and_fills_no_mailbox() {
    let system = System::shared();
    let (ana, _) = ana(&system).await;
    let wanted = address();
    ask_for(&ana, &wanted).await;
    mail_to(&system, &wanted, CONFIRM).await;
    for _ in 0..3 {
        ana.post("/v1/me/verification", json!({})).await.expect(204);
        ask_for(&ana, &wanted).await;
    }
    // What was asked for later has been sent, so what came before it has been looked at.
    let last = address();
    ask_for(&ana, &last).await;
    mail_to(&system, &last, CONFIRM).await;
    let sent = count_mails(&system, &wanted, CONFIRM).await;
    // One more where five minutes have ended in between.
    assert!((1..=2).contains(&sent), "{sent}");
}
