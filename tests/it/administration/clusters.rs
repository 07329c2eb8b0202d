//! The list over more than one cluster, which the local system has none of for accounts.

use serde_json::{Value, json};
use shared::{
    domain::{Limit, Shard, UserId},
    stores::Accounts,
};
use sqlx::{AssertSqlSafe, Connection, MySqlConnection};
use tests::{Person, System, person::text, system::env};

/// The second cluster's database.
struct SecondCluster {
    database: MySqlConnection,
    name: String,
    /// The writer of the first.
    first: String,
}

impl SecondCluster {
    async fn new(system: &System) -> Self {
        let map: Value =
            serde_json::from_str(system.variable("ACCOUNTS_SHARDS")).expect("a shard map");
        let first = text(&map[0]["writer"]);
        let mut database = MySqlConnection::connect(&first)
            .await
            .expect("a connection");
        let name = format!("test_{}", &uuid::Uuid::new_v4().simple().to_string()[..16]);
        for statement in [
            format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"),
            format!("CREATE TABLE {name}.users LIKE users"),
        ] {
            let made = sqlx::raw_sql(AssertSqlSafe(statement))
                .execute(&mut database)
                .await;
            made.expect("a database");
        }
        Self { database, name, first }
    }

    /// Adds an account to it; its id.
    async fn add(&mut self) -> UserId {
        let shard = Shard::new(2048 + Shard::random().number() / 2).expect("a shard");
        let id = UserId::new(shard);
        let insert = format!(
            "INSERT INTO {}.users (id, email, name, password_hash, created_at) \
             VALUES (?, '', '', '', NOW(6))",
            self.name
        );
        let added = sqlx::query(AssertSqlSafe(insert))
            .bind(id.uuid())
            .execute(&mut self.database)
            .await;
        added.expect("an account");
        id
    }

    /// The accounts of both.
    fn accounts(&self, system: &System) -> Accounts {
        let (name, _) = self
            .first
            .split_once('?')
            .expect("an address with a socket");
        let old = name.rsplit('/').next().expect("a name");
        let second = self
            .first
            .replace(&format!("/{old}?"), &format!("/{}?", self.name));
        let map = json!([
            {"from": 0, "to": 2047, "writer": self.first, "reader": self.first},
            {"from": 2048, "to": 4095, "writer": second, "reader": second},
        ]);
        let mut system = system.clone();
        system
            .environment
            .insert("ACCOUNTS_SHARDS".to_owned(), map.to_string());
        Accounts::connect(&env(&system, &system.dynamodb)).expect("accounts")
    }

    async fn end(mut self) {
        let drop = format!("DROP DATABASE {}", self.name);
        let dropped = sqlx::raw_sql(AssertSqlSafe(drop))
            .execute(&mut self.database)
            .await;
        dropped.expect("no database any more");
    }
}

#[tokio::test]
async fn accounts_of_all_clusters_are_one_list() {
    let system = System::shared();
    let of_the_first: UserId = Person::new(&system)
        .await
        .id()
        .await
        .parse()
        .expect("an id");
    let mut second = SecondCluster::new(&system).await;
    let mut added = Vec::new();
    for _ in 0..25 {
        added.push(second.add().await);
    }
    let accounts = second.accounts(&system);
    let limit: Limit = "7".parse().expect("a limit");
    let mut found = Vec::new();
    let mut before = None;
    loop {
        let page = accounts.newest(before, limit).await.expect("a page");
        assert!(page.items.len() <= 7, "{}", page.items.len());
        found.extend(page.items.into_iter().map(|account| account.id));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert!(found.is_sorted_by(|newer, older| newer > older), "none twice, in order");
    assert!(added.iter().all(|id| found.contains(id)), "those of the second");
    assert!(found.contains(&of_the_first), "those of the first");
    drop(accounts);
    second.end().await;
}
