//! The needs of the busiest second.

use crate::{
    inputs::Costs,
    load::{MONTH, Scenario},
    stage::Stage,
};

/// Photographs that are worked on at once, in averages: some are to be caught up with.
const CATCHING_UP: f64 = 2.0;

/// The needs of the busiest second.
#[derive(Debug)]
pub struct Peak {
    /// Requests a second at the edge.
    pub edge: f64,
    /// Requests a second at API Gateway.
    pub api: f64,
    /// Execution environments that work at once; on photographs as many as the queue lets.
    pub concurrency: f64,
    /// Of these, those that have connections to the databases.
    pub connected: f64,
    /// Capacity units of Aurora that reads and writes take.
    pub acu: (f64, f64),
    /// Clusters that the writes are shared among.
    pub clusters: f64,
    /// Units of reading and writing of the hot table.
    pub dynamodb: (f64, f64),
    /// Messages a second.
    pub messages: f64,
}

/// Returns the needs of a scenario at its peak.
pub fn of(scenario: &Scenario, stage: &Stage, costs: &Costs) -> Peak {
    let at_peak = |month: f64| month / MONTH * scenario.peak;
    let reads = at_peak(scenario.misses());
    let writes = at_peak(scenario.writes());
    let read_seconds = costs.mean(|read| costs.read_ms(read)) / 1e3;
    let sql_seconds =
        costs.mean(|read| if read.queries > 0.0 { costs.read_ms(read) } else { 0.0 }) / 1e3;
    let write_concurrency = writes * costs.write_ms() / 1e3;
    // Milliseconds of a processor in a second.
    let of_one_unit = 1e3 * costs.aurora.processors_per_acu * costs.aurora.busy;
    let read_acu = reads * costs.mean(|read| read.mysql_cpu_ms) / of_one_unit;
    let write_acu = writes * costs.write.mysql_cpu_ms / of_one_unit;
    let dynamodb_reads =
        reads * costs.mean(|read| read.dynamodb_units) + writes * costs.write.dynamodb_read_units;
    let dynamodb_writes = writes * costs.write.dynamodb_write_units;
    Peak {
        edge: at_peak(scenario.reads() + scenario.writes()),
        api: reads + writes,
        concurrency: reads * read_seconds + write_concurrency + photos_at_once(scenario, costs),
        connected: reads * sql_seconds + write_concurrency,
        acu: (read_acu, write_acu),
        clusters: (write_acu / stage.acu.1).ceil().max(1.0),
        dynamodb: (dynamodb_reads, dynamodb_writes),
        messages: writes * costs.write.photos * costs.photo.messages,
    }
}

/// Returns the photographs that are worked on at once. The queue evens out what arrives: it is the
/// average, with something to catch up.
fn photos_at_once(scenario: &Scenario, costs: &Costs) -> f64 {
    let arrivals = scenario.writes() / MONTH * costs.write.photos;
    arrivals * costs.photo.seconds * CATCHING_UP
}
