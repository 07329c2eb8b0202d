//! Finding photos of one's own by words, newest first.
//!
//! Every posting of a word stands in the order of the answer, so a page of a word is a few rows of
//! its list. Of several words the rarest one's list is walked, and the text of each photo that it
//! names says whether the photo has the others, too. A beginning that few words have is a list for
//! each of these, merged; one that many words have leads to few photos, which are sorted, or to so
//! many that walking through all photos of the owner finds a page of them soon.
//!
//! A request looks at so many rows at most: words that many photos have, and hardly a photo both of
//! them, give a page that is not full, with a cursor that goes on behind what has been looked at.

use std::collections::BTreeMap;

use sqlx::{MySqlConnection, mysql::MySqlRow};
use time::PrimitiveDateTime;
use uuid::Uuid;

use super::{
    database::Library,
    photo_row,
    search::{Arguments, filtered, particulars},
    search_plan::{Plan, SearchBounds, beginnings, end_of, lead},
    timeline::start,
};
use crate::{
    domain::{
        Limit, LocalTime, Moment, Page, PhotoId, PhotoKey, UserId,
        discovery::WordView,
        search::{Filter, Words},
        view::PhotoView,
    },
    error::{Of, Result},
};

pub(super) const WINDOW_END: &str = "\
    SELECT taken_local, photo_id FROM search_index FORCE INDEX (PRIMARY) \
    WHERE owner_id = ? AND kind = 0 AND word = ? \
      AND taken_local >= ? AND taken_local <= ? AND (taken_local < ? OR photo_id < ?) \
    ORDER BY taken_local DESC, photo_id DESC LIMIT 1 OFFSET ?";

/// The texts and photos of postings, those that fit, in the order of the postings.
macro_rules! fitting {
    ($postings:literal, $led_by:literal) => {
        concat!(
            "SELECT p.* FROM ",
            $postings,
            " STRAIGHT_JOIN search_index t FORCE INDEX (PRIMARY) \
                  ON t.owner_id = ? AND t.kind = 0 AND t.word = '' \
                  AND t.taken_local = w.taken_local AND t.photo_id = w.photo_id \
              STRAIGHT_JOIN photos p FORCE INDEX (PRIMARY) ON p.id = w.photo_id \
              WHERE ",
            $led_by,
            " AND t.text LIKE ? AND t.text LIKE ? AND t.text LIKE ? AND t.text LIKE ? \
              AND t.text LIKE ? AND t.text LIKE ? AND t.text LIKE ? AND t.text LIKE ?",
            filtered!(),
            "ORDER BY w.taken_local DESC, w.photo_id DESC LIMIT ?"
        )
    };
}

pub(super) const IN_ORDER: &str = fitting!(
    "search_index w FORCE INDEX (PRIMARY)",
    "w.owner_id = ? AND w.kind = 0 AND w.word = ? \
     AND w.taken_local >= ? AND w.taken_local <= ? AND (w.taken_local < ? OR w.photo_id < ?)"
);
/// A photo that has several of the words is one.
pub(super) const OF_FEW: &str = fitting!(
    "(SELECT DISTINCT taken_local, photo_id FROM search_index FORCE INDEX (PRIMARY) \
      WHERE owner_id = ? AND kind = 0 AND word >= ? AND word < ?) w",
    "w.taken_local >= ? AND w.taken_local <= ? AND (w.taken_local < ? OR w.photo_id < ?)"
);

/// A search by words.
pub(super) struct Search<'a> {
    pub db: &'a mut MySqlConnection,
    pub owner: UserId,
    pub words: &'a Words,
    pub filter: &'a Filter,
    pub limit: Limit,
}

impl Library {
    /// Returns this user's photos that fit the filter, by the index of words.
    pub async fn search_words(
        &self,
        owner: UserId,
        words: &Words,
        filter: &Filter,
        after: Option<PhotoKey>,
        limit: Limit,
        bounds: &SearchBounds,
    ) -> Result<Page<PhotoView, PhotoKey>> {
        let mut at = self.caught_up(owner).await?;
        let mut search = Search { db: &mut at.connection, owner, words, filter, limit };
        search.page(after, bounds).await
    }

    /// Returns words of this user's photos that begin as the last of these does, those of most
    /// photos first. Pieces of text without blanks are no words.
    pub async fn suggestions(
        &self,
        owner: UserId,
        words: &Words,
        limit: usize,
    ) -> Result<Vec<WordView>> {
        let Some(word) = words.sought().last().filter(|word| word.is_whole) else {
            return Ok(Vec::new());
        };
        let mut at = self.caught_up(owner).await?;
        let mut found = lead(&mut at.connection, owner, &word.beginnings[0])
            .await
            .of("library")?
            .words;
        found.sort_by_key(|(_, photos)| std::cmp::Reverse(*photos));
        found.truncate(limit);
        let view = |(word, photos)| WordView { word, photos };
        Ok(found.into_iter().map(view).collect())
    }
}

/// The list of the empty word: nobody counts how long it is.
fn all_photos() -> Vec<(String, u64)> {
    vec![(String::new(), u64::MAX)]
}

