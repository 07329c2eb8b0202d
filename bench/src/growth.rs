//! `bench growth`: what a request takes in an album of a thousand photos, and of a million.
//!
//! For each size somebody new has an album, made as rows and views. The functions are started as
//! Lambda starts them, with the counters of `bench costs` between them and their stores, and answer
//! the same requests again and again; the searches are those of `bench search`. A figure of a larger
//! album that is more than a tenth above that of the smallest is named. Processor time is the one to
//! look at on a machine that does other things, too.

mod report;
mod requests;

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use clap::Args;
use running_system::RunningSystem;
use shared::error::Cause;

use crate::{
    costs::{Database, Table, bytes_on_the_wire, counted_database},
    figures::median,
    note,
    person::Person,
    reads::{Process, Runtime, Sent},
    seed::{Library, seeded_or_new},
};
use report::Report;
use requests::Request;

/// Options of `bench growth`.
#[derive(Args, Debug)]
pub struct Options {
    /// The `system.json` of the running system.
    #[arg(long)]
    system: PathBuf,
    /// Sizes of albums, the smallest first.
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 100_000, 1_000_000])]
    photos: Vec<u32>,
    /// Libraries that `bench seed` has made, as it prints them, in place of new ones.
    #[arg(long)]
    library: Vec<Library>,
    /// The times that each request is sent and measured.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
}

/// Requests before those that are measured: connections are open, and statements prepared.
const WARM_UP: u32 = 10;

/// The cost of a request.
#[derive(Clone, Debug)]
pub struct Cost {
    /// Statements to MySQL that are waited for.
    pub queries: f64,
    /// Units of reading that DynamoDB counts.
    pub read: f64,
    /// Units of writing that DynamoDB counts.
    pub written: f64,
    /// Bytes of the answer's body, compressed as the edge does.
    pub bytes: f64,
    /// Processor time of the function.
    pub cpu: Duration,
    /// Processor time of MySQL.
    pub mysql_cpu: Duration,
    /// The middle of the times from handing out the request to its answer.
    pub time: Duration,
}

/// Counters between functions and their stores.
struct Counters {
    table: Table,
    database: Database,
    /// The functions' variables, with the stores behind the counters.
    environment: BTreeMap<String, String>,
}

impl Counters {
    async fn open(system: &RunningSystem) -> Result<Self, Cause> {
        let table = Table::open(&system.dynamodb).await?;
        let database = counted_database(system)?;
        let mut environment = database.between(&system.environment);
        environment.insert("AWS_ENDPOINT_URL_DYNAMODB".to_owned(), table.origin.clone());
        Ok(Self { table, database, environment })
    }

    /// Forgets what has been counted.
    fn reset(&self) {
        self.table.take();
        self.database.take();
    }
}

/// The sum of the costs of some requests.
#[derive(Default)]
struct Sum {
    queries: f64,
    read: f64,
    written: f64,
    bytes: f64,
    cpu: Duration,
    mysql_cpu: Duration,
    times: Vec<Duration>,
}

impl Sum {
    /// Has the process answer, and adds the cost of that.
    async fn add(
        &mut self,
        process: &mut Process,
        event: &str,
        counters: &Counters,
    ) -> Result<(), Cause> {
        counters.reset();
        let cpu = process.cpu().await?;
        let mysql_cpu = counters.database.cpu()?;
        let call = process.call(event).await?;
        self.cpu += process.cpu().await?.saturating_sub(cpu);
        self.mysql_cpu += counters.database.cpu()?.saturating_sub(mysql_cpu);
        let used = counters.table.take();
        self.read += used.read;
        self.written += used.written;
        let queries = u32::try_from(counters.database.take())?;
        self.queries += f64::from(queries);
        let bytes = u32::try_from(bytes_on_the_wire(&Sent::of(&call.answer)?)?)?;
        self.bytes += f64::from(bytes);
        self.times
            .push(call.answered.duration_since(call.handed_out));
        Ok(())
    }

    fn mean(self, requests: u32) -> Result<Cost, Cause> {
        let number = f64::from(requests);
        Ok(Cost {
            queries: self.queries / number,
            read: self.read / number,
            written: self.written / number,
            bytes: self.bytes / number,
            cpu: self.cpu / requests,
            mysql_cpu: self.mysql_cpu / requests,
            time: median(&self.times).ok_or("nothing was measured")?,
        })
    }
}

/// Measures, and says what was measured.
pub async fn run(options: &Options) -> Result<Report, Cause> {
    let system = RunningSystem::read(&options.system)?;
    let libraries = seeded_or_new(&system, &options.library, &options.photos).await?;
    let counters = Counters::open(&system).await?;
    let mut costs = Vec::new();
    for library in &libraries {
        let person = Person::signed_in(&system, &library.user, &library.token);
        for request in requests::all(library, &person, WARM_UP + options.repeat).await? {
            note(&format!("Measuring {} in {}", request.name, library.photos));
            let cost = measure(&request, &person, &counters).await?;
            costs.push((request.name, library.photos, cost));
        }
    }
    Ok(Report::of(costs))
}

async fn measure(request: &Request, person: &Person, counters: &Counters) -> Result<Cost, Cause> {
    let runtime = Runtime::of_binary(request.function)?;
    let mut process = Process::start(&runtime, &counters.environment).await?;
    let measured = send(&mut process, request, person, counters).await;
    let log = process.end().await?;
    measured.map_err(|failure| {
        format!("{}: {failure}\nThe last lines that it wrote:\n{log}", request.function).into()
    })
}

async fn send(
    process: &mut Process,
    request: &Request,
    person: &Person,
    counters: &Counters,
) -> Result<Cost, Cause> {
    let mut sum = Sum::default();
    let mut measured = 0;
    for (number, event) in (0..).zip(&request.events) {
        if number == WARM_UP {
            sum = Sum::default();
            measured = 0;
        }
        sum.add(process, event, counters).await?;
        measured += 1;
        if let Some(path) = &request.undo {
            person.post(path, serde_json::json!({})).await?;
        }
    }
    sum.mean(measured)
}
