//! The Data API's protocol, AWS JSON 1.1: one `POST /` whose header `X-Amz-Target` names the
//! operation.

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, HeaderName, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    book::{Record, Request},
    dialect,
    engine::Engine,
};

/// The Data API takes statements of 100 KB, and forty of them.
const BODY_LIMIT: usize = 8 << 20;
const LONGEST_SQL: usize = 100_000;
const MOST_SQLS: usize = 40;

/// Whose statements are taken.
#[derive(Clone)]
pub struct Service {
    /// What runs them.
    pub engine: Engine,
    /// The workgroup that there is.
    pub workgroup: String,
    /// The database that there is.
    pub database: String,
}

/// Why a request is not answered.
#[derive(Debug)]
struct Refused {
    status: StatusCode,
    kind: &'static str,
    message: String,
}

fn invalid(message: impl Into<String>) -> Refused {
    Refused {
        status: StatusCode::BAD_REQUEST,
        kind: "ValidationException",
        message: message.into(),
    }
}

fn missing(message: impl Into<String>) -> Refused {
    Refused {
        status: StatusCode::BAD_REQUEST,
        kind: "ResourceNotFoundException",
        message: message.into(),
    }
}

impl From<duckdb::Error> for Refused {
    fn from(error: duckdb::Error) -> Self {
        let message = error.to_string();
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, kind: "InternalServerException", message }
    }
}

/// `POST /` for the Data API, `GET /` to ask whether it is there.
pub fn router(service: Service) -> Router {
    let router = Router::new()
        .route("/", post(answer))
        .route("/", get(async || "the warehouse"));
    router
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(service)
}

async fn answer(State(service): State<Service>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    // DuckDB's calls block.
    let done = tokio::task::spawn_blocking(move || dispatch(&service, &target, &body)).await;
    let outcome = done.unwrap_or_else(|why| {
        let message = why.to_string();
        Err(Refused {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            kind: "InternalServerException",
            message,
        })
    });
    let common = [
        (CONTENT_TYPE, "application/x-amz-json-1.1".to_owned()),
        (HeaderName::from_static("x-amzn-requestid"), Uuid::now_v7().to_string()),
    ];
    match outcome {
        Ok(value) => (common, value.to_string()).into_response(),
        Err(Refused { status, kind, message }) => {
            let body =
                json!({"__type": kind, "Message": message, "message": message, "ResourceId": ""});
            (status, common, body.to_string()).into_response()
        }
    }
}

