//! `bench costs`: what a request of ours takes, as `capacity` wants to know it.
//!
//! Somebody signs up at the running system and has an album of photos. Then each function is
//! started as Lambda starts one and answers the same request again and again; between it and its
//! stores stand counters. What is found is written into `costs.toml`, and what is an assumption
//! there stays as it is.

mod database;
mod file;
mod requests;
mod table;

use std::{collections::BTreeMap, fmt, io::Write, path::PathBuf, time::Duration};

use clap::Args;
use flate2::{Compression, write::GzEncoder};
use running_system::RunningSystem;
use serde_json::Value;
use shared::error::Cause;

use crate::{
    figures::{megabytes, milliseconds},
    machine::children,
    note,
    reads::{Process, Runtime, Sent},
};
pub use database::Database;
use requests::Request;
pub use table::Table;

/// Options of `bench costs`.
#[derive(Args, Debug)]
pub struct Options {
    /// The `system.json` of the running system.
    #[arg(long)]
    system: PathBuf,
    /// The file to bring up to date.
    #[arg(long, default_value = "bench/capacity/costs.toml")]
    file: PathBuf,
    /// Invocations of each function that are measured.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..))]
    invocations: u32,
}

/// Invocations before those that are measured: connections are open, and statements prepared.
const WARM_UP: u32 = 50;

/// The cost of an invocation of a function.
#[derive(Debug)]
pub struct Cost {
    /// The function's binary.
    pub name: &'static str,
    /// Processor time, user and system.
    pub cpu: Duration,
    /// The most memory, in bytes.
    pub memory: u64,
    /// Waits for DynamoDB.
    pub trips: f64,
    /// Units of reading and of writing that DynamoDB counts for them.
    pub units: (f64, f64),
    /// Units of reading of the first request of a process, which remembers nothing yet, when the
    /// pages that it reads have been made.
    pub first_read: f64,
    /// Statements to MySQL that are waited for.
    pub queries: f64,
    /// Processor time that MySQL takes for them.
    pub mysql_cpu: Duration,
    /// Bytes of the answer's body on the wire.
    pub bytes: f64,
    /// Rows in it.
    pub rows: usize,
}

/// The costs that were measured, one for each function.
pub struct Report(Vec<Cost>);

/// Measures, and writes what was measured.
pub async fn run(options: &Options) -> Result<Report, Cause> {
    let system = RunningSystem::read(&options.system)?;
    let requests = requests::all(&system).await?;
    let table = Table::open(&system.dynamodb).await?;
    let database = counted_database(&system)?;
    let mut environment = database.between(&system.environment);
    environment.insert("AWS_ENDPOINT_URL_DYNAMODB".to_owned(), table.origin.clone());
    let mut costs = Vec::new();
    for request in requests {
        note(&format!("Measuring {}", request.name));
        costs.push(measure(&request, &environment, &table, &database, options.invocations).await?);
    }
    file::update(&options.file, &costs)?;
    note(&format!("Written: {}", options.file.display()));
    Ok(Report(costs))
}

/// Returns a counter before the database of this system.
pub fn counted_database(system: &RunningSystem) -> Result<Database, Cause> {
    let server = ["mariadbd", "mysqld"]
        .into_iter()
        .find_map(|name| children(system.pid, name).next());
    let server = server.ok_or("the system has no database")?;
    Database::open(&system.database.socket, server)
}

async fn measure(
    request: &Request,
    environment: &BTreeMap<String, String>,
    table: &Table,
    database: &Database,
    invocations: u32,
) -> Result<Cost, Cause> {
    let runtime = Runtime::of_binary(request.name)?;
    // The first look at an album makes its page: one of many, which is not what a look takes.
    let mut before = Process::start(&runtime, environment).await?;
    before.call(&request.event).await?;
    before.end().await?;
    let mut process = Process::start(&runtime, environment).await?;
    let measured = invoke(&mut process, request, table, database, invocations).await;
    let log = process.end().await?;
    measured.map_err(|failure| {
        format!("{}: {failure}\nThe last lines that it wrote:\n{log}", request.name).into()
    })
}

async fn invoke(
    process: &mut Process,
    request: &Request,
    table: &Table,
    database: &Database,
    invocations: u32,
) -> Result<Cost, Cause> {
    table.take();
    process.call(&request.event).await?;
    let first_read = table.take().read;
    for _ in 1..WARM_UP {
        process.call(&request.event).await?;
    }
    table.take();
    database.take();
    let (before, server, mut bytes, mut last) =
        (process.cpu().await?, database.cpu()?, 0, Value::Null);
    for _ in 0..invocations {
        let sent = Sent::of(&process.call(&request.event).await?.answer)?;
        bytes += bytes_on_the_wire(&sent)?;
        last = serde_json::from_str(&sent.text)?;
    }
    let cpu = process.cpu().await?.saturating_sub(before) / invocations;
    let mysql_cpu = database.cpu()?.saturating_sub(server) / invocations;
    let used = table.take();
    let queries = database.take();
    let each = |number: f64| number / f64::from(invocations);
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    Ok(Cost {
        name: request.name,
        cpu,
        memory: process.peak_memory()?,
        trips: each(used.trips as f64),
        units: (each(used.read), each(used.written)),
        first_read,
        queries: each(queries as f64),
        mysql_cpu,
        bytes: each(bytes as f64),
        rows: rows(&last),
    })
}

/// Returns the bytes of an answer's body as it goes over the wire: as the function has compressed
/// it, else as the edge does.
pub fn bytes_on_the_wire(sent: &Sent) -> Result<usize, Cause> {
    if sent.is_packed { Ok(sent.body.len()) } else { compressed(&sent.text) }
}

/// The bytes that the text takes once it is compressed as the edge does.
fn compressed(text: &str) -> Result<usize, Cause> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes())?;
    Ok(encoder.finish()?.len())
}

/// Items of a list; whatever has such a list counts, too.
fn rows(answer: &Value) -> usize {
    let items = |value: &Value| value["items"].as_array().map(Vec::len);
    items(answer).unwrap_or_else(|| 1 + items(&answer["photos"]).unwrap_or(0))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| | CPU | peak memory | waits for DynamoDB | units read / written | units, first \
             | statements | CPU of MySQL | bytes, compressed | rows |"
        )?;
        writeln!(f, "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")?;
        for cost in &self.0 {
            let cpu = milliseconds(cost.cpu);
            let mysql_cpu = milliseconds(cost.mysql_cpu);
            let memory = megabytes(cost.memory);
            let Cost { name, trips, units: (read, written), first_read, queries, .. } = cost;
            let Cost { bytes, rows, .. } = cost;
            write!(f, "| {name} | {cpu} | {memory} | {trips:.2} | {read:.1} / {written:.1} ")?;
            write!(f, "| {first_read:.1} ")?;
            writeln!(f, "| {queries:.2} | {mysql_cpu} | {bytes:.0} | {rows} |")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_are_items_and_what_has_them() {
        assert_eq!(rows(&json!({"items": [1, 2], "next": null})), 2);
        assert_eq!(rows(&json!({"id": "album", "photos": {"items": [1, 2]}})), 3);
        assert_eq!(rows(&json!({"id": "photo"})), 1);
    }
}
