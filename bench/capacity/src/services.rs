//! Counts what the API, the functions and the stores cost.

use crate::{
    edge,
    inputs::{Costs, Inputs},
    load::{MONTH, Scenario},
    model::{Line, line, million},
    peak::Peak,
    stage::Stage,
    standing,
};

/// Share of provisioned capacity of the hot table that is used on average; autoscaling keeps the
/// rest.
const USED: f64 = 0.65;
/// Hours in which Aurora does the work of the average hour's share above its least capacity.
const HOURS: f64 = 730.0;
/// Days of a month.
const DAYS: f64 = 30.4;
/// Bytes of a row of activity for each that it takes in the warehouse.
const COMPRESSION: f64 = 4.0;
/// Months of activity that stay in MySQL.
const WINDOW: f64 = 3.0;
/// Hours a day that the warehouse loads, on average: a month's files, and rows that it counts once
/// for statistics.
const LOADING_HOURS: f64 = 0.5;

/// Returns the lines of the API, of the functions, and of their queues and logs.
pub fn functions(
    scenario: &Scenario,
    stage: &Stage,
    peak: &Peak,
    Inputs { prices, costs }: &Inputs,
) -> Vec<Line> {
    let asked = (scenario.misses() + scenario.writes()) / 1e6;
    let requests = asked + standing::check_requests(stage, costs);
    let photos = scenario.writes() * costs.write.photos;
    let gb_seconds = scenario.misses()
        * costs.mean(|read| costs.read_ms(read) / 1e3 * read.memory_mb / 1024.0)
        + scenario.writes() * costs.write_ms() / 1e3 * costs.write.memory_mb / 1024.0
        + photos * costs.photo.seconds * costs.photo.memory_mb / 1024.0;
    let invocations = requests + photos / 1e6;
    let warm = (peak.concurrency * stage.warm).ceil();
    let warm_gb_seconds = warm * costs.write.memory_mb / 1024.0 * HOURS * 3600.0;
    let messages = photos * costs.photo.messages / 1e6;
    let log_gb = invocations * 1e6 * costs.log_bytes / 1e9;
    vec![
        line("API Gateway", million(requests), edge::gateway(requests, prices)),
        line(
            "Lambda, requests",
            million(invocations),
            invocations * prices.lambda.requests_per_million,
        ),
        line("Lambda, time", format!("{gb_seconds:.0} GB·s"), gb_seconds * prices.lambda.gb_second),
        line(
            "Lambda, kept warm",
            format!("{warm:.0}"),
            warm_gb_seconds * prices.lambda.provisioned_gb_second,
        ),
        line("SQS", million(messages), messages * prices.sqs.requests_per_million),
        line("CloudWatch, logs", format!("{log_gb:.0} GB"), log_gb * prices.logs.gb),
    ]
}

/// Returns the lines of the hot table.
pub fn hot_table(
    scenario: &Scenario,
    stage: &Stage,
    Inputs { prices, costs }: &Inputs,
) -> Vec<Line> {
    let reads = scenario.misses() * costs.mean(|read| read.dynamodb_units)
        + scenario.writes() * costs.write.dynamodb_read_units;
    let writes = scenario.writes() * costs.write.dynamodb_write_units;
    let hours = |units: f64, price: f64| units / MONTH / USED * HOURS * price;
    let dollars = if stage.provisioned {
        hours(reads, prices.dynamodb.provisioned_read_hour)
            + hours(writes, prices.dynamodb.provisioned_write_hour)
    } else {
        reads / 1e6 * prices.dynamodb.on_demand_reads_per_million
            + writes / 1e6 * prices.dynamodb.on_demand_writes_per_million
    };
    let kept_gb = prices.dynamodb.storage_gb + prices.dynamodb.recovery_gb;
    let views = scenario.writes() * scenario.months * costs.write.photos * 1000.0 / 1e9;
    vec![
        line(
            "DynamoDB, reads and writes",
            format!("{} + {}", million(reads / 1e6), million(writes / 1e6)),
            dollars,
        ),
        Line { kept: true, ..line("DynamoDB, views", format!("{views:.0} GB"), views * kept_gb) },
    ]
}

