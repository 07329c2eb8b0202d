//! The rows that are archived: written straight into the table, about a kilobyte each.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shared::{
    domain::{ActivityId, Fresh, Moment, Month, Seed, Shard, UserId, id::random_bytes},
    error::Cause,
};
use sqlx::{Connection, MySql, MySqlConnection, QueryBuilder};

/// Rows of a statement: a megabyte.
const AT_ONCE: u32 = 1000;
/// The words that contexts are made of.
const WORDS: [&str; 16] = [
    "album", "beach", "camera", "device", "evening", "family", "garden", "harbour", "island",
    "journey", "kitchen", "lake", "mountain", "night", "ocean", "picnic",
];

/// Words of a context: with what else is in it about a kilobyte.
const WORDS_OF_CONTEXT: usize = 110;

/// Writes this number of rows of the month into the first cluster.
pub async fn write(
    environment: &BTreeMap<String, String>,
    month: Month,
    count: u32,
) -> Result<(), Cause> {
    let mut database = MySqlConnection::connect(&writer(environment)?).await?;
    let shard = Shard::new(0).ok_or("no shard")?;
    let owners: Vec<_> = (0..1000).map(|_| UserId::new(shard).uuid()).collect();
    let begin = month.begins().micros();
    let end = month.ends().micros();
    for first in (0..count).step_by(AT_ONCE as usize) {
        let mut query = QueryBuilder::<MySql>::new(
            "INSERT INTO activity \
             (id, at, owner_id, actor_id, action, subject_kind, subject_id, context) ",
        );
        query.push_values(first..count.min(first + AT_ONCE), |mut values, number| {
            let step = (end - begin) / i64::from(count);
            let at = Moment::from_micros(begin + step * i64::from(number));
            let random: [u8; 32] = random_bytes();
            let mut seed = random;
            seed[..6].copy_from_slice(&at.micros().div_euclid(1000).to_be_bytes()[2..]);
            let owner = owners[usize::from(random[6]) * 3];
            values
                .push_bind(ActivityId::seeded(shard, Seed::from(seed)).uuid())
                .push_bind(at.utc())
                .push_bind(owner)
                .push_bind(owner)
                .push_bind("update-photo")
                .push_bind("photo")
                .push_bind(uuid::Uuid::now_v7())
                .push_bind(context(number, random));
        });
        query.build().execute(&mut database).await?;
    }
    Ok(database.close().await?)
}

/// Returns about a kilobyte of words and digits, another for each row.
fn context(number: u32, random: [u8; 32]) -> String {
    let mut words = Vec::new();
    for (at, byte) in random.iter().cycle().take(WORDS_OF_CONTEXT).enumerate() {
        let rotation = u32::try_from(at % 7).unwrap_or(0);
        let word = usize::from(byte.rotate_left(rotation)) % WORDS.len();
        words.push(WORDS[word]);
    }
    let text = words.join(" ");
    json!({"bytes": 4_000_000 + number, "request": hex::encode(random), "text": text}).to_string()
}

/// Returns the URL of the first cluster's writer.
pub fn writer(environment: &BTreeMap<String, String>) -> Result<String, Cause> {
    let text = environment
        .get("ACTIVITY_SHARDS")
        .ok_or("no function has ACTIVITY_SHARDS")?;
    let map: Value = serde_json::from_str(text)?;
    Ok(map[0]["writer"]
        .as_str()
        .ok_or("a shard map without a writer")?
        .to_owned())
}

/// Returns user, password and database of `mysql://user:password@localhost/database?…`.
pub fn parts(url: &str) -> Option<(&str, &str, &str)> {
    let (login, rest) = url.strip_prefix("mysql://")?.split_once('@')?;
    let (user, password) = login.split_once(':')?;
    let (_, path) = rest.split_once('/')?;
    Some((user, password, path.split('?').next()?))
}

/// Creates a queue that nobody works off, and returns its URL.
pub async fn queue(sqs: &str) -> Result<String, Cause> {
    let body = json!({"QueueName": "bench-archive"}).to_string();
    let response = reqwest::Client::new()
        .post(sqs)
        .header("x-amz-target", "AmazonSQS.CreateQueue")
        .header("content-type", "application/x-amz-json-1.0")
        .body(body)
        .send()
        .await?
        .error_for_status()?;
    let queue: Value = response.json().await?;
    Ok(queue["QueueUrl"]
        .as_str()
        .ok_or("a queue without an URL")?
        .to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_is_about_a_kilobyte() {
        let length = context(1, random_bytes()).len();
        assert!((700..1100).contains(&length), "{length}");
    }

    #[test]
    fn a_url_is_taken_apart() {
        let url = "mysql://albumen:secret@localhost/activity_0?socket=x";
        assert_eq!(parts(url), Some(("albumen", "secret", "activity_0")));
    }
}
