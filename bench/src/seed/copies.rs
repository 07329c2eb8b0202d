//! Copies of photos, made by the database: it writes a million rows sooner than it reads them.
//!
//! Each copy has its own id and sum, and was taken at the same place as what it is a copy of, a
//! moment later and before the next photo. So rows of an index are written in its order, whatever
//! the word or the month.

use shared::{
    domain::{AlbumId, LocalTime, PhotoId, PhotoKey, UserId},
    error::Cause,
};
use sqlx::MySqlConnection;
use uuid::Uuid;

use super::photos::count_photos;

/// Rows that are copied in one transaction.
const AT_ONCE: u32 = 2000;

const COPIES: &str = "\
    CREATE TEMPORARY TABLE copies AS \
    WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < ?) \
    SELECT n FROM numbers WHERE n < ?";
const BASE_PHOTOS: &str = "\
    CREATE TEMPORARY TABLE base_photos (number INT UNSIGNED AUTO_INCREMENT PRIMARY KEY) AS \
    SELECT id, taken_at, file_name, caption, camera_model, latitude, longitude, map_cell \
    FROM photos WHERE owner_id = ? ORDER BY id";
const BASE_INDEX: &str = "\
    CREATE TEMPORARY TABLE base_index (number INT UNSIGNED AUTO_INCREMENT PRIMARY KEY) AS \
    SELECT word, taken_local, photo_id, text \
    FROM search_index WHERE owner_id = ? AND kind = 0 ORDER BY word, taken_local, photo_id";

/// The id of a copy: its last four bytes say which.
macro_rules! copied_id {
    ($id:literal) => {
        concat!("UNHEX(CONCAT(LEFT(HEX(", $id, "), 24), LPAD(HEX(c.n), 8, '0')))")
    };
}

/// The rows to be copied, each with its copies after one another.
macro_rules! copied_from {
    ($table:literal) => {
        concat!(" FROM ", $table, " b STRAIGHT_JOIN copies c WHERE b.number > ? AND b.number <= ?")
    };
}

const PHOTOS: &str = concat!(
    "INSERT INTO photos (id, owner_id, sha256, bytes, content_type, file_name, caption, status, \
                         width, height, taken_at, camera_make, camera_model, latitude, longitude, \
                         map_cell, renditions, counted_in, indexed_at, created_at, updated_at) \
     SELECT ",
    copied_id!("b.id"),
    " AS copy, ?, UNHEX(SHA2(CONCAT(HEX(b.id), ' ', c.n), 256)), 4000, 'image/jpeg', \
      b.file_name, b.caption, 'ready', 4000, 3000, b.taken_at + INTERVAL c.n * ? SECOND, \
      'NIKON', b.camera_model, b.latitude, b.longitude, b.map_cell, '[]', \
      DATE_FORMAT(b.taken_at + INTERVAL c.n * ? SECOND, '%Y-%m'), \
      b.taken_at + INTERVAL c.n * ? SECOND, b.taken_at, b.taken_at",
    copied_from!("base_photos")
);
const ENTRIES: &str = concat!(
    "INSERT INTO entries (album_id, photo_id, taken_at, added_at, counted_ready) SELECT ?, ",
    copied_id!("b.id"),
    ", b.taken_at + INTERVAL c.n * ? SECOND, b.taken_at, TRUE",
    copied_from!("base_photos")
);
const CHANGES: &str = concat!(
    "INSERT INTO changes (owner_id, aggregate, kind, seq) SELECT ?, ",
    copied_id!("b.id"),
    ", 'photo', ? + (b.number - 1) * ? + c.n",
    copied_from!("base_photos")
);
const MONTHS: &str = concat!(
    "INSERT INTO months (owner_id, month, photos) \
     SELECT ?, DATE_FORMAT(b.taken_at + INTERVAL c.n * ? SECOND, '%Y-%m') AS taken, COUNT(*)",
    copied_from!("base_photos"),
    " GROUP BY taken ON DUPLICATE KEY UPDATE photos = months.photos + VALUES(photos)"
);
const INDEX: &str = concat!(
    "INSERT INTO search_index (owner_id, kind, word, taken_local, photo_id, text) \
     SELECT ?, 0, b.word, b.taken_local + INTERVAL c.n * ? SECOND, ",
    copied_id!("b.photo_id"),
    ", b.text",
    copied_from!("base_index")
);
const COUNTS: [&str; 2] = [
    "UPDATE search_index SET photos = photos * ? WHERE owner_id = ? AND kind = 1",
    // The newest of a cell stays what is copied.
    "UPDATE map_cells m JOIN (SELECT CAST(? AS SIGNED) AS times) t \
     SET m.photos = m.photos * t.times, m.y_sum = m.y_sum * t.times, m.x_sum = m.x_sum * t.times \
     WHERE m.owner_id = ?",
];
const SEQ: &str = "SELECT seq FROM owners WHERE user_id = ?";
const INDEXED: &str =
    "UPDATE owners SET search_indexed = TRUE, backfilled = TRUE WHERE user_id = ?";
