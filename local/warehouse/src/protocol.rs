//! The Data API's protocol, AWS JSON 1.1: one `POST /` whose header `X-Amz-Target` names the
//! operation.
//!
//! <https://docs.aws.amazon.com/redshift-data/latest/APIReference/Welcome.html>

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
    dialect,
    engine::WarehouseEngine,
    results,
    statement_log::{StatementRecord, StatementRequest},
};

/// The most bytes of a request: forty statements of 100 KB, and their JSON.
const BODY_LIMIT: usize = 8 << 20;
/// The longest statement, in bytes.
/// <https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html>
const MAX_SQL_BYTES: usize = 100_000;
/// The most statements of a batch.
/// <https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_BatchExecuteStatement.html>
const MAX_STATEMENTS: usize = 40;
/// The longest `ClientToken`.
const MAX_TOKEN_LENGTH: usize = 64;

/// The API of one workgroup and one database.
#[derive(Clone)]
pub struct DataApi {
    /// The engine of the statements.
    pub engine: WarehouseEngine,
    /// The only workgroup.
    pub workgroup: String,
    /// The only database.
    pub database: String,
}

/// A refusal, by the Data API's name of it.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    name: &'static str,
    message: String,
}

impl ApiError {
    pub fn invalid(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            name: "ValidationException",
            message: message.into(),
        }
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            name: "ResourceNotFoundException",
            message: message.into(),
        }
    }

    fn internal(cause: &dyn std::fmt::Display) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            name: "InternalServerException",
            message: cause.to_string(),
        }
    }
}

impl From<duckdb::Error> for ApiError {
    fn from(error: duckdb::Error) -> Self {
        Self::internal(&error)
    }
}

/// Returns `POST /` for the Data API, and `GET /` to ask whether it is there.
pub fn router(api: DataApi) -> Router {
    Router::new()
        .route("/", post(answer))
        .route("/", get(async || "the warehouse"))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(api)
}

async fn answer(State(api): State<DataApi>, headers: HeaderMap, body: Bytes) -> Response {
    let target = match headers.get("x-amz-target") {
        Some(target) => target.to_str().unwrap_or_default().to_owned(),
        None => String::new(),
    };
    // DuckDB's calls block.
    let task = tokio::task::spawn_blocking(move || dispatch(&api, &target, &body));
    let result = match task.await {
        Ok(result) => result,
        Err(panic) => Err(ApiError::internal(&panic)),
    };
    let headers = [
        (CONTENT_TYPE, "application/x-amz-json-1.1".to_owned()),
        (HeaderName::from_static("x-amzn-requestid"), Uuid::now_v7().to_string()),
    ];
    match result {
        Ok(value) => (headers, value.to_string()).into_response(),
        Err(ApiError { status, name, message }) => {
            let body =
                json!({"__type": name, "Message": message, "message": message, "ResourceId": ""});
            (status, headers, body.to_string()).into_response()
        }
    }
}

fn dispatch(api: &DataApi, target: &str, body: &[u8]) -> Result<Value, ApiError> {
    match target.strip_prefix("RedshiftData.") {
        Some("ExecuteStatement") => {
            let request: ExecuteStatement = parse(body)?;
            submit(api, request.common, vec![request.sql], false)
        }
        Some("BatchExecuteStatement") => {
            let request: BatchExecuteStatement = parse(body)?;
            submit(api, request.common, request.sqls, true)
        }
        Some("DescribeStatement") => describe(api, &parse(body)?),
        Some("GetStatementResult") => get_result(api, &parse(body)?),
        Some("CancelStatement") => cancel(api, &parse(body)?),
        Some(other) => Err(ApiError::invalid(format!("{other} is not available locally."))),
        None => {
            Err(ApiError::invalid("The header X-Amz-Target names no operation of RedshiftData."))
        }
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body)
        .map_err(|cause| ApiError::invalid(format!("The request cannot be read: {cause}.")))
}

/// The fields that both requests of a submission have.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CommonFields {
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
struct ExecuteStatement {
    sql: String,
    #[serde(flatten)]
    common: CommonFields,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BatchExecuteStatement {
    sqls: Vec<String>,
    #[serde(flatten)]
    common: CommonFields,
}

/// The fields of the requests about one statement.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StatementReference {
    id: String,
    next_token: Option<String>,
}

