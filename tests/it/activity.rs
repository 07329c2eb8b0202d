//! The record of activity: a row of every write, whoever dies on the way.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use shared::{
    domain::{Activity, ActivityId, AlbumId, Change, Moment, Month, Shard, UserId},
    env::Env,
    stores::{Activities, library::NewAlbum},
};
use sqlx::{Connection, MySqlConnection, Row};
use tests::{
    Person, System,
    person::{PASSWORD, address, text},
    photograph::jpeg,
    system::{projector, sdk, until},
};

/// A connection to the cluster of this map that holds the shard.
pub async fn database(system: &System, map: &str, shard: Shard) -> MySqlConnection {
    let shards: Vec<Value> = serde_json::from_str(system.variable(map)).expect("a shard map");
    let number = u64::from(shard.number());
    let holds = |range: &&Value| {
        range["from"].as_u64() <= Some(number) && Some(number) <= range["to"].as_u64()
    };
    let range = shards.iter().find(holds).expect("a cluster");
    MySqlConnection::connect(&text(&range["writer"]))
        .await
        .expect("a connection")
}

/// Action, kind of subject, who, and context of each row of this user's record, in order.
async fn rows(system: &System, owner: UserId) -> Vec<(String, String, Option<UserId>, Value)> {
    let mut record = database(system, "ACTIVITY_SHARDS", owner.shard()).await;
    let query = "SELECT action, subject_kind, actor_id, context FROM activity WHERE owner_id = \
        ? ORDER BY at, id";
    let rows = sqlx::query(query)
        .bind(owner.uuid())
        .fetch_all(&mut record)
        .await
        .expect("rows");
    let row = |row: &sqlx::mysql::MySqlRow| {
        let actor: Option<uuid::Uuid> = row.get("actor_id");
        let context = serde_json::from_str(row.get("context")).expect("JSON");
        (row.get("action"), row.get("subject_kind"), actor.map(UserId::from_uuid), context)
    };
    rows.iter().map(row).collect()
}

async fn actions(system: &System, owner: UserId) -> BTreeMap<String, usize> {
    let mut actions = BTreeMap::new();
    for (action, ..) in rows(system, owner).await {
        *actions.entry(action).or_default() += 1;
    }
    actions
}

async fn user(person: &Person) -> UserId {
    person.id().await.parse().expect("an id")
}

#[tokio::test]
async fn every_write_leaves_one_row_and_what_changes_nothing_leaves_none() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let ben = Person::new(&system).await;
    let owner = user(&ana).await;
    let album = ana.album("Summer").await;
    let photo = ana.upload(&album, &jpeg(64, 48, 3)).await;
    ana.settled(&photo).await;
    let favourite = format!("/v1/photos/{photo}/favourite");
    let other = user(&ben).await;
    ana.admit(&album, &ben, "viewer").await;
    for _ in 0..2 {
        ben.ask(reqwest::Method::PUT, &favourite, &[], None)
            .await
            .expect(204);
    }
    let comments = format!("/v1/photos/{photo}/comments");
    let comment = text(
        &ben.post(&comments, json!({"text": "Lovely"}))
            .await
            .expect(201)["id"],
    );
    let changed = json!({"text": "So lovely"}).to_string();
    ben.ask(reqwest::Method::PATCH, &format!("/v1/comments/{comment}"), &[], Some(changed))
        .await
        .expect(200);
    for _ in 0..2 {
        ana.delete(&format!("/v1/photos/{photo}")).await.expect(204);
    }
    let expected = [
        "accept-invitation",
        "create-album",
        "create-comment",
        "create-invitation",
        "create-photo",
        "create-session",
        "create-user",
        "delete-photo",
        "make-renditions",
        "put-favourite",
        "update-comment",
    ];
    let expected: BTreeMap<_, _> = expected.map(|action| (action.to_owned(), 1)).into();
    // The worker's row may come a moment after the photo is seen to be ready.
    let seen = until("the record is whole", Duration::from_secs(30), async || {
        let seen = actions(&system, owner).await;
        (seen.len() >= expected.len()).then_some(seen)
    })
    .await;
    assert_eq!(seen, expected);
    let others = actions(&system, other).await;
    assert_eq!(
        others,
        [("create-session".to_owned(), 1), ("create-user".to_owned(), 1)].into(),
        "where it happened"
    );
    for (action, kind, actor, context) in rows(&system, owner).await {
        let who = match action.as_str() {
            "make-renditions" => None,
            "accept-invitation" | "put-favourite" | "create-comment" | "update-comment" => {
                Some(other)
            }
            _ => Some(owner),
        };
        assert_eq!(actor, who, "{action}");
        assert!(!text(&context["request"]).is_empty(), "{action}: {context}");
        let about = match action.as_str() {
            "create-user" => "user",
            "create-session" => "session",
            "create-album" => "album",
            "accept-invitation" | "create-invitation" => "invitation",
            "create-comment" | "update-comment" => "comment",
            _ => "photo",
        };
        assert_eq!(kind, about, "{action}");
        if action == "make-renditions" {
            assert!(context["bytes"].as_u64() > Some(0), "{context}");
        }
    }
}

