//! An owner's transaction: it holds the owner's row, and what it changes.
//!
//! A write says which albums and photos it has changed; [`OwnerTransaction::commit`] does what
//! every change needs, once for each: the next version, an outbox row for the projection, a line in
//! the owner's feed of changes, and for a photo its month and the words that searches find it by. A
//! transaction that changed something leaves one row of activity, in the outbox as well.

use std::collections::BTreeSet;

use sqlx::{MySql, MySqlConnection, Transaction};
use uuid::Uuid;

use super::database::{Library, Usage, lock_owner};
use crate::{
    activity::{self, ActivityFacts},
    domain::{AlbumId, Change, Folder, Moment, PhotoId, Shard, UserId},
    error::{Of, Result},
    stores::mysql::outbox,
};

const NEXT_ALBUM: &str = "UPDATE albums SET version = version + 1, updated_at = ? WHERE id = ?";
/// The full-text index takes `IMG_1234` for one word, people for two.
const NEXT_PHOTO: &str = "\
    UPDATE photos SET version = version + 1, updated_at = ?, \
        search_text = REPLACE(CONCAT_WS(' ', CONCAT('o', LOWER(HEX(owner_id))), caption, file_name, camera_make, \
                                        camera_model, lens, REPLACE(REPLACE(REPLACE(tags, '\"', ' '), '[', ' '), ']', ' ')), \
                              '_', ' ') \
    WHERE id = ?";
const ALBUM_VERSION: &str = "SELECT version FROM albums WHERE id = ?";
const PHOTO_VERSION: &str = "SELECT version FROM photos WHERE id = ?";
const MONTHS_OF_PHOTO: &str = "\
    SELECT counted_in, IF(deleted_at IS NULL, DATE_FORMAT(taken_local, '%Y-%m'), NULL) FROM photos WHERE id = ?";
const COUNTED_IN: &str = "UPDATE photos SET counted_in = ? WHERE id = ?";
const ONE_MORE: &str = "\
    INSERT INTO months (owner_id, month, photos) VALUES (?, ?, 1) ON DUPLICATE KEY UPDATE photos = photos + 1";
const ONE_LESS: &str = "UPDATE months SET photos = photos - 1 WHERE owner_id = ? AND month = ?";
const NEXT_SEQ: &str = "UPDATE owners SET seq = seq + 1 WHERE user_id = ?";
const NOTE_CHANGE: &str = "\
    INSERT INTO changes (owner_id, aggregate, kind, seq) SELECT user_id, ?, ?, seq FROM owners WHERE user_id = ? \
    ON DUPLICATE KEY UPDATE seq = VALUES(seq)";
const NOTE_GONE: &str = "UPDATE changes SET gone = TRUE WHERE owner_id = ? AND aggregate = ?";
const NOTE_PENDING_CLEANUP: &str = "\
    INSERT INTO remains (id, owner_id, kind, version, gone_at) VALUES (?, ?, ?, ?, ?) \
    ON DUPLICATE KEY UPDATE id = id";

/// The most albums that a row of activity about something else names.
const MOST_NAMED: usize = 10;

/// A transaction in which the owner's row is held: writes of one owner take turns.
pub(super) struct OwnerTransaction {
    tx: Transaction<'static, MySql>,
    /// The owner whose row it holds.
    pub owner: UserId,
    /// The owner's usage.
    pub usage: Usage,
    /// The folder of the owner's objects.
    pub folder: Folder,
    albums: BTreeSet<AlbumId>,
    photos: BTreeSet<PhotoId>,
    others: Vec<Change>,
    gone: Vec<Change>,
    subject: Option<(&'static str, Uuid)>,
    facts: ActivityFacts,
    unrecorded: bool,
}

impl Library {
    /// Waits for this owner's transaction on the shard that holds what the owner has.
    pub(super) async fn begin_owner_transaction(
        &self,
        owner: UserId,
        shard: Shard,
    ) -> Result<OwnerTransaction> {
        let mut tx = self.db.writer(shard)?.begin().await.of("library")?;
        let row = lock_owner(&mut tx, owner).await.of("library")?;
        Ok(OwnerTransaction {
            tx,
            owner,
            usage: row.usage,
            folder: row.folder,
            albums: BTreeSet::new(),
            photos: BTreeSet::new(),
            others: Vec::new(),
            gone: Vec::new(),
            subject: None,
            facts: ActivityFacts::default(),
            unrecorded: false,
        })
    }
}

impl OwnerTransaction {
    /// The connection that the transaction's statements run on.
    pub fn db(&mut self) -> &mut MySqlConnection {
        &mut self.tx
    }

    /// Says that this album has changed.
    pub fn mark_album_changed(&mut self, id: AlbumId) {
        self.albums.insert(id);
    }

    /// Says that this photo has changed.
    pub fn mark_photo_changed(&mut self, id: PhotoId) {
        self.photos.insert(id);
    }

    /// Says that something else has changed, which has its new version already.
    pub fn mark_changed(&mut self, change: Change) {
        self.others.push(change);
    }

    /// Says that this album or photo is gone for good, at the version after its row's last: its row
    /// has been deleted in this transaction.
    pub fn mark_deleted(&mut self, change: Change) {
        self.gone.push(change);
    }

