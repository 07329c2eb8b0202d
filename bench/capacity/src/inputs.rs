//! Reads the two files of the model: the costs of a request, and the prices of AWS.

use std::{fs, path::Path};

use serde::{Deserialize, de::DeserializeOwned};

/// Both files.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// `prices.toml`.
    pub prices: Prices,
    /// `costs.toml`.
    pub costs: Costs,
}

impl Inputs {
    /// Reads the files at these paths, or those that were there when this was compiled.
    ///
    /// # Errors
    /// A sentence, for a file that cannot be read, or whose shares are not 1 in sum.
    pub fn read(prices: Option<&Path>, costs: Option<&Path>) -> Result<Self, String> {
        let inputs = Self {
            prices: parse(prices, include_str!("../prices.toml"))?,
            costs: parse(costs, include_str!("../costs.toml"))?,
        };
        let mut shares = 0.0;
        for Read { name, share, .. } in &inputs.costs.read {
            if !(0.0..=1.0).contains(share) {
                return Err(format!("The share of {name} is {share}, not 0 to 1."));
            }
            shares += share;
        }
        if (shares - 1.0).abs() > 1e-9 {
            return Err(format!("The shares of the reads are {shares} in sum, not 1."));
        }
        Ok(inputs)
    }
}

fn parse<T: DeserializeOwned>(path: Option<&Path>, own: &str) -> Result<T, String> {
    let Some(path) = path else { return toml::from_str(own).map_err(|error| error.to_string()) };
    let text = fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Dollars. The file says of what.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    pub as_of: String,
    pub cloudfront: CloudFront,
    pub api_gateway: ApiGateway,
    pub lambda: Lambda,
    pub dynamodb: DynamoDb,
    pub aurora: Aurora,
    pub redshift: Redshift,
    pub s3: S3,
    pub sqs: PerMillion,
    pub logs: Logs,
    pub waf: Waf,
    pub monitoring: Monitoring,
    pub route53: Route53,
    pub keys: Keys,
}

macro_rules! tables {
    ($($name:ident { $($field:ident: $type:ty),* $(,)? })*) => {
        $(
            /// A table of one of the files.
            #[derive(Clone, Debug, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub struct $name { $(pub $field: $type),* }
        )*
    };
}

tables! {
    CloudFront {
        requests_per_million: f64,
        bytes: Vec<ByteTier>,
        function_calls_per_million: f64,
        plans: Vec<Plan>,
    }
    Plan { name: String, month: f64, millions: f64, tb: f64 }
    ByteTier { up_to_tb: f64, per_gb: f64 }
    ApiGateway { requests: Vec<RequestTier> }
    RequestTier { up_to_millions: f64, per_million: f64 }
    Lambda { requests_per_million: f64, gb_second: f64, provisioned_gb_second: f64 }
    DynamoDb {
        on_demand_reads_per_million: f64,
        on_demand_writes_per_million: f64,
        provisioned_read_hour: f64,
        provisioned_write_hour: f64,
        storage_gb: f64,
        recovery_gb: f64,
    }
    Aurora {
        acu_hour: f64,
        acu_hour_io_optimized: f64,
        storage_gb: f64,
        storage_gb_io_optimized: f64,
        io_per_million: f64,
    }
    Redshift { rpu_hour: f64, storage_gb: f64 }
    S3 {
        puts_per_million: f64,
        gets_per_million: f64,
        storage: Vec<ByteTier>,
        infrequent_gb: f64,
        archived_gb: f64,
        watching_per_million: f64,
        transitions_per_million: f64,
    }
    PerMillion { requests_per_million: f64 }
    Logs { gb: f64 }
    Waf { month: f64, rule_month: f64, requests_per_million: f64 }
    Monitoring { metric: f64, alarm: f64, anomaly_alarm: f64, composite_alarm: f64, dashboard: f64 }
    Route53 { zone: f64, health_check: f64 }
    Keys { key: f64, secret: f64 }

    Costs {
        dynamodb_ms: f64,
        mysql_ms: f64,
        log_bytes: f64,
        metrics: f64,
        health_checkers: f64,
        pollers: f64,
        read: Vec<Read>,
        write: Write,
        photo: Photo,
        hit: Hit,
        aurora: AuroraCosts,
        statistics: StatisticsCosts,
    }
    Read {
        name: String,
        share: f64,
        memory_mb: f64,
        cpu_ms: f64,
        dynamodb_trips: f64,
        dynamodb_units: f64,
        queries: f64,
        mysql_cpu_ms: f64,
        bytes: f64,
        rows: f64,
    }
    Write {
        memory_mb: f64,
        cpu_ms: f64,
        dynamodb_trips: f64,
        dynamodb_read_units: f64,
        dynamodb_write_units: f64,
        queries: f64,
        mysql_cpu_ms: f64,
        bytes: f64,
        row_bytes: f64,
        activity_bytes: f64,
        photos: f64,
    }
    Photo {
        memory_mb: f64,
        seconds: f64,
        bytes: f64,
        rendition_bytes: f64,
        messages: f64,
        infrequent: f64,
        archived: f64,
    }
    Hit { bytes: f64 }
    StatisticsCosts { users: f64, seconds: f64 }
    AuroraCosts { processors_per_acu: f64, busy: f64, row_cache_hits: f64 }
}

impl Costs {
    /// Returns the mean of something over the reads, each by its share.
    pub fn mean(&self, of: impl Fn(&Read) -> f64) -> f64 {
        self.read.iter().map(|read| read.share * of(read)).sum()
    }

    /// Returns the milliseconds that this read takes.
    pub fn read_ms(&self, read: &Read) -> f64 {
        read.cpu_ms + read.dynamodb_trips * self.dynamodb_ms + read.queries * self.mysql_ms
    }

    /// Returns the milliseconds that a write takes.
    pub fn write_ms(&self) -> f64 {
        let write = &self.write;
        write.cpu_ms + write.dynamodb_trips * self.dynamodb_ms + write.queries * self.mysql_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_read_and_their_shares_are_one() {
        let inputs = Inputs::read(None, None).expect("both files");
        assert!(inputs.costs.mean(|read| read.rows) > 1.0);
    }
}
