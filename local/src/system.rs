//! The whole system in one process: engines, functions, gateway and event sources, put together as
//! the template says, and taken apart again in order.

mod data;
mod listeners;
mod serving;
mod state;
mod subscriptions;
mod tapped;
mod values;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    dynamodb, events, gateway,
    host::{self, Host},
    keeping::keep,
    mariadb, s3, sqs,
    template::{self, Endpoints, Parameters, Template, Trigger},
    warehouse,
};
use data::{DataFolder, Keys};
use listeners::{Addresses, Listeners};
use serving::Serving;
pub use state::{Mariadb, State};
use subscriptions::Subscriptions;

/// Why the system does not run: one sentence with the remedy.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

impl Error {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

macro_rules! sentence {
    ($($error:ty),*) => {
        $(impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self(error.to_string())
            }
        })*
    };
}
sentence!(
    dynamodb::Error,
    mariadb::Error,
    s3::Error,
    sqs::Error,
    template::TemplateError,
    warehouse::Error
);

/// What to run and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// First of five ports; 0 for any.
    pub port: u16,
    /// Where everything is kept.
    pub data: PathBuf,
    /// Whether to empty it first.
    pub fresh: bool,
    /// Values for the template's parameters.
    pub parameters: BTreeMap<String, String>,
    /// The template; `migrations/` is beside it.
    pub template: PathBuf,
    /// The page.
    pub web: PathBuf,
    /// Executables of the functions.
    pub binaries: PathBuf,
    /// Where to note the calls of AWS that functions make.
    pub record_calls: Option<PathBuf>,
}

/// A running system. To be ended with [`System::stop`].
pub struct System {
    data: DataFolder,
    state: State,
    database: mariadb::Server,
    warehouse: warehouse::Server,
    host: Host,
    serving: Serving,
}

impl System {
    /// Starts everything and returns when it answers; `progress` is told of each step.
    ///
    /// # Errors
    /// One sentence; nothing is left running then.
    pub async fn start(options: &Options, progress: impl Fn(&str)) -> Result<Self, Error> {
        let text = read_template(&options.template)?;
        let data = DataFolder::take(&options.data, options.fresh)?;
        State::remove(data.path());
        let listeners = Listeners::bind(options.port)?;
        let mut serving = Serving::new();
        let addresses =
            tapped::addresses(listeners.addresses()?, options.record_calls.as_deref(), &serving)?;
        let keys = data.keys()?;
        let reader = Reader { options, text: &text, addresses: &addresses, keys: &keys };
        // What is wrong with the template or the build shows before the database has started.
        reader.check(&reader.template(None)?)?;
        progress("Starting the database");
        let database = mariadb::Server::start(&data.join("mariadb")).await?;
        progress(&format!("The database is {}. Applying migrations", database.name()));
        database
            .migrate(&beside(&options.template, "migrations"))
            .await?;
        progress("Starting the warehouse, storage, queues and functions");
        let warehouse = start_warehouse(options, &data, listeners.warehouse).await?;
        let template = reader.template(Some(&database))?;
        let secret = data::access_secret(&keys.media);
        let environment = values::environment(&addresses, &secret);
        let engines = Engines::open(&data, &template, &addresses, &secret).await?;
        let mut settings = host::Settings::new(options.binaries.clone(), addresses.lambda.clone());
        settings.environment.clone_from(&environment);
        let subscriptions = Subscriptions::of(&template, &mut settings)?;
        let host = Host::new(&template.functions, settings);
        let state = state(&template, &addresses, environment, &database, &warehouse);
        let media = reader.media(&template, &engines.s3)?;
        let config = gateway::Config {
            web: options.web.clone(),
            origin: addresses.origin.clone(),
            integration_limit: None,
        };
        let gateway = gateway::router(&template, host.clone(), media, config);
        serving.serve("the gateway", listeners.gateway, gateway);
        serving.serve("S3", listeners.s3, engines.s3.router());
        serving.serve(
            "SQS and Lambda",
            listeners.services,
            engines.sqs.router().merge(host.router()),
        );
        serving.serve_tables(listeners.dynamodb, engines.dynamodb);
        start_sources(&template, &host, &engines.sqs, &serving)?;
        subscriptions.start(&host, &serving);
        state.write(data.path())?;
        Ok(Self { data, state, database, warehouse, host, serving })
    }

