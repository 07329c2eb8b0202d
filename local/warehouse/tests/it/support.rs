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
    Client,
    config::{BehaviorVersion, Credentials, Region},
    operation::describe_statement::DescribeStatementOutput,
    types::{Field, SqlParameter, StatusString},
};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use warehouse::{
    engine::{Engine, Settings},
    protocol::{self, Service},
};

pub const WORKGROUP: &str = "wg";
pub const DATABASE: &str = "db";

/// A warehouse, and a client of it.
pub struct Local {
    pub client: Client,
    pub folder: Arc<TempDir>,
    server: Option<JoinHandle<()>>,
}

impl Drop for Local {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            server.abort();
        }
    }
}

fn migrations() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../migrations/warehouse")
}

impl Local {
    /// With the migrations of the project.
    pub async fn start() -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        let settings = Settings {
            file: folder.path().join("warehouse.duckdb"),
            buckets: folder.path().join("buckets"),
            hold: folder.path().join("hold"),
        };
        let engine = Engine::open(settings, &migrations()).expect("a warehouse");
        let service = Service { engine, workgroup: WORKGROUP.into(), database: DATABASE.into() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let client = client(listener.local_addr().expect("an address"));
        let server = tokio::spawn(async move {
            axum::serve(listener, protocol::router(service))
                .await
                .expect("served");
        });
        Self { client, folder, server: Some(server) }
    }

    /// One in a process of its own, on a listener that can be given to the next.
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

    pub fn hold(&self, text: &str) {
        fs::write(self.folder.path().join("hold"), text).expect("a file");
    }

    pub fn release(&self) {
        fs::remove_file(self.folder.path().join("hold")).expect("it was held");
    }

    /// Submits and says the id.
    pub async fn submit(
        &self,
        sql: &[&str],
        parameters: &[(&str, &str)],
        token: Option<&str>,
    ) -> String {
        let named = |(name, value): &(&str, &str)| {
            SqlParameter::builder().name(*name).value(*value).build()
        };
        let named: Vec<_> = parameters
            .iter()
            .map(|given| named(given).expect("a parameter"))
            .collect();
        let named = Some(named).filter(|named| !named.is_empty());
        let token = token.map(str::to_owned);
        if let [sql] = sql {
            let call = self
                .client
                .execute_statement()
                .sql(*sql)
                .set_parameters(named)
                .set_client_token(token);
            let call = call
                .workgroup_name(WORKGROUP)
                .database(DATABASE)
                .send()
                .await;
            return call.expect("taken").id.expect("an id");
        }
        let sqls = sql.iter().map(|sql| (*sql).to_owned()).collect();
        let call = self
            .client
            .batch_execute_statement()
            .set_sqls(Some(sqls))
            .set_parameters(named);
        let call = call
            .set_client_token(token)
            .workgroup_name(WORKGROUP)
            .database(DATABASE)
            .send()
            .await;
        call.expect("taken").id.expect("an id")
    }

    pub async fn describe(&self, id: &str) -> DescribeStatementOutput {
        self.client
            .describe_statement()
            .id(id)
            .send()
            .await
            .expect("described")
    }

    /// Asks until it is over.
    pub async fn outcome(&self, id: &str) -> DescribeStatementOutput {
        loop {
            let described = self.describe(id).await;
            match described.status {
                Some(StatusString::Submitted | StatusString::Started | StatusString::Picked) => {
                    tokio::task::yield_now().await;
                }
                _ => return described,
            }
        }
    }

    /// Does it and expects it to be done.
    pub async fn done(&self, sql: &[&str], parameters: &[(&str, &str)]) -> String {
        let id = self.submit(sql, parameters, None).await;
        let outcome = self.outcome(&id).await;
        assert_eq!(outcome.status, Some(StatusString::Finished), "{sql:?}: {:?}", outcome.error);
        id
    }

    /// Does it and says why it failed.
    pub async fn failure(&self, sql: &[&str]) -> String {
        let id = self.submit(sql, &[], None).await;
        let outcome = self.outcome(&id).await;
        assert_eq!(outcome.status, Some(StatusString::Failed), "{sql:?}");
        outcome.error.expect("a reason")
    }

    /// Rows of a query, of all pages, and how many pages there were.
    pub async fn rows(&self, id: &str) -> (Vec<Vec<Field>>, usize) {
        let (mut rows, mut pages, mut next) = (Vec::new(), 0, None);
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

    /// The only value of a query.
    pub async fn value(&self, sql: &str) -> Field {
        let id = self.done(&[sql], &[]).await;
        let (rows, _) = self.rows(&id).await;
        assert_eq!((rows.len(), rows[0].len()), (1, 1), "{sql}");
        rows[0][0].clone()
    }
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
