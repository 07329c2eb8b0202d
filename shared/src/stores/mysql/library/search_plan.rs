//! Chooses which rows lead a search by words, by the numbers of photos with each word.

use sqlx::MySqlConnection;

use crate::domain::{UserId, search::SoughtWord};

pub(super) const WORDS_FROM: &str = "\
    SELECT word, photos FROM search_index FORCE INDEX (PRIMARY) \
    WHERE owner_id = ? AND kind = 1 AND word >= ? AND word < ? AND photos > 0 \
    ORDER BY word LIMIT ?";

/// The most words that are read of those with one beginning.
const MOST_WORDS: usize = 1000;

/// The most beginnings that are compared to find the rarest.
const MOST_BEGINNINGS: usize = 8;

/// The most that a search looks at.
#[derive(Clone, Debug)]
pub struct SearchBounds {
    /// The most words with one beginning whose lists are merged.
    pub lists: usize,
    /// The most postings that are sorted.
    pub few: u64,
    /// Postings of each list that are looked at, and those that are looked at then if the page is
    /// not full.
    pub windows: [u32; 2],
}

impl Default for SearchBounds {
    fn default() -> Self {
        Self { lists: 6, few: 5000, windows: [1000, 5000] }
    }
}

/// The words with a beginning.
#[derive(Clone, Debug)]
pub(super) struct Lead {
    beginning: String,
    /// The words, each with its photos.
    pub words: Vec<(String, u64)>,
    /// True unless there are more words than are read.
    is_whole: bool,
}

impl Lead {
    fn photos(&self) -> u64 {
        self.words.iter().map(|(_, photos)| photos).sum()
    }
}

/// The rows that a search is led by.
#[derive(Debug, PartialEq)]
pub(super) enum Plan {
    /// None: there is no such word.
    Nothing,
    /// These words' postings, each in its order.
    Lists(Vec<(String, u64)>),
    /// The postings of all words with this beginning, sorted.
    Few(String),
    /// All photos.
    Walk,
}

impl Plan {
    /// Returns the plan for a search that any of these may lead.
    pub fn of(leads: Vec<Lead>, bounds: &SearchBounds) -> Self {
        let mut whole: Vec<Lead> = leads.into_iter().filter(|lead| lead.is_whole).collect();
        whole.sort_by_key(Lead::photos);
        let Some(rarest) = whole.first() else { return Self::Walk };
        if rarest.words.is_empty() {
            return Self::Nothing;
        }
        let has_lists = |lead: &&Lead| lead.words.len() <= bounds.lists;
        if !has_lists(&rarest) && rarest.photos() <= bounds.few {
            return Self::Few(rarest.beginning.clone());
        }
        match whole.iter().find(has_lists) {
            Some(lead) => Self::Lists(lead.words.clone()),
            None => Self::Walk,
        }
    }
}

/// Returns beginnings to compare: of each word the first, then the others.
pub(super) fn beginnings(words: &[SoughtWord]) -> Vec<&str> {
    let first = words.iter().map(|word| &word.beginnings[0]);
    let others = words.iter().flat_map(|word| &word.beginnings[1..]);
    first
        .chain(others)
        .take(MOST_BEGINNINGS)
        .map(String::as_str)
        .collect()
}

/// Returns what sorts behind every word with this beginning: no UTF-8 has the byte.
pub(super) fn end_of(beginning: &str) -> Vec<u8> {
    let mut end = beginning.as_bytes().to_vec();
    end.push(0xff);
    end
}

/// Reads the words with this beginning.
pub(super) async fn lead(
    db: &mut MySqlConnection,
    owner: UserId,
    beginning: &str,
) -> sqlx::Result<Lead> {
    let rows: Vec<(Vec<u8>, i32)> = sqlx::query_as(WORDS_FROM)
        .bind(owner.uuid())
        .bind(beginning.as_bytes())
        .bind(end_of(beginning))
        .bind(MOST_WORDS as u64)
        .fetch_all(db)
        .await?;
    let is_whole = rows.len() < MOST_WORDS;
    let mut words = Vec::with_capacity(rows.len());
    for (word, photos) in rows {
        let word = String::from_utf8_lossy(&word).into_owned();
        words.push((word, u64::try_from(photos).unwrap_or(0)));
    }
    Ok(Lead { beginning: beginning.to_owned(), words, is_whole })
}

#[cfg(test)]
#[path = "search_plan_tests.rs"]
mod tests;