    /// How to reach it.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Where everything is kept.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Keeps it running: starts again what ends by itself. Resolves when a part ended that cannot
    /// be started again.
    pub async fn keep(&mut self) -> Error {
        tokio::select! {
            never = keep(&mut self.database) => match never {},
            never = keep(&mut self.warehouse) => match never {},
            error = self.serving.failed() => error,
        }
    }

    /// Stops everything in order and waits: no process is left.
    pub async fn stop(self) {
        State::remove(self.data.path());
        self.serving.stop_sources();
        self.host.stop().await;
        self.serving.stop().await;
        self.warehouse.stop().await;
        self.database.stop().await;
        drop(self.data);
    }
}

/// What reading the template needs.
struct Reader<'a> {
    options: &'a Options,
    text: &'a str,
    addresses: &'a Addresses,
    keys: &'a Keys,
}

impl Reader<'_> {
    fn template(&self, database: Option<&mariadb::Server>) -> Result<Template, Error> {
        let endpoint = |origin: &str| origin.trim_start_matches("http://").to_owned();
        let endpoints =
            Endpoints { s3: endpoint(&self.addresses.s3), sqs: endpoint(&self.addresses.sqs) };
        Ok(template::load(self.text, &self.parameters(database), endpoints)?)
    }

    fn parameters(&self, database: Option<&mariadb::Server>) -> Parameters {
        Parameters {
            overrides: self.options.parameters.clone(),
            local: values::parameters(self.addresses, self.keys, database),
        }
    }

    /// Whether everything is there that the template asks for.
    fn check(&self, template: &Template) -> Result<(), Error> {
        for trigger in template
            .functions
            .iter()
            .flat_map(|function| &function.triggers)
        {
            match trigger {
                Trigger::Schedule { expression, .. } => {
                    drop(events::Schedule::parse(expression).map_err(Error::new)?)
                }
                Trigger::Logs(source) => {
                    drop(events::Pattern::parse(&source.pattern).map_err(Error::new)?)
                }
                Trigger::Http(_) | Trigger::Queue(_) => {}
            }
        }
        let functions = template
            .functions
            .iter()
            .map(|function| function.binary.as_str());
        let needed = functions.chain([warehouse::BINARY]);
        let missing: Vec<_> = needed
            .filter(|binary| !self.options.binaries.join(binary).is_file())
            .collect();
        if !missing.is_empty() {
            let folder = self.options.binaries.display();
            return Err(Error::new(format!(
                "Binaries are not built ({} not in {folder}): run `./dev run`, or `cargo build --workspace --bins`.",
                missing.join(", ")
            )));
        }
        if !self.options.web.join("index.html").is_file() {
            return Err(Error::new(format!(
                "There is no page in {}: say where with --web.",
                self.options.web.display()
            )));
        }
        Ok(())
    }

    fn media(
        &self,
        template: &Template,
        store: &s3::Server,
    ) -> Result<Option<gateway::Media>, Error> {
        let Some(bucket) = template
            .buckets
            .iter()
            .find(|bucket| bucket.id == "Renditions")
        else {
            return Ok(None);
        };
        let Parameters { overrides, local } = self.parameters(None);
        let value = |name: &str| {
            overrides
                .get(name)
                .or(local.get(name))
                .map_or("", String::as_str)
        };
        let key = gateway::TrustedKey::from_private_pem(
            value("Keys.Outputs.MediaKeyPairId"),
            value("MediaPrivateKey"),
        );
        let origin = value("PublicOrigin").to_owned();
        let (store, bucket, key) = (store.clone(), bucket.name.clone(), key.map_err(Error::new)?);
        Ok(Some(gateway::Media { store, bucket, key, origin }))
    }
}

/// The stand-ins for AWS.
struct Engines {
    s3: s3::Server,
    sqs: sqs::Server,
    dynamodb: dynamodb::Server,
}