/// Returns the lines of the relational databases.
pub fn rows(
    scenario: &Scenario,
    stage: &Stage,
    peak: &Peak,
    Inputs { prices, costs }: &Inputs,
) -> Vec<Line> {
    let aurora = &prices.aurora;
    let (acu_hour, storage_gb, io) = if stage.io_optimized {
        (aurora.acu_hour_io_optimized, aurora.storage_gb_io_optimized, 0.0)
    } else {
        (aurora.acu_hour, aurora.storage_gb, aurora.io_per_million)
    };
    // Every instance has its least capacity; what the average takes above that is added.
    let instances = (1.0 + stage.readers) * peak.clusters;
    let average = (peak.acu.0 + peak.acu.1) / scenario.peak;
    let acu = (instances * stage.acu.0).max(average);
    let queries = scenario.misses() * costs.mean(|read| read.queries)
        + scenario.writes() * costs.write.queries;
    let ios = queries * (1.0 - costs.aurora.row_cache_hits) / 1e6;
    let activity = costs.write.activity_bytes
        * if stage.archives { WINDOW.min(scenario.months) } else { scenario.months };
    let library = (costs.write.row_bytes - costs.write.activity_bytes) * scenario.months;
    let gb = scenario.writes() * (activity + library) / 1e9;
    vec![
        line("Aurora, capacity", format!("{acu:.1} ACU on average"), acu * HOURS * acu_hour),
        line("Aurora, reads and writes of disks", million(ios), ios * io),
        Line { kept: true, ..line("Aurora, rows", format!("{gb:.0} GB"), gb * storage_gb) },
    ]
}

/// Returns the lines of the warehouse and of the files that it loads.
pub fn warehouse(
    scenario: &Scenario,
    stage: &Stage,
    Inputs { prices, costs }: &Inputs,
) -> Vec<Line> {
    let months = if stage.archives { (scenario.months - WINDOW).max(0.0) } else { 0.0 };
    let rows = scenario.writes() * costs.write.activity_bytes * months / 1e9 / COMPRESSION;
    let storage = rows * prices.redshift.storage_gb;
    let rpu_hours = stage.rpu * warehouse_hours(scenario, costs) * DAYS;
    vec![
        line(
            "Redshift, capacity",
            format!("{rpu_hours:.0} RPU·h"),
            rpu_hours * prices.redshift.rpu_hour,
        ),
        Line { kept: true, ..line("Redshift and archive, rows", format!("{rows:.0} GB"), storage) },
    ]
}

/// Returns the hours a day in which the warehouse works: it loads, and answers once for each range
/// of users what it has counted of them. Ranges are asked for at the same time, and paid for as if
/// one came after the other.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn warehouse_hours(scenario: &Scenario, costs: &Costs) -> f64 {
    let ranges = (scenario.users as f64 / costs.statistics.users).ceil();
    LOADING_HOURS + ranges * costs.statistics.seconds / 3600.0
}

/// Returns the lines of the object store.
pub fn photos(scenario: &Scenario, Inputs { prices, costs }: &Inputs) -> Vec<Line> {
    let photos = scenario.writes() * costs.write.photos;
    let kept = photos * scenario.months;
    let renditions = kept * costs.photo.rendition_bytes / 1e9;
    let originals = kept * costs.photo.bytes / 1e9;
    let cold = costs.photo.infrequent + costs.photo.archived;
    let per_cold_gb = costs.photo.infrequent * prices.s3.infrequent_gb
        + costs.photo.archived * prices.s3.archived_gb;
    let storage = edge::by_tiers(renditions + originals * (1.0 - cold), &prices.s3.storage)
        + originals * per_cold_gb
        + kept / 1e6 * prices.s3.watching_per_million;
    // The original and three renditions; each is fetched by the edge now and then.
    let puts = photos * 4.0 / 1e6;
    let gets = scenario.hits() / 1e6 * 0.02 + photos / 1e6;
    let requests = puts * prices.s3.puts_per_million
        + gets * prices.s3.gets_per_million
        + photos / 1e6 * prices.s3.transitions_per_million;
    vec![
        line("S3, requests", million(puts + gets), requests),
        Line {
            kept: true,
            ..line("S3, photographs", format!("{:.0} GB", renditions + originals), storage)
        },
    ]
}