#[tokio::test]
async fn the_account_s_own_changes_are_recorded() {
    let system = System::shared();
    let ana = Person::anonymous(&system);
    let email = address();
    ana.sign_up(&email).await.expect(201);
    let session = ana.sign_in(&email).await.expect(201);
    let ana = ana.with(&text(&session["token"]));
    let owner = user(&ana).await;
    let renamed = json!({"name": "Anna"}).to_string();
    ana.ask(reqwest::Method::PATCH, "/v1/me", &[], Some(renamed))
        .await
        .expect(200);
    ana.delete(&format!("/v1/sessions/{}", text(&session["id"])))
        .await
        .expect(204);
    let ana = ana.with(&text(&ana.sign_in(&email).await.expect(201)["token"]));
    let password = json!({"password": PASSWORD}).to_string();
    ana.ask(reqwest::Method::DELETE, "/v1/me", &[], Some(password))
        .await
        .expect(202);
    ana.post("/v1/me/restore", json!({"email": email, "password": PASSWORD}))
        .await
        .expect(204);
    let expected = [
        ("create-session", 2),
        ("create-user", 1),
        ("delete-me", 1),
        ("delete-session", 1),
        ("restore-me", 1),
        ("update-me", 1),
    ];
    let expected: BTreeMap<_, _> = expected
        .map(|(action, times)| (action.to_owned(), times))
        .into();
    assert_eq!(actions(&system, owner).await, expected);
    assert!(
        rows(&system, owner)
            .await
            .iter()
            .all(|(_, _, actor, _)| *actor == Some(owner))
    );
    let all = format!("{:?}", rows(&system, owner).await);
    assert!(!all.contains(&email) && !all.contains(PASSWORD), "{all}");
}

/// The row as an outbox has it, left there by a request that died after its commit.
#[tokio::test]
async fn a_row_that_waits_in_an_outbox_is_relayed() {
    let system = System::shared();
    for map in ["ACCOUNTS_SHARDS", "LIBRARY_SHARDS"] {
        let owner = UserId::new(Shard::random());
        let row = row(owner, Moment::now());
        let mut outbox = database(&system, map, owner.shard()).await;
        let insert = "INSERT INTO outbox (kind, aggregate, version, body, created_at) VALUES \
            ('activity', ?, 1, ?, ?)";
        let body = serde_json::to_string(&row).expect("JSON");
        let insert = sqlx::query(insert)
            .bind(row.id.uuid())
            .bind(body)
            .bind(Moment::now().plus(-60).utc());
        insert.execute(&mut outbox).await.expect("an outbox row");
        system.invoke("RelayOutbox", &json!({})).await;
        let found = until("the row is in the record", Duration::from_secs(30), async || {
            Some(rows(&system, owner).await).filter(|rows| !rows.is_empty())
        })
        .await;
        assert_eq!(found.len(), 1, "{map}");
        let left = sqlx::query_scalar("SELECT COUNT(*) FROM outbox WHERE aggregate = ?")
            .bind(row.id.uuid());
        let left: i64 = left.fetch_one(&mut outbox).await.expect("a count");
        assert_eq!(left, 0, "{map}");
    }
}

