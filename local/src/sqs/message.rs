//! Messages to send: their checks, their size, and the MD5s that clients check.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};

use super::error::{Error, ErrorCode, Result};

/// The most attributes of a message.
const MAX_ATTRIBUTES: usize = 10;
/// The longest delay, in seconds.
const MAX_DELAY: i64 = 900;

/// An attribute as it stands in the JSON protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MessageAttribute {
    /// `String`, `Number` or `Binary`, optionally with `.label`.
    pub data_type: String,
    /// The value of a string or number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub string_value: Option<String>,
    /// The value of a binary, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binary_value: Option<String>,
}

impl MessageAttribute {
    /// Returns its bytes: type and value.
    fn size(&self) -> usize {
        let value = match &self.string_value {
            Some(text) => text.len(),
            None => self.binary().len(),
        };
        self.data_type.len() + value
    }

    fn binary(&self) -> Vec<u8> {
        let encoded = self.binary_value.as_deref().unwrap_or_default();
        BASE64_STANDARD.decode(encoded).unwrap_or_default()
    }

    fn has_text(&self) -> bool {
        self.string_value
            .as_deref()
            .is_some_and(|text| !text.is_empty())
    }

    fn has_number(&self) -> bool {
        let text = self.string_value.as_deref();
        text.is_some_and(|text| text.parse::<f64>().is_ok())
    }

    fn has_binary(&self) -> bool {
        self.binary_value
            .as_deref()
            .is_some_and(|encoded| !encoded.is_empty())
    }

    /// Refuses an attribute that SQS would not take.
    fn check(&self, name: &str) -> Result<()> {
        let refuse = |reason: &str| Err(Error::invalid("MessageAttributes", name, reason));
        if name.is_empty() || name.len() > 256 {
            return refuse("Message attribute name must be 1 to 256 characters long.");
        }
        let type_prefix = self.data_type.split('.').next().unwrap_or_default();
        let has_value = match type_prefix {
            "Binary" => self.has_binary(),
            "Number" => self.has_number(),
            "String" => self.has_text(),
            _ => return refuse("The type prefix must be one of: String, Binary, Number."),
        };
        if !has_value {
            return refuse("The message attribute must contain a non-empty value of its type.");
        }
        Ok(())
    }
}

/// Message attributes by name.
pub type MessageAttributes = BTreeMap<String, MessageAttribute>;

/// A message to send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct NewMessage {
    /// The text.
    pub message_body: String,
    /// Seconds until it can be received; the queue's, if `None`.
    pub delay_seconds: Option<i64>,
    /// The sender's attributes.
    pub message_attributes: MessageAttributes,
    /// Attributes for AWS itself: the trace header.
    pub message_system_attributes: MessageAttributes,
}

impl NewMessage {
    /// Returns the bytes of body and attributes together, which count against the limits.
    pub fn size(&self) -> usize {
        let mut size = self.message_body.len();
        for (name, attribute) in &self.message_attributes {
            size += name.len() + attribute.size();
        }
        size
    }

    /// Refuses a message that SQS would not take, or that is larger than `max_bytes`.
    pub fn check(&self, max_bytes: i64) -> Result<()> {
        if self.message_body.is_empty() {
            return Err(Error::missing("MessageBody"));
        }
        if !self.message_body.chars().all(is_allowed) {
            return Err(Error::new(
                ErrorCode::InvalidMessageContents,
                "The message contains characters outside the allowed set.",
            ));
        }
        if let Some(delay) = self.delay_seconds
            && !(0..=MAX_DELAY).contains(&delay)
        {
            return Err(Error::invalid(
                "DelaySeconds",
                delay,
                "DelaySeconds must be >= 0 and <= 900.",
            ));
        }
        self.check_attributes()?;
        if usize::try_from(max_bytes).is_ok_and(|max| self.size() > max) {
            let message = format!(
                "One or more parameters are invalid. Reason: Message must be shorter than \
                 {max_bytes} bytes."
            );
            return Err(Error::new(ErrorCode::InvalidParameterValue, message));
        }
        Ok(())
    }

    fn check_attributes(&self) -> Result<()> {
        if self.message_attributes.len() > MAX_ATTRIBUTES {
            return Err(Error::invalid(
                "MessageAttributes",
                self.message_attributes.len(),
                "Number of message attributes must be at most 10.",
            ));
        }
        for (name, attribute) in &self.message_attributes {
            attribute.check(name)?;
        }
        for (name, attribute) in &self.message_system_attributes {
            attribute.check(name)?;
        }
        Ok(())
    }
}

/// Returns whether the character is in XML 1.0, SQS's historical limit.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

/// Returns the MD5 of a text, in hexadecimal.
pub fn md5_of(text: &str) -> String {
    hex::encode(Md5::digest(text))
}

/// Returns the MD5 of attributes: by name, each part behind its length in four bytes; `None` for no
/// attributes.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html>
pub fn md5_of_attributes(attributes: &MessageAttributes) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut digest = Md5::new();
    for (name, attribute) in attributes {
        update_with_length(&mut digest, name.as_bytes());
        update_with_length(&mut digest, attribute.data_type.as_bytes());
        if let Some(text) = &attribute.string_value {
            digest.update([1]);
            update_with_length(&mut digest, text.as_bytes());
        } else {
            digest.update([2]);
            update_with_length(&mut digest, &attribute.binary());
        }
    }
    Some(hex::encode(digest.finalize()))
}

fn update_with_length(digest: &mut Md5, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    digest.update(length.to_be_bytes());
    digest.update(bytes);
}
