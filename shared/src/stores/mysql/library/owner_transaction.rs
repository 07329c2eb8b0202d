//! An owner's transaction: it holds the owner's row, and what it changes.
//!
//! A write says which albums and photos it has changed; [`OwnerTransaction::commit`] does what
//! every change needs, once for each: the next version, an outbox row for the projection, a line in
//! the owner's feed of changes, and for a photo its month and the words that searches find it by. A
//! transaction that changed something leaves one row of activity, in the outbox as well.

use std::collections::BTreeSet;

use sqlx::{MySql, MySqlConnection, QueryBuilder, Transaction};
use time::PrimitiveDateTime;
use uuid::Uuid;

use super::database::{Library, OwnerRow, Usage, lock_owner, make_owner};
use crate::{
    activity::{self, ActivityFacts},
    domain::{AlbumId, Change, Folder, Moment, PhotoId, Shard, UserId},
    error::{Of, Result},
    stores::mysql::outbox,
};

/// `LAST_INSERT_ID` has the server answer with the version, which else would have to be read.
const NEXT_ALBUM: &str = "\
    UPDATE albums SET version = LAST_INSERT_ID(version + 1), updated_at = ? WHERE id = ?";
/// The full-text index takes `IMG_1234` for one word, people for two.
const NEXT_PHOTO: &str = "\
    UPDATE photos SET version = LAST_INSERT_ID(version + 1), updated_at = ?, \
        search_text = REPLACE(CONCAT_WS(' ', CONCAT('o', LOWER(HEX(owner_id))), caption, file_name, camera_make, \
                                        camera_model, lens, REPLACE(REPLACE(REPLACE(tags, '\"', ' '), '[', ' '), ']', ' ')), \
                              '_', ' ') \
    WHERE id = ?";

const COUNTED_IN: &str = "UPDATE photos SET counted_in = ? WHERE id = ?";
const ONE_MORE: &str = "\
    INSERT INTO months (owner_id, month, photos) VALUES (?, ?, 1) \
    ON DUPLICATE KEY UPDATE photos = photos + 1";
const ONE_LESS: &str = "UPDATE months SET photos = photos - 1 WHERE owner_id = ? AND month = ?";
/// Takes as many of the owner's numbers as there are changes; the server answers with the last.
const TAKE_NUMBERS: &str = "UPDATE owners SET seq = LAST_INSERT_ID(seq + ?) WHERE user_id = ?";
const NOTE_CHANGES: &str = "INSERT INTO changes (owner_id, aggregate, kind, seq) ";
const NEWEST_CHANGE_STANDS: &str = " ON DUPLICATE KEY UPDATE seq = VALUES(seq)";
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
    /// Those of them that may have come into another month, or into sight of guests, or out of it.
    recounted: BTreeSet<PhotoId>,
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
        let row = make_owner(&mut tx, owner).await.of("library")?;
        Ok(OwnerTransaction::of(tx, owner, row))
    }

    /// The same for the owner of something that is there, whose row there is for that.
    pub(super) async fn begin_transaction_of_known_owner(
        &self,
        owner: UserId,
        shard: Shard,
    ) -> Result<OwnerTransaction> {
        let mut tx = self.db.writer(shard)?.begin().await.of("library")?;
        let row = lock_owner(&mut tx, owner).await.of("library")?;
        Ok(OwnerTransaction::of(tx, owner, row))
    }
}

