//! Keeps the index of words: which of an owner's photos have a word, newest first.
//!
//! A photo's row says under which time its postings stand, and the posting of the empty word has
//! all its words. So the difference is known, whatever has changed about the photo, and the commit
//! of a transaction writes it for all its photos by one insert and one delete.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use time::PrimitiveDateTime;
use uuid::Uuid;

use crate::{
    domain::{LocalTime, Moment, UserId, search::PhotoWords},
    stores::mysql::{batch::Batch, rows::from_row},
};

/// The columns of a photo that decide what it is found by, and what it is found by so far.
macro_rules! indexed_photo {
    () => {
        "p.id, p.sha256, IF(p.deleted_at IS NULL, p.taken_local, NULL) AS taken_local, \
         p.caption, p.file_name, p.camera_make, p.camera_model, p.lens, p.tags, \
         p.indexed_at, i.text "
    };
}
pub(super) use indexed_photo;

/// Joins the posting of the empty word.
macro_rules! with_text {
    () => {
        "LEFT JOIN search_index i ON i.owner_id = p.owner_id AND i.kind = 0 AND i.word = '' \
                                 AND i.taken_local = p.indexed_at AND i.photo_id = p.id "
    };
}
pub(super) use with_text;

const PUT_ROWS: &str = "\
    INSERT INTO search_index (owner_id, kind, word, taken_local, photo_id, photos, text) \
    SELECT ?, j.kind, j.word, j.taken_local, UNHEX(j.photo_id), j.photos, j.text \
    FROM JSON_TABLE(?, '$[*]' COLUMNS ( \
        kind TINYINT PATH '$.kind', word VARCHAR(32) PATH '$.word', \
        taken_local DATETIME(6) PATH '$.taken_local', photo_id CHAR(32) PATH '$.photo_id', \
        photos INT PATH '$.photos', text MEDIUMTEXT PATH '$.text')) j \
    ON DUPLICATE KEY UPDATE photos = search_index.photos + VALUES(photos), text = VALUES(text)";
/// Of words only those that no photo has any more.
const DELETE_ROWS: &str = "\
    DELETE i FROM JSON_TABLE(?, '$[*]' COLUMNS ( \
        kind TINYINT PATH '$.kind', word VARCHAR(32) PATH '$.word', \
        taken_local DATETIME(6) PATH '$.taken_local', photo_id CHAR(32) PATH '$.photo_id')) j \
    STRAIGHT_JOIN search_index i FORCE INDEX (PRIMARY) \
        ON i.owner_id = ? AND i.kind = j.kind AND i.word = CAST(j.word AS BINARY) \
        AND i.taken_local = j.taken_local AND i.photo_id = UNHEX(j.photo_id) \
    WHERE i.kind = 0 OR i.photos <= 0";

/// The kind of a row that says that a photo has a word.
const POSTING: u8 = 0;
/// The kind of a row that counts the photos with a word.
const WORD: u8 = 1;

/// A photo with what it is to be found by, and what it is found by.
pub(super) struct IndexedPhoto {
    pub id: Uuid,
    pub sha256: Vec<u8>,
    /// `None` in the trash.
    pub taken_local: Option<PrimitiveDateTime>,
    pub caption: String,
    pub file_name: String,
    pub camera_make: Option<String>,
    pub camera_model: Option<String>,
    pub lens: Option<String>,
    pub tags: Option<String>,
    /// The time under which its postings stand.
    pub indexed_at: Option<PrimitiveDateTime>,
    /// Its words so far.
    pub text: Option<Vec<u8>>,
}

from_row!(IndexedPhoto {
    id,
    sha256,
    taken_local,
    caption,
    file_name,
    camera_make,
    camera_model,
    lens,
    tags,
    indexed_at,
    text,
});

impl IndexedPhoto {
    /// Returns the words that it is to be found by.
    fn words(&self) -> PhotoWords {
        let camera = [&self.camera_make, &self.camera_model, &self.lens];
        let mut texts = vec![self.caption.as_str(), self.file_name.as_str()];
        texts.extend(camera.into_iter().flatten().map(String::as_str));
        let tags = self.tags.as_deref().unwrap_or("[]");
        let tags: Vec<String> = serde_json::from_str(tags).unwrap_or_default();
        texts.extend(tags.iter().map(String::as_str));
        PhotoWords::of(texts)
    }

    /// Returns where it is to stand; `None` in the trash.
    fn wanted(&self) -> Option<Standing> {
        let taken = local_time(self.taken_local?);
        Some(Standing { taken, words: self.words() })
    }

