//! The whole system in one process: engines, functions, gateway and event sources, put together as
//! the template says, and taken apart again in order.

mod aws_services;
mod data;
mod description;
mod event_sources;
mod fault_injection;
mod listeners;
mod log_subscriptions;
mod metrics;
mod recording;
mod replica;
mod tasks;
mod template_reader;
mod values;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use running_system::{DatabaseAddress, RunningSystem};

use crate::{
    database::{self, DatabaseCluster, StatusReader},
    dynamodb,
    faults::Faults,
    host::{Host, HostSettings},
    s3, ses, sqs,
    supervision::supervise,
    template::{Template, TemplateError},
    warehouse::{self, WarehouseServer, WarehouseSettings},
};
use aws_services::AwsServices;
use data::DataFolder;
pub use description::find_running;
use listeners::{Addresses, Listeners};
use log_subscriptions::LogSubscriptions;
use metrics::Metrics;
use tasks::SystemTasks;
use template_reader::TemplateReader;

/// The reason for which the system does not run: one sentence with the remedy.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

impl Error {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

macro_rules! impl_from_displayed {
    ($($error:ty),*) => {
        $(impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self(error.to_string())
            }
        })*
    };
}
impl_from_displayed!(
    database::Error,
    dynamodb::Error,
    s3::Error,
    ses::Error,
    sqs::Error,
    TemplateError,
    warehouse::Error
);

/// The parts of the system that a caller chooses, and their places.
#[derive(Clone, Debug)]
pub struct Options {
    /// First of five ports; 0 for any.
    pub port: u16,
    /// The data folder.
    pub data: PathBuf,
    /// Empties the data folder first.
    pub fresh: bool,
    /// Values for the template's parameters.
    pub parameters: BTreeMap<String, String>,
    /// The template; `migrations/` is beside it.
    pub template: PathBuf,
    /// The folder of the page.
    pub web: PathBuf,
    /// The folder of the functions' executables.
    pub binaries: PathBuf,
    /// Commands that run a function in the place of its executable, by logical id.
    pub commands: BTreeMap<String, String>,
    /// The file to which the functions' calls of AWS are added; they are not recorded without one.
    pub record_calls: Option<PathBuf>,
    /// The seed of faults; there are none without one.
    pub faults: Option<u64>,
    /// The lag, in seconds, of the replica that is read from; there is no replica without one.
    pub replica_lag: Option<u32>,
}

/// A running system. To be ended with [`System::stop`].
pub struct System {
    data: DataFolder,
    description: RunningSystem,
    database: DatabaseCluster,
    warehouse: WarehouseServer,
    host: Host,
    tasks: SystemTasks,
}

impl System {
    /// Starts everything and returns when it answers; calls `progress` with a line for each step.
    ///
    /// # Errors
    /// One sentence; nothing is left running then.
    pub async fn start(options: &Options, progress: impl Fn(&str)) -> Result<Self, Error> {
        let template_text = template_reader::read_text(&options.template)?;
        let data = DataFolder::lock(&options.data, options.fresh)?;
        description::remove(data.path());
        let listeners = Listeners::bind(options.port)?;
        let tasks = SystemTasks::new();
        let own_addresses = listeners.addresses()?;
        let addresses =
            recording::addresses(own_addresses, options.record_calls.as_deref(), &tasks)?;
        let faults = options.faults.map(Faults::new);
        let addresses = fault_injection::addresses(addresses, faults.as_ref(), &tasks)?;
        let keys = data.keys()?;
        let reader =
            TemplateReader { options, text: &template_text, addresses: &addresses, keys: &keys };
        // What is wrong with the template or the build shows before the database has started.
        reader.check(&reader.template(None)?)?;
        let database = start_database(options, &data, &progress).await?;
        fault_injection::before_database(&database, faults.as_ref(), &tasks)?;
        progress("Starting the warehouse, storage, queues and functions");
        let warehouse = start_warehouse(options, &data, listeners.warehouse).await?;
        let template = reader.template(Some(&database))?;
        let secret = data::access_secret(&keys.media);
        let environment = values::environment(&addresses, &secret);
        let services = AwsServices::open(&data, &template, &addresses, &secret).await?;
        let mut host_settings = HostSettings::new(options.binaries.clone());
        host_settings.commands.clone_from(&options.commands);
        host_settings.environment.clone_from(&environment);
        host_settings.faults.clone_from(&faults);
        let log_subscriptions = LogSubscriptions::read(&template, &mut host_settings)?;
        let host = Host::new(&template.functions, host_settings);
        let gateway = reader.gateway(&template, &host, &services.s3)?;
        let metrics = metrics(&services, &host, &database);
        let messages_and_lambda = services
            .sqs
            .router()
            .merge(services.ses.router())
            .merge(host.router())
            .merge(fault_injection::switch(faults.as_ref()))
            .merge(replica::switch(database.replication()))
            .merge(metrics.router());
        let gateway = services.ses.pages().merge(gateway);
        tasks.serve("the gateway", listeners.gateway, gateway);
        tasks.serve("S3", listeners.s3, services.s3.router());
        tasks.serve("SQS, SES and Lambda", listeners.messages_and_lambda, messages_and_lambda);
        tasks.serve_dynamodb(listeners.dynamodb, services.dynamodb);
        event_sources::start(&template, &host, &services.sqs, faults.as_ref(), &tasks)?;
        log_subscriptions.start(&host, &tasks);
        let description = describe(&template, &addresses, environment, &database);
        description::write(&description, data.path())?;
        Ok(Self { data, description, database, warehouse, host, tasks })
    }