    /// Says what the transaction is about, and that it has changed: else it is about the share,
    /// photo or album that has.
    pub fn set_subject(&mut self, kind: &'static str, id: Uuid) {
        self.subject = Some((kind, id));
    }

    /// Says one more thing in the transaction's row of activity.
    pub fn add_fact(&mut self, name: &str, value: impl Into<serde_json::Value>) {
        self.facts.say(name, value);
    }

    /// Leaves no row of activity: a later transaction of the same work does.
    pub fn skip_activity(&mut self) {
        self.unrecorded = true;
    }

    /// Gives what has changed its next version, notes it, and commits; what is to be projected.
    pub async fn commit(mut self) -> Result<Vec<Change>> {
        let changes = self.write_changes().await.of("library")?;
        self.tx.commit().await.of("library")?;
        Ok(changes)
    }

    async fn write_changes(&mut self) -> sqlx::Result<Vec<Change>> {
        let now = Moment::now().utc();
        let mut changes = std::mem::take(&mut self.others);
        let activity_entry = self.activity_entry(&changes);
        for id in self.photos.clone() {
            self.recount_ready(id).await?;
        }
        for id in std::mem::take(&mut self.albums) {
            sqlx::query(NEXT_ALBUM)
                .bind(now)
                .bind(id.uuid())
                .execute(&mut *self.tx)
                .await?;
            let version = sqlx::query_scalar(ALBUM_VERSION)
                .bind(id.uuid())
                .fetch_one(&mut *self.tx)
                .await?;
            self.append_to_feed(id.uuid(), "album").await?;
            changes.push(Change::Album { id, version });
        }
        for id in std::mem::take(&mut self.photos) {
            sqlx::query(NEXT_PHOTO)
                .bind(now)
                .bind(id.uuid())
                .execute(&mut *self.tx)
                .await?;
            let version = sqlx::query_scalar(PHOTO_VERSION)
                .bind(id.uuid())
                .fetch_one(&mut *self.tx)
                .await?;
            self.move_between_months(id).await?;
            self.append_to_feed(id.uuid(), "photo").await?;
            changes.push(Change::Photo { id, version });
        }
        for change in std::mem::take(&mut self.gone) {
            self.record_deletion(&change, now).await?;
            changes.push(change);
        }
        changes.extend(activity_entry);
        outbox::note(&mut self.tx, &changes).await?;
        Ok(changes)
    }

    /// A last line in the feed, and a note of what is left to be done.
    async fn record_deletion(
        &mut self,
        change: &Change,
        now: time::PrimitiveDateTime,
    ) -> sqlx::Result<()> {
        let (kind, id, version) = outbox::parts(change);
        self.append_to_feed(id, kind).await?;
        let owner = self.owner.uuid();
        sqlx::query(NOTE_GONE)
            .bind(owner)
            .bind(id)
            .execute(&mut *self.tx)
            .await?;
        let note = sqlx::query(NOTE_PENDING_CLEANUP)
            .bind(id)
            .bind(owner)
            .bind(kind)
            .bind(version)
            .bind(now);
        note.execute(&mut *self.tx).await?;
        Ok(())
    }

    /// The transaction's row of activity, if it has changed anything.
    fn activity_entry(&mut self, others: &[Change]) -> Option<Change> {
        let share = others.iter().find_map(|change| match change {
            Change::Share { id, .. } => Some(("share", id.uuid())),
            _ => None,
        });
        let photo = || self.photos.first().map(|id| ("photo", id.uuid()));
        let album = || self.albums.first().map(|id| ("album", id.uuid()));
        let (kind, id) = self
            .subject
            .or(share)
            .or_else(photo)
            .or_else(album)
            .filter(|_| !self.unrecorded)?;
        let mut facts = std::mem::take(&mut self.facts);
        if kind != "album" && !self.albums.is_empty() {
            facts.say(
                "albums",
                self.albums
                    .iter()
                    .take(MOST_NAMED)
                    .map(ToString::to_string)
                    .collect::<Vec<_>>(),
            );
        }
        Some(Change::Activity(Box::new(activity::activity_entry(self.owner, kind, id, facts))))
    }

    /// Moves the photo from the month that counts it to the one that should; the trash is in none.
    async fn move_between_months(&mut self, id: PhotoId) -> sqlx::Result<()> {
        let months =
            sqlx::query_as::<_, (Option<String>, Option<String>)>(MONTHS_OF_PHOTO).bind(id.uuid());
        let (counted, month) = months.fetch_one(&mut *self.tx).await?;
        if counted == month {
            return Ok(());
        }
        for (sql, month) in [(ONE_LESS, &counted), (ONE_MORE, &month)] {
            if let Some(month) = month {
                sqlx::query(sql)
                    .bind(self.owner.uuid())
                    .bind(month)
                    .execute(&mut *self.tx)
                    .await?;
            }
        }
        sqlx::query(COUNTED_IN)
            .bind(month)
            .bind(id.uuid())
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn append_to_feed(&mut self, aggregate: Uuid, kind: &'static str) -> sqlx::Result<()> {
        let owner = self.owner.uuid();
        sqlx::query(NEXT_SEQ)
            .bind(owner)
            .execute(&mut *self.tx)
            .await?;
        sqlx::query(NOTE_CHANGE)
            .bind(aggregate)
            .bind(kind)
            .bind(owner)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }
}