impl OwnerTransaction {
    fn of(tx: Transaction<'static, MySql>, owner: UserId, row: OwnerRow) -> Self {
        Self {
            tx,
            owner,
            usage: row.usage,
            folder: row.folder,
            albums: BTreeSet::new(),
            photos: BTreeSet::new(),
            recounted: BTreeSet::new(),
            others: Vec::new(),
            gone: Vec::new(),
            subject: None,
            facts: ActivityFacts::default(),
            unrecorded: false,
        }
    }
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
        self.recounted.insert(id);
    }

    /// Says that this photo has changed, but neither its date nor who sees it: it is counted where
    /// it was.
    pub fn mark_photo_annotated(&mut self, id: PhotoId) {
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
        for id in std::mem::take(&mut self.recounted) {
            self.recount(id).await?;
        }
        let mut of_feed = Vec::new();
        for id in std::mem::take(&mut self.albums) {
            let version = self.next_version(NEXT_ALBUM, id.uuid(), now).await?;
            of_feed.push(Change::Album { id, version });
        }
        for id in std::mem::take(&mut self.photos) {
            let version = self.next_version(NEXT_PHOTO, id.uuid(), now).await?;
            of_feed.push(Change::Photo { id, version });
        }
        let gone = std::mem::take(&mut self.gone);
        of_feed.extend(gone.iter().cloned());
        self.append_to_feed(&of_feed).await?;
        for change in &gone {
            self.record_deletion(change, now).await?;
        }
        changes.extend(of_feed);
        changes.extend(activity_entry);
        outbox::note(&mut self.tx, &changes).await?;
        Ok(changes)
    }

    /// Gives an album or photo its next version, and returns that.
    async fn next_version(
        &mut self,
        sql: &'static str,
        id: Uuid,
        now: PrimitiveDateTime,
    ) -> sqlx::Result<u32> {
        let updated = sqlx::query(sql)
            .bind(now)
            .bind(id)
            .execute(&mut *self.tx)
            .await?;
        if updated.rows_affected() == 0 {
            return Err(sqlx::Error::RowNotFound);
        }
        u32::try_from(updated.last_insert_id()).map_err(|error| sqlx::Error::Decode(error.into()))
    }

    /// Marks the last line in the feed, and notes what is left to be done.
    async fn record_deletion(
        &mut self,
        change: &Change,
        now: PrimitiveDateTime,
    ) -> sqlx::Result<()> {
        let (kind, id, version) = outbox::parts(change);
        let owner = self.owner.uuid();
        sqlx::query(NOTE_GONE)
            .bind(owner)
            .bind(id)
            .execute(&mut *self.tx)
            .await?;
        sqlx::query(NOTE_PENDING_CLEANUP)
            .bind(id)
            .bind(owner)
            .bind(kind)
            .bind(version)
            .bind(now)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// The transaction's row of activity, if it has changed anything.
    fn activity_entry(&mut self, others: &[Change]) -> Option<Change> {
        if self.unrecorded {
            return None;
        }
        let (kind, id) = self.subject_of(others)?;
        let mut facts = std::mem::take(&mut self.facts);
        if kind != "album" && !self.albums.is_empty() {
            let albums = self.albums.iter().take(MOST_NAMED);
            facts.say("albums", albums.map(ToString::to_string).collect::<Vec<_>>());
        }
        Some(Change::Activity(Box::new(activity::activity_entry(self.owner, kind, id, facts))))
    }

    fn subject_of(&self, others: &[Change]) -> Option<(&'static str, Uuid)> {
        if self.subject.is_some() {
            return self.subject;
        }
        for change in others {
            if let Change::Share { id, .. } = change {
                return Some(("share", id.uuid()));
            }
        }
        if let Some(photo) = self.photos.first() {
            return Some(("photo", photo.uuid()));
        }
        self.albums.first().map(|album| ("album", album.uuid()))
    }

    /// Counts the photo in the month in which it should be, and nowhere else, and in its albums
    /// among those that guests see; what is in the trash is in no month.
    async fn recount(&mut self, id: PhotoId) -> sqlx::Result<()> {
        let counts = self.find_counts(id).await?;
        if counts.is_miscounted {
            self.recount_ready(id, counts.is_seen).await?;
        }
        if counts.counted_in == counts.month {
            return Ok(());
        }
        for (sql, month) in [(ONE_LESS, &counts.counted_in), (ONE_MORE, &counts.month)] {
            if let Some(month) = month {
                sqlx::query(sql)
                    .bind(self.owner.uuid())
                    .bind(month)
                    .execute(&mut *self.tx)
                    .await?;
            }
        }
        sqlx::query(COUNTED_IN)
            .bind(&counts.month)
            .bind(id.uuid())
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn append_to_feed(&mut self, changes: &[Change]) -> sqlx::Result<()> {
        let Ok(count @ 1..) = u64::try_from(changes.len()) else { return Ok(()) };
        let owner = self.owner.uuid();
        let taken = sqlx::query(TAKE_NUMBERS)
            .bind(count)
            .bind(owner)
            .execute(&mut *self.tx)
            .await?;
        let before = taken.last_insert_id() - count;
        let mut insert = QueryBuilder::<MySql>::new(NOTE_CHANGES);
        insert.push_values(changes.iter().zip(1..), |mut row, (change, number)| {
            let (kind, aggregate, _) = outbox::parts(change);
            row.push_bind(owner);
            row.push_bind(aggregate);
            row.push_bind(kind);
            row.push_bind(before + number);
        });
        insert.push(NEWEST_CHANGE_STANDS);
        insert.build().execute(&mut *self.tx).await?;
        Ok(())
    }
}