impl Engines {
    /// Opens them and makes what the template names.
    async fn open(
        data: &DataFolder,
        template: &Template,
        addresses: &Addresses,
        secret: &str,
    ) -> Result<Self, Error> {
        let sqs = sqs::Server::open(&data.join("queues.sqlite"))?;
        sqs.set_origin(&addresses.sqs);
        // Dead-letter queues first: the others name them.
        let (redriven, dead): (Vec<_>, Vec<_>) = template
            .queues
            .iter()
            .partition(|queue| queue.attributes.contains_key("RedrivePolicy"));
        for queue in dead.into_iter().chain(redriven) {
            sqs.ensure_queue(&queue.name, &queue.attributes).await?;
        }
        let s3 = s3::Server::open(s3::Config {
            root: data.join("buckets"),
            access_keys: values::access_keys(template),
            secret_key: secret.into(),
            created: Some(events::hook(&template.buckets, sqs.clone())),
        })?;
        for bucket in &template.buckets {
            s3.ensure_bucket(&bucket.name, bucket.cors.clone())?;
        }
        s3.recover().await?;
        let dynamodb = dynamodb::Server::open(&data.join("tables.sqlite"))?;
        for table in &template.tables {
            dynamodb.ensure_table(&table.properties)?;
        }
        Ok(Self { s3, sqs, dynamodb })
    }
}

fn start_sources(
    template: &Template,
    host: &Host,
    queues: &sqs::Server,
    serving: &Serving,
) -> Result<(), Error> {
    for function in &template.functions {
        for trigger in &function.triggers {
            let (host, name, stop) = (host.clone(), function.name.clone(), serving.sources_stop());
            match trigger {
                // One source for all subscriptions: `Subscriptions`.
                Trigger::Http(_) | Trigger::Logs(_) => {}
                Trigger::Queue(source) => {
                    let (queues, source) = (queues.clone(), source.clone());
                    serving.source(function.id.clone(), move || {
                        events::poll(
                            queues.clone(),
                            host.clone(),
                            name.clone(),
                            source.clone(),
                            stop.clone(),
                        )
                    });
                }
                Trigger::Schedule { expression, input } => {
                    let schedule = events::Schedule::parse(expression).map_err(Error::new)?;
                    let input = input.clone();
                    serving.source(function.id.clone(), move || {
                        events::run(
                            host.clone(),
                            name.clone(),
                            schedule.clone(),
                            input.clone(),
                            stop.clone(),
                        )
                    });
                }
            }
        }
    }
    Ok(())
}

fn state(
    template: &Template,
    addresses: &Addresses,
    environment: BTreeMap<String, String>,
    database: &mariadb::Server,
    warehouse: &warehouse::Server,
) -> State {
    let mut all = environment;
    for function in &template.functions {
        all.extend(function.environment.clone());
    }
    State {
        pid: std::process::id(),
        origin: addresses.origin.clone(),
        s3: addresses.s3.clone(),
        sqs: addresses.sqs.clone(),
        dynamodb: addresses.dynamodb.clone(),
        warehouse: addresses.warehouse.clone(),
        warehouse_hold: warehouse.hold().display().to_string(),
        lambda: addresses.lambda.clone(),
        environment: all,
        mariadb: Mariadb {
            server: database.name(),
            socket: database.socket().display().to_string(),
        },
    }
}

async fn start_warehouse(
    options: &Options,
    data: &DataFolder,
    listener: tokio::net::TcpListener,
) -> Result<warehouse::Server, Error> {
    let settings = warehouse::Settings {
        program: options.binaries.join(warehouse::BINARY),
        folder: data.join("warehouse"),
        buckets: data.join("buckets"),
        migrations: beside(&options.template, "migrations").join("warehouse"),
        workgroup: values::WORKGROUP.into(),
        database: values::DATABASE.into(),
    };
    Ok(warehouse::Server::start(settings, listener).await?)
}

fn read_template(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|error| {
        Error::new(format!("The template {} cannot be read: {error}.", path.display()))
    })
}

fn beside(file: &Path, name: &str) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join(name)
}
