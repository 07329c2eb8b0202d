//! Plans of the queries that answer with lists.

use shared::stores::{
    ACCOUNT_DELETION_LISTS, ADDRESS_LISTS, ADMINISTRATION_LISTS, EXPORT_LISTS, IDENTITY_LISTS,
    PASSKEY_LISTS, SIGN_UP_INVITATION_LISTS, accounts, activities,
    library::{LISTS, SORTED_LISTS},
};
use sqlx::{AssertSqlSafe, Connection, MySqlConnection, Row, mysql::MySqlRow};
use tests::{System, person::text};

/// A value for the parameter that stands behind this part of a query: ids and the like sort among
/// real ones, each another, limits are small.
fn value(before: &str, number: usize) -> String {
    let mut words = before.split_whitespace().rev();
    let last = words.next().unwrap_or_default();
    let column = words.next().unwrap_or_default();
    let text = match (column, last) {
        (_, "LIMIT" | "OFFSET") => "10",
        (_, "LIKE") => "'%a%'",
        ("IN", _) | (_, ",") => return format!("'lake {number}'"),
        ("t.tag", _) => "'lake'",
        (column, "=") if column.ends_with("model)") || column.ends_with("tag") => "'lake'",
        ("p.camera_model" | "p.status" | "status" | "state", "=") => "'ready'",
        // Below the other end of the range.
        (column, ">") if column.ends_with("_at") => "'2025-01-01'",
        ("AGAINST", _) => "'+o0193b1a2c3d47e5f80718293a4b5c6d7 +lake*'",
        (column, "<" | "<=" | ">" | ">=" | "=")
            if column.ends_with("_at") || column.ends_with("_local") =>
        {
            "'2026-01-01'"
        }
        (column, _) if column.ends_with("latitude") || column.ends_with("longitude") => "7",
        // Where cells of a map are: of other kinds of numbers MySQL makes no range.
        ("level" | "y" | "x" | "(x" | "CAST(x" | "CAST(y", _) => "7",
        // The other end of a place.
        ("", "AND") => "8",
        ("month", _) => "'2026-07'",
        ("at" | "(at", _) => "'2026-01-01'",
        (column, "<=") if column.ends_with("seq") => "9",
        (column, _) if column.ends_with("seq") => "7",
        _ => return format!("x'0193b1a2c3d47e5f80718293a4b5c6{:02x}'", number % 256),
    };
    text.to_owned()
}

fn with_values(query: &str) -> String {
    let parts: Vec<_> = query.split('?').collect();
    let (last, parts) = parts.split_last().expect("a query");
    parts
        .iter()
        .enumerate()
        .flat_map(|(n, part)| [(*part).to_owned(), value(part, n)])
        .collect::<String>()
        + *last
}

/// Rows for these shard maps' databases, each made of a number: of a table that has hardly any the
/// database reads all, whatever index there is.
const ROWS: [(&str, &str, &str); 13] = [
    (
        "LIBRARY_SHARDS",
        "photos (id, owner_id, sha256, bytes, content_type, file_name, caption, status, \
         taken_at, created_at, updated_at)",
        "UNHEX(MD5(n)), UNHEX(MD5(n % 5)), UNHEX(SHA2(n, 256)), 1, 'image/jpeg', 'a.jpg', '', \
        'ready', '2026-01-01', \
         '2026-01-01', '2026-01-01'",
    ),
    (
        "LIBRARY_SHARDS",
        "changes (owner_id, aggregate, kind, seq)",
        "UNHEX(MD5(n % 5)), UNHEX(MD5(n)), 'photo', n",
    ),
    ("LIBRARY_SHARDS", "owners (user_id)", "UNHEX(MD5(n))"),
    (
        "LIBRARY_SHARDS",
        "search_index (owner_id, kind, word, taken_local, photo_id)",
        "UNHEX(MD5(n % 5)), n % 2, 'lake', '2026-01-01', UNHEX(MD5(n))",
    ),
    (
        "LIBRARY_SHARDS",
        "map_cells (owner_id, level, y, x, photos, y_sum, x_sum, newest)",
        "UNHEX(MD5(n % 5)), n % 7, n, n, 1, n, n, UNHEX(MD5(n))",
    ),
    (
        "LIBRARY_SHARDS",
        "tags (photo_id, tag, owner_id)",
        "UNHEX(MD5(n)), 'lake', UNHEX(MD5(n % 5))",
    ),
    (
        "LIBRARY_SHARDS",
        "favourites (photo_id, user_id, added_at)",
        "UNHEX(MD5(n)), UNHEX(MD5(n % 5)), '2026-01-01'",
    ),
    (
        "LIBRARY_SHARDS",
        "comments (id, photo_id, author_id, album_id, text, created_at)",
        "UNHEX(MD5(n)), UNHEX(MD5(n % 5)), UNHEX(MD5(n)), UNHEX(MD5(n)), '', '2026-01-01'",
    ),
    (
        "LIBRARY_SHARDS",
        "shares (id, album_id, owner_id, token_hash, name, allow_original, show_location, \
         allow_upload, created_at)",
        "UNHEX(MD5(n)), UNHEX(MD5(n)), UNHEX(MD5(n % 5)), UNHEX(SHA2(n, 256)), '', 0, 0, 0, \
         '2026-01-01'",
    ),
    (
        "LIBRARY_SHARDS",
        "invitations (id, album_id, owner_id, invitee, address, role, state, sending, created_at, \
         sent_at, expires_at)",
        "UNHEX(MD5(n)), UNHEX(MD5(n % 5)), UNHEX(MD5(n % 3)), SHA2(n, 256), '', 'viewer', 'open', \
         UNHEX(MD5(n)), '2026-01-01', '2026-01-01', '2026-01-01'",
    ),
    (
        "ACCOUNTS_SHARDS",
        "users (id, email, name, password_hash, created_at)",
        "UNHEX(MD5(n)), n, '', '', '2026-01-01'",
    ),
    (
        "ACCOUNTS_SHARDS",
        "sign_up_invitations (id, inviter_id, invitee, address, sending, created_at, sent_at, \
         expires_at)",
        "UNHEX(MD5(n)), UNHEX(MD5(n % 5)), SHA2(n, 256), '', UNHEX(MD5(n)), '2026-01-01', \
         '2026-01-01', '2026-01-01'",
    ),
    ("ACTIVITY_SHARDS", "actors (actor_id, owner_id)", "UNHEX(MD5(n % 5)), UNHEX(MD5(n))"),
];

