//! Activity as a library leaves it: an owner who adds photos with a few cameras, others who comment
//! and have favourites, and the rest of the rows from everybody else.

use running_system::RunningSystem;
use serde_json::{Value, json};
use sqlx::{Connection, MySql, MySqlConnection, QueryBuilder};
use time::{OffsetDateTime, PrimitiveDateTime};
use uuid::{Builder, Uuid};

use super::month::Month;
use crate::{
    archive::{Range, shards},
    system::Error,
};

/// Rows of a statement.
const AT_ONCE: usize = 500;
/// The owner who is shown has one row in so many, more in some months than in others.
const OWN: [u32; 5] = [23, 17, 31, 19, 27];
/// One of them is taken along more often.
const CAMERAS: [&str; 5] = [
    "FUJIFILM X-T5",
    "Apple iPhone 15 Pro",
    "FUJIFILM X-T5",
    "Canon EOS R5",
    "Apple iPhone 15 Pro",
];
const WORDS: [&str; 8] =
    ["beach", "evening", "family", "garden", "harbour", "journey", "mountain", "picnic"];

/// The id of the account with this address.
pub async fn owner(running: &RunningSystem, email: &str) -> Result<Uuid, Error> {
    for range in shards(running, "ACCOUNTS_SHARDS")? {
        let mut database = MySqlConnection::connect(&range.writer)
            .await
            .map_err(|error| lost(&error))?;
        let found = sqlx::query_scalar("SELECT id FROM users WHERE email = ?").bind(email);
        if let Some(id) = found
            .fetch_optional(&mut database)
            .await
            .map_err(|error| lost(&error))?
        {
            return Ok(id);
        }
    }
    Err(Error::new("The account that was made is not in the database."))
}

/// Writes a month: so many rows in all, half of them in each of two clusters.
pub async fn month(
    running: &RunningSystem,
    owner: Uuid,
    month: Month,
    rows: u32,
) -> Result<(), Error> {
    let ranges = shards(running, "ACTIVITY_SHARDS")?;
    let share = OWN[month.number() % OWN.len()];
    let mut all: Vec<Vec<Row>> = ranges.iter().map(|_| Vec::new()).collect();
    for (number, at) in (0_u32..).zip(month.moments(rows)) {
        let other = ranges[number as usize % ranges.len()].from;
        let row = if number.is_multiple_of(share) {
            own(owner, at, number / share)
        } else {
            others(other, at, number)
        };
        let place = ranges
            .iter()
            .position(|range| range.holds(shard(row.owner)))
            .unwrap_or_default();
        all[place].push(row);
    }
    for (range, rows) in ranges.iter().zip(&all) {
        write(range, rows).await.map_err(|error| lost(&error))?;
    }
    Ok(())
}

struct Row {
    id: Uuid,
    at: i64,
    owner: Uuid,
    actor: Uuid,
    action: &'static str,
    kind: &'static str,
    context: Value,
}

/// What happens in the library that is shown: two photos, a comment, a favourite, and over again.
fn own(owner: Uuid, at: i64, number: u32) -> Row {
    let (id, guest) = (fresh(at, shard(owner)), fresh(at, 7));
    let (actor, action, context) = match number % 4 {
        0 | 1 => {
            let camera = CAMERAS[number as usize * 3 % CAMERAS.len()];
            (
                owner,
                "make-renditions",
                json!({"bytes": 2_500_000 + number * 1009, "camera": camera}),
            )
        }
        2 => (guest, "create-comment", json!({"words": words(number)})),
        _ => (guest, "put-favourite", json!({})),
    };
    Row { id, at, owner, actor, action, kind: "photo", context }
}

fn others(first_shard: u16, at: i64, number: u32) -> Row {
    let owner = fresh(at, first_shard);
    let context = json!({"request": Uuid::new_v4(), "text": words(number)});
    Row {
        id: fresh(at, first_shard),
        at,
        owner,
        actor: owner,
        action: "update-photo",
        kind: "photo",
        context,
    }
}

/// About 900 bytes.
fn words(number: u32) -> String {
    let word = |place: u32| WORDS[((number * 31 + place * place) % 8) as usize];
    (0..120).map(word).collect::<Vec<_>>().join(" ")
}

async fn write(range: &Range, rows: &[Row]) -> sqlx::Result<()> {
    let mut database = MySqlConnection::connect(&range.writer).await?;
    for some in rows.chunks(AT_ONCE) {
        let mut query = QueryBuilder::<MySql>::new(
            "INSERT INTO activity (id, at, owner_id, actor_id, action, subject_kind, subject_id, context) ",
        );
        query.push_values(some, |mut values, row| {
            values
                .push_bind(row.id)
                .push_bind(moment(row.at))
                .push_bind(row.owner)
                .push_bind(row.actor);
            values
                .push_bind(row.action)
                .push_bind(row.kind)
                .push_bind(Uuid::now_v7());
            values.push_bind(row.context.to_string());
        });
        query.build().execute(&mut database).await?;
    }
    database.close().await
}

/// An id as the functions make them: a UUIDv7 whose next 12 bits are the shard.
fn fresh(at: i64, shard: u16) -> Uuid {
    let mut random: [u8; 10] = Uuid::new_v4().as_bytes()[6..]
        .try_into()
        .unwrap_or_default();
    random[..2].copy_from_slice(&shard.to_be_bytes());
    Builder::from_unix_timestamp_millis(at.unsigned_abs() / 1000, &random).into_uuid()
}

fn shard(id: Uuid) -> u16 {
    let bytes = id.as_bytes();
    u16::from_be_bytes([bytes[6] & 0x0f, bytes[7]])
}

fn moment(micros: i64) -> PrimitiveDateTime {
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000);
    let at = at.unwrap_or(OffsetDateTime::UNIX_EPOCH);
    PrimitiveDateTime::new(at.date(), at.time())
}

fn lost(error: &sqlx::Error) -> Error {
    Error::new(format!("The database does not answer: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_keeps_its_shard_and_its_time() {
        for number in [0, 7, 2048, 4095] {
            let id = fresh(1_780_000_000_000_000, number);
            assert_eq!((shard(id), id.get_version_num()), (number, 7));
            let (seconds, _) = id.get_timestamp().expect("a time").to_unix();
            assert_eq!(seconds, 1_780_000_000);
        }
    }
}