fn submit(
    api: &DataApi,
    common: CommonFields,
    sqls: Vec<String>,
    batch: bool,
) -> Result<Value, ApiError> {
    if common.workgroup_name.as_ref() != Some(&api.workgroup) {
        return Err(ApiError::invalid(format!("There is no workgroup but {}.", api.workgroup)));
    }
    if common.database.as_ref() != Some(&api.database) {
        return Err(ApiError::invalid(format!("There is no database but {}.", api.database)));
    }
    check_statements(&sqls)?;
    if let Some(token) = &common.client_token
        && (token.is_empty() || token.len() > MAX_TOKEN_LENGTH)
    {
        return Err(ApiError::invalid("clientToken has 1 to 64 characters."));
    }
    check_parameters(&common.parameters, &sqls)?;
    let mut parameters = Vec::new();
    for Parameter { name, value } in common.parameters {
        parameters.push((name, value));
    }
    let request = StatementRequest { sqls, batch, parameters };
    let token = common.client_token.as_deref();
    let Some(record) = api.engine.submit(&request, token)? else {
        return Err(ApiError::invalid("clientToken was used for another request."));
    };
    Ok(json!({
        "Id": record.id.to_string(),
        "CreatedAt": record.created,
        "Database": api.database,
        "WorkgroupName": api.workgroup,
    }))
}

fn check_statements(sqls: &[String]) -> Result<(), ApiError> {
    let is_sized = |sql: &String| (1..=MAX_SQL_BYTES).contains(&sql.len());
    if (1..=MAX_STATEMENTS).contains(&sqls.len()) && sqls.iter().all(is_sized) {
        return Ok(());
    }
    Err(ApiError::invalid(format!(
        "1 to {MAX_STATEMENTS} statements of 1 to {MAX_SQL_BYTES} bytes."
    )))
}

/// Checks that each parameter has a value and is used. A statement that cannot be parsed fails
/// later, when it runs.
fn check_parameters(given: &[Parameter], sqls: &[String]) -> Result<(), ApiError> {
    for parameter in given {
        if parameter.name.is_empty() || parameter.value.is_empty() {
            return Err(ApiError::invalid(
                "A parameter's name and value have at least one character.",
            ));
        }
    }
    let mut used = Vec::new();
    for sql in sqls {
        let Ok(translation) = dialect::translate(sql) else { return Ok(()) };
        used.extend(translation.parameters);
    }
    for parameter in given {
        if !used.contains(&parameter.name) {
            return Err(ApiError::invalid(format!(
                "Parameters list contains unused parameters. Unused parameters: {}",
                parameter.name
            )));
        }
    }
    for name in &used {
        if !given.iter().any(|parameter| parameter.name == *name) {
            let message = format!("No value was given for the parameter {name}.");
            return Err(ApiError::invalid(message));
        }
    }
    Ok(())
}

fn describe(api: &DataApi, reference: &StatementReference) -> Result<Value, ApiError> {
    let (record, part) = find(api, &reference.id)?;
    let mut description = results::description(&record, part);
    description["WorkgroupName"] = json!(api.workgroup);
    description["Database"] = json!(api.database);
    Ok(description)
}

fn get_result(api: &DataApi, reference: &StatementReference) -> Result<Value, ApiError> {
    let (record, part) = find(api, &reference.id)?;
    let number = match part {
        Some(number) => number,
        None if record.request.batch => {
            return Err(ApiError::invalid("A batch has results by part: say id:number."));
        }
        None => 1,
    };
    let from = match &reference.next_token {
        Some(token) => token
            .parse()
            .map_err(|_| ApiError::invalid("The token of the next page is none."))?,
        None => 0,
    };
    results::page(&api.engine, &record, number, from)
}

fn cancel(api: &DataApi, reference: &StatementReference) -> Result<Value, ApiError> {
    let (record, _) = find(api, &reference.id)?;
    if !api.engine.cancel(record.id)? {
        return Err(ApiError::invalid("Could not cancel a query that is over."));
    }
    Ok(json!({"Status": true}))
}

/// Returns a statement by its id, and the number of its sub-statement, if the id has one: `id:2`.
fn find(api: &DataApi, id: &str) -> Result<(StatementRecord, Option<usize>), ApiError> {
    let (statement_id, number) = match id.split_once(':') {
        Some((statement_id, number)) => (statement_id, Some(number)),
        None => (id, None),
    };
    let not_found = || ApiError::not_found(format!("Query {id} is not found."));
    let statement_id = Uuid::try_parse(statement_id)
        .map_err(|_| ApiError::invalid(format!("{id} is no id of a statement.")))?;
    let record = api.engine.find(statement_id)?.ok_or_else(not_found)?;
    let Some(number) = number else { return Ok((record, None)) };
    let number: usize = number.parse().map_err(|_| not_found())?;
    let exists = (1..=record.request.sqls.len()).contains(&number);
    if record.request.batch && exists { Ok((record, Some(number))) } else { Err(not_found()) }
}
