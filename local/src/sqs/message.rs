//! What may be sent, what it weighs, and the MD5s that clients check.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};

use super::error::{Code, Error, Result};

/// An attribute as it stands in the JSON protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Attribute {
    /// `String`, `Number` or `Binary`, optionally with `.label`.
    pub data_type: String,
    /// The value of a string or number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub string_value: Option<String>,
    /// The value of a binary, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binary_value: Option<String>,
}

/// Message attributes by name.
pub type MessageAttributes = BTreeMap<String, Attribute>;

/// A message that may be stored.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Outgoing {
    /// The text.
    pub message_body: String,
    /// Seconds until it can be received; the queue's, if `None`.
    pub delay_seconds: Option<i64>,
    /// The sender's attributes.
    pub message_attributes: MessageAttributes,
    /// Attributes for AWS itself: the trace header.
    pub message_system_attributes: MessageAttributes,
}

impl Outgoing {
    /// Body and attributes together, in bytes: what counts against the limits.
    pub fn size(&self) -> usize {
        let attribute = |(name, attribute): (&String, &Attribute)| {
            let value = attribute
                .string_value
                .as_ref()
                .map_or_else(|| binary(attribute).len(), String::len);
            name.len() + attribute.data_type.len() + value
        };
        self.message_body.len() + self.message_attributes.iter().map(attribute).sum::<usize>()
    }

    /// Refuses what SQS would not take.
    pub fn check(&self, max_bytes: i64) -> Result<()> {
        if self.message_body.is_empty() {
            return Err(Error::missing("MessageBody"));
        }
        if !self.message_body.chars().all(is_allowed) {
            return Err(Error::new(
                Code::InvalidMessageContents,
                "The message contains characters outside the allowed set.",
            ));
        }
        if let Some(delay) = self.delay_seconds
            && !(0..=900).contains(&delay)
        {
            return Err(Error::invalid(
                "DelaySeconds",
                delay,
                "DelaySeconds must be >= 0 and <= 900.",
            ));
        }
        if self.message_attributes.len() > 10 {
            return Err(Error::invalid(
                "MessageAttributes",
                self.message_attributes.len(),
                "Number of message attributes must be at most 10.",
            ));
        }
        for (name, attribute) in self
            .message_attributes
            .iter()
            .chain(&self.message_system_attributes)
        {
            check_attribute(name, attribute)?;
        }
        if usize::try_from(max_bytes).is_ok_and(|max| self.size() > max) {
            let reason = format!(
                "One or more parameters are invalid. Reason: Message must be shorter than {max_bytes} bytes."
            );
            return Err(Error::new(Code::InvalidParameterValue, reason));
        }
        Ok(())
    }
}

fn check_attribute(name: &str, attribute: &Attribute) -> Result<()> {
    let refuse = |reason: &str| Err(Error::invalid("MessageAttributes", name, reason));
    if name.is_empty() || name.len() > 256 {
        return refuse("Message attribute name must be 1 to 256 characters long.");
    }
    let kind = attribute.data_type.split('.').next().unwrap_or_default();
    let filled = |value: &Option<String>| value.as_ref().is_some_and(|value| !value.is_empty());
    match kind {
        "Binary" if filled(&attribute.binary_value) => Ok(()),
        "Number"
            if attribute
                .string_value
                .as_ref()
                .is_some_and(|value| value.parse::<f64>().is_ok()) =>
        {
            Ok(())
        }
        "String" if filled(&attribute.string_value) => Ok(()),
        "Binary" | "Number" | "String" => {
            refuse("The message attribute must contain a non-empty value of its type.")
        }
        _ => refuse("The type prefix must be one of: String, Binary, Number."),
    }
}

// The XML 1.0 character set, SQS's historical limit.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

fn binary(attribute: &Attribute) -> Vec<u8> {
    attribute
        .binary_value
        .as_ref()
        .and_then(|value| BASE64_STANDARD.decode(value).ok())
        .unwrap_or_default()
}

/// MD5 in hexadecimal.
pub fn md5_of(text: &str) -> String {
    hex::encode(Md5::digest(text))
}

/// MD5 over attributes as the SQS developer guide defines it: by name, each part behind its length
/// in four bytes; `None` for none.
pub fn md5_of_attributes(attributes: &MessageAttributes) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut digest = Md5::new();
    let part = |digest: &mut Md5, bytes: &[u8]| {
        digest.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        digest.update(bytes);
    };
    for (name, attribute) in attributes {
        part(&mut digest, name.as_bytes());
        part(&mut digest, attribute.data_type.as_bytes());
        if let Some(text) = &attribute.string_value {
            digest.update([1]);
            part(&mut digest, text.as_bytes());
        } else {
            digest.update([2]);
            part(&mut digest, &binary(attribute));
        }
    }
    Some(hex::encode(digest.finalize()))
}
