//! The warehouse's tables, through the Data API.
//!
//! A migration and the row that says that it was applied are one transaction, so that a run which
//! dies goes on where it was. Of two at once, one finds its table there, fails, and is called
//! again.

use std::time::Duration;

use shared::{
    Error, Result,
    stores::{Statement, StatementProgress, Warehouse},
};
use uuid::Uuid;

use crate::tables::MIGRATIONS;

/// The table of migrations that have been applied.
const APPLIED: &str = "CREATE TABLE IF NOT EXISTS migrations (version INTEGER NOT NULL)";

/// Functions sign in with their roles, for which the warehouse makes a user when one comes first;
/// that of this function owns the tables. Who may come is said by policies.
const LET_IN: &str = "GRANT SELECT, INSERT, UPDATE, DELETE ON activity, tallies TO PUBLIC";

/// The pause before asking again. A warehouse that sleeps takes seconds to wake.
const PAUSE: Duration = Duration::from_millis(500);

/// Applies what has not been, and lets functions in.
///
/// # Errors
/// A statement that fails: nothing of its migration stays.
pub async fn migrate(warehouse: &Warehouse) -> Result<()> {
    done(warehouse, &[APPLIED.to_owned()]).await?;
    let asked = done(warehouse, &["SELECT version FROM migrations".to_owned()]).await?;
    let (rows, _) = warehouse.rows(&asked, None).await?;
    let applied: Vec<i64> = rows.iter().filter_map(|row| row.first()?.whole()).collect();
    for &(database, version, what, sql) in MIGRATIONS {
        if database == "warehouse" && !applied.contains(&version) {
            let mut all = statements(sql);
            all.push(format!("INSERT INTO migrations (version) VALUES ({version})"));
            done(warehouse, &all).await?;
            tracing::info!(version, what, "applied to the warehouse");
        }
    }
    done(warehouse, &[LET_IN.to_owned()]).await.map(drop)
}

/// Submits these, and waits until they are committed.
async fn done(warehouse: &Warehouse, sql: &[String]) -> Result<Statement> {
    // Under a token of its own each time: the same would be answered with what came of it before.
    let statement = warehouse
        .submit(sql, &[], &Uuid::now_v7().to_string())
        .await?;
    loop {
        match warehouse.progress(&statement).await? {
            StatementProgress::Running => tokio::time::sleep(PAUSE).await,
            StatementProgress::Finished { .. } => return Ok(statement),
            StatementProgress::Failed(why) => {
                return Err(Error::internal(format!("warehouse: {why}")));
            }
        }
    }
}

/// The statements of a file, without comments: the Data API takes them one by one.
fn statements(sql: &str) -> Vec<String> {
    let lines = sql
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"));
    let text = lines.collect::<Vec<_>>().join("\n");
    text.split(';')
        .map(str::trim)
        .filter(|statement| !statement.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_taken_apart_at_semicolons_outside_its_comments() {
        assert_eq!(
            statements("-- One; two.\nCREATE TABLE a (\n  b INTEGER\n);\n\nDROP TABLE c;\n").len(),
            2
        );
        for &(database, _, what, sql) in MIGRATIONS
            .iter()
            .filter(|(database, ..)| *database == "warehouse")
        {
            let all = statements(sql);
            assert!(
                !all.is_empty() && all.iter().all(|one| !one.contains(['\'', ';'])),
                "{database}: {what}"
            );
        }
    }
}
