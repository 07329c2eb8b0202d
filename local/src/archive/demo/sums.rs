//! The number of rows and the checksum of each month, computed by the store that has the rows: the
//! database, and the warehouse.

use std::{collections::BTreeMap, time::Duration};

use reqwest::Client;
use running_system::RunningSystem;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, MySqlConnection, Row, mysql::MySqlRow};
use uuid::Uuid;

use crate::{
    archive::{record_does_not_answer, shard_map},
    system::Error,
};

/// The pause between two looks at a statement of the warehouse.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The tables of a cluster that hold rows of activity.
const TABLES: &str = "\
    SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES \
    WHERE TABLE_SCHEMA = DATABASE() \
      AND (TABLE_NAME = 'activity' OR TABLE_NAME LIKE 'activity\\_%')";
const IN_DATABASE: &str = "\
    SELECT DATE_FORMAT(at, '%Y-%m'), COUNT(*), CAST(SUM(CAST(CONV(LEFT(MD5(CONCAT(\
        LOWER(HEX(id)), '|', \
        DATE_FORMAT(at, '%Y-%m-%d %H:%i:%s.%f'), '|', \
        LOWER(HEX(owner_id)), '|', \
        COALESCE(LOWER(HEX(actor_id)), ''), '|', \
        action, '|', \
        subject_kind, '|', \
        LOWER(HEX(subject_id)), '|', \
        context\
    )), 15), 16, 10) AS DECIMAL(38,0))) AS CHAR) FROM {table} GROUP BY 1";
const IN_WAREHOUSE: &str = "\
    SELECT TO_CHAR(at, 'YYYY-MM') AS month, COUNT(*), SUM(STRTOL(SUBSTRING(MD5(\
        id || '|' || \
        TO_CHAR(at, 'YYYY-MM-DD HH24:MI:SS.US') || '|' || \
        owner_id || '|' || \
        COALESCE(actor_id, '') || '|' || \
        action || '|' || \
        subject_kind || '|' || \
        subject_id || '|' || \
        context\
    ), 1, 15), 16)::DECIMAL(38,0)) FROM activity GROUP BY 1 ORDER BY 1";

/// The sums of a month's rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MonthSums {
    /// Number of rows.
    pub rows: u64,
    /// The sum of the first 60 bits of each row's MD5.
    pub checksum: u128,
}

/// Returns the sums of each month, in all tables of all clusters.
pub async fn in_database(running: &RunningSystem) -> Result<BTreeMap<String, MonthSums>, Error> {
    let mut months = BTreeMap::<String, MonthSums>::new();
    for range in shard_map(running, "ACTIVITY_SHARDS")? {
        let of_cluster = match in_cluster(&range.writer).await {
            Ok(of_cluster) => of_cluster,
            Err(error) => return Err(record_does_not_answer(&error)),
        };
        for (month, sums) in of_cluster {
            let total = months.entry(month).or_default();
            total.rows += sums.rows;
            total.checksum += sums.checksum;
        }
    }
    Ok(months)
}

/// Returns the sums of each month in each table of a cluster.
async fn in_cluster(url: &str) -> sqlx::Result<Vec<(String, MonthSums)>> {
    let mut database = MySqlConnection::connect(url).await?;
    let tables: Vec<String> = sqlx::query_scalar(TABLES).fetch_all(&mut database).await?;
    let mut months = Vec::new();
    for table in tables {
        let query = AssertSqlSafe(IN_DATABASE.replacen("{table}", &table, 1));
        for row in sqlx::query(query).fetch_all(&mut database).await? {
            months.push(read_database_row(&row)?);
        }
    }
    database.close().await?;
    Ok(months)
}

fn read_database_row(row: &MySqlRow) -> sqlx::Result<(String, MonthSums)> {
    let month = row.try_get(0)?;
    let rows: i64 = row.try_get(1)?;
    let checksum_text: String = row.try_get(2)?;
    match checksum_text.parse() {
        Ok(checksum) => Ok((month, MonthSums { rows: rows.unsigned_abs(), checksum })),
        Err(_) => Err(sqlx::Error::Decode("a sum that is no number".into())),
    }
}

/// Returns the sums of each month in the warehouse.
pub async fn in_warehouse(running: &RunningSystem) -> Result<BTreeMap<String, MonthSums>, Error> {
    let request = json!({
        "Sql": IN_WAREHOUSE,
        "WorkgroupName": running.variable("REDSHIFT_WORKGROUP").unwrap_or_default(),
        "Database": running.variable("REDSHIFT_DATABASE").unwrap_or_default(),
        "ClientToken": Uuid::new_v4(),
    });
    let statement = call_data_api(running, "ExecuteStatement", &request).await?;
    let statement_id = json!({"Id": statement["Id"]});
    wait_for_statement(running, &statement_id).await?;
    let result = call_data_api(running, "GetStatementResult", &statement_id).await?;
    let mut months = BTreeMap::new();
    for row in result["Records"].as_array().into_iter().flatten() {
        match read_warehouse_row(row) {
            Some((month, sums)) => months.insert(month, sums),
            None => return Err(warehouse_failed("with another row")),
        };
    }
    Ok(months)
}

/// Waits until the statement has finished.
async fn wait_for_statement(running: &RunningSystem, statement_id: &Value) -> Result<(), Error> {
    loop {
        let statement = call_data_api(running, "DescribeStatement", statement_id).await?;
        match statement["Status"].as_str() {
            Some("FINISHED") => return Ok(()),
            Some("FAILED" | "ABORTED") => {
                return Err(warehouse_failed(&statement["Error"].to_string()));
            }
            _ => tokio::time::sleep(POLL_INTERVAL).await,
        }
    }
}

/// Reads a record of the result; none if it has another shape.
fn read_warehouse_row(row: &Value) -> Option<(String, MonthSums)> {
    let month = row[0]["stringValue"].as_str()?;
    let rows = row[1]["longValue"].as_u64()?;
    let checksum = row[2]["stringValue"].as_str()?.parse().ok()?;
    Some((month.to_owned(), MonthSums { rows, checksum }))
}

/// Calls an operation of the warehouse's Data API.
async fn call_data_api(
    running: &RunningSystem,
    operation: &str,
    body: &Value,
) -> Result<Value, Error> {
    let failed = |error: reqwest::Error| warehouse_failed(&error.to_string());
    let answer = Client::new()
        .post(&running.warehouse)
        .header("x-amz-target", format!("RedshiftData.{operation}"))
        .header("content-type", "application/x-amz-json-1.1")
        .body(body.to_string())
        .send()
        .await
        .map_err(failed)?;
    let status = answer.status();
    let text = answer.text().await.map_err(failed)?;
    if !status.is_success() {
        return Err(warehouse_failed(&text));
    }
    serde_json::from_str(&text).map_err(|error| warehouse_failed(&error.to_string()))
}

fn warehouse_failed(why: &str) -> Error {
    Error::new(format!("The warehouse did not answer: {why}."))
}