fn dispatch(service: &Service, target: &str, body: &[u8]) -> Result<Value, Refused> {
    match target.strip_prefix("RedshiftData.") {
        Some("ExecuteStatement") => {
            let call: Execute = parse(body)?;
            let sqls = vec![call.sql];
            submit(service, &call.common, sqls, false)
        }
        Some("BatchExecuteStatement") => {
            let call: Batch = parse(body)?;
            submit(service, &call.common, call.sqls, true)
        }
        Some("DescribeStatement") => {
            let (record, part) = find(service, &parse::<Named>(body)?.id)?;
            Ok(described(service, &record, part))
        }
        Some("GetStatementResult") => result(service, &parse(body)?),
        Some("CancelStatement") => {
            let (record, _) = find(service, &parse::<Named>(body)?.id)?;
            let stopped = service.engine.cancel(record.id)?;
            if stopped {
                Ok(json!({"Status": true}))
            } else {
                Err(invalid("Could not cancel a query that is over."))
            }
        }
        Some(other) => Err(invalid(format!("{other} is not available locally."))),
        None => Err(invalid("The header X-Amz-Target names no operation of RedshiftData.")),
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    serde_json::from_slice(body)
        .map_err(|why| invalid(format!("The request cannot be read: {why}.")))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Common {
    workgroup_name: Option<String>,
    database: Option<String>,
    client_token: Option<String>,
    #[serde(default)]
    parameters: Vec<Parameter>,
}

#[derive(Deserialize)]
struct Parameter {
    name: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Execute {
    sql: String,
    #[serde(flatten)]
    common: Common,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Batch {
    sqls: Vec<String>,
    #[serde(flatten)]
    common: Common,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    id: String,
    next_token: Option<String>,
}

fn submit(
    service: &Service,
    common: &Common,
    sqls: Vec<String>,
    batch: bool,
) -> Result<Value, Refused> {
    if common.workgroup_name.as_ref() != Some(&service.workgroup) {
        return Err(invalid(format!("There is no workgroup but {}.", service.workgroup)));
    }
    if common.database.as_ref() != Some(&service.database) {
        return Err(invalid(format!("There is no database but {}.", service.database)));
    }
    if sqls.is_empty()
        || sqls.len() > MOST_SQLS
        || sqls
            .iter()
            .any(|sql| sql.is_empty() || sql.len() > LONGEST_SQL)
    {
        return Err(invalid(format!("1 to {MOST_SQLS} statements of 1 to {LONGEST_SQL} bytes.")));
    }
    if common
        .client_token
        .as_ref()
        .is_some_and(|token| token.is_empty() || token.len() > 64)
    {
        return Err(invalid("clientToken has 1 to 64 characters."));
    }
    check_parameters(&common.parameters, &sqls)?;
    let parameters = common
        .parameters
        .iter()
        .map(|given| (given.name.clone(), given.value.clone()))
        .collect();
    let request = Request { sqls, batch, parameters };
    let record = service
        .engine
        .submit(&request, common.client_token.as_deref())?;
    let record = record.ok_or_else(|| invalid("clientToken was used for another request."))?;
    Ok(json!({
        "Id": record.id.to_string(),
        "CreatedAt": record.created,
        "Database": service.database,
        "WorkgroupName": service.workgroup,
    }))
}

/// Each has a value and is used. What cannot be parsed fails later, when it runs.
fn check_parameters(given: &[Parameter], sqls: &[String]) -> Result<(), Refused> {
    if given
        .iter()
        .any(|parameter| parameter.name.is_empty() || parameter.value.is_empty())
    {
        return Err(invalid("A parameter's name and value have at least one character."));
    }
    let Ok(translated) = sqls
        .iter()
        .map(|sql| dialect::translate(sql))
        .collect::<Result<Vec<_>, _>>()
    else {
        return Ok(());
    };
    let used: Vec<_> = translated
        .into_iter()
        .flat_map(|translated| translated.parameters)
        .collect();
    if let Some(unused) = given
        .iter()
        .find(|parameter| !used.contains(&parameter.name))
    {
        return Err(invalid(format!(
            "Parameters list contains unused parameters. Unused parameters: {}",
            unused.name
        )));
    }
    match used
        .iter()
        .find(|name| !given.iter().any(|parameter| parameter.name == **name))
    {
        Some(name) => Err(invalid(format!("No value was given for the parameter {name}."))),
        None => Ok(()),
    }
}

/// A statement by its id, and which part of it: `id:2`.
fn find(service: &Service, id: &str) -> Result<(Record, Option<usize>), Refused> {
    let (base, part) = id
        .split_once(':')
        .map_or((id, None), |(base, part)| (base, Some(part)));
    let none = || missing(format!("Query {id} is not found."));
    let base =
        Uuid::try_parse(base).map_err(|_| invalid(format!("{id} is no id of a statement.")))?;
    let record = service.engine.find(base)?.ok_or_else(none)?;
    let part = part
        .map(|part| part.parse::<usize>().map_err(|_| none()))
        .transpose()?;
    let valid = part
        .is_none_or(|part| record.request.batch && (1..=record.request.sqls.len()).contains(&part));
    if valid { Ok((record, part)) } else { Err(none()) }
}

fn described(service: &Service, record: &Record, part: Option<usize>) -> Value {
    let one = |number: usize| {
        let outcome = record.parts.get(number - 1);
        json!({
            "Status": record.status,
            "HasResultSet": outcome.is_some_and(|part| part.columns.is_some()),
            "ResultRows": outcome.map_or(-1, |part| i64::try_from(part.rows).unwrap_or(i64::MAX)),
            "QueryString": record.request.sqls[number - 1],
            "CreatedAt": record.created,
            "UpdatedAt": record.updated,
        })
    };
    // The last one speaks for all.
    let mut all = one(part.unwrap_or(record.request.sqls.len()));
    all["Id"] =
        json!(part.map_or_else(|| record.id.to_string(), |part| format!("{}:{part}", record.id)));
    all["WorkgroupName"] = json!(service.workgroup);
    all["Database"] = json!(service.database);
    if let Some(error) = &record.error {
        all["Error"] = json!(error);
    }
    if record.request.batch && part.is_none() {
        let parts = (1..=record.request.sqls.len()).map(|number| {
            let mut part = one(number);
            part["Id"] = json!(format!("{}:{number}", record.id));
            part
        });
        all["SubStatements"] = parts.collect();
    }
    all
}

fn result(service: &Service, call: &Named) -> Result<Value, Refused> {
    let (record, part) = find(service, &call.id)?;
    let part = match (part, record.request.batch) {
        (None, true) => return Err(invalid("A batch has results by part: say id:number.")),
        (part, _) => part.unwrap_or(1),
    };
    let columns = record
        .parts
        .get(part - 1)
        .and_then(|part| part.columns.as_ref());
    let columns = columns.filter(|_| record.status == "FINISHED");
    let columns = columns.ok_or_else(|| {
        missing("Query does not have result. Please check query status with DescribeStatement.")
    })?;
    let from = call.next_token.as_deref().unwrap_or("0");
    let from = from
        .parse()
        .map_err(|_| invalid("The token of the next page is none."))?;
    let page = service.engine.page(&record, part, from)?;
    let row = |row: Vec<Option<String>>| -> Value {
        columns
            .iter()
            .zip(row)
            .map(|((_, kind), text)| field(kind, text))
            .collect()
    };
    let metadata = columns
        .iter()
        .map(|(name, kind)| json!({"name": name, "label": name, "typeName": type_name(kind)}));
    let mut answer = json!({
        "ColumnMetadata": metadata.collect::<Value>(),
        "TotalNumRows": record.parts[part - 1].rows,
        "Records": page.rows.into_iter().map(row).collect::<Value>(),
    });
    if let Some(next) = page.next {
        answer["NextToken"] = json!(next.to_string());
    }
    Ok(answer)
}

/// A value by the type of its column. What is neither a whole number of 64 bits, nor floating, nor
/// a truth value, comes as text.
fn field(kind: &str, text: Option<String>) -> Value {
    let Some(text) = text else { return json!({"isNull": true}) };
    match kind {
        "TINYINT" | "SMALLINT" | "INTEGER" | "BIGINT" | "UTINYINT" | "USMALLINT" | "UINTEGER" => {
            text.parse::<i64>().map_or_else(
                |_| json!({"stringValue": text}),
                |number| json!({"longValue": number}),
            )
        }
        "FLOAT" | "DOUBLE" => text
            .parse::<f64>()
            .map_or_else(|_| json!({"stringValue": text}), |number| json!({"doubleValue": number})),
        "BOOLEAN" => json!({"booleanValue": text == "true"}),
        _ => json!({"stringValue": text}),
    }
}

/// DuckDB's name of a type, as Redshift calls it.
fn type_name(kind: &str) -> &str {
    match kind {
        "TINYINT" | "SMALLINT" => "int2",
        "INTEGER" => "int4",
        "BIGINT" => "int8",
        "FLOAT" => "float4",
        "DOUBLE" => "float8",
        "BOOLEAN" => "bool",
        "DATE" => "date",
        "TIMESTAMP" => "timestamp",
        "VARCHAR" => "varchar",
        // What a SUM of whole numbers is here.
        _ => "numeric",
    }
}
