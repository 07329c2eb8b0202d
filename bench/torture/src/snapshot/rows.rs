//! Rows of the databases.

use load::Cause;
use shared::domain::{map_cell::MapCell, view::PlaceView};
use sqlx::{FromRow, MySqlPool, mysql::MySqlRow};
use uuid::Uuid;

use crate::stores::Stores;

const OWNERS: &str = "SELECT user_id, photos, bytes, seq FROM owners";
const ALBUMS: &str = "\
    SELECT id, owner_id, title, photo_count, ready_count FROM albums";
const PHOTOS: &str = "\
    SELECT id, owner_id, LOWER(HEX(sha256)), bytes, status, error_code, counts, \
           deleted_at IS NOT NULL, counted_in, \
           IF(deleted_at IS NULL, DATE_FORMAT(taken_local, '%Y-%m'), NULL), \
           favourites, comments, tags, \
           IF(deleted_at IS NULL, latitude, NULL), longitude, map_cell \
    FROM photos";
const ENTRIES: &str = "SELECT album_id, photo_id, counted_ready FROM entries";
const COMMENTS: &str = "SELECT photo_id, text FROM comments";
const FAVOURITES: &str = "SELECT photo_id, user_id FROM favourites";
const TAGS: &str = "SELECT photo_id, tag FROM tags";
const MONTHS: &str = "SELECT owner_id, month, photos FROM months";
const MAP_CELLS: &str = "\
    SELECT owner_id, level, y, x, CAST(photos AS SIGNED), y_sum, x_sum, newest FROM map_cells";
const CHANGES: &str = "SELECT owner_id, aggregate, seq, gone FROM changes";
const OUTBOX: &str = "SELECT kind, LOWER(HEX(aggregate)), version FROM outbox";
const INDEXED: &str = "SELECT photo_id FROM search_index WHERE kind = 0 AND word = ''";
const WORDS: &str = "\
    SELECT owner_id, LOWER(HEX(word)), CAST(SUM(kind = 0) AS SIGNED), \
           CAST(SUM(IF(kind = 1, photos, 0)) AS SIGNED) \
    FROM search_index WHERE word <> '' GROUP BY owner_id, word";
const ALBUM_ACTIVITIES: &str = "SELECT subject_id FROM activity WHERE action = 'create-album'";

/// An owner.
#[derive(Clone, Debug)]
pub struct OwnerRow {
    /// The user.
    pub user: Uuid,
    /// The number of photos that they are told to have.
    pub photos: u32,
    /// The bytes that count for their quota.
    pub bytes: u64,
    /// The last number of their feed.
    pub seq: u64,
}

/// An album.
#[derive(Clone, Debug)]
pub struct AlbumRow {
    /// Its id.
    pub id: Uuid,
    /// Its owner.
    pub owner: Uuid,
    /// Its title.
    pub title: String,
    /// The photos that it says to have.
    pub photo_count: u32,
    /// Those that guests see.
    pub ready_count: u32,
}

/// A photo.
#[derive(Clone, Debug)]
pub struct PhotoRow {
    /// Its id.
    pub id: Uuid,
    /// Its owner.
    pub owner: Uuid,
    /// The sum of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its bytes.
    pub bytes: u64,
    /// Its status.
    pub status: String,
    /// The reason for which it failed.
    pub error: Option<String>,
    /// True if its bytes are in its owner's usage.
    pub counts: bool,
    /// True if it is in the trash.
    pub is_trashed: bool,
    /// The month that counts it.
    pub counted_in: Option<String>,
    /// The month that should.
    pub month: Option<String>,
    /// The favourites that it says to have.
    pub favourites: u32,
    /// The comments that it says to have.
    pub comments: u32,
    /// The tags that its view shows, as JSON.
    pub tags: Option<String>,
    /// The place where it was taken; `None` in the trash.
    pub place: Option<PlaceView>,
    /// The number of the cell of the map that counts it.
    pub map_cell: Option<u64>,
}

/// The photos that were taken in a cell of a map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Located {
    /// Their number.
    pub photos: i64,
    /// The sum of their rows at the finest level.
    pub y_sum: i64,
    /// The sum of their columns at the finest level.
    pub x_sum: i64,
    /// The newest of them.
    pub newest: Uuid,
}

/// A photo in an album.
#[derive(Clone, Debug)]
pub struct EntryRow {
    /// The album.
    pub album: Uuid,
    /// The photo.
    pub photo: Uuid,
    /// True if it is among those that guests see.
    pub counted_ready: bool,
}

/// A line of a feed of changes.
#[derive(Clone, Debug)]
pub struct ChangeRow {
    /// The owner.
    pub owner: Uuid,
    /// The album or photo.
    pub aggregate: Uuid,
    /// Its number.
    pub seq: u64,
    /// True if it is gone for good.
    pub gone: bool,
}