    /// Returns where it stands.
    fn standing(&self) -> Option<Standing> {
        let taken = local_time(self.indexed_at?);
        let text = String::from_utf8_lossy(self.text.as_deref().unwrap_or_default());
        Some(Standing { taken, words: PhotoWords::read(&text) })
    }
}

/// A column that holds what a clock showed.
fn local_time(column: PrimitiveDateTime) -> LocalTime {
    LocalTime::of(Moment::from(column.assume_utc()), None)
}

/// The time that a photo's postings stand under, and its words.
#[derive(Debug, PartialEq, Eq)]
struct Standing {
    taken: LocalTime,
    words: PhotoWords,
}

/// A row of the index but for its owner.
#[derive(Debug, PartialEq, Serialize)]
struct IndexRow {
    kind: u8,
    word: String,
    taken_local: String,
    photo_id: String,
    /// The photos that have the word more than before; none in a posting.
    #[serde(skip_serializing_if = "Option::is_none")]
    photos: Option<i64>,
    /// All words of the photo, in the posting of the empty word.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// The changes of a transaction to an owner's index.
#[derive(Debug, Default, PartialEq)]
pub(super) struct IndexChanges {
    put: Vec<IndexRow>,
    deleted: Vec<IndexRow>,
    counts: BTreeMap<String, i64>,
}

impl IndexChanges {
    /// Has the photo found by what it is to be found by.
    pub fn update(&mut self, photo: &IndexedPhoto) {
        self.replace(photo.id, photo.standing(), photo.wanted());
    }

    /// Has the photo found by nothing.
    pub fn remove(&mut self, photo: &IndexedPhoto) {
        self.replace(photo.id, photo.standing(), None);
    }

    fn replace(&mut self, photo: Uuid, old: Option<Standing>, new: Option<Standing>) {
        if old == new {
            return;
        }
        let before = postings(old.as_ref());
        let after = postings(new.as_ref());
        self.count(&before, &after);
        let old_time = old.map(|standing| standing.taken);
        let new_time = new.as_ref().map(|standing| standing.taken);
        let none = BTreeSet::new();
        let stays = old_time == new_time;
        if let Some(taken) = old_time {
            let kept = if stays { &after } else { &none };
            for word in before.difference(kept) {
                self.deleted.push(posting(word, taken, photo));
            }
            if !stays {
                self.deleted.push(posting("", taken, photo));
            }
        }
        if let Some(Standing { taken, words }) = new {
            let there = if stays { &before } else { &none };
            for word in after.difference(there) {
                self.put.push(posting(word, taken, photo));
            }
            let text = Some(words.text());
            self.put
                .push(IndexRow { text, ..posting("", taken, photo) });
        }
    }

    /// Counts a photo that has had some words, and has others now.
    fn count(&mut self, before: &BTreeSet<String>, after: &BTreeSet<String>) {
        for word in after.difference(before) {
            *self.counts.entry(word.clone()).or_default() += 1;
        }
        for word in before.difference(after) {
            *self.counts.entry(word.clone()).or_default() -= 1;
        }
    }

    /// Adds the statements that write the changes to this owner's index, if there are any.
    pub fn add_to(mut self, batch: &mut Batch, owner: UserId) -> sqlx::Result<()> {
        for (word, more) in std::mem::take(&mut self.counts) {
            if more < 0 {
                self.deleted.push(count(&word, more));
            }
            if more != 0 {
                self.put.push(count(&word, more));
            }
        }
        if !self.put.is_empty() {
            batch.add(PUT_ROWS, &[&owner.uuid(), &json(&self.put)?]);
        }
        if !self.deleted.is_empty() {
            batch.add(DELETE_ROWS, &[&json(&self.deleted)?, &owner.uuid()]);
        }
        Ok(())
    }
}

fn postings(standing: Option<&Standing>) -> BTreeSet<String> {
    standing.map_or_else(BTreeSet::new, |standing| standing.words.postings())
}

fn posting(word: &str, taken: LocalTime, photo: Uuid) -> IndexRow {
    IndexRow {
        kind: POSTING,
        word: word.to_owned(),
        taken_local: taken.to_string(),
        photo_id: photo.simple().to_string(),
        photos: None,
        text: None,
    }
}

fn count(word: &str, more: i64) -> IndexRow {
    IndexRow { kind: WORD, photos: Some(more), ..posting(word, LocalTime::FIRST, Uuid::nil()) }
}

fn json(rows: &[IndexRow]) -> sqlx::Result<String> {
    serde_json::to_string(rows).map_err(|e| sqlx::Error::Encode(e.into()))
}

#[cfg(test)]
#[path = "search_index_tests.rs"]
mod tests;
