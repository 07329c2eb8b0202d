//! People read their own record: from the database, from the warehouse, from both.

use std::{cell::RefCell, time::Duration};

use serde_json::{Value, json};
use shared::domain::{Moment, UserId};
use sqlx::{AssertSqlSafe, MySqlConnection};
use tests::{
    Person, System,
    person::{ApiResponse, text},
    system::{until, warehouse},
};
use uuid::Uuid;

use crate::{
    activity::database,
    statistics::{Row, job, job_to},
    warehouse::done,
};

/// A page, asked for where it is said to come, until it does; and whether it had to.
async fn page(person: &Person, path: &str) -> (Value, bool) {
    let place = RefCell::new(path.to_owned());
    let page = until("there is a page", Duration::from_secs(30), async || {
        let path = place.borrow().clone();
        let answer = person.get(&path).await;
        if answer.status == 200 {
            return Some(answer.body);
        }
        place.replace(location(&answer));
        None
    });
    let page = page.await;
    (page, place.into_inner() != path)
}

/// Returns where a page is to come.
#[track_caller]
fn location(answer: &ApiResponse) -> String {
    assert_eq!(answer.status, 202, "{}", answer.body);
    assert_eq!(answer.headers["retry-after"], "2");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let location = text(&answer.body["location"]);
    assert_eq!(answer.headers["location"], location.as_str());
    location
}

/// Every page: the items, and whether any of them had to come.
async fn all(person: &Person, parameters: &str) -> (Vec<Value>, bool) {
    let mut items = Vec::new();
    let mut cursor = String::new();
    let mut awaited = false;
    loop {
        let (page, came) =
            page(person, &format!("/v1/me/activity?limit=3&{parameters}{cursor}")).await;
        let some = page["items"].as_array().expect("items");
        assert!(some.len() <= 3, "{page}");
        items.extend(some.clone());
        awaited |= came;
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (items, awaited),
        }
    }
}

fn actions(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| text(&item["action"])).collect()
}

#[tokio::test]
async fn recent_activity_is_paged_newest_first_and_only_its_owner_s() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let ben = Person::new(&system).await;
    let album = ana.album("Summer").await;
    ana.delete(&format!("/v1/albums/{album}")).await.expect(204);
    ben.album("His").await;
    let yesterday = Moment::now().plus(-24 * 3600).to_string();
    let done = ["delete-album", "create-album", "create-session", "create-user"];
    let (items, awaited) = all(&ana, &format!("from={yesterday}")).await;
    assert_eq!((actions(&items), awaited), (done.map(str::to_owned).to_vec(), false));
    let user = ana.id().await;
    let first = json!({
        "id": items[0]["id"], "at": items[0]["at"], "actor": user, "action": "delete-album",
        "subject_kind": "album",
        "subject": album, "context": items[0]["context"],
    });
    assert_eq!(items[0], first);
    assert!(items[0]["context"]["request"].is_string(), "{first}");
    assert_eq!((&items[3]["subject_kind"], &items[3]["subject"]), (&json!("user"), &json!(user)));
    // Both ends belong to it.
    let since = text(&items[1]["at"]);
    assert_eq!(actions(&all(&ana, &format!("from={since}")).await.0), done[..2]);
    assert_eq!(actions(&all(&ana, &format!("from={yesterday}&to={since}")).await.0), done[1..]);
    assert_eq!(
        all(&ana, &format!("from=2026-01-01&to={yesterday}"))
            .await
            .0
            .len(),
        0
    );
    // A place in her list is one in his, and shows what is his.
    let next = text(
        &ana.get(&format!("/v1/me/activity?limit=1&from={yesterday}"))
            .await
            .expect(200)["next"],
    );
    let his = ben
        .get(&format!("/v1/me/activity?from={yesterday}&cursor={next}"))
        .await
        .expect(200);
    assert!(
        his["items"]
            .as_array()
            .expect("items")
            .iter()
            .all(|item| item["subject"] != json!(user)),
        "{his}"
    );
}

#[tokio::test]
async fn what_is_no_time_no_limit_or_no_cursor_is_named() {
    let ana = Person::new(&System::shared()).await;
    for (parameters, fields) in [
        ("from=yesterday", vec!["from"]),
        ("to=2026-02-30", vec!["to"]),
        ("limit=0", vec!["limit"]),
        ("cursor=x", vec!["cursor"]),
        ("until=2026-01-01", vec!["until"]),
        ("from=2026-02-01&to=2026-01-01", vec!["from"]),
        ("from=x&to=x&limit=x&cursor=x", vec!["from", "to", "limit", "cursor"]),
    ] {
        let bad = ana
            .get(&format!("/v1/me/activity?{parameters}"))
            .await
            .expect(422);
        let named: Vec<_> = bad["errors"]
            .as_array()
            .expect("errors")
            .iter()
            .map(|error| text(&error["field"]))
            .collect();
        assert_eq!(named, fields, "{parameters}");
    }
}