/// All rows that are looked at.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Owners.
    pub owners: Vec<OwnerRow>,
    /// Albums.
    pub albums: Vec<AlbumRow>,
    /// Photos.
    pub photos: Vec<PhotoRow>,
    /// Photos in albums.
    pub entries: Vec<EntryRow>,
    /// Comments: photo and text.
    pub comments: Vec<(Uuid, String)>,
    /// Favourites: photo and user.
    pub favourites: Vec<(Uuid, Uuid)>,
    /// Tags: photo and tag.
    pub tags: Vec<(Uuid, String)>,
    /// Counts of months: owner, month and photos.
    pub months: Vec<(Uuid, String, u32)>,
    /// Maps: owner, cell, and what it says to have.
    pub map_cells: Vec<(Uuid, MapCell, Located)>,
    /// Feeds of changes.
    pub changes: Vec<ChangeRow>,
    /// Changes that wait: kind, aggregate and version.
    pub outbox: Vec<(String, String, u32)>,
    /// Photos that can be searched for.
    pub indexed: Vec<Uuid>,
    /// Words: owner, word, photos that have it, and the number that the index says of them.
    pub words: Vec<(Uuid, String, i64, i64)>,
    /// Albums that the record of activity says to have been made.
    pub made_albums: Vec<Uuid>,
}

impl Rows {
    /// Reads all rows of all databases.
    ///
    /// # Errors
    /// A database that does not answer.
    pub async fn read(stores: &Stores) -> Result<Self, Cause> {
        let mut rows = Self::default();
        for database in &stores.library_databases {
            rows.read_albums_and_photos(database).await?;
            rows.read_what_hangs_on_photos(database).await?;
        }
        for database in &stores.accounts_databases {
            rows.outbox.append(&mut all(database, OUTBOX).await?);
        }
        for database in &stores.activity_databases {
            let made: Vec<(Uuid,)> = all(database, ALBUM_ACTIVITIES).await?;
            rows.made_albums
                .extend(made.into_iter().map(|(album,)| album));
        }
        Ok(rows)
    }

    async fn read_albums_and_photos(&mut self, database: &MySqlPool) -> Result<(), Cause> {
        for (user, photos, bytes, seq) in all(database, OWNERS).await? {
            self.owners.push(OwnerRow { user, photos, bytes, seq });
        }
        for (id, owner, title, photo_count, ready_count) in all(database, ALBUMS).await? {
            self.albums
                .push(AlbumRow { id, owner, title, photo_count, ready_count });
        }
        self.photos.append(&mut all(database, PHOTOS).await?);
        for (album, photo, counted_ready) in all(database, ENTRIES).await? {
            self.entries.push(EntryRow { album, photo, counted_ready });
        }
        for (owner, aggregate, seq, gone) in all(database, CHANGES).await? {
            self.changes.push(ChangeRow { owner, aggregate, seq, gone });
        }
        Ok(())
    }

    async fn read_what_hangs_on_photos(&mut self, database: &MySqlPool) -> Result<(), Cause> {
        self.comments.append(&mut all(database, COMMENTS).await?);
        self.favourites
            .append(&mut all(database, FAVOURITES).await?);
        self.tags.append(&mut all(database, TAGS).await?);
        self.months.append(&mut all(database, MONTHS).await?);
        for (owner, level, y, x, photos, y_sum, x_sum, newest) in all(database, MAP_CELLS).await? {
            let located = Located { photos, y_sum, x_sum, newest };
            self.map_cells
                .push((owner, MapCell { level, y, x }, located));
        }
        self.outbox.append(&mut all(database, OUTBOX).await?);
        self.words.append(&mut all(database, WORDS).await?);
        let indexed: Vec<(Uuid,)> = all(database, INDEXED).await?;
        self.indexed
            .extend(indexed.into_iter().map(|(photo,)| photo));
        Ok(())
    }
}

async fn all<T>(database: &MySqlPool, sql: &'static str) -> Result<Vec<T>, Cause>
where
    T: for<'row> FromRow<'row, MySqlRow> + Send + Unpin,
{
    Ok(sqlx::query_as(sql).fetch_all(database).await?)
}

impl FromRow<'_, MySqlRow> for PhotoRow {
    fn from_row(row: &MySqlRow) -> sqlx::Result<Self> {
        use sqlx::Row;

        Ok(Self {
            id: row.try_get(0)?,
            owner: row.try_get(1)?,
            sha256: row.try_get(2)?,
            bytes: row.try_get(3)?,
            status: row.try_get(4)?,
            error: row.try_get(5)?,
            counts: row.try_get(6)?,
            is_trashed: row.try_get(7)?,
            counted_in: row.try_get(8)?,
            month: row.try_get(9)?,
            favourites: row.try_get(10)?,
            comments: row.try_get(11)?,
            tags: row.try_get(12)?,
            place: Option::zip(row.try_get(13)?, row.try_get(14)?)
                .map(|(latitude, longitude)| PlaceView { latitude, longitude }),
            map_cell: row.try_get(15)?,
        })
    }
}
