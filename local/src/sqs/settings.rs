//! A queue's attributes: which there are, what they may say, and what holds when they say nothing.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::error::{Code, Error, Result};

/// The account of every local ARN and queue URL.
pub const ACCOUNT: &str = "000000000000";
/// The region of every local ARN.
pub const REGION: &str = "us-east-1";
/// The largest message, and the largest batch, in bytes (SQS quota since 2025: 1 MiB).
pub const MAX_BYTES: usize = 1_048_576;
/// The longest a message may stay invisible, in seconds: twelve hours.
pub const MAX_VISIBILITY: i64 = 43_200;

/// Name, default and bounds of the attributes that are numbers (SQS API reference,
/// `SetQueueAttributes`).
const NUMBERS: [(&str, i64, i64, i64); 5] = [
    ("DelaySeconds", 0, 0, 900),
    ("MaximumMessageSize", 1_048_576, 1_024, 1_048_576),
    ("MessageRetentionPeriod", 345_600, 60, 1_209_600),
    ("ReceiveMessageWaitTimeSeconds", 0, 0, 20),
    ("VisibilityTimeout", 30, 0, MAX_VISIBILITY),
];

/// Kept and given back; nothing here acts on them.
const INERT: [&str; 5] = [
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "Policy",
    "RedriveAllowPolicy",
    "SqsManagedSseEnabled",
];

/// Attributes as the API has them: all values are strings.
pub type Attributes = BTreeMap<String, String>;

/// Where messages go that were received too often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redrive {
    /// The dead-letter queue's name.
    pub target: String,
    /// How often a message is received before it goes there.
    pub max_receives: i64,
}

/// What was set on a queue.
#[derive(Debug, Clone, Default)]
pub struct Settings(pub Attributes);

impl Settings {
    /// The number, or SQS's default for it.
    pub fn number(&self, name: &str) -> i64 {
        let default = NUMBERS
            .iter()
            .find(|number| number.0 == name)
            .map_or(0, |number| number.1);
        self.0
            .get(name)
            .and_then(|value| value.parse().ok())
            .unwrap_or(default)
    }

    /// The redrive policy, if there is one.
    pub fn redrive(&self) -> Option<Redrive> {
        self.0
            .get("RedrivePolicy")
            .and_then(|policy| parse_redrive(policy).ok())
    }

    /// All attributes that can be set, with their defaults.
    pub fn all(&self) -> Attributes {
        let mut all: Attributes = NUMBERS
            .iter()
            .map(|(name, default, ..)| ((*name).to_owned(), default.to_string()))
            .collect();
        all.extend(self.0.clone());
        all
    }

    /// Takes over new values; an empty one removes the attribute.
    pub fn merge(&mut self, new: Attributes) {
        for (name, value) in new {
            if value.is_empty() {
                self.0.remove(&name);
            } else {
                self.0.insert(name, value);
            }
        }
    }
}

/// Refuses attributes that SQS does not have, or would not take.
pub fn check(attributes: &Attributes) -> Result<()> {
    for (name, value) in attributes {
        if let Some((_, _, least, most)) = NUMBERS.iter().find(|number| number.0 == name) {
            if !value
                .parse::<i64>()
                .is_ok_and(|number| (*least..=*most).contains(&number))
            {
                return Err(Error::new(
                    Code::InvalidAttributeValue,
                    format!("Invalid value for the parameter {name}."),
                ));
            }
        } else if name == "RedrivePolicy" {
            if !value.is_empty() {
                parse_redrive(value)?;
            }
        } else if !INERT.contains(&name.as_str()) {
            return Err(Error::new(
                Code::InvalidAttributeName,
                format!("Unknown Attribute {name}."),
            ));
        }
    }
    Ok(())
}

/// Refuses a name that SQS would not take, and FIFO queues, which are not built here.
pub fn check_name(name: &str) -> Result<()> {
    if name.strip_suffix(".fifo").is_some() {
        return Err(Error::new(
            Code::UnsupportedOperation,
            "FIFO queues are not available locally.",
        ));
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || name.len() > 80 || !name.chars().all(fits) {
        return Err(Error::invalid(
            "QueueName",
            name,
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.",
        ));
    }
    Ok(())
}

/// The ARN of a queue.
pub fn arn(name: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
}

/// The queue's name in an ARN; account and region are not looked at, since locally there is one of
/// each.
pub fn name_in_arn(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:aws:sqs:")?
        .rsplit_once(':')
        .map(|(_, name)| name)
}

fn parse_redrive(policy: &str) -> Result<Redrive> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Policy {
        dead_letter_target_arn: String,
        max_receive_count: Count,
    }
    // CloudFormation and the console write a number, many clients a string.
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Count {
        Number(i64),
        Text(String),
    }
    let refuse = |reason: &str| Error::invalid("RedrivePolicy", policy, reason);
    let parsed: Policy = serde_json::from_str(policy)
        .map_err(|_| refuse("Redrive policy is not a valid JSON map."))?;
    let max_receives = match parsed.max_receive_count {
        Count::Number(number) => Some(number),
        Count::Text(text) => text.parse().ok(),
    };
    let max_receives = max_receives
        .filter(|count| (1..=1_000).contains(count))
        .ok_or_else(|| refuse("Invalid value for maxReceiveCount, valid values are from 1 to 1000 both inclusive."))?;
    let target = name_in_arn(&parsed.dead_letter_target_arn)
        .ok_or_else(|| refuse("Invalid value for deadLetterTargetArn."))?;
    Ok(Redrive { target: target.to_owned(), max_receives })
}
