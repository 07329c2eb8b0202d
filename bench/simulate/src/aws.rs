//! `aws.toml` and `load.toml`: how AWS lets things grow, and who comes when.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

macro_rules! tables {
    ($($name:ident { $($field:ident: $type:ty),* $(,)? })*) => {
        $(
            /// A table of one of the files, which says what each key is.
            #[derive(Clone, Debug, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub struct $name { $(pub $field: $type),* }
        )*
    };
}

tables! {
    Aws {
        lambda: Lambda,
        provisioned: Provisioned,
        api_gateway: ApiGateway,
        dynamodb: DynamoDb,
        aurora: Aurora,
        sqs: Sqs,
        account: Vec<Account>,
    }
    Lambda {
        environments: f64,
        seconds: f64,
        requests_for_each_execution: f64,
        start_ms: f64,
        platform_ms: f64,
        idle_seconds: f64,
    }
    Provisioned { minutes_to_grow: u32, minutes_to_shrink: u32, environments_a_minute: f64 }
    ApiGateway { burst_share: f64, milliseconds: f64 }
    DynamoDb {
        new_reads: f64,
        new_writes: f64,
        partition_reads: f64,
        times_the_peak: f64,
        minutes_of_a_peak: usize,
        burst_seconds: f64,
        minutes_to_grow: u32,
        minutes_to_update: u32,
        minutes_to_shrink: u32,
    }
    Aurora {
        step: f64,
        doubling_seconds: f64,
        halving_seconds: f64,
        wake_seconds: f64,
        sleep_after_seconds: f64,
    }
    Sqs { pollers: f64, more_a_minute: f64 }
    Account {
        stage: String,
        executions: f64,
        requests: f64,
        table_reads: f64,
        table_writes: f64,
    }

    LoadFile {
        log_in: LogIn,
        write: Write,
        hottest: Hottest,
        spread: Spread,
        objective: Objective,
        days: BTreeMap<String, [f64; 24]>,
    }
    LogIn {
        a_month: f64,
        milliseconds: f64,
        memory_mb: f64,
        mysql_ms: f64,
        read_units: f64,
        write_units: f64,
    }
    Write { routes: f64 }
    Hottest { share: f64, units: f64 }
    Spread { sigma: f64 }
    Objective { refused: f64, p99_ms: f64, photo_seconds: f64, refused_in_spike: f64 }
}

/// The rates and limits that AWS documents.
pub static AWS: LazyLock<Aws> =
    LazyLock::new(|| toml::from_str(include_str!("../aws.toml")).expect("aws.toml is valid"));

/// The days, and the habits of users.
pub static LOAD: LazyLock<LoadFile> =
    LazyLock::new(|| toml::from_str(include_str!("../load.toml")).expect("load.toml is valid"));

/// Returns what the account may have at a stage.
pub fn account(stage: &str) -> &'static Account {
    let of_stage = AWS.account.iter().find(|account| account.stage == stage);
    of_stage.expect("aws.toml has every stage")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_has_an_account_and_every_day_somebody() {
        for stage in capacity::stage::all() {
            assert!(account(&stage.name).executions > 0.0);
        }
        for weights in LOAD.days.values() {
            assert!(weights.iter().all(|weight| *weight > 0.0));
        }
    }

    #[test]
    fn every_source_is_a_page() {
        let text = include_str!("../aws.toml");
        assert!(text.matches("https://").count() >= 12);
        for table in ["lambda", "provisioned", "api_gateway", "dynamodb", "aurora", "sqs"] {
            let (_, after) = text.split_once(&format!("[{table}]")).expect("a table");
            let block = after.split("\n[").next().expect("a block");
            assert!(block.contains("https://docs.aws.amazon.com/"), "{table} names no page of AWS");
        }
    }

    #[test]
    fn what_an_account_must_have_is_what_the_operations_page_says() {
        let page = include_str!("../../../docs/operations.md");
        for (stage, figures) in [
            ("users-4", vec![account("users-4").executions, account("users-4").table_reads]),
            (
                "users-5",
                vec![
                    account("users-5").executions,
                    account("users-5").requests,
                    account("users-5").table_reads,
                    account("users-5").table_writes,
                ],
            ),
        ] {
            let row = page
                .lines()
                .find(|line| line.starts_with(&format!("| `{stage}` |")));
            let row = row.expect("a row of the table of steps").replace(',', "");
            for figure in figures {
                assert!(row.contains(&format!("{figure:.0}")), "{stage}: {figure} is not in {row}");
            }
        }
    }
}
