//! Albums and photos: the truth.
//!
//! Every write is one transaction on one shard: the rows, and for each album or photo that it
//! changed an outbox row and a line in its owner's feed of changes. Writes of one owner take turns
//! on that owner's row, always locked first ([`turn`]); what they read after that needs no lock,
//! and takes none, because a lock on a row that is not there keeps other owners from inserting
//! theirs. A transaction that the database chooses as the victim of a deadlock all the same is run
//! again.

mod access;
mod albums;
mod audience;
mod belongings;
mod comments;
mod editing;
mod entries;
mod favourites;
mod feed;
mod filing;
mod known;
mod leaving;
pub mod members;
mod photos;
mod purge;
mod remains;
mod rendering;
mod same_bytes;
mod search;
mod senders;
mod shares;
mod tags;
mod timeline;
mod trash;
mod turn;
mod unfinished;
mod uploads;
mod walking;

use sqlx::{MySqlConnection, Row, mysql::MySqlRow};
use time::PrimitiveDateTime;

pub use access::Writer;
pub use albums::{AlbumState, EditedAlbum, NewAlbum};
pub use audience::Said;
pub use belongings::{AfterPhoto, OwnAlbum, OwnFavourite, OwnMembership, OwnPhoto};
pub use comments::NewComment;
pub use editing::PhotoEdit;
pub use entries::MOST_ALBUMS;
pub use feed::Feed;
pub use known::Known;
pub use photos::{Announced, NewPhoto, Owner};
pub use purge::{Due, Reach};
pub use remains::{Left, Remains};
pub use rendering::{Arrival, Outcome, Rendered, Work};
pub use senders::{OPEN_UPLOADS, PART_OF_QUOTA};
pub use shares::NewShare;
pub use trash::{TRASH_DAYS, TrashKey};
pub use unfinished::Unfinished;
pub use uploads::{UploadInParts, UploadView};
pub use walking::{Kept, Walked};

use super::{Change, Outbox, Sharded, outbox};
use crate::{
    domain::{Folder, Moment, UserId},
    env::Env,
    error::{Of, Result},
};

/// The queries that answer with more than one row, and the index that serves each;
/// `tests/it/plans.rs` asks the database how it would run them.
pub const LISTS: [(&str, &str); 46] = [
    (albums::ALBUMS_OF_OWNER, "albums_of_owner"),
    (outbox::WAITING, "PRIMARY"),
    (entries::ALBUMS_OF_PHOTO, "entries_of_photo"),
    (rendering::ALBUMS_WITHOUT_COVER, "entries_of_photo"),
    (known::PHOTOS_OF_SUMS, "photo_of_bytes"),
    (same_bytes::PHOTOS_OF_BYTES, "photo_of_bytes"),
    (members::MEMBERS_OF_ALBUM, "PRIMARY"),
    (members::MEMBERSHIPS, "memberships_in_order"),
    (shares::SHARES_OF_ALBUM, "shares_of_album"),
    (timeline::MONTHS, "PRIMARY"),
    (timeline::PHOTOS_OF_MONTH, "photos_of_owner"),
    (search::BY_DATE, "photos_of_owner"),
    (trash::PHOTOS_IN_TRASH, "photos_of_owner"),
    (trash::ALBUMS_IN_TRASH, "albums_of_owner"),
    (purge::PHOTOS_DUE, "photos_in_trash"),
    (purge::ALBUMS_DUE, "albums_in_trash"),
    (purge::PHOTOS_OF_ALBUM, "PRIMARY"),
    (purge::SPOKEN_OF_IN_ALBUM, "comments_of_album"),
    (remains::REMAINS, "PRIMARY"),
    (leaving::REMAINS_OF_OWNER, "remains_of_owner"),
    (leaving::SHARES_OF_OWNER, "shares_of_owner"),
    (leaving::OPEN_SHARES_OF_OWNER, "shares_of_owner"),
    (walking::EVERY_ALBUM, "PRIMARY"),
    (walking::EVERY_PHOTO, "PRIMARY"),
    (walking::EVERY_SHARE, "PRIMARY"),
    (walking::PHOTOS_AFTER, "PRIMARY"),
    (belongings::PHOTOS_BY_SUM, "photo_of_bytes"),
    (belongings::ALL_ALBUMS, "albums_of_owner"),
    (belongings::TRASHED_ALBUMS, "albums_of_owner"),
    (belongings::SHARES_EVER, "shares_of_album"),
    (belongings::MEMBERSHIPS_OF, "PRIMARY"),
    (belongings::COMMENTS_BY, "comments_of_author"),
    (belongings::FAVOURITES_OF, "favourites_of_user"),
    (unfinished::UNFINISHED, "photos_unfinished"),
    (unfinished::OLD_UPLOADS, "uploads_by_age"),
    (feed::FEED, "changes_in_order"),
    (feed::ALBUMS_OF_FEED, "changes_in_order"),
    (feed::ENTRIES_OF_FEED, "changes_in_order"),
    (comments::COMMENTS_OF_PHOTO, "comments_of_photo"),
    (comments::COMMENTS_IN_ALBUM, "comments_in_album"),
    (comments::COMMENTS_FOR_MEMBER, "comments_of_photo"),
    (audience::ALBUMS_SEEN, "entries_of_photo"),
    (audience::COMMENTS_BY_ALBUM, "comments_in_album"),
    (audience::FAVOURED_BY, "entries_of_photo"),
    (tags::TAGS_OF_PHOTO, "PRIMARY"),
    (tags::TAGS_OF_OWNER, "tags_of_owner"),
];