/// A row of January 1999, the only month that `job` archives.
async fn row_in(db: &mut MySqlConnection, table: &str, owner: UserId, id: Uuid, day: u8) {
    let insert = format!(
        "INSERT INTO {table} \
         (id, at, owner_id, actor_id, action, subject_kind, subject_id, context) \
         VALUES (?, '1999-01-{day:02} 00:00:00', ?, NULL, 'day-{day:02}', 'photo', ?, '{{}}')"
    );
    let insert = sqlx::query(AssertSqlSafe(insert))
        .bind(id)
        .bind(owner.uuid())
        .bind(Uuid::now_v7());
    insert.execute(db).await.expect("a row");
}

/// Rows of January 1999 that have left the database, that have not, and that are on both sides;
/// what was done, newest first.
async fn old_days(ana: &Person) -> Vec<String> {
    let owner: UserId = ana.id().await.parse().expect("an id");
    let mut record = database(&ana.system, "ACTIVITY_SHARDS", owner.shard()).await;
    let mut days = Vec::new();
    let mut archived = Vec::new();
    for (state, here, there) in [
        ("dropped", false, true),
        ("verified", true, true),
        ("failed", true, false),
        ("loading", true, true),
    ] {
        let job = job(&mut record, state).await;
        for _ in 0..2 {
            let id = Uuid::now_v7();
            let day = u8::try_from(days.len()).expect("few") + 1;
            let at = format!("1999-01-{day:02} 00:00:00");
            let action = format!("day-{day:02}");
            if here {
                row_in(&mut record, &format!("activity_{}", job.simple()), owner, id, day).await;
            }
            if there {
                let row =
                    Row { at: &at, owner, actor: owner, action: &action, context: json!({}), job };
                archived.push(row.insert_as(id));
            }
            days.push(action);
        }
    }
    done(&warehouse(&ana.system), &archived, &[])
        .await
        .expect("rows");
    days.reverse();
    days
}

#[tokio::test]
async fn old_activity_comes_from_where_it_is_and_each_row_once() {
    let ana = Person::new(&System::shared()).await;
    let days = old_days(&ana).await;
    let (items, awaited) = all(&ana, "to=1999-12-31").await;
    assert_eq!((actions(&items), awaited), (days.clone(), true));
    let recent = ["create-session", "create-user"].map(str::to_owned);
    let (items, awaited) = all(&ana, "").await;
    assert_eq!((actions(&items), awaited), ([recent.to_vec(), days.clone()].concat(), true));
    let (items, _) = all(&ana, "from=1999-01-03&to=1999-01-05").await;
    assert_eq!(actions(&items), days[3..6]);
    let (items, _) = all(&ana, "from=1999-01-03T00:00:00.000001Z&to=1999-01-05T00:00:00Z").await;
    assert_eq!(actions(&items), days[3..5]);
    assert_eq!(all(&ana, "to=1998-12-31").await.0.len(), 0);
}

#[tokio::test]
async fn what_the_warehouse_was_asked_is_for_who_asked_and_for_that_page() {
    let ana = Person::new(&System::shared()).await;
    let ben = Person::new(&ana.system).await;
    let days = old_days(&ana).await;
    let location = location(&ana.get("/v1/me/activity?limit=2&to=1999-12-31").await);
    for _ in 0..2 {
        assert_eq!(ben.get(&location).await.problem(404), "/problems/not-found");
        let (page, _) = page(&ana, &location).await;
        assert_eq!(actions(page["items"].as_array().expect("items")), days[..2]);
        assert!(page["next"].is_string(), "{page}");
    }
    // Other parameters make it another question.
    let (more, _) = page(&ana, &location.replace("limit=2", "limit=500")).await;
    assert_eq!(actions(more["items"].as_array().expect("items")), days);
    let (later, _) = page(&ana, &format!("{location}&to=1999-01-03")).await;
    assert_eq!(actions(later["items"].as_array().expect("items")), days[5..7]);
}

#[tokio::test]
async fn an_answer_says_from_when_on_it_is_whole() {
    let ana = Person::new(&System::shared()).await;
    let owner: UserId = ana.id().await.parse().expect("an id");
    let mut record = database(&ana.system, "ACTIVITY_SHARDS", owner.shard()).await;
    job_to(&mut record, "s3", "dropped").await;
    let page = ana.get("/v1/me/activity?from=2000-01-01").await.expect(200);
    assert_eq!(page["complete_from"], "1999-02-01T00:00:00.000000Z");
    assert_eq!(page["items"].as_array().map(Vec::len), Some(2));
}
