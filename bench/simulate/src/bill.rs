//! The cost of a day, as far as it grows with it: all that stands before the API, and all that is
//! kept, is in `./dev capacity`.

use capacity::{inputs::Prices, stage::Stage};
use serde::Serialize;

use crate::{aws::AWS, load::Class};

/// Counts of all that is paid for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Meters {
    /// Requests that API Gateway let in.
    pub gateway_requests: u64,
    /// Calls of functions.
    pub invocations: u64,
    /// Of these, those for which an environment started.
    pub cold: u64,
    /// Gigabytes of memory for so many seconds, at work.
    pub gb_seconds: f64,
    /// The same, kept warm.
    pub provisioned_gb_seconds: f64,
    /// Units of the hot table that were used.
    pub table_units: (f64, f64),
    /// Units that were provisioned, for so many seconds.
    pub table_seconds: (f64, f64),
    /// Capacity units of Aurora, for so many seconds.
    pub unit_seconds: f64,
    /// Photos that came.
    pub photos: u64,
    /// Messages of each.
    pub messages_of_photo: f64,
    /// Executions on demand at once, at most.
    pub most_executions: f64,
    /// Capacity units of the writer, at most.
    pub most_units: f64,
    /// Seconds that a photo waited at most.
    pub longest_photo_wait: f64,
}

impl Meters {
    /// Counts calls of a function. Starts are paid for, too.
    #[expect(clippy::cast_precision_loss, reason = "money")]
    pub fn invoke(&mut self, class: &Class, count: u64, cold: u64) {
        let gb = class.memory_mb / 1024.0;
        self.invocations += count;
        let starting = cold as f64 * AWS.lambda.start_ms / 1e3;
        self.gb_seconds += (count as f64 * class.seconds + starting) * gb;
    }

    /// Counts units of the hot table.
    #[expect(clippy::cast_precision_loss, reason = "money")]
    pub fn use_units(&mut self, read: u64, read_units: f64, written: u64, write_units: f64) {
        self.table_units.0 += read as f64 * read_units;
        self.table_units.1 += written as f64 * write_units;
    }
}

/// Dollars by service.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Dollars {
    /// API Gateway.
    pub gateway: f64,
    /// Lambda, photos included.
    pub lambda: f64,
    /// Of it, what is kept warm.
    pub kept_warm: f64,
    /// The hot table.
    pub dynamodb: f64,
    /// Aurora's capacity.
    pub aurora: f64,
    /// SQS.
    pub sqs: f64,
}

impl Dollars {
    /// Returns all of them.
    pub fn all(&self) -> f64 {
        self.gateway + self.lambda + self.dynamodb + self.aurora + self.sqs
    }
}

/// Returns what was counted in dollars.
#[expect(clippy::cast_precision_loss, reason = "money")]
pub fn dollars(meters: &Meters, stage: &Stage, photo_gb_seconds: f64, prices: &Prices) -> Dollars {
    let millions = |count: f64| count / 1e6;
    let gateway_price = prices
        .api_gateway
        .requests
        .first()
        .map_or(0.0, |tier| tier.per_million);
    let kept_warm = meters.provisioned_gb_seconds * prices.lambda.provisioned_gb_second;
    let gb_seconds = meters.gb_seconds + meters.photos as f64 * photo_gb_seconds;
    let invocations = (meters.invocations + meters.photos) as f64;
    let (read, written) = meters.table_units;
    let (read_seconds, write_seconds) = meters.table_seconds;
    let dynamodb = if stage.provisioned {
        read_seconds / 3600.0 * prices.dynamodb.provisioned_read_hour
            + write_seconds / 3600.0 * prices.dynamodb.provisioned_write_hour
    } else {
        millions(read) * prices.dynamodb.on_demand_reads_per_million
            + millions(written) * prices.dynamodb.on_demand_writes_per_million
    };
    let acu_hour = if stage.io_optimized {
        prices.aurora.acu_hour_io_optimized
    } else {
        prices.aurora.acu_hour
    };
    Dollars {
        gateway: millions(meters.gateway_requests as f64) * gateway_price,
        lambda: millions(invocations) * prices.lambda.requests_per_million
            + gb_seconds * prices.lambda.gb_second
            + kept_warm,
        kept_warm,
        dynamodb,
        aurora: meters.unit_seconds / 3600.0 * acu_hour,
        sqs: millions(meters.photos as f64 * meters.messages_of_photo)
            * prices.sqs.requests_per_million,
    }
}