/// Lists that sort what their index leads them to, which is all one owner's.
pub const SORTED_LISTS: [(&str, &str); 4] = [
    (search::BY_WORDS, "photos_text"),
    (search::BY_TAG, "tags_of_owner"),
    (search::BY_CAMERA, "photos_of_camera"),
    (search::BY_FAVOURITE, "favourites_of_user"),
];

/// The library database.
pub struct Library {
    db: Sharded,
}

impl Library {
    /// The library that `LIBRARY_SHARDS` leads to.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { db: Sharded::connect(env, "LIBRARY_SHARDS", "album")? })
    }

    /// How many clusters there are.
    pub fn clusters(&self) -> usize {
        self.db.writers().count()
    }

    /// What has been committed here and may not be where it belongs yet.
    pub fn outbox(&self) -> Outbox<'_> {
        Outbox { db: &self.db, service: "library" }
    }

    /// Forgets that this change waits.
    pub async fn settle(&self, change: &Change) -> Result<()> {
        self.outbox().settle(change).await
    }

    /// Returns the folder in which this user's objects stand.
    pub async fn folder(&self, user: UserId) -> Result<Folder> {
        let row = sqlx::query(FOLDER)
            .bind(user.uuid())
            .fetch_optional(self.db.writer(user.shard())?)
            .await;
        // Who has none keeps nothing yet.
        let none = Folder::kept(None, user);
        row.of("library")?
            .map_or(Ok(none), |row| folder(&row, user))
            .of("library")
    }

    /// How many photos and bytes this user keeps.
    pub async fn usage(&self, user: UserId) -> Result<Usage> {
        let row = sqlx::query(USAGE)
            .bind(user.uuid())
            .fetch_optional(self.db.reader(user.shard())?)
            .await;
        row.of("library")?
            .map_or(Ok(Usage::default()), |row| usage(&row))
            .of("library")
    }
}

/// What an owner keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Usage {
    /// How many photos.
    pub photos: u32,
    /// Their files' bytes.
    pub bytes: u64,
}

const USAGE: &str = "SELECT photos, bytes, folder FROM owners WHERE user_id = ?";
const FOLDER: &str = "SELECT folder FROM owners WHERE user_id = ?";
/// Locks the row, made or found, for this transaction alone. `INSERT IGNORE` would lock a row that
/// it finds for sharing, and two transactions that then write would wait for each other.
const LOCK_OWNER: &str =
    "INSERT INTO owners (user_id, folder) VALUES (?, ?) ON DUPLICATE KEY UPDATE user_id = user_id";

fn usage(row: &MySqlRow) -> sqlx::Result<Usage> {
    Ok(Usage { photos: row.try_get("photos")?, bytes: row.try_get("bytes")? })
}

/// Waits for this owner's turn, which lasts until the transaction ends.
async fn lock_owner(tx: &mut MySqlConnection, owner: UserId) -> sqlx::Result<(Usage, Folder)> {
    sqlx::query(LOCK_OWNER)
        .bind(owner.uuid())
        .bind(Folder::random().uuid())
        .execute(&mut *tx)
        .await?;
    let row = sqlx::query(USAGE).bind(owner.uuid()).fetch_one(tx).await?;
    Ok((usage(&row)?, folder(&row, owner)?))
}

/// The folder that a row names.
fn folder(row: &MySqlRow, owner: UserId) -> sqlx::Result<Folder> {
    Ok(Folder::kept(row.try_get("folder")?, owner))
}

/// A `DATETIME(6)` column, which is in UTC.
pub(super) fn moment(row: &MySqlRow, column: &str) -> sqlx::Result<Moment> {
    Ok(Moment::from(row.try_get::<PrimitiveDateTime, _>(column)?.assume_utc()))
}

/// A `DATETIME(6)` column that may be `NULL`.
pub(super) fn maybe_moment(row: &MySqlRow, column: &str) -> sqlx::Result<Option<Moment>> {
    Ok(row
        .try_get::<Option<PrimitiveDateTime>, _>(column)?
        .map(|at| Moment::from(at.assume_utc())))
}
