//! Tests the ends of what requests that died have left of accounts: addresses, and links of those
//! that are closing.

use serde_json::json;
use shared::{
    domain::{Email, Moment, UserId},
    stores::{AccountChange, Accounts, Emails},
};
use sqlx::{Connection, MySqlConnection};
use tests::{
    OwnSystem, Person, System,
    kill_points::Deaths,
    person::{address, text},
    system::{addresses_of, env},
};

async fn accounts_database(system: &System) -> MySqlConnection {
    let shards: serde_json::Value =
        serde_json::from_str(system.variable("ACCOUNTS_SHARDS")).expect("a shard map");
    MySqlConnection::connect(&text(&shards[0]["writer"]))
        .await
        .expect("a connection")
}

async fn signed_up(system: &System) -> (Person, UserId) {
    let ana = Person::new(system).await;
    let id = ana.id().await.parse().expect("an id");
    (ana, id)
}

/// A change of address in this process, as `update-me` does it.
struct Changer {
    accounts: Accounts,
    emails: Emails,
}

impl Changer {
    fn of(system: &System) -> Self {
        let env = env(&system.acting_as("UpdateMe"), &system.dynamodb);
        let accounts = Accounts::connect(&env).expect("accounts");
        Self { accounts, emails: Emails::connect(&env).expect("addresses") }
    }

    async fn change(&self, user: UserId, email: &Email) {
        let account = self
            .accounts
            .find(user)
            .await
            .expect("an answer")
            .expect("an account");
        let change = AccountChange { email: Some(email.clone()), ..AccountChange::default() };
        self.accounts
            .change_address(&self.emails, &account, email, &change)
            .await
            .expect("a change");
    }
}

/// Wherever a change of address dies, the account keeps one address, and the other is free an hour
/// later.
#[tokio::test]
async fn an_address_that_a_death_left_is_given_up() {
    const DEATHS: usize = 12;
    let own = OwnSystem::start(&["LoginsPerMinute=100000"]).await;
    let system = own.system();
    let fresh = || Email::try_from(address()).expect("an address");
    let mut users = Vec::new();
    let mut deaths = Deaths::at(DEATHS);
    for _ in 0..=DEATHS {
        let (_, user) = signed_up(&system).await;
        // Pools of its own: what dies takes its connection along.
        let changer = Changer::of(&system);
        deaths.run(changer.change(user, &fresh())).await;
        users.push(user);
    }
    deaths.assert_happened();
    let mut database = accounts_database(&system).await;
    let old =
        sqlx::query("UPDATE addresses SET noted_at = ?").bind(Moment::now().plus(-2 * 3600).utc());
    old.execute(&mut database).await.expect("older notes");
    system.invoke("DeleteAccounts", &json!({})).await;
    for user in users {
        let email: String = sqlx::query_scalar("SELECT email FROM users WHERE id = ?")
            .bind(user.uuid())
            .fetch_one(&mut database)
            .await
            .expect("an address");
        assert_eq!(addresses_of(&system, &user.to_string()).await, [email]);
    }
    let notes: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM addresses")
        .fetch_one(&mut database)
        .await
        .expect("a count");
    assert_eq!(notes, 0);
}

/// The request that closes an account may die before it has ended its links.
#[tokio::test]
async fn links_of_an_account_that_closes_are_ended_whoever_died() {
    let own = OwnSystem::start(&["LoginsPerMinute=100000"]).await;
    let system = own.system();
    let (ana, id) = signed_up(&system).await;
    let album = ana.album("Summer").await;
    let path = text(
        &ana.post(&format!("/v1/albums/{album}/shares"), json!({}))
            .await
            .expect(201)["path"],
    );
    let closing = sqlx::query("UPDATE users SET deletes_at = ? WHERE id = ?")
        .bind(Moment::now().plus(7 * 24 * 3600).utc());
    closing
        .bind(id.uuid())
        .execute(&mut accounts_database(&system).await)
        .await
        .expect("a date");
    let guest = Person::anonymous(&system);
    guest.get(&path).await.expect(200);
    system.invoke("DeleteAccounts", &json!({})).await;
    guest.get(&path).await.expect(404);
}
