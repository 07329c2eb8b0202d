//! How the database would run the queries that answer with lists.

use shared::stores::library::LISTS;
use sqlx::{AssertSqlSafe, Connection, MySqlConnection, Row};
use tests::{System, person::text};

/// The query with a value for each parameter: ids and the like sort among real ones, each another, limits are small.
fn with_values(query: &str) -> String {
    let mut number = 0..=u8::MAX;
    let mut values = |part: &str| match number.next() {
        Some(number) if !part.contains("LIMIT") => format!("x'0193b1a2c3d47e5f80718293a4b5c6{number:02x}'"),
        _ => "10".to_owned(),
    };
    let mut parts = query.split('?');
    let first = parts.next().expect("a query").to_owned();
    let mut before = first.clone();
    parts.fold(first, |sql, part| {
        let dates = before.ends_with("_at < ") || before.ends_with("_at <= ");
        let value = if dates { "'2026-01-01'".to_owned() } else { values(&before) };
        part.clone_into(&mut before);
        format!("{sql}{value}{part}")
    })
}

#[tokio::test]
async fn every_list_is_served_by_an_index() {
    let system = System::shared();
    let shards: serde_json::Value = serde_json::from_str(system.variable("LIBRARY_SHARDS")).expect("a shard map");
    let mut database = MySqlConnection::connect(&text(&shards[0]["writer"])).await.expect("a connection");
    for (query, index) in LISTS {
        let explain = format!("EXPLAIN {}", with_values(query));
        let plan = sqlx::query(AssertSqlSafe(explain)).fetch_all(&mut database).await.expect(query);
        let column =
            |step: usize, name: &str| plan[step].try_get::<Option<String>, _>(name).expect(name).unwrap_or_default();
        assert_eq!(column(0, "key"), index, "{query}");
        for step in 0..plan.len() {
            let (access, extra) = (column(step, "type"), column(step, "Extra"));
            assert!(["range", "ref", "eq_ref"].contains(&access.as_str()), "{query}: {access}, {extra}");
            assert!(!extra.contains("filesort") && !extra.contains("temporary"), "{query}: {extra}");
        }
    }
}
