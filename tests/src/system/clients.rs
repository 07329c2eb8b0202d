//! Clients of a system's stores, in this process.

use std::collections::HashMap;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sqs::config::{Credentials, SharedCredentialsProvider};
use shared::{
    env::Env,
    stores::{Projector, Warehouse},
};

use super::System;

/// A client of the system's DynamoDB.
pub fn hot(system: &System) -> aws_sdk_dynamodb::Client {
    aws_sdk_dynamodb::Client::new(&sdk(system, &system.dynamodb))
}

/// The e-mail addresses that are reserved for a user.
///
/// # Panics
/// When the table does not answer.
pub async fn addresses_of(system: &System, user: &str) -> Vec<String> {
    let scan = hot(system)
        .scan()
        .table_name(system.variable("HOT_TABLE"))
        .consistent_read(true);
    let mut items = scan.into_paginator().items().send();
    let mut addresses = Vec::new();
    while let Some(item) = items.next().await {
        let found = item.expect("an item");
        let text = |name: &str| found.get(name).and_then(|value| value.as_s().ok());
        let Some(address) = text("pk").and_then(|key| key.strip_prefix("EMAIL#")) else {
            continue;
        };
        if text("user").is_some_and(|of| of == user) {
            addresses.push(address.to_owned());
        }
    }
    addresses
}

/// Returns the projector of the system's library, in this process.
///
/// # Panics
/// When the system lacks a variable that it needs.
pub fn projector(system: &System) -> Projector {
    let variables = system.environment.clone().into_iter().collect();
    Projector::connect(&Env::with(sdk(system, &system.dynamodb), variables)).expect("a projector")
}

/// The environment of a function of this system in this process, whose AWS clients are of this
/// endpoint.
pub fn env(system: &System, endpoint: &str) -> Env {
    Env::with(sdk(system, endpoint), system.environment.clone().into_iter().collect())
}

/// A client of the system's S3.
pub fn objects(system: &System) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::config::Builder::from(&sdk(system, &system.s3)).force_path_style(true);
    aws_sdk_s3::Client::from_conf(config.build())
}

/// The system's warehouse.
///
/// # Panics
/// When the system lacks a variable that it needs.
pub fn warehouse(system: &System) -> Warehouse {
    let mut variables: HashMap<_, _> = system.environment.clone().into_iter().collect();
    for (name, value) in [("REDSHIFT_WORKGROUP", "local"), ("REDSHIFT_DATABASE", "albumen")] {
        variables.insert(name.to_owned(), value.to_owned());
    }
    Warehouse::connect(&Env::with(sdk(system, &system.warehouse), variables)).expect("a warehouse")
}

/// A client of the system's SQS.
pub fn queues(system: &System) -> aws_sdk_sqs::Client {
    aws_sdk_sqs::Client::new(&sdk(system, &system.sqs))
}

/// Returns the configuration of AWS clients of this system's endpoint.
pub fn sdk(system: &System, endpoint: &str) -> SdkConfig {
    let id = system.variable("AWS_ACCESS_KEY_ID");
    let secret = system.variable("AWS_SECRET_ACCESS_KEY");
    let keys = SharedCredentialsProvider::new(Credentials::new(id, secret, None, None, "tests"));
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(keys);
    config
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .build()
}
