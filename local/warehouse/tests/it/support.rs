//! A warehouse of its own for each test.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    os::fd::OwnedFd,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use aws_sdk_redshiftdata::{
    Client, Error,
    config::{BehaviorVersion, Credentials, Region},
    operation::{
        describe_statement::DescribeStatementOutput,
        execute_statement::{ExecuteStatementOutput, builders::ExecuteStatementFluentBuilder},
    },
    types::{Field, SqlParameter, StatusString},
};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use warehouse::{
    engine::{EngineSettings, WarehouseEngine},
    protocol::{self, DataApi},
};

pub const WORKGROUP: &str = "wg";
pub const DATABASE: &str = "db";

/// A warehouse, and a client of it.
pub struct TestWarehouse {
    pub client: Client,
    pub folder: Arc<TempDir>,
    server: Option<JoinHandle<()>>,
}

impl Drop for TestWarehouse {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            server.abort();
        }
    }
}

fn migrations() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../migrations/warehouse")
}

impl TestWarehouse {
    /// Starts a warehouse in this process, with the migrations of the project.
    pub async fn start() -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        let settings = EngineSettings {
            file: folder.path().join("warehouse.duckdb"),
            buckets: folder.path().join("buckets"),
            hold: folder.path().join("hold"),
        };
        let api = DataApi {
            engine: WarehouseEngine::open(settings, &migrations()).expect("a warehouse"),
            workgroup: WORKGROUP.into(),
            database: DATABASE.into(),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let client = client(listener.local_addr().expect("an address"));
        let server = tokio::spawn(async move {
            axum::serve(listener, protocol::router(api))
                .await
                .expect("served");
        });
        Self { client, folder, server: Some(server) }
    }

    /// Starts one in a process of its own, on a listener that can be given to the next.
    pub fn process(folder: Arc<TempDir>, listener: &TcpListener) -> (Self, Child) {
        let inherited = OwnedFd::from(listener.try_clone().expect("a listener"));
        let child = Command::new(env!("CARGO_BIN_EXE_warehouse"))
            .arg("--file")
            .arg(folder.path().join("warehouse.duckdb"))
            .arg("--buckets")
            .arg(folder.path().join("buckets"))
            .arg("--migrations")
            .arg(migrations())
            .arg("--hold")
            .arg(folder.path().join("hold"))
            .args(["--workgroup", WORKGROUP, "--database", DATABASE])
            .stdin(Stdio::from(inherited))
            .spawn()
            .expect("a process");
        let client = client(listener.local_addr().expect("an address"));
        (Self { client, folder, server: None }, child)
    }

    /// Holds statements, or fails them with a text.
    pub fn hold(&self, text: &str) {
        fs::write(self.folder.path().join("hold"), text).expect("a file");
    }

    pub fn release(&self) {
        fs::remove_file(self.folder.path().join("hold")).expect("it was held");
    }

    /// Returns a call of `ExecuteStatement` for the right workgroup and database.
    pub fn execute(&self, sql: &str) -> ExecuteStatementFluentBuilder {
        self.client
            .execute_statement()
            .sql(sql)
            .workgroup_name(WORKGROUP)
            .database(DATABASE)
    }

    /// Submits one statement, or a batch of several; returns the id.
    pub async fn submit(
        &self,
        sqls: &[&str],
        parameters: &[(&str, &str)],
        token: Option<&str>,
    ) -> String {
        let parameters = sql_parameters(parameters);
        let token = token.map(str::to_owned);
        if let [sql] = sqls {
            let submitted = self
                .execute(sql)
                .set_parameters(parameters)
                .set_client_token(token)
                .send()
                .await
                .expect("submitted");
            return submitted.id.expect("an id");
        }
        let sqls = sqls.iter().map(|sql| (*sql).to_owned()).collect();
        let submitted = self
            .client
            .batch_execute_statement()
            .set_sqls(Some(sqls))
            .set_parameters(parameters)
            .set_client_token(token)
            .workgroup_name(WORKGROUP)
            .database(DATABASE)
            .send()
            .await
            .expect("submitted");
        submitted.id.expect("an id")
    }

    pub async fn describe(&self, id: &str) -> DescribeStatementOutput {
        self.client
            .describe_statement()
            .id(id)
            .send()
            .await
            .expect("described")
    }

    /// Waits until a statement has started.
    pub async fn wait_until_started(&self, id: &str) {
        while self.describe(id).await.status != Some(StatusString::Started) {
            tokio::task::yield_now().await;
        }
    }

    /// Waits until a statement is over; returns its description.
    pub async fn outcome(&self, id: &str) -> DescribeStatementOutput {
        loop {
            let description = self.describe(id).await;
            match description.status {
                Some(StatusString::Submitted | StatusString::Started | StatusString::Picked) => {
                    tokio::task::yield_now().await;
                }
                _ => return description,
            }
        }
    }

    /// Runs statements that are expected to succeed; returns the id.
    pub async fn done(&self, sqls: &[&str], parameters: &[(&str, &str)]) -> String {
        let id = self.submit(sqls, parameters, None).await;
        let outcome = self.outcome(&id).await;
        assert_eq!(outcome.status, Some(StatusString::Finished), "{sqls:?}: {:?}", outcome.error);
        id
    }

    /// Runs statements that are expected to fail; returns the error.
    pub async fn failure(&self, sqls: &[&str]) -> String {
        let id = self.submit(sqls, &[], None).await;
        let outcome = self.outcome(&id).await;
        assert_eq!(outcome.status, Some(StatusString::Failed), "{sqls:?}");
        outcome.error.expect("a reason")
    }

    /// Returns the rows of a query, of all pages, and the number of pages.
    pub async fn rows(&self, id: &str) -> (Vec<Vec<Field>>, usize) {
        let mut rows = Vec::new();
        let mut pages = 0;
        let mut next = None;
        loop {
            let result = self
                .client
                .get_statement_result()
                .id(id)
                .set_next_token(next)
                .send()
                .await
                .expect("rows");
            rows.extend(result.records);
            pages += 1;
            next = result.next_token;
            if next.is_none() {
                return (rows, pages);
            }
        }
    }

    /// Returns the only value of a query.
    pub async fn value(&self, sql: &str) -> Field {
        let id = self.done(&[sql], &[]).await;
        let (rows, _) = self.rows(&id).await;
        assert_eq!((rows.len(), rows[0].len()), (1, 1), "{sql}");
        rows[0][0].clone()
    }
}

/// Returns the error of a submission that is refused as invalid.
pub async fn validation_error(call: ExecuteStatementFluentBuilder) -> Error {
    let refused: Result<ExecuteStatementOutput, Error> = call.send().await.map_err(Error::from);
    let error = refused.expect_err("it is refused");
    assert!(matches!(error, Error::ValidationException(_)), "{error:?}");
    error
}

/// Returns parameters as the SDK has them; `None` for none.
pub fn sql_parameters(parameters: &[(&str, &str)]) -> Option<Vec<SqlParameter>> {
    let mut built = Vec::new();
    for (name, value) in parameters {
        let parameter = SqlParameter::builder().name(*name).value(*value).build();
        built.push(parameter.expect("a parameter"));
    }
    if built.is_empty() { None } else { Some(built) }
}

/// Returns a field of text.
pub fn text(value: &str) -> Field {
    Field::StringValue(value.to_owned())
}

fn client(address: SocketAddr) -> Client {
    let config = aws_sdk_redshiftdata::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "test"))
        .endpoint_url(format!("http://{address}"))
        .build();
    Client::from_conf(config)
}
