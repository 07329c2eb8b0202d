//! The end of an owner's transaction: what every change needs, once for each, sent as one text.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::owner_transaction::OwnerTransaction;
use crate::{
    domain::{AlbumId, Change, Moment, PhotoId},
    stores::mysql::{
        batch::{Answers, Batch},
        outbox,
    },
};

/// `LAST_INSERT_ID` has the server answer with the version, and the next statement know it.
const NEXT_ALBUM: &str = "\
    UPDATE albums SET version = LAST_INSERT_ID(version + 1), updated_at = ? WHERE id = ?";
/// The month and the time that the photo has been counted and indexed under by then. The full-text
/// index takes `IMG_1234` for one word, people for two.
const NEXT_PHOTO: &str = "\
    UPDATE photos SET version = LAST_INSERT_ID(version + 1), updated_at = ?, \
        counted_in = IF(deleted_at IS NULL, DATE_FORMAT(taken_local, '%Y-%m'), NULL), \
        indexed_at = IF(deleted_at IS NULL, taken_local, NULL), \
        search_text = REPLACE( \
            CONCAT_WS(' ', CONCAT('o', LOWER(HEX(owner_id))), caption, file_name, \
                      camera_make, camera_model, lens, \
                      REPLACE(REPLACE(REPLACE(tags, '\"', ' '), '[', ' '), ']', ' ')), \
            '_', ' ') \
    WHERE id = ?";
const NEXT_ANNOTATED_PHOTO: &str = "\
    UPDATE photos SET version = LAST_INSERT_ID(version + 1), updated_at = ? WHERE id = ?";
/// Takes as many of the owner's numbers as there are changes; the next statement knows the last.
const TAKE_NUMBERS: &str = "UPDATE owners SET seq = LAST_INSERT_ID(seq + ?) WHERE user_id = ?";
const NOTE_CHANGES: &str = "INSERT INTO changes (owner_id, aggregate, kind, seq) VALUES ";
const NOTED_CHANGE: &str = "(?, ?, ?, LAST_INSERT_ID() - ?)";
const NEWEST_CHANGE_STANDS: &str = " ON DUPLICATE KEY UPDATE seq = VALUES(seq)";
const NOTE_GONE: &str = "UPDATE changes SET gone = TRUE WHERE owner_id = ? AND aggregate = ?";
const NOTE_PENDING_CLEANUP: &str = "\
    INSERT INTO remains (id, owner_id, kind, version, gone_at) VALUES (?, ?, ?, ?, ?) \
    ON DUPLICATE KEY UPDATE id = id";

/// Albums and photos that a commit gives their next version, in this order.
struct Versioned {
    albums: BTreeSet<AlbumId>,
    photos: BTreeSet<PhotoId>,
}

impl OwnerTransaction {
    /// Gives what has changed its next version, and notes it; what is to be projected.
    pub(super) async fn write_changes(&mut self) -> sqlx::Result<Vec<Change>> {
        let mut noted = std::mem::take(&mut self.others);
        let activity_entry = self.activity_entry(&noted);
        let altered = std::mem::take(&mut self.altered);
        let changed_photos = self.find_changed_photos(&altered).await?;
        let mut batch = std::mem::take(&mut self.deferred);
        for photo in &changed_photos {
            self.recount(photo, &mut batch);
            self.index.update(&photo.indexed);
            self.map.update(&photo.mapped);
        }
        std::mem::take(&mut self.index).add_to(&mut batch, self.owner)?;
        std::mem::take(&mut self.map).add_to(&mut batch, self.owner);
        let versioned = Versioned {
            albums: std::mem::take(&mut self.albums),
            photos: std::mem::take(&mut self.photos),
        };
        let gone = std::mem::take(&mut self.gone);
        let before_versions = batch.len();
        versioned.add_to(&mut batch, &altered);
        self.append_to_feed(&mut batch, &versioned.lines_of_feed(&gone));
        self.record_deletions(&mut batch, &gone);
        noted.extend(gone);
        noted.extend(activity_entry);
        outbox::add(&mut batch, &noted)?;
        let mut answers = batch.run(self.db()).await?;
        answers.skip(before_versions);
        let mut changes = versioned.changes(&mut answers)?;
        changes.extend(noted);
        Ok(changes)
    }

    /// Gives each of these the owner's next number in the feed.
    fn append_to_feed(&self, batch: &mut Batch, changed: &[(&'static str, Uuid)]) {
        if changed.is_empty() {
            return;
        }
        let owner = self.owner.uuid();
        let count = changed.len() as u64;
        batch.add(TAKE_NUMBERS, &[&count, &owner]);
        batch.begin_rows(NOTE_CHANGES);
        for ((kind, aggregate), behind) in changed.iter().zip((0..count).rev()) {
            batch.add_row(NOTED_CHANGE, &[&owner, aggregate, kind, &behind]);
        }
        batch.end_rows(NEWEST_CHANGE_STANDS);
    }

    /// Marks the last lines of these in the feed, and notes what is left to be done.
    fn record_deletions(&self, batch: &mut Batch, gone: &[Change]) {
        let owner = self.owner.uuid();
        let now = Moment::now().utc();
        for change in gone {
            let (kind, id, version) = outbox::parts(change);
            batch.add(NOTE_GONE, &[&owner, &id]);
            batch.add(NOTE_PENDING_CLEANUP, &[&id, &owner, &kind, &version, &now]);
        }
    }
}

impl Versioned {
    /// Adds for each the statement that makes its next version and the one that notes that.
    fn add_to(&self, batch: &mut Batch, altered: &BTreeSet<PhotoId>) {
        let now = Moment::now().utc();
        for id in &self.albums {
            batch.add(NEXT_ALBUM, &[&now, &id.uuid()]);
            outbox::add_next_version(batch, "album", id.uuid());
        }
        for id in &self.photos {
            let next = if altered.contains(id) { NEXT_PHOTO } else { NEXT_ANNOTATED_PHOTO };
            batch.add(next, &[&now, &id.uuid()]);
            outbox::add_next_version(batch, "photo", id.uuid());
        }
    }

    /// Returns the kinds and ids that the owner's feed is to list, those that are gone included.
    fn lines_of_feed(&self, gone: &[Change]) -> Vec<(&'static str, Uuid)> {
        let mut lines = Vec::new();
        for id in &self.albums {
            lines.push(("album", id.uuid()));
        }
        for id in &self.photos {
            lines.push(("photo", id.uuid()));
        }
        for change in gone {
            let (kind, id, _) = outbox::parts(change);
            lines.push((kind, id));
        }
        lines
    }

    /// Returns the changes, with the versions that the server answered.
    fn changes(self, answers: &mut Answers) -> sqlx::Result<Vec<Change>> {
        let mut changes = Vec::new();
        for id in self.albums {
            changes.push(Change::Album { id, version: next_version(answers)? });
        }
        for id in self.photos {
            changes.push(Change::Photo { id, version: next_version(answers)? });
        }
        Ok(changes)
    }
}

/// Reads the version that an album or photo was given, and passes over its row in the outbox.
///
/// # Errors
/// [`sqlx::Error::RowNotFound`] when there is no such row: nothing is committed then.
fn next_version(answers: &mut Answers) -> sqlx::Result<u32> {
    let updated = answers.next()?;
    answers.skip(1);
    if updated.rows_affected == 0 {
        return Err(sqlx::Error::RowNotFound);
    }
    u32::try_from(updated.last_insert_id).map_err(|error| sqlx::Error::Decode(error.into()))
}
