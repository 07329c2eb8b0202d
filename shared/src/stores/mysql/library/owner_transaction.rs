//! An owner's transaction: it holds the owner's row, and what it changes.
//!
//! A write says which albums and photos it has changed; [`OwnerTransaction::commit`] does what
//! every change needs, once for each: the next version, an outbox row for the projection, a line in
//! the owner's feed of changes, and for a photo its month, its place on the map and the words that
//! searches find it by. A transaction that changed something leaves one row of activity, in the
//! outbox as well.

use std::collections::BTreeSet;

use sqlx::{MySql, MySqlConnection, Transaction};
use uuid::Uuid;

use super::{
    database::{LOCKED_OWNER, Library, OwnerRow, Usage, make_owner},
    map_counts::MapChanges,
    search_index::{IndexChanges, IndexedPhoto},
};
use crate::{
    activity::{self, ActivityFacts},
    domain::{AlbumId, Change, Folder, Moment, PhotoId, Shard, UserId},
    error::{Of, Result},
    stores::mysql::{
        batch::{Answers, Batch},
        literal::Literal,
    },
};

const START: &str = "START TRANSACTION";

/// The most albums that a row of activity about something else names.
const MOST_NAMED: usize = 10;

/// A transaction in which the owner's row is held: writes of one owner take turns.
pub(super) struct OwnerTransaction {
    tx: Transaction<'static, MySql>,
    /// Statements that are sent with those of the commit, before them.
    pub(super) deferred: Batch,
    /// The owner whose row it holds.
    pub owner: UserId,
    /// The owner's usage.
    pub usage: Usage,
    /// The folder of the owner's objects.
    pub folder: Folder,
    /// Bytes that the owner may keep, if an administrator has said so.
    pub quota: Option<u64>,
    trash_emptied_at: Option<Moment>,
    pub(super) albums: BTreeSet<AlbumId>,
    pub(super) photos: BTreeSet<PhotoId>,
    /// Those of them that may have other words, have come into another month, or into sight of
    /// guests, or out of it.
    pub(super) altered: BTreeSet<PhotoId>,
    pub(super) index: IndexChanges,
    pub(super) map: MapChanges,
    pub(super) others: Vec<Change>,
    pub(super) gone: Vec<Change>,
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
        Ok(OwnerTransaction::of(tx, row))
    }

    /// Waits for the transaction of whoever owns something that is there, and reads in it; `None`
    /// when it is not there. `find_owner` sets the variable `@owner` to the owner's id, before the
    /// transaction begins: what that reads does not see the database as it was before the wait.
    pub(super) async fn begin_transaction_of(
        &self,
        shard: Shard,
        find_owner: Batch,
        read: &Batch,
    ) -> Result<Option<(OwnerTransaction, Answers)>> {
        let mut begin = find_owner;
        begin.add(START, &[]);
        let writer = self.db.writer(shard)?;
        let mut tx = writer.begin_with(begin.into_sql()).await.of("library")?;
        let mut lock_and_read = Batch::default();
        lock_and_read.add(LOCKED_OWNER, &[]);
        lock_and_read.append(read);
        let mut answers = lock_and_read.run(&mut tx).await.of("library")?;
        let locked = answers.next().and_then(|answer| answer.row());
        let Some(row) = locked.of("library")? else { return Ok(None) };
        Ok(Some((OwnerTransaction::of(tx, row), answers)))
    }
}

impl OwnerTransaction {
    fn of(tx: Transaction<'static, MySql>, row: OwnerRow) -> Self {
        Self {
            tx,
            deferred: Batch::default(),
            owner: row.owner,
            usage: row.usage,
            folder: row.folder,
            quota: row.quota,
            trash_emptied_at: row.trash_emptied_at,
            albums: BTreeSet::new(),
            photos: BTreeSet::new(),
            altered: BTreeSet::new(),
            index: IndexChanges::default(),
            map: MapChanges::default(),
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

    /// Has this statement sent with those of the commit, before them: for what nothing reads until
    /// then, and whose outcome is known.
    pub fn defer(&mut self, statement: &'static str, values: &[&dyn Literal]) {
        self.deferred.add(statement, values);
    }

    /// Returns the bytes that the owner may keep, where the stack allows so many to who has no quota
    /// of their own.
    pub fn quota(&self, of_stack: u64) -> u64 {
        self.quota.unwrap_or(of_stack)
    }

    /// Returns true if what was put into the trash at this moment went when the trash was emptied.
    pub fn is_emptied(&self, deleted_at: Moment) -> bool {
        self.trash_emptied_at
            .is_some_and(|emptied| deleted_at <= emptied)
    }

    /// Says that this album has changed.
    pub fn mark_album_changed(&mut self, id: AlbumId) {
        self.albums.insert(id);
    }

    /// Says that this photo has changed.
    pub fn mark_photo_changed(&mut self, id: PhotoId) {
        self.photos.insert(id);
        self.altered.insert(id);
    }

    /// Says that this photo has changed, but neither its words, nor its date, nor who sees it: it
    /// is found by what it was, and counted where it was.
    pub fn mark_photo_annotated(&mut self, id: PhotoId) {
        self.photos.insert(id);
    }

    /// Says that a photo that is about to be deleted is found by nothing any more.
    pub fn remove_from_index(&mut self, photo: &IndexedPhoto) {
        self.index.remove(photo);
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

    /// The transaction's row of activity, if it has changed anything.
    pub(super) fn activity_entry(&mut self, others: &[Change]) -> Option<Change> {
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
}
