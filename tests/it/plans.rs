//! How the database would run the queries that answer with lists.

use shared::stores::{
    CLOSING_LISTS, EXPORT_LISTS, accounts, activities,
    library::{LISTS, SORTED_LISTS},
};
use sqlx::{AssertSqlSafe, Connection, MySqlConnection, Row, mysql::MySqlRow};
use tests::{System, person::text};

/// A value for the parameter that stands behind this part of a query: ids and the like sort among
/// real ones, each another, limits are small.
fn value(before: &str, number: usize) -> String {
    let mut words = before.split_whitespace().rev();
    let (last, column) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let text = match (column, last) {
        (_, "LIMIT") => "10",
        (_, "LIKE") => "'%a%'",
        ("IN", _) | (_, ",") => return format!("'lake {number}'"),
        ("t.tag", _) => "'lake'",
        (column, "=") if column.ends_with("model)") || column.ends_with("tag") => "'lake'",
        ("p.camera_model" | "p.status" | "status" | "state", "=") => "'ready'",
        ("AGAINST", _) => "'+o0193b1a2c3d47e5f80718293a4b5c6d7 +lake*'",
        (column, "<" | "<=" | ">=" | "=") if column.ends_with("_at") => "'2026-01-01'",
        ("month", _) => "'2026-07'",
        (column, "<=") if column.ends_with("seq") => "9",
        (column, _) if column.ends_with("seq") => "7",
        _ => return format!("x'0193b1a2c3d47e5f80718293a4b5c6{:02x}'", number % 256),
    };
    text.to_owned()
}

fn with_values(query: &str) -> String {
    let parts: Vec<_> = query.split('?').collect();
    let (last, parts) = parts.split_last().expect("a query");
    parts.iter().enumerate().flat_map(|(n, part)| [(*part).to_owned(), value(part, n)]).collect::<String>() + *last
}

async fn plan(database: &str, query: &str) -> Vec<MySqlRow> {
    let system = System::shared();
    let shards: serde_json::Value = serde_json::from_str(system.variable(database)).expect("a shard map");
    let mut database = MySqlConnection::connect(&text(&shards[0]["writer"])).await.expect("a connection");
    let explain = format!("EXPLAIN {}", with_values(query));
    sqlx::query(AssertSqlSafe(explain)).fetch_all(&mut database).await.expect(query)
}

fn column(step: &MySqlRow, name: &str) -> String {
    step.try_get::<Option<String>, _>(name).expect(name).unwrap_or_default()
}

#[tokio::test]
async fn every_list_is_served_by_an_index() {
    let library = LISTS.map(|list| ("LIBRARY_SHARDS", list));
    let accounts = accounts::LISTS.into_iter().chain(EXPORT_LISTS).chain(CLOSING_LISTS);
    let accounts = accounts.map(|list| ("ACCOUNTS_SHARDS", list));
    let activity = activities::LISTS.map(|list| ("ACTIVITY_SHARDS", list));
    for (database, (query, index)) in library.into_iter().chain(accounts).chain(activity) {
        let plan = plan(database, query).await;
        assert_eq!(column(&plan[0], "key"), index, "{query}");
        for step in plan {
            let (access, extra) = (column(&step, "type"), column(&step, "Extra"));
            assert!(["range", "ref", "eq_ref"].contains(&access.as_str()), "{query}: {access}, {extra}");
            assert!(!extra.contains("filesort") && !extra.contains("temporary"), "{query}: {extra}");
        }
    }
}

/// What these sort has been found by an index, one owner's.
#[tokio::test]
async fn every_list_that_is_sorted_is_found_by_an_index() {
    for (query, index) in SORTED_LISTS {
        let plan = plan("LIBRARY_SHARDS", query).await;
        assert_eq!(column(&plan[0], "key"), index, "{query}");
        for step in plan {
            let access = column(&step, "type");
            assert!(["fulltext", "range", "ref", "eq_ref"].contains(&access.as_str()), "{query}: {access}");
        }
    }
}