/// A row of this moment, which its id begins with.
fn row(owner: UserId, at: Moment) -> Activity {
    let mut id = ActivityId::new(owner.shard()).uuid().into_bytes();
    let millis = at.utc().assume_utc().unix_timestamp_nanos() / 1_000_000;
    id[..6].copy_from_slice(&i64::try_from(millis).expect("this age").to_be_bytes()[2..]);
    Activity {
        id: ActivityId::from_uuid(uuid::Uuid::from_bytes(id)),
        at,
        owner,
        actor: None,
        action: "create-album".to_owned(),
        subject_kind: "album".to_owned(),
        subject_id: uuid::Uuid::now_v7(),
        context: r#"{"request":"r"}"#.to_owned(),
    }
}

#[tokio::test]
async fn a_message_that_comes_again_records_nothing_twice() {
    let system = System::shared();
    let projector = projector(&system);
    for at in [Moment::now(), Moment::now().plus(-100 * 24 * 3600)] {
        let owner = UserId::new(Shard::random());
        let change = Change::Activity(Box::new(row(owner, at)));
        for _ in 0..3 {
            projector.project(&change).await.expect("a row");
        }
        assert_eq!(rows(&system, owner).await.len(), 1, "{at}");
    }
}

#[tokio::test]
async fn partitions_are_there_for_the_coming_months_and_each_holds_its_own() {
    let system = System::shared();
    let owner = UserId::new(Shard::random());
    // Older than any month that has a partition.
    let old = Moment::now().plus(-400 * 24 * 3600);
    projector(&system)
        .project(&Change::Activity(Box::new(row(owner, old))))
        .await
        .expect("a row");
    for _ in 0..2 {
        system.invoke("EnsurePartitions", &json!({})).await;
    }
    let mut record = database(&system, "ACTIVITY_SHARDS", owner.shard()).await;
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT PARTITION_NAME FROM INFORMATION_SCHEMA.PARTITIONS \
         WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'activity' ORDER BY PARTITION_ORDINAL_POSITION",
    )
    .fetch_all(&mut record)
    .await
    .expect("partitions");
    let (last, months) = names.split_last().expect("partitions");
    assert_eq!(last, "later");
    let months: Vec<_> = months
        .iter()
        .map(|name| Month::of_partition(name).expect("a month"))
        .collect();
    assert!(months.windows(2).all(|two| two[0].next() == two[1]), "none is missing: {months:?}");
    let now = Month::of(Moment::now());
    assert!(
        months.last() > Some(&now.next().next()) && months.contains(&Month::of(old)),
        "{months:?}"
    );
    let sql = format!(
        "SELECT COUNT(*) FROM activity PARTITION ({}) WHERE owner_id = ?",
        Month::of(old).partition()
    );
    let there = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(owner.uuid());
    assert_eq!(there.fetch_one(&mut record).await.unwrap_or(0_i64), 1);
}

/// The request leaves to the relay what the record cannot take now.
#[tokio::test]
async fn a_write_is_answered_while_the_record_does_not_answer() {
    let system = System::shared();
    let nowhere = json!([{"from": 0, "to": 4095, "writer": "mysql://nobody@127.0.0.1:1/none",
                          "reader": "mysql://nobody@127.0.0.1:1/none"}]);
    let mut variables: std::collections::HashMap<_, _> =
        system.environment.clone().into_iter().collect();
    variables.insert("ACTIVITY_SHARDS".to_owned(), nowhere.to_string());
    let mut projector = projector(&system);
    projector.activities =
        Activities::connect(&Env::with(sdk(&system, &system.dynamodb), variables)).ok();
    let owner = UserId::new(Shard::random());
    let album = AlbumId::new(owner.shard());
    let title = "Summer".to_owned().try_into().expect("a title");
    let new = NewAlbum { id: album, owner, title, description: None };
    let changes = projector
        .library
        .create_album(&new)
        .await
        .expect("an album");
    projector.settle(&changes).await;
    assert_eq!(changes.len(), 2, "{changes:?}");
    assert_eq!(rows(&system, owner).await.len(), 0);
    let mut outbox = database(&system, "LIBRARY_SHARDS", owner.shard()).await;
    let body: String =
        sqlx::query_scalar("SELECT body FROM outbox WHERE kind = 'activity' AND body LIKE ?")
            .bind(format!("%{owner}%"))
            .fetch_one(&mut outbox)
            .await
            .expect("it waits");
    assert!(body.contains(&album.uuid().simple().to_string()), "{body}");
}
