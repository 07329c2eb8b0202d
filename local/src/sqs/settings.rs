//! The attributes of a queue: their names, bounds and defaults.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html>

use std::collections::BTreeMap;

use serde::Deserialize;

use super::error::{Error, ErrorCode, Result};

/// The account of every local ARN and queue URL.
pub const ACCOUNT: &str = "000000000000";
/// The region of every local ARN.
pub const REGION: &str = "us-east-1";
/// The largest message, and the largest batch, in bytes: 1 MiB since 2025.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html>
pub const MAX_BYTES: usize = 1_048_576;
/// The longest time that a message may stay invisible, in seconds: twelve hours.
pub const MAX_VISIBILITY: i64 = 43_200;

/// An attribute that is a number.
struct NumberAttribute {
    name: &'static str,
    default: i64,
    min: i64,
    max: i64,
}

impl NumberAttribute {
    const fn new(name: &'static str, default: i64, min: i64, max: i64) -> Self {
        Self { name, default, min, max }
    }
}

const NUMBERS: [NumberAttribute; 5] = [
    NumberAttribute::new("DelaySeconds", 0, 0, 900),
    NumberAttribute::new("MaximumMessageSize", 1_048_576, 1_024, 1_048_576),
    NumberAttribute::new("MessageRetentionPeriod", 345_600, 60, 1_209_600),
    NumberAttribute::new("ReceiveMessageWaitTimeSeconds", 0, 0, 20),
    NumberAttribute::new("VisibilityTimeout", 30, 0, MAX_VISIBILITY),
];

/// Attributes that are stored and given back; nothing here acts on them.
const STORED_ONLY: [&str; 5] = [
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "Policy",
    "RedriveAllowPolicy",
    "SqsManagedSseEnabled",
];

/// Attributes as the API has them: all values are strings.
pub type QueueAttributes = BTreeMap<String, String>;

/// The way of a message that was received too often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedrivePolicy {
    /// The dead-letter queue's name.
    pub target: String,
    /// The number of receives after which a message goes there.
    pub max_receives: i64,
}

/// The attributes that were set on a queue.
#[derive(Debug, Clone, Default)]
pub struct QueueSettings(pub QueueAttributes);

impl QueueSettings {
    /// Returns the number, or SQS's default for it.
    pub fn number(&self, name: &str) -> i64 {
        if let Some(value) = self.0.get(name)
            && let Ok(number) = value.parse()
        {
            return number;
        }
        number_attribute(name).map_or(0, |attribute| attribute.default)
    }

    /// Returns the redrive policy, if there is one.
    pub fn redrive_policy(&self) -> Option<RedrivePolicy> {
        let policy = self.0.get("RedrivePolicy")?;
        parse_redrive_policy(policy).ok()
    }

    /// Returns all attributes that can be set, with their defaults.
    pub fn with_defaults(&self) -> QueueAttributes {
        let mut all = self.0.clone();
        for number in &NUMBERS {
            all.entry(number.name.to_owned())
                .or_insert_with(|| number.default.to_string());
        }
        all
    }

    /// Takes over new values; an empty one removes the attribute.
    pub fn merge(&mut self, new: QueueAttributes) {
        for (name, value) in new {
            if value.is_empty() {
                self.0.remove(&name);
            } else {
                self.0.insert(name, value);
            }
        }
    }
}

fn number_attribute(name: &str) -> Option<&'static NumberAttribute> {
    NUMBERS.iter().find(|attribute| attribute.name == name)
}

/// Refuses attributes that SQS does not have, or values that it would not take.
pub fn check(attributes: &QueueAttributes) -> Result<()> {
    for (name, value) in attributes {
        check_attribute(name, value)?;
    }
    Ok(())
}

fn check_attribute(name: &str, value: &str) -> Result<()> {
    if let Some(attribute) = number_attribute(name) {
        let is_within = match value.parse() {
            Ok(number) => (attribute.min..=attribute.max).contains(&number),
            Err(_) => false,
        };
        if is_within {
            return Ok(());
        }
        return Err(Error::new(
            ErrorCode::InvalidAttributeValue,
            format!("Invalid value for the parameter {name}."),
        ));
    }
    if name == "RedrivePolicy" {
        if !value.is_empty() {
            parse_redrive_policy(value)?;
        }
        return Ok(());
    }
    if STORED_ONLY.contains(&name) {
        return Ok(());
    }
    Err(Error::new(ErrorCode::InvalidAttributeName, format!("Unknown Attribute {name}.")))
}

/// Refuses a name that SQS would not take, and FIFO queues, which are not built here.
pub fn check_name(name: &str) -> Result<()> {
    if name.strip_suffix(".fifo").is_some() {
        return Err(Error::new(
            ErrorCode::UnsupportedOperation,
            "FIFO queues are not available locally.",
        ));
    }
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || name.len() > 80 || !name.chars().all(is_allowed) {
        return Err(Error::invalid(
            "QueueName",
            name,
            "Can only include alphanumeric characters, hyphens, or underscores. \
             1 to 80 in length.",
        ));
    }
    Ok(())
}

/// Returns the ARN of a queue.
pub fn arn(name: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
}

/// Returns the queue's name in an ARN; account and region are not looked at, since locally there is
/// one of each.
pub fn name_in_arn(arn: &str) -> Option<&str> {
    let (_, name) = arn.strip_prefix("arn:aws:sqs:")?.rsplit_once(':')?;
    Some(name)
}

/// A redrive policy in JSON.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RedrivePolicyJson {
    dead_letter_target_arn: String,
    max_receive_count: ReceiveCount,
}

/// `CloudFormation` and the console write a number, many clients a string.
#[derive(Deserialize)]
#[serde(untagged)]
enum ReceiveCount {
    Number(i64),
    Text(String),
}

fn parse_redrive_policy(policy: &str) -> Result<RedrivePolicy> {
    let refuse = |reason: &str| Error::invalid("RedrivePolicy", policy, reason);
    let parsed: RedrivePolicyJson = serde_json::from_str(policy)
        .map_err(|_| refuse("Redrive policy is not a valid JSON map."))?;
    let max_receives = match parsed.max_receive_count {
        ReceiveCount::Number(number) => number,
        ReceiveCount::Text(text) => text.parse().unwrap_or(0),
    };
    if !(1..=1_000).contains(&max_receives) {
        return Err(refuse(
            "Invalid value for maxReceiveCount, valid values are from 1 to 1000 both inclusive.",
        ));
    }
    let target = name_in_arn(&parsed.dead_letter_target_arn)
        .ok_or_else(|| refuse("Invalid value for deadLetterTargetArn."))?;
    Ok(RedrivePolicy { target: target.to_owned(), max_receives })
}