const NUMBERS: &str = "\
    WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < 500)";

/// The first cluster of this map, in a transaction: what is put there for the plans is gone with
/// it.
async fn cluster(map: &str) -> MySqlConnection {
    let system = System::shared();
    let shards: serde_json::Value =
        serde_json::from_str(system.variable(map)).expect("a shard map");
    let mut database = MySqlConnection::connect(&text(&shards[0]["writer"]))
        .await
        .expect("a connection");
    // As text: MySQL prepares no such statement.
    sqlx::raw_sql("START TRANSACTION")
        .execute(&mut database)
        .await
        .expect("a transaction");
    for (_, table, values) in ROWS.iter().filter(|(of, ..)| *of == map) {
        let insert = format!("INSERT INTO {table} {NUMBERS} SELECT {values} FROM numbers");
        sqlx::query(AssertSqlSafe(insert))
            .execute(&mut database)
            .await
            .expect(table);
    }
    database
}

async fn plan(database: &mut MySqlConnection, query: &str) -> Vec<MySqlRow> {
    let explain = format!("EXPLAIN {}", with_values(query));
    sqlx::query(AssertSqlSafe(explain))
        .fetch_all(database)
        .await
        .expect(query)
}

fn column(step: &MySqlRow, name: &str) -> String {
    step.try_get::<Option<String>, _>(name)
        .expect(name)
        .unwrap_or_default()
}

#[tokio::test]
async fn every_list_is_served_by_an_index() {
    let accounts = accounts::LISTS
        .into_iter()
        .chain(EXPORT_LISTS)
        .chain(ACCOUNT_DELETION_LISTS)
        .chain(ADDRESS_LISTS)
        .chain(ADMINISTRATION_LISTS)
        .chain(IDENTITY_LISTS)
        .chain(PASSKEY_LISTS)
        .chain(SIGN_UP_INVITATION_LISTS)
        .collect();
    let lists = [
        ("LIBRARY_SHARDS", LISTS.to_vec()),
        ("ACCOUNTS_SHARDS", accounts),
        ("ACTIVITY_SHARDS", activities::LISTS.to_vec()),
    ];
    for (map, lists) in lists {
        let mut database = cluster(map).await;
        for (query, index) in lists {
            let plan = plan(&mut database, query).await;
            assert_eq!(column(&plan[0], "key"), index, "{query}");
            for step in plan {
                let access = column(&step, "type");
                let extra = column(&step, "Extra");
                assert!(
                    ["range", "ref", "eq_ref"].contains(&access.as_str()),
                    "{query}: {access}, {extra}"
                );
                assert!(
                    !extra.contains("filesort") && !extra.contains("temporary"),
                    "{query}: {extra}"
                );
            }
        }
    }
}

/// Queries that sort have found what they sort by an index, one owner's.
#[tokio::test]
async fn every_list_that_is_sorted_is_found_by_an_index() {
    let mut database = cluster("LIBRARY_SHARDS").await;
    for (query, index) in SORTED_LISTS {
        let mut plan = plan(&mut database, query).await;
        // A list that has been made is read as a whole; the steps that make it come later.
        plan.retain(|step| !column(step, "table").starts_with("<derived"));
        assert_eq!(column(&plan[0], "key"), index, "{query}");
        for step in plan {
            let access = column(&step, "type");
            assert!(
                ["fulltext", "range", "ref", "eq_ref"].contains(&access.as_str()),
                "{query}: {access}"
            );
        }
    }
}
