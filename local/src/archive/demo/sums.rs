//! What each month comes to, computed where the rows are: by the database, and by the warehouse.

use std::{collections::BTreeMap, time::Duration};

use reqwest::Client;
use running_system::RunningSystem;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, MySqlConnection, Row};
use uuid::Uuid;

use crate::{archive::shards, system::Error};

/// The tables of a cluster that hold rows of activity.
const TABLES: &str = "\
    SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES \
    WHERE TABLE_SCHEMA = DATABASE() AND (TABLE_NAME = 'activity' OR TABLE_NAME LIKE 'activity\\_%')";
const IN_DATABASE: &str = "\
    SELECT DATE_FORMAT(at, '%Y-%m'), COUNT(*), CAST(SUM(CAST(CONV(LEFT(MD5(CONCAT(\
        LOWER(HEX(id)), '|', DATE_FORMAT(at, '%Y-%m-%d %H:%i:%s.%f'), '|', LOWER(HEX(owner_id)), '|', \
        COALESCE(LOWER(HEX(actor_id)), ''), '|', action, '|', subject_kind, '|', LOWER(HEX(subject_id)), '|', context\
    )), 15), 16, 10) AS DECIMAL(38,0))) AS CHAR) FROM {table} GROUP BY 1";
const IN_WAREHOUSE: &str = "\
    SELECT TO_CHAR(at, 'YYYY-MM') AS month, COUNT(*), SUM(STRTOL(SUBSTRING(MD5(\
        id || '|' || TO_CHAR(at, 'YYYY-MM-DD HH24:MI:SS.US') || '|' || owner_id || '|' || COALESCE(actor_id, '') || \
        '|' || action || '|' || subject_kind || '|' || subject_id || '|' || context\
    ), 1, 15), 16)::DECIMAL(38,0)) FROM activity GROUP BY 1 ORDER BY 1";

/// How many rows, and the sum of the first 60 bits of each row's MD5.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub rows: u64,
    pub checksum: u128,
}

/// Of each month, in all tables of all clusters.
pub async fn in_database(running: &RunningSystem) -> Result<BTreeMap<String, Sums>, Error> {
    let mut sums = BTreeMap::<String, Sums>::new();
    for range in shards(running, "ACTIVITY_SHARDS")? {
        let found = of_cluster(&range.writer).await;
        for (month, of_month) in
            found.map_err(|error| Error::new(format!("The record does not answer: {error}.")))?
        {
            let all = sums.entry(month).or_default();
            *all =
                Sums { rows: all.rows + of_month.rows, checksum: all.checksum + of_month.checksum };
        }
    }
    Ok(sums)
}

async fn of_cluster(url: &str) -> sqlx::Result<Vec<(String, Sums)>> {
    let mut database = MySqlConnection::connect(url).await?;
    let tables: Vec<String> = sqlx::query_scalar(TABLES).fetch_all(&mut database).await?;
    let mut sums = Vec::new();
    for table in tables {
        let query = AssertSqlSafe(IN_DATABASE.replacen("{table}", &table, 1));
        for row in sqlx::query(query).fetch_all(&mut database).await? {
            let (rows, checksum): (i64, String) = (row.try_get(1)?, row.try_get(2)?);
            let checksum = checksum
                .parse()
                .map_err(|_| sqlx::Error::Decode("a sum that is no number".into()))?;
            sums.push((row.try_get(0)?, Sums { rows: rows.unsigned_abs(), checksum }));
        }
    }
    database.close().await?;
    Ok(sums)
}

/// Of each month in the warehouse.
pub async fn in_warehouse(running: &RunningSystem) -> Result<BTreeMap<String, Sums>, Error> {
    let variable = |name: &str| running.environment.get(name).cloned().unwrap_or_default();
    let (workgroup, database) = (variable("REDSHIFT_WORKGROUP"), variable("REDSHIFT_DATABASE"));
    let body = json!({"Sql": IN_WAREHOUSE, "WorkgroupName": workgroup, "Database": database,
                      "ClientToken": Uuid::new_v4()});
    let statement = ask(running, "ExecuteStatement", &body).await?;
    let id = json!({"Id": statement["Id"]});
    loop {
        let now = ask(running, "DescribeStatement", &id).await?;
        match now["Status"].as_str() {
            Some("FINISHED") => break,
            Some("FAILED" | "ABORTED") => return Err(refused(&now["Error"].to_string())),
            _ => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    let result = ask(running, "GetStatementResult", &id).await?;
    let rows = result["Records"].as_array().cloned().unwrap_or_default();
    rows.iter()
        .map(|row| read(row).ok_or_else(|| refused("with another row")))
        .collect()
}

fn read(row: &Value) -> Option<(String, Sums)> {
    let checksum = row[2]["stringValue"].as_str()?.parse().ok()?;
    Some((
        row[0]["stringValue"].as_str()?.to_owned(),
        Sums { rows: row[1]["longValue"].as_u64()?, checksum },
    ))
}

async fn ask(running: &RunningSystem, operation: &str, body: &Value) -> Result<Value, Error> {
    let request = Client::new()
        .post(&running.warehouse)
        .header("x-amz-target", format!("RedshiftData.{operation}"));
    let request = request
        .header("content-type", "application/x-amz-json-1.1")
        .body(body.to_string());
    let answer = request
        .send()
        .await
        .map_err(|error| refused(&error.to_string()))?;
    let (status, text) = (
        answer.status(),
        answer
            .text()
            .await
            .map_err(|error| refused(&error.to_string()))?,
    );
    if !status.is_success() {
        return Err(refused(&text));
    }
    serde_json::from_str(&text).map_err(|error| refused(&error.to_string()))
}

fn refused(why: &str) -> Error {
    Error::new(format!("The warehouse did not answer: {why}."))
}