impl Search<'_> {
    /// Returns the page after `after`.
    pub async fn page(
        &mut self,
        after: Option<PhotoKey>,
        bounds: &SearchBounds,
    ) -> Result<Page<PhotoView, PhotoKey>> {
        let mut leads = Vec::new();
        for beginning in beginnings(self.words.sought()) {
            let found = lead(self.db, self.owner, beginning).await;
            leads.push(found.of("library")?);
        }
        let page = match Plan::of(leads, bounds) {
            Plan::Nothing => Ok(Page { items: Vec::new(), next: None }),
            Plan::Few(beginning) => self.of_few(&beginning, after).await,
            Plan::Lists(lists) => self.in_windows(&lists, after, bounds).await,
            Plan::Walk => self.in_windows(&all_photos(), after, bounds).await,
        };
        page.of("library")
    }

    async fn of_few(
        &mut self,
        beginning: &str,
        after: Option<PhotoKey>,
    ) -> sqlx::Result<Page<PhotoView, PhotoKey>> {
        let (last, id) = start(self.filter.taken.to_local, after);
        let query = sqlx::query(OF_FEW)
            .bind(self.owner.uuid())
            .bind(beginning.as_bytes())
            .bind(end_of(beginning))
            .bind(self.owner.uuid())
            .bind(self.filter.taken.from_local.date_time())
            .bind(last.date_time())
            .bind(last.date_time())
            .bind(id);
        let photos = self.fitting(query).await?;
        Ok(Page::cut(photos, self.limit, PhotoView::key))
    }

    /// Looks at a part of the lists, and if the page is not full, at another one.
    async fn in_windows(
        &mut self,
        lists: &[(String, u64)],
        after: Option<PhotoKey>,
        bounds: &SearchBounds,
    ) -> sqlx::Result<Page<PhotoView, PhotoKey>> {
        let most = usize::from(self.limit.get());
        let mut found = Vec::new();
        let mut behind = after;
        for window in bounds.windows {
            let end = self.window_end(lists, behind, window).await?;
            found.extend(self.window(lists, behind, end).await?);
            if found.len() > most || end.is_none() {
                return Ok(Page::cut(found, self.limit, PhotoView::key));
            }
            behind = end;
            if found.len() == most {
                break;
            }
        }
        Ok(Page { items: found, next: behind })
    }

    /// Returns the last posting of the window: of several lists the one that is first in the order.
    /// `None` when the window has no end.
    async fn window_end(
        &mut self,
        lists: &[(String, u64)],
        after: Option<PhotoKey>,
        window: u32,
    ) -> sqlx::Result<Option<PhotoKey>> {
        let (last, id) = start(self.filter.taken.to_local, after);
        let mut end = None;
        for (word, photos) in lists {
            if *photos <= u64::from(window) || self.takes_all_of(word) {
                continue;
            }
            let row = sqlx::query_as::<_, (PrimitiveDateTime, Uuid)>(WINDOW_END)
                .bind(self.owner.uuid())
                .bind(word.as_bytes())
                .bind(self.filter.taken.from_local.date_time())
                .bind(last.date_time())
                .bind(last.date_time())
                .bind(id)
                .bind(window)
                .fetch_optional(&mut *self.db)
                .await?;
            end = end.max(row.map(key));
        }
        Ok(end)
    }

    /// Returns whether every photo with the word fits, so that the page is full when it has as many
    /// postings.
    fn takes_all_of(&self, word: &str) -> bool {
        let is_one = matches!(self.words.sought(), [sought] if sought.beginnings.len() == 1);
        !word.is_empty() && is_one && self.filter.is_of_words_and_dates()
    }

    /// Returns photos of the lists that fit, down to the end of the window: at most one more than
    /// the page holds.
    async fn window(
        &mut self,
        lists: &[(String, u64)],
        after: Option<PhotoKey>,
        end: Option<PhotoKey>,
    ) -> sqlx::Result<Vec<PhotoView>> {
        let (last, id) = start(self.filter.taken.to_local, after);
        let from = self.filter.taken.from_local;
        let first = end.map_or(from, |end| from.max(end.taken));
        let mut found = BTreeMap::new();
        for (word, _) in lists {
            let query = sqlx::query(IN_ORDER)
                .bind(self.owner.uuid())
                .bind(self.owner.uuid())
                .bind(word.as_bytes())
                .bind(first.date_time())
                .bind(last.date_time())
                .bind(last.date_time())
                .bind(id);
            for photo in self.fitting(query).await? {
                found.insert(photo.key(), photo);
            }
        }
        let in_window = |key: &PhotoKey| end.is_none_or(|end| *key >= end);
        let newest_first = found.into_iter().rev();
        let most = usize::from(self.limit.get()) + 1;
        Ok(newest_first
            .take_while(|(key, _)| in_window(key))
            .take(most)
            .map(|(_, photo)| photo)
            .collect())
    }

    /// Runs a query of [`fitting`] that has its first parameters.
    async fn fitting(&mut self, led: Arguments<'_>) -> sqlx::Result<Vec<PhotoView>> {
        let mut patterns = vec!["%".to_owned(); Words::MOST];
        for (slot, word) in patterns.iter_mut().zip(self.words.sought()) {
            slot.clone_from(&word.pattern);
        }
        let mut query = led;
        for pattern in patterns {
            query = query.bind(pattern.into_bytes());
        }
        let rows = particulars(query, self.owner, self.filter)
            .bind(self.limit.one_more())
            .fetch_all(&mut *self.db)
            .await?;
        rows.iter().map(view).collect()
    }
}

fn view(row: &MySqlRow) -> sqlx::Result<PhotoView> {
    Ok(photo_row::read(row)?.view)
}

fn key((taken, photo): (PrimitiveDateTime, Uuid)) -> PhotoKey {
    let taken = LocalTime::of(Moment::from(taken.assume_utc()), None);
    PhotoKey { taken, photo: PhotoId::from_uuid(photo) }
}
