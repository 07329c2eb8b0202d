//! `migrate`: brings the databases up to what the code expects, before any other function gets its
//! new code.
//!
//! CloudFormation calls it, and waits for its answer. It is forward-only: what a deployment that is
//! taken back has applied stays, and does the older code no harm. Run twice, or dying half-way, it
//! goes on where it was: the table `_sqlx_migrations` says what has been applied, and `migrations`
//! in the warehouse.

use async_trait::async_trait;
use aws_sdk_secretsmanager::Client;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::{
    Error, Result,
    env::Env,
    error::{Of, guard},
    runtime::OnDemandJob,
    stores::{Warehouse, trusting},
};
use sqlx::mysql::MySqlConnectOptions;

use crate::{answer::MigrationRequest, tables::DATABASES, warehouse};

/// The job and what it needs.
pub struct Migrate {
    secrets: Client,
    secret: String,
    host: String,
    region: String,
    warehouse: Option<Warehouse>,
    http: reqwest::Client,
}

/// The owner of the database, as Secrets Manager keeps it. Never printed.
#[derive(Deserialize)]
struct Owner {
    username: String,
    password: String,
}

impl Migrate {
    /// With `DATABASE_HOST`, the writer itself, and `DATABASE_SECRET`, whose password Secrets
    /// Manager changes. With `REDSHIFT_WORKGROUP` and `REDSHIFT_DATABASE`, the warehouse.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self {
            secrets: Client::new(env.sdk_beyond_the_network()),
            secret: env.get("DATABASE_SECRET")?,
            host: env.get("DATABASE_HOST")?,
            region: env.get("AWS_REGION")?,
            warehouse: Warehouse::connect_if_any(env)?,
            http: reqwest::Client::new(),
        })
    }

    async fn migrate(&self) -> Result<()> {
        let server = self.server().await?;
        for database in DATABASES {
            database.ensure(&server).await?;
            tracing::info!(database = database.name, "up to date");
        }
        if let Some(warehouse) = &self.warehouse {
            warehouse::migrate(warehouse).await?;
            tracing::info!(database = "warehouse", "up to date");
        }
        Ok(())
    }

    async fn server(&self) -> Result<MySqlConnectOptions> {
        let secret = self
            .secrets
            .get_secret_value()
            .secret_id(&self.secret)
            .send()
            .await
            .of("Secrets Manager")?;
        let owner: Owner = serde_json::from_str(secret.secret_string().unwrap_or_default())
            .map_err(|_| Error::internal("the database's secret has no username and password"))?;
        let options = MySqlConnectOptions::new().host(&self.host);
        Ok(trusting(options.username(&owner.username).password(&owner.password), &self.region))
    }
}

#[async_trait]
impl OnDemandJob for Migrate {
    async fn run(&self, event: Value) -> Result<Value> {
        let question = MigrationRequest::read(event)?;
        // With the stack its functions end; the databases stay as they are.
        let outcome =
            if question.request_type == "Delete" { Ok(()) } else { guard(self.migrate()).await };
        if let Err(error) = &outcome {
            tracing::error!(error = error.chain(), "not migrated");
        }
        question
            .respond(&self.http, &question.answer(&outcome))
            .await?;
        Ok(json!({ "migrated": outcome.is_ok() }))
    }
}
