//! The code that makes somebody an administrator, once: a keyed sum of the signing key, as `shared`
//! makes it of the same key.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use running_system::RunningSystem;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use sqlx::{Connection, MySqlConnection};

use crate::system::Error;

/// The purpose of the sum, which is good for no other.
const PURPOSE: &[u8] = b"administrator code\0";

/// Bytes of the sum that the code has.
const BYTES: usize = 20;

/// Letters and digits of a group.
const GROUP: usize = 4;

/// The cluster of the first logical shard, which has the codes that were used.
#[derive(Deserialize)]
struct FirstCluster {
    writer: String,
}

/// Returns the code of a running system, in groups: `k5xw-4z3b-…`.
///
/// # Errors
/// No function has a signing key.
pub fn of(running: &RunningSystem) -> Result<String, Error> {
    match running.variable("SIGNING_KEY") {
        Ok(key) => Ok(in_groups(&code(key.as_bytes()))),
        Err(error) => Err(Error::new(error.to_string())),
    }
}

/// Returns true if the code of a running system was used.
///
/// # Errors
/// The database does not answer.
pub async fn is_used(running: &RunningSystem) -> Result<bool, Error> {
    let failed = |error: &dyn std::error::Error| {
        Error::new(format!("Nobody can say whether the code was used: {error}."))
    };
    let key = running
        .variable("SIGNING_KEY")
        .map_err(|error| failed(&error))?;
    let map = running
        .variable("ACCOUNTS_SHARDS")
        .map_err(|error| failed(&error))?;
    let clusters: Vec<FirstCluster> = serde_json::from_str(map).map_err(|error| failed(&error))?;
    let Some(first) = clusters.first() else { return Ok(false) };
    let mut database = MySqlConnection::connect(&first.writer)
        .await
        .map_err(|error| failed(&error))?;
    let count: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM administrator_claims WHERE code_hash = ?")
            .bind(Sha256::digest(code(key.as_bytes())).to_vec())
            .fetch_one(&mut database)
            .await
            .map_err(|error| failed(&error))?;
    Ok(count > 0)
}

/// Returns the letters and digits of the code of this key.
fn code(key: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key may have any length");
    mac.update(PURPOSE);
    let sum = mac.finalize().into_bytes();
    BASE32_NOPAD.encode(&sum[..BYTES]).to_lowercase()
}

fn in_groups(code: &str) -> String {
    let mut text = String::new();
    for (index, letter) in code.chars().enumerate() {
        if index > 0 && index % GROUP == 0 {
            text.push('-');
        }
        text.push(letter);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test of `shared/src/http/signer.rs` has the same key and code.
    #[test]
    fn the_code_is_that_of_the_functions() {
        let code = code(b"a key of at least 32 characters.");
        assert_eq!(in_groups(&code), "u7uu-s4ik-cb6m-shev-w76q-ty2v-57yg-fnly");
    }
}