    /// Returns the description that other processes find the system by.
    pub fn description(&self) -> &RunningSystem {
        &self.description
    }

    /// Returns the data folder.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Restarts the engines that exit by themselves. Resolves when a part ended that cannot be
    /// restarted.
    pub async fn supervise(&mut self) -> Error {
        tokio::select! {
            never = self.database.supervise() => match never {},
            never = supervise(&mut self.warehouse) => match never {},
            error = self.tasks.failed() => error,
        }
    }

    /// Stops everything in order and waits: no process is left.
    pub async fn stop(self) {
        description::remove(self.data.path());
        self.tasks.stop_event_sources();
        self.host.stop().await;
        self.tasks.stop().await;
        self.warehouse.stop().await;
        self.database.stop().await;
        drop(self.data);
    }
}

/// Starts the database, applies the migrations to it, and adds the replica that was asked for.
async fn start_database(
    options: &Options,
    data: &DataFolder,
    progress: &impl Fn(&str),
) -> Result<DatabaseCluster, Error> {
    progress("Starting the database");
    // The folder keeps the name that it was first made under, whichever server runs on it.
    let writer = data.join("mariadb");
    let replica = data.join("replica");
    let mut database = DatabaseCluster::start(&writer, &replica).await?;
    progress(&format!("The database is {}. Applying migrations", database.name()));
    database.migrate(&migrations_folder(options)).await?;
    if let Some(lag) = options.replica_lag {
        progress(&format!("Starting a replica of the database, {lag} s behind"));
        database.add_replica(&replica, lag).await?;
    }
    Ok(database)
}

/// Starts the warehouse on its listener.
async fn start_warehouse(
    options: &Options,
    data: &DataFolder,
    listener: tokio::net::TcpListener,
) -> Result<WarehouseServer, Error> {
    let settings = WarehouseSettings {
        program: options.binaries.join(warehouse::BINARY),
        folder: data.join("warehouse"),
        buckets: data.join("buckets"),
        migrations: migrations_folder(options).join("warehouse"),
        workgroup: values::WORKGROUP.into(),
        database: values::DATABASE.into(),
    };
    Ok(WarehouseServer::start(settings, listener).await?)
}

/// Returns what there is to measure.
fn metrics(services: &AwsServices, host: &Host, database: &DatabaseCluster) -> Metrics {
    let (any_database, _) = database::DATABASES[0];
    Metrics {
        queues: services.sqs.clone(),
        host: host.clone(),
        units: services.dynamodb.units(),
        database: StatusReader::new(&database.writer_url(any_database)),
    }
}

/// Returns the folder of the migrations, which is beside the template.
fn migrations_folder(options: &Options) -> PathBuf {
    options.template.with_file_name("migrations")
}

/// Describes the system for other processes.
fn describe(
    template: &Template,
    addresses: &Addresses,
    shared_environment: BTreeMap<String, String>,
    database: &DatabaseCluster,
) -> RunningSystem {
    let mut environment = shared_environment;
    for function in &template.functions {
        environment.extend(function.environment.clone());
    }
    RunningSystem {
        pid: std::process::id(),
        origin: addresses.origin.clone(),
        s3: addresses.s3.clone(),
        sqs: addresses.sqs.clone(),
        ses: addresses.ses.clone(),
        dynamodb: addresses.dynamodb.clone(),
        warehouse: addresses.warehouse.clone(),
        lambda: addresses.lambda.clone(),
        environment,
        database: DatabaseAddress { server: database.name(), socket: database.socket().to_owned() },
    }
}