const NEWEST: &str = "\
    SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', taken_at), photo_id FROM entries \
    WHERE album_id = ? ORDER BY taken_at DESC, photo_id DESC LIMIT ?";

/// The photos that are copied, and where to.
pub struct Copies {
    /// Their owner, all of whose photos are copied.
    pub owner: UserId,
    /// The album that they stand in.
    pub album: AlbumId,
    /// Photos that there are.
    pub base: u32,
    /// Photos of each that there are to be, itself included.
    pub times: u32,
    /// Seconds between a photo and its first copy.
    pub step: u32,
}

impl Copies {
    /// Makes the copies, with their words in the index.
    pub async fn make(&self, database: &mut MySqlConnection) -> Result<(), Cause> {
        sqlx::query(COPIES)
            .bind(self.times)
            .bind(self.times)
            .execute(&mut *database)
            .await?;
        for sql in [BASE_PHOTOS, BASE_INDEX] {
            sqlx::query(sql)
                .bind(self.owner.uuid())
                .execute(&mut *database)
                .await?;
        }
        self.copy_photos(database).await?;
        self.copy_index(database).await?;
        let more = self.base * (self.times - 1);
        count_photos(database, self.owner, self.album, more).await?;
        sqlx::query(INDEXED)
            .bind(self.owner.uuid())
            .execute(database)
            .await?;
        Ok(())
    }

    async fn copy_photos(&self, database: &mut MySqlConnection) -> Result<(), Cause> {
        let owner = self.owner.uuid();
        let seq: u64 = sqlx::query_scalar(SEQ)
            .bind(owner)
            .fetch_one(&mut *database)
            .await?;
        for first in (0..self.base).step_by(AT_ONCE as usize) {
            let last = first + AT_ONCE;
            let photos = sqlx::query(PHOTOS)
                .bind(owner)
                .bind(self.step)
                .bind(self.step)
                .bind(self.step);
            let entries = sqlx::query(ENTRIES).bind(self.album.uuid()).bind(self.step);
            let changes = sqlx::query(CHANGES)
                .bind(owner)
                .bind(seq)
                .bind(self.times - 1);
            let months = sqlx::query(MONTHS).bind(owner).bind(self.step);
            for query in [photos, entries, changes, months] {
                query.bind(first).bind(last).execute(&mut *database).await?;
            }
        }
        Ok(())
    }

    async fn copy_index(&self, database: &mut MySqlConnection) -> Result<(), Cause> {
        let owner = self.owner.uuid();
        let rows: u32 = sqlx::query_scalar("SELECT MAX(number) FROM base_index")
            .fetch_one(&mut *database)
            .await?;
        for first in (0..rows).step_by(AT_ONCE as usize) {
            sqlx::query(INDEX)
                .bind(owner)
                .bind(self.step)
                .bind(first)
                .bind(first + AT_ONCE)
                .execute(&mut *database)
                .await?;
        }
        for sql in COUNTS {
            sqlx::query(sql)
                .bind(self.times)
                .bind(owner)
                .execute(&mut *database)
                .await?;
        }
        Ok(())
    }
}

/// Returns the keys of so many of the album's photos, newest first.
pub async fn newest(
    database: &mut MySqlConnection,
    album: AlbumId,
    photos: u32,
) -> Result<Vec<PhotoKey>, Cause> {
    let rows: Vec<(i64, Uuid)> = sqlx::query_as(NEWEST)
        .bind(album.uuid())
        .bind(photos)
        .fetch_all(database)
        .await?;
    let mut keys = Vec::with_capacity(rows.len());
    for (micros, id) in rows {
        let taken = LocalTime::from_micros(micros);
        keys.push(PhotoKey { taken, photo: PhotoId::from_uuid(id) });
    }
    Ok(keys)
}
