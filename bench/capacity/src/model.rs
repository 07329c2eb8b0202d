//! From a number of users to requests, capacity and dollars.

use crate::{
    edge,
    inputs::{Costs, Inputs},
    limits::{self, Limit},
    load::{MONTH, Scenario},
    stage::{self, Stage},
    standing,
};

/// Share of provisioned capacity of the hot table that is used on average; autoscaling keeps the
/// rest.
const USED: f64 = 0.65;
/// Hours in which Aurora does the work of the average hour's share above its least capacity.
const HOURS: f64 = 730.0;
/// Months of activity that stay in MySQL.
const WINDOW: f64 = 3.0;
/// Hours a day that the warehouse loads, on average: a month's files, and rows that it counts once
/// for statistics.
const LOADING_HOURS: f64 = 0.5;

/// A line of the bill.
#[derive(Debug)]
pub struct Line {
    /// The service, and what of it.
    pub what: &'static str,
    /// How much of it in a month, in words.
    pub amount: String,
    /// Dollars a month.
    pub dollars: f64,
    /// Whether it is for keeping, not for reading and writing.
    pub kept: bool,
}

/// What a scenario takes and costs.
#[derive(Debug)]
pub struct Bill {
    /// The scenario.
    pub scenario: Scenario,
    /// Its stage.
    pub stage: &'static Stage,
    /// What it needs at its peak.
    pub peak: Peak,
    /// The lines.
    pub lines: Vec<Line>,
    /// What AWS gives no more of, unless it is asked; those that break first come first.
    pub limits: Vec<Limit>,
}

/// What is needed in the busiest second.
#[derive(Debug)]
pub struct Peak {
    /// Requests a second at the edge.
    pub edge: f64,
    /// Requests a second at API Gateway.
    pub api: f64,
    /// Execution environments that work at once: photographs are worked on by as many as the queue
    /// lets.
    pub concurrency: f64,
    /// Of these, those that have connections to the databases.
    pub connected: f64,
    /// Capacity units of Aurora that reads and writes take.
    pub acu: (f64, f64),
    /// Clusters that this is too much for one of.
    pub clusters: f64,
    /// Units of reading and writing of the hot table.
    pub dynamodb: (f64, f64),
    /// Messages a second.
    pub messages: f64,
}

impl Bill {
    /// Dollars a month, with what is kept or without.
    pub fn total(&self, with_kept: bool) -> f64 {
        self.lines
            .iter()
            .filter(|line| with_kept || !line.kept)
            .map(|line| line.dollars)
            .sum()
    }

    /// Dollars for a million reads over HTTP: all that reading and writing costs.
    pub fn per_million_reads(&self) -> f64 {
        self.total(false) / (self.scenario.reads() / 1e6)
    }

    /// Dollars for a million rows that reads have answered.
    pub fn per_million_rows(&self, costs: &Costs) -> f64 {
        let rows = self.scenario.misses() * costs.mean(|read| read.rows) + self.scenario.hits();
        self.total(false) / (rows / 1e6)
    }
}

/// Returns the dollars of a month in which nobody comes to a stage, and in which nothing is kept.
pub fn idle(stage: &Stage, inputs: &Inputs) -> f64 {
    let nobody = Scenario {
        users: stage.most_users,
        hit_ratio: 0.0,
        reads_a_user: 0.0,
        writes_a_user: 0.0,
        peak: 1.0,
        months: 0.0,
    };
    bill(&nobody, inputs).total(true)
}

/// What this scenario takes and costs.
pub fn bill(scenario: &Scenario, inputs: &Inputs) -> Bill {
    let stage = stage::of(scenario.users);
    let peak = peak(scenario, stage, &inputs.costs);
    let lines = [
        edge::lines(scenario, stage, inputs),
        functions(scenario, stage, &peak, inputs),
        hot(scenario, stage, inputs),
        rows(scenario, stage, &peak, inputs),
        photos(scenario, inputs),
        standing::lines(stage, inputs),
    ];
    let limits = limits::of(scenario, &peak);
    Bill { scenario: *scenario, stage, peak, lines: lines.into_iter().flatten().collect(), limits }
}

