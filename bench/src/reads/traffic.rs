//! Units of the table that a read takes, and bytes that it sends.

use shared::error::Cause;

use super::{Process, Runtime, album::Album, answer::Sent};
use crate::costs::Table;

/// Reads of a process after its first.
const READS: u32 = 40;

/// The traffic of one runtime.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Traffic {
    /// Units of reading of the first read of a process.
    pub first: f64,
    /// Units of reading of each one after it, on average.
    pub further: f64,
    /// Bytes of the answer's body as they are sent.
    pub bytes: usize,
}

/// Counts what a process of this runtime reads and sends, with a counter before the table.
pub async fn count(runtime: &Runtime, album: &Album, dynamodb: &str) -> Result<Traffic, Cause> {
    let table = Table::open(dynamodb).await?;
    let mut environment = album.environment.clone();
    environment.insert("AWS_ENDPOINT_URL_DYNAMODB".to_owned(), table.origin.clone());
    let mut process = Process::start(runtime, &environment).await?;
    let answer = process.call(&album.event).await?.answer;
    let first = table.take().read;
    let bytes = Sent::of(&answer)?.body.len();
    for _ in 0..READS {
        process.call(&album.event).await?;
    }
    let further = table.take().read / f64::from(READS);
    process.end().await?;
    Ok(Traffic { first, further, bytes })
}
