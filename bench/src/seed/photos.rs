//! Rows of photos, a thousand in a transaction.

use serde::Serialize;
use shared::{
    domain::{AlbumId, LocalTime, PhotoId, Sha256, UserId},
    error::Cause,
};
use sqlx::{Connection, MySqlConnection};

use super::words::caption;

const AT_ONCE: u32 = 1000;

/// The time of the first photo, in seconds of Unix time: 1 January 2015.
const FIRST: i64 = 1_420_070_400;
/// A month in which some of the photos were taken.
pub const MONTH: &str = "2019-03";
/// The latitude and longitude of the home of each owner.
pub const HOME: (f64, f64) = (45.98, 9.25);
/// The seconds in which all of them were taken: ten years.
pub const SECONDS: i64 = 10 * 365 * 24 * 3600;

/// Columns of a photo in JSON, for the statements below.
macro_rules! photos {
    () => {
        "JSON_TABLE(?, '$[*]' COLUMNS ( \
            id CHAR(32) PATH '$.id', sha256 CHAR(64) PATH '$.sha256', \
            name VARCHAR(50) PATH '$.name', \
            caption VARCHAR(200) PATH '$.caption', taken_at DATETIME(6) PATH '$.taken_at', \
            camera VARCHAR(50) PATH '$.camera', latitude DOUBLE PATH '$.latitude', \
            longitude DOUBLE PATH '$.longitude')) j"
    };
}

const PHOTOS: &str = concat!(
    "INSERT INTO photos (id, owner_id, sha256, bytes, content_type, file_name, caption, status, \
                         width, height, taken_at, camera_make, camera_model, latitude, longitude, \
                         renditions, counted_in, created_at, updated_at) \
     SELECT UNHEX(j.id), ?, UNHEX(j.sha256), 4000, 'image/jpeg', j.name, j.caption, 'ready', \
            4000, 3000, j.taken_at, 'NIKON', j.camera, j.latitude, j.longitude, '[]', \
            DATE_FORMAT(j.taken_at, '%Y-%m'), j.taken_at, j.taken_at FROM ",
    photos!()
);
const ENTRIES: &str = concat!(
    "INSERT INTO entries (album_id, photo_id, taken_at, added_at, counted_ready) \
     SELECT ?, UNHEX(j.id), j.taken_at, j.taken_at, TRUE FROM ",
    photos!()
);
const CHANGES: &str = concat!(
    "INSERT INTO changes (owner_id, aggregate, kind, seq) \
     SELECT ?, UNHEX(j.id), 'photo', ? + ROW_NUMBER() OVER (ORDER BY j.id) FROM ",
    photos!()
);
const MONTHS: &str = concat!(
    "INSERT INTO months (owner_id, month, photos) \
     SELECT ?, DATE_FORMAT(j.taken_at, '%Y-%m') AS taken, COUNT(*) FROM ",
    photos!(),
    " GROUP BY taken ON DUPLICATE KEY UPDATE photos = months.photos + VALUES(photos)"
);
const SEQ: &str = "SELECT seq FROM owners WHERE user_id = ? FOR UPDATE";
/// The sweep would find them, too.
const OWNER: &str = "\
    UPDATE owners SET photos = photos + ?, bytes = bytes + 4000 * ?, seq = seq + ?, \
                      search_indexed = FALSE, backfilled = FALSE \
    WHERE user_id = ?";
const ALBUM: &str = "\
    UPDATE albums SET photo_count = photo_count + ?, ready_count = ready_count + ?, \
                      version = version + 1 \
    WHERE id = ?";
const PROJECT: &str = "\
    INSERT INTO outbox (kind, aggregate, version, created_at) \
    SELECT 'album', id, version, NOW(6) FROM albums WHERE id = ?";

/// A photo's row, as [`photos`] reads it.
#[derive(Serialize)]
struct Row {
    id: String,
    sha256: String,
    name: String,
    caption: String,
    taken_at: String,
    camera: &'static str,
    latitude: f64,
    longitude: f64,
}

/// Makes photos of this owner in an album of theirs that is empty.
pub async fn insert(
    database: &mut MySqlConnection,
    owner: UserId,
    album: AlbumId,
    photos: u32,
) -> Result<(), Cause> {
    for first in (0..photos).step_by(AT_ONCE as usize) {
        let numbers = first..photos.min(first + AT_ONCE);
        let rows: Vec<Row> = numbers.map(|number| row(album, number, photos)).collect();
        insert_rows(database, owner, album, &rows).await?;
    }
    Ok(())
}

/// Photos are spread evenly over the time; none knows its zone.
fn row(album: AlbumId, number: u32, photos: u32) -> Row {
    let id = PhotoId::new(album.shard()).uuid();
    let taken = FIRST + SECONDS * i64::from(number) / i64::from(photos);
    let taken_at = LocalTime::from_micros(taken * 1_000_000).to_string();
    let sha256 = String::from(Sha256::of(id.as_bytes()));
    let (latitude, longitude) = place(number);
    Row {
        id: id.simple().to_string(),
        sha256,
        name: format!("IMG_{:04}.jpg", number % 10_000),
        caption: caption(number),
        taken_at,
        camera: if number.is_multiple_of(3) { "D750" } else { "Z 6" },
        latitude,
        longitude,
    }
}

/// Each third photo was taken at home, the others anywhere.
fn place(number: u32) -> (f64, f64) {
    let part = |of: u32| f64::from(number % of) / f64::from(of);
    if number.is_multiple_of(3) {
        (HOME.0 + part(97) / 50.0, HOME.1 + part(89) / 50.0)
    } else {
        (part(997) * 120.0 - 60.0, part(991) * 340.0 - 170.0)
    }
}

async fn insert_rows(
    database: &mut MySqlConnection,
    owner: UserId,
    album: AlbumId,
    rows: &[Row],
) -> Result<(), Cause> {
    let json = serde_json::to_string(rows)?;
    let count = u32::try_from(rows.len())?;
    let mut tx = database.begin().await?;
    let seq: u64 = sqlx::query_scalar(SEQ)
        .bind(owner.uuid())
        .fetch_one(&mut *tx)
        .await?;
    for (sql, id) in [(PHOTOS, owner.uuid()), (ENTRIES, album.uuid()), (MONTHS, owner.uuid())] {
        sqlx::query(sql)
            .bind(id)
            .bind(&json)
            .execute(&mut *tx)
            .await?;
    }
    sqlx::query(CHANGES)
        .bind(owner.uuid())
        .bind(seq)
        .bind(&json)
        .execute(&mut *tx)
        .await?;
    count_photos(&mut tx, owner, album, count).await?;
    tx.commit().await?;
    Ok(())
}

/// Counts so many photos more, and notes that the album has changed.
pub async fn count_photos(
    database: &mut MySqlConnection,
    owner: UserId,
    album: AlbumId,
    count: u32,
) -> Result<(), Cause> {
    sqlx::query(OWNER)
        .bind(count)
        .bind(count)
        .bind(count)
        .bind(owner.uuid())
        .execute(&mut *database)
        .await?;
    sqlx::query(ALBUM)
        .bind(count)
        .bind(count)
        .bind(album.uuid())
        .execute(&mut *database)
        .await?;
    sqlx::query(PROJECT)
        .bind(album.uuid())
        .execute(database)
        .await?;
    Ok(())
}
