//! How the database would run the queries that answer with lists.

use shared::stores::library::LISTS;
use sqlx::{AssertSqlSafe, Connection, MySqlConnection, Row};
use tests::{System, person::text};

/// The query with a value for each parameter: ids and the like sort among real ones, limits are small.
fn with_values(query: &str) -> String {
    let values = |part: &str| if part.contains("LIMIT") { "10" } else { "x'0193b1a2c3d47e5f80718293a4b5c6d7'" };
    let mut parts = query.split('?');
    let first = parts.next().expect("a query").to_owned();
    let mut before = first.clone();
    parts.fold(first, |sql, part| {
        let value = if before.contains("created_at <") { "'2026-01-01'" } else { values(&before) };
        part.clone_into(&mut before);
        format!("{sql}{value}{part}")
    })
}

#[tokio::test]
async fn every_list_is_served_by_an_index() {
    let system = System::shared();
    let shards: serde_json::Value = serde_json::from_str(system.variable("LIBRARY_SHARDS")).expect("a shard map");
    let mut database = MySqlConnection::connect(&text(&shards[0]["writer"])).await.expect("a connection");
    for query in LISTS {
        let explain = format!("EXPLAIN {}", with_values(query));
        let plan = sqlx::query(AssertSqlSafe(explain)).fetch_all(&mut database).await.expect(query);
        assert!(!plan.is_empty(), "no plan for {query}");
        for step in plan {
            let column = |name: &str| step.try_get::<Option<String>, _>(name).ok().flatten().unwrap_or_default();
            let (access, key, extra) = (column("type"), column("key"), column("Extra"));
            // A primary key that is not there is answered before any table is read.
            if extra.contains("Impossible WHERE noticed after reading const tables") {
                continue;
            }
            assert!(access != "ALL" && access != "index" && !key.is_empty(), "{query}: {access} by {key:?}, {extra}");
            assert!(!extra.contains("filesort") && !extra.contains("temporary"), "{query}: {extra}");
        }
    }
}
