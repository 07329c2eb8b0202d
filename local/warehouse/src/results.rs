//! Statements and their rows, as the Data API answers them.
//!
//! <https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_DescribeStatement.html>

use serde_json::{Value, json};

use crate::{
    engine::WarehouseEngine,
    protocol::ApiError,
    statement_log::{StatementRecord, StatementResult},
};

/// Describes a statement, or one of its sub-statements.
pub(crate) fn description(record: &StatementRecord, part: Option<usize>) -> Value {
    let count = record.request.sqls.len();
    // The last sub-statement speaks for all.
    let mut description = describe_part(record, part.unwrap_or(count));
    if part.is_none() {
        description["Id"] = json!(record.id.to_string());
    }
    if let Some(error) = &record.error {
        description["Error"] = json!(error);
    }
    if record.request.batch && part.is_none() {
        let parts = (1..=count).map(|number| describe_part(record, number));
        description["SubStatements"] = parts.collect();
    }
    description
}

/// Describes a sub-statement, counted from 1.
fn describe_part(record: &StatementRecord, number: usize) -> Value {
    let mut has_result_set = false;
    let mut result_rows = -1;
    if let Some(result) = record.parts.get(number - 1) {
        has_result_set = result.columns.is_some();
        result_rows = i64::try_from(result.rows).unwrap_or(i64::MAX);
    }
    json!({
        "Id": format!("{}:{number}", record.id),
        "Status": record.status,
        "HasResultSet": has_result_set,
        "ResultRows": result_rows,
        "QueryString": record.request.sqls[number - 1],
        "CreatedAt": record.created,
        "UpdatedAt": record.updated,
    })
}

/// Returns a page of the rows of a sub-statement, from the row `from` on.
pub(crate) fn page(
    engine: &WarehouseEngine,
    record: &StatementRecord,
    number: usize,
    from: usize,
) -> Result<Value, ApiError> {
    let part = record.parts.get(number - 1);
    let Some(StatementResult { rows, columns: Some(columns) }) = part else {
        return Err(no_result());
    };
    if record.status != "FINISHED" {
        return Err(no_result());
    }
    let page = engine.page(record, number, from)?;
    let mut metadata = Vec::new();
    for (name, data_type) in columns {
        let type_name = redshift_type(data_type);
        metadata.push(json!({"name": name, "label": name, "typeName": type_name}));
    }
    let mut records = Vec::new();
    for row in page.rows {
        let mut fields = Vec::new();
        for ((_, data_type), text) in columns.iter().zip(row) {
            fields.push(field(data_type, text));
        }
        records.push(fields);
    }
    let mut answer = json!({
        "ColumnMetadata": metadata,
        "TotalNumRows": rows,
        "Records": records,
    });
    if let Some(next) = page.next {
        answer["NextToken"] = json!(next.to_string());
    }
    Ok(answer)
}

fn no_result() -> ApiError {
    ApiError::not_found(
        "Query does not have result. Please check query status with DescribeStatement.",
    )
}

/// Makes a field by the type of its column. A value that is neither a whole number of 64 bits, nor
/// floating, nor a truth value, comes as text.
/// <https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_Field.html>
fn field(data_type: &str, value: Option<String>) -> Value {
    let Some(text) = value else { return json!({"isNull": true}) };
    match data_type {
        "TINYINT" | "SMALLINT" | "INTEGER" | "BIGINT" | "UTINYINT" | "USMALLINT" | "UINTEGER" => {
            if let Ok(number) = text.parse::<i64>() {
                return json!({"longValue": number});
            }
        }
        "FLOAT" | "DOUBLE" => {
            if let Ok(number) = text.parse::<f64>() {
                return json!({"doubleValue": number});
            }
        }
        "BOOLEAN" => return json!({"booleanValue": text == "true"}),
        _ => {}
    }
    json!({"stringValue": text})
}

/// Returns Redshift's name of a type of DuckDB's.
fn redshift_type(duckdb_type: &str) -> &'static str {
    match duckdb_type {
        "TINYINT" | "SMALLINT" => "int2",
        "INTEGER" => "int4",
        "BIGINT" => "int8",
        "FLOAT" => "float4",
        "DOUBLE" => "float8",
        "BOOLEAN" => "bool",
        "DATE" => "date",
        "TIMESTAMP" => "timestamp",
        "VARCHAR" => "varchar",
        // The type of a SUM of whole numbers here.
        _ => "numeric",
    }
}
