//! Receipt handles: opaque to clients, each good for one receive.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use super::error::{Code, Error, Result};

/// Proof of one receive of one message.
#[derive(Debug)]
pub struct Receipt {
    pub seq: i64,
    pub nonce: String,
}

impl Receipt {
    /// What the client gets.
    pub fn handle(&self, queue: i64) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(format!("{queue}/{}/{}", self.seq, self.nonce))
    }

    /// Reads a handle back; one of another queue is as invalid as a made-up one.
    pub fn parse(handle: &str, queue: i64) -> Result<Self> {
        let invalid = || {
            Error::new(
                Code::ReceiptHandleIsInvalid,
                format!("The input receipt handle \"{handle}\" is not a valid receipt handle."),
            )
        };
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(handle)
            .map_err(|_| invalid())?;
        let text = String::from_utf8(bytes).map_err(|_| invalid())?;
        let mut parts = text.splitn(3, '/');
        let mut number = || {
            parts
                .next()
                .and_then(|part| part.parse::<i64>().ok())
                .ok_or_else(invalid)
        };
        let (of, seq) = (number()?, number()?);
        let nonce = parts.next().ok_or_else(invalid)?.to_owned();
        if of == queue { Ok(Self { seq, nonce }) } else { Err(invalid()) }
    }
}
