//! Receipt handles: opaque to clients, each good for one receive.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use super::error::{Error, ErrorCode, Result};

/// Proof of one receive of one message.
#[derive(Debug, PartialEq, Eq)]
pub struct ReceiptHandle {
    /// Key of the message in the database.
    pub seq: i64,
    /// Random text of this receive.
    pub nonce: String,
}

impl ReceiptHandle {
    /// Encodes the handle for the client of a queue.
    pub fn encode(&self, queue: i64) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(format!("{queue}/{}/{}", self.seq, self.nonce))
    }

    /// Reads a handle back; one of another queue is as invalid as a made-up one.
    pub fn parse(handle: &str, queue: i64) -> Result<Self> {
        match decode(handle) {
            Some((of_queue, receipt)) if of_queue == queue => Ok(receipt),
            _ => Err(Error::new(
                ErrorCode::ReceiptHandleIsInvalid,
                format!("The input receipt handle \"{handle}\" is not a valid receipt handle."),
            )),
        }
    }
}

/// Returns the queue's id and the receipt.
fn decode(handle: &str) -> Option<(i64, ReceiptHandle)> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(handle).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (queue, rest) = text.split_once('/')?;
    let (seq, nonce) = rest.split_once('/')?;
    let receipt = ReceiptHandle { seq: seq.parse().ok()?, nonce: nonce.to_owned() };
    Some((queue.parse().ok()?, receipt))
}
