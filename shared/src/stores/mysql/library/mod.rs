//! Albums and photos: the truth.
//!
//! Every write is one transaction on one shard: the rows, and for each album or photo that it
//! changed an outbox row and a line in its owner's feed of changes. Writes of one owner take turns
//! on that owner's row, always locked first ([`owner_transaction`]); what they read after that
//! needs no lock, and takes none, because a lock on a row that is not there keeps other owners from
//! inserting theirs. A transaction that the database chooses as the victim of a deadlock all the
//! same is run again.

mod access;
mod account_deletion;
mod album_access;
mod album_membership;
mod albums;
mod announcing;
mod audience;
mod backfill;
mod caught_up;
mod changed_photo;
mod comment_writes;
mod comments;
mod commit;
mod database;
mod dedup;
mod due_for_purge;
mod editing;
mod emptied_trash;
mod entries;
mod favourites;
mod feed;
mod invitation_answers;
mod invitation_ends;
mod invitations;
mod map;
mod map_counts;
pub mod members;
mod newest_rows;
mod owner_transaction;
mod pending_cleanup;
mod photo_access;
mod photo_row;
mod photos;
mod purge;
mod quotas;
mod rendered_photo;
mod rendering;
mod reprocessing;
mod rerendering;
mod same_bytes;
mod scan;
mod search;
mod search_index;
mod search_plan;
mod search_words;
mod senders;
mod shares;
mod tags;
mod timeline;
mod trash;
mod unfinished;
mod uploads;
mod user_data;

pub use access::WriteAccess;
pub use albums::{AlbumState, EditedAlbum, NewAlbum};
pub use announcing::{Announcement, NewPhoto};
pub use caught_up::LibraryState;
pub use comment_writes::NewComment;
pub use database::{Library, Storage, Usage};
pub use dedup::ExistingPhoto;
pub use due_for_purge::DueForPurge;
pub use editing::PhotoEdit;
pub use emptied_trash::EmptiedTrash;
pub use entries::MOST_ALBUMS;
pub use feed::Feed;
pub use invitations::NewInvitation;
pub use newest_rows::{NewestRows, PhotoRows};
pub use pending_cleanup::{CleanupSubject, PendingCleanup};
pub use photos::FolderOwner;
pub use purge::PurgeScope;
pub use rendered_photo::{RenderedPhoto, RenderingOutcome};
pub use rendering::{RenderingWork, UploadArrival};
pub use scan::{ScannedKind, ScannedPhoto};
pub use search_plan::SearchBounds;
pub use senders::{OPEN_UPLOADS, PART_OF_QUOTA};
pub use shares::NewShare;
pub use trash::TrashKey;
pub use unfinished::Unfinished;
pub use uploads::{UploadInParts, UploadView};
pub use user_data::{AfterPhoto, OwnAlbum, OwnFavourite, OwnMembership, OwnPhoto};

use super::outbox;

/// The queries that answer with more than one row, and the index that serves each;
/// `tests/it/plans.rs` asks the database how it would run them.
pub const LISTS: [(&str, &str); 58] = [
    (albums::ALBUMS_OF_OWNER, "albums_of_owner"),
    (outbox::WAITING, "PRIMARY"),
    (entries::ALBUMS_OF_PHOTO, "entries_of_photo"),
    (rendering::ALBUMS_WITHOUT_COVER, "entries_of_photo"),
    (rerendering::ALBUMS_WITH_COVER, "entries_of_photo"),
    (dedup::PHOTOS_OF_SUMS, "photo_of_bytes"),
    (same_bytes::PHOTOS_OF_BYTES, "photo_of_bytes"),
    (members::MEMBERS_OF_ALBUM, "PRIMARY"),
    (members::MEMBERSHIPS, "memberships_in_order"),
    (shares::SHARES_OF_ALBUM, "shares_of_album"),
    (invitations::INVITATIONS_OF_ALBUM, "invitations_of_album"),
    (invitation_ends::ENDED, "invitations_by_end"),
    (user_data::INVITATIONS_OF_OWNER, "invitations_of_owner"),
    (timeline::MONTHS, "PRIMARY"),
    (timeline::PHOTOS_OF_MONTH, "photos_of_owner"),
    (search::BY_DATE, "photos_of_owner"),
    (search_words::IN_ORDER, "PRIMARY"),
    (search_words::WINDOW_END, "PRIMARY"),
    (search_plan::WORDS_FROM, "PRIMARY"),
    (backfill::OWNERS_TO_BACKFILL, "owners_to_backfill"),
    (backfill::PHOTOS_TO_BACKFILL, "photo_of_bytes"),
    (trash::PHOTOS_IN_TRASH, "photos_of_owner"),
    (trash::ALBUMS_IN_TRASH, "albums_of_owner"),
    (due_for_purge::PHOTOS_DUE, "photos_in_trash"),
    (due_for_purge::ALBUMS_DUE, "albums_in_trash"),
    (emptied_trash::EMPTIED, "owners_with_emptied_trash"),
    (emptied_trash::PHOTOS_OF_EMPTIED, "photos_of_owner"),
    (emptied_trash::ALBUMS_OF_EMPTIED, "albums_of_owner"),
    (purge::PHOTOS_OF_ALBUM, "PRIMARY"),
    (purge::SPOKEN_OF_IN_ALBUM, "comments_of_album"),
    (pending_cleanup::PENDING_CLEANUPS, "PRIMARY"),
    (account_deletion::PENDING_CLEANUPS_OF_OWNER, "remains_of_owner"),
    (account_deletion::SHARES_OF_OWNER, "shares_of_owner"),
    (account_deletion::OPEN_SHARES_OF_OWNER, "shares_of_owner"),
    (scan::EVERY_ALBUM, "PRIMARY"),
    (scan::EVERY_PHOTO, "PRIMARY"),
    (scan::EVERY_SHARE, "PRIMARY"),
    (scan::PHOTOS_AFTER, "PRIMARY"),
    (user_data::PHOTOS_BY_SUM, "photo_of_bytes"),
    (user_data::ALL_ALBUMS, "albums_of_owner"),
    (user_data::TRASHED_ALBUMS, "albums_of_owner"),
    (user_data::SHARES_EVER, "shares_of_album"),
    (user_data::MEMBERSHIPS_OF, "PRIMARY"),
    (user_data::COMMENTS_BY, "comments_of_author"),
    (user_data::FAVOURITES_OF, "favourites_of_user"),
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
pub const SORTED_LISTS: [(&str, &str); 7] = [
    (search::BY_WORDS, "photos_text"),
    (search::BY_TAG, "tags_of_owner"),
    (search::BY_CAMERA, "photos_of_camera"),
    (search::BY_FAVOURITE, "favourites_of_user"),
    (search_words::OF_FEW, "PRIMARY"),
    (map::CELLS, "PRIMARY"),
    (map::CELLS_WITH_COVERS, "PRIMARY"),
];