fn peak(scenario: &Scenario, stage: &Stage, costs: &Costs) -> Peak {
    let a_second = |month: f64| month / MONTH * scenario.peak;
    let (reads, writes) = (a_second(scenario.misses()), a_second(scenario.writes()));
    let read_seconds = costs.mean(|read| costs.read_ms(read)) / 1e3;
    let sql_seconds =
        costs.mean(|read| if read.queries > 0.0 { costs.read_ms(read) } else { 0.0 }) / 1e3;
    let write_concurrency = writes * costs.write_ms() / 1e3;
    // Milliseconds of a processor in a second.
    let of_one = 1e3 * costs.aurora.processors_per_acu * costs.aurora.busy;
    let acu = (
        reads * costs.mean(|read| read.mysql_cpu_ms) / of_one,
        writes * costs.write.mysql_cpu_ms / of_one,
    );
    Peak {
        edge: a_second(scenario.reads() + scenario.writes()),
        api: reads + writes,
        concurrency: reads * read_seconds + write_concurrency + photos_at_once(scenario, costs),
        connected: reads * sql_seconds + write_concurrency,
        acu,
        clusters: (acu.1 / stage.acu.1).ceil().max(1.0),
        dynamodb: (
            reads * costs.mean(|read| read.dynamodb_units)
                + writes * costs.write.dynamodb_read_units,
            writes * costs.write.dynamodb_write_units,
        ),
        messages: writes * costs.write.photos * costs.photo.messages,
    }
}

/// The queue evens out what arrives: the average, with something to catch up.
fn photos_at_once(scenario: &Scenario, costs: &Costs) -> f64 {
    let arrivals = scenario.writes() / MONTH * costs.write.photos;
    arrivals * costs.photo.seconds * 2.0
}

fn functions(
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

fn hot(scenario: &Scenario, stage: &Stage, Inputs { prices, costs }: &Inputs) -> Vec<Line> {
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

fn rows(
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
    let archived = if stage.archives { (scenario.months - WINDOW).max(0.0) } else { 0.0 };
    let old = scenario.writes() * costs.write.activity_bytes * archived / 1e9 / 4.0; // compressed
    let rpu_hours = stage.rpu * warehouse_hours(scenario, costs) * 30.4;
    vec![
        line("Aurora, capacity", format!("{acu:.1} ACU on average"), acu * HOURS * acu_hour),
        line("Aurora, reads and writes of disks", million(ios), ios * io),
        Line { kept: true, ..line("Aurora, rows", format!("{gb:.0} GB"), gb * storage_gb) },
        line(
            "Redshift, capacity",
            format!("{rpu_hours:.0} RPU·h"),
            rpu_hours * prices.redshift.rpu_hour,
        ),
        Line {
            kept: true,
            ..line(
                "Redshift and archive, rows",
                format!("{old:.0} GB"),
                old * prices.redshift.storage_gb,
            )
        },
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

fn photos(scenario: &Scenario, Inputs { prices, costs }: &Inputs) -> Vec<Line> {
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

/// Returns a line of what reading and writing costs.
pub fn line(what: &'static str, amount: String, dollars: f64) -> Line {
    Line { what, amount, dollars, kept: false }
}

/// Returns so many millions in words.
pub fn million(millions: f64) -> String {
    match millions {
        _ if millions >= 100.0 => format!("{millions:.0} million"),
        _ if millions >= 0.1 => format!("{millions:.1} million"),
        _ => format!("{:.0}", millions * 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(users: u64, hit_ratio: f64) -> Bill {
        let inputs = Inputs::read(None, None).expect("both files");
        let scenario = Scenario {
            users,
            hit_ratio,
            reads_a_user: 1e4,
            writes_a_user: 1e2,
            peak: 10.0,
            months: 36.0,
        };
        bill(&scenario, &inputs)
    }

    #[test]
    fn more_users_cost_more_and_a_read_less() {
        let bills: Vec<_> = stage::all()
            .iter()
            .map(|stage| of(stage.most_users, 0.9))
            .collect();
        assert!(bills.is_sorted_by(|a, b| a.total(true) < b.total(true)));
        assert!(bills[5].per_million_reads() < bills[1].per_million_reads());
    }

    #[test]
    fn what_the_edge_answers_is_not_paid_for_behind_it() {
        let (none, most) = (of(1_000_000, 0.0), of(1_000_000, 0.9));
        assert!(most.peak.concurrency < none.peak.concurrency / 3.0);
        assert!(most.peak.dynamodb.0 < none.peak.dynamodb.0 / 5.0);
    }

    #[test]
    fn a_stage_without_anybody_costs_what_it_keeps_ready() {
        let inputs = Inputs::read(None, None).expect("both files");
        let idle: Vec<_> = stage::all()
            .iter()
            .map(|stage| idle(stage, &inputs))
            .collect();
        assert!(idle.is_sorted(), "{idle:?}");
        assert!(idle[0] < 20.0, "its database sleeps: {idle:?}");
        assert!(
            idle[5] > 16.0 * 6.0 * 0.16 * HOURS,
            "every instance has its least capacity: {idle:?}"
        );
    }

    #[test]
    fn one_user_costs_a_few_dollars() {
        assert!(of(1, 0.9).total(true) < 20.0, "{:?}", of(1, 0.9).lines);
    }
}
