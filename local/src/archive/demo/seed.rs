//! Activity as a library leaves it: an owner who adds photos with a few cameras, others who comment
//! and have favourites, and the rest of the rows from everybody else.

use running_system::RunningSystem;
use serde_json::{Value, json};
use sqlx::{Connection, MySql, MySqlConnection, QueryBuilder};
use time::{OffsetDateTime, PrimitiveDateTime};
use uuid::{Builder, Uuid};

use super::month::CalendarMonth;
use crate::{
    archive::{ShardRange, shard_map},
    system::Error,
};

/// Rows of a statement.
const ROWS_PER_STATEMENT: usize = 500;
/// The owner who is shown has one row in so many, more in some months than in others.
const ROWS_PER_OWN_ROW: [u32; 5] = [23, 17, 31, 19, 27];
/// The logical shard of the guests who comment and have favourites.
const GUEST_SHARD: u16 = 7;
/// The cameras. Two are taken along more often than the third.
const CAMERAS: [&str; 5] = [
    "FUJIFILM X-T5",
    "Apple iPhone 15 Pro",
    "FUJIFILM X-T5",
    "Canon EOS R5",
    "Apple iPhone 15 Pro",
];
const WORDS: [&str; 8] =
    ["beach", "evening", "family", "garden", "harbour", "journey", "mountain", "picnic"];

const INSERT: &str = "\
    INSERT INTO activity \
    (id, at, owner_id, actor_id, action, subject_kind, subject_id, context) ";

/// Returns the id of the account with this address.
pub async fn find_owner(running: &RunningSystem, email: &str) -> Result<Uuid, Error> {
    for range in shard_map(running, "ACCOUNTS_SHARDS")? {
        match find_account(&range.writer, email).await {
            Ok(Some(id)) => return Ok(id),
            Ok(None) => {}
            Err(error) => return Err(database_does_not_answer(&error)),
        }
    }
    Err(Error::new("The account that was made is not in the database."))
}

async fn find_account(url: &str, email: &str) -> sqlx::Result<Option<Uuid>> {
    let mut database = MySqlConnection::connect(url).await?;
    sqlx::query_scalar("SELECT id FROM users WHERE email = ?")
        .bind(email)
        .fetch_optional(&mut database)
        .await
}

/// Writes a month of so many rows in all: some of the owner who is shown, and the others in equal
/// shares over the clusters.
pub async fn write_month(
    running: &RunningSystem,
    owner: Uuid,
    month: CalendarMonth,
    rows: u32,
) -> Result<(), Error> {
    let ranges = shard_map(running, "ACTIVITY_SHARDS")?;
    let rows_per_own_row = ROWS_PER_OWN_ROW[month.number() % ROWS_PER_OWN_ROW.len()];
    let mut rows_by_range: Vec<Vec<ActivityRow>> = Vec::new();
    rows_by_range.resize_with(ranges.len(), Vec::new);
    for (number, at) in (0_u32..).zip(month.moments(rows)) {
        let row = if number.is_multiple_of(rows_per_own_row) {
            own_row(owner, at, number / rows_per_own_row)
        } else {
            let range = &ranges[number as usize % ranges.len()];
            others_row(range.from, at, number)
        };
        let shard = shard_of(row.owner);
        let place = ranges.iter().position(|range| range.contains(shard));
        rows_by_range[place.unwrap_or_default()].push(row);
    }
    for (range, rows_of_range) in ranges.iter().zip(&rows_by_range) {
        if let Err(error) = write(range, rows_of_range).await {
            return Err(database_does_not_answer(&error));
        }
    }
    Ok(())
}

/// A row of the record; what it is about is always a photo.
struct ActivityRow {
    id: Uuid,
    /// Microseconds since 1970.
    at: i64,
    owner: Uuid,
    actor: Uuid,
    action: &'static str,
    context: Value,
}

/// Returns a row of the library that is shown: two photos, a comment, a favourite, and over again.
fn own_row(owner: Uuid, at: i64, number: u32) -> ActivityRow {
    let guest = new_id(at, GUEST_SHARD);
    let (actor, action, context) = match number % 4 {
        0 | 1 => (owner, "make-renditions", photo_context(number)),
        2 => (guest, "create-comment", json!({"words": words(number)})),
        _ => (guest, "put-favourite", json!({})),
    };
    ActivityRow { id: new_id(at, shard_of(owner)), at, owner, actor, action, context }
}

fn photo_context(number: u32) -> Value {
    let camera = CAMERAS[number as usize * 3 % CAMERAS.len()];
    json!({"bytes": 2_500_000 + number * 1009, "camera": camera})
}

/// Returns a row of somebody else, whose shard this is.
fn others_row(shard: u16, at: i64, number: u32) -> ActivityRow {
    let owner = new_id(at, shard);
    ActivityRow {
        id: new_id(at, shard),
        at,
        owner,
        actor: owner,
        action: "update-photo",
        context: json!({"request": Uuid::new_v4(), "text": words(number)}),
    }
}

/// Returns a text of about 900 bytes.
fn words(number: u32) -> String {
    let mut words = Vec::new();
    for place in 0..120_u32 {
        let index = (number * 31 + place * place) % 8;
        words.push(WORDS[index as usize]);
    }
    words.join(" ")
}

async fn write(range: &ShardRange, rows: &[ActivityRow]) -> sqlx::Result<()> {
    let mut database = MySqlConnection::connect(&range.writer).await?;
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        let mut query = QueryBuilder::<MySql>::new(INSERT);
        query.push_values(chunk, |mut values, row| {
            values.push_bind(row.id);
            values.push_bind(database_time(row.at));
            values.push_bind(row.owner);
            values.push_bind(row.actor);
            values.push_bind(row.action);
            values.push_bind("photo");
            values.push_bind(Uuid::now_v7());
            values.push_bind(row.context.to_string());
        });
        query.build().execute(&mut database).await?;
    }
    database.close().await
}

/// Makes an id as the functions do: a UUIDv7 whose next 12 bits are the shard.
fn new_id(at: i64, shard: u16) -> Uuid {
    let mut random: [u8; 10] = Uuid::new_v4().as_bytes()[6..]
        .try_into()
        .unwrap_or_default();
    random[..2].copy_from_slice(&shard.to_be_bytes());
    Builder::from_unix_timestamp_millis(at.unsigned_abs() / 1000, &random).into_uuid()
}

/// Returns the logical shard that an id names.
fn shard_of(id: Uuid) -> u16 {
    let bytes = id.as_bytes();
    u16::from_be_bytes([bytes[6] & 0x0f, bytes[7]])
}

/// Returns a moment as the database takes it, from microseconds since 1970.
fn database_time(microseconds: i64) -> PrimitiveDateTime {
    let nanoseconds = i128::from(microseconds) * 1000;
    let at = OffsetDateTime::from_unix_timestamp_nanos(nanoseconds)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH);
    PrimitiveDateTime::new(at.date(), at.time())
}

fn database_does_not_answer(error: &sqlx::Error) -> Error {
    Error::new(format!("The database does not answer: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_keeps_its_shard_and_its_time() {
        for shard in [0, 7, 2048, 4095] {
            let id = new_id(1_780_000_000_000_000, shard);
            assert_eq!(shard_of(id), shard);
            assert_eq!(id.get_version_num(), 7);
            let (seconds, _) = id.get_timestamp().expect("a time").to_unix();
            assert_eq!(seconds, 1_780_000_000);
        }
    }
}
