//! Finding photos of one's own.
//!
//! Words are found by the index of words ([`super::search_words`]). A search without words is one
//! query: what is most particular about it (a tag, a camera, favourites, else dates) chooses the
//! index that leads to the photos, and all else filters them. A search by dates walks the owner's
//! photos in order until the page is full. The others sort what they are led to, at most the
//! owner's own photos.
//!
//! Of owners whose photos are not all in the index of words yet, words are found from their
//! beginning by the full-text index, always together with the owner's word, so that nobody else's
//! photos are met. What that index cannot find (words of one or two characters, stop words, scripts
//! that are written without spaces, emoji) is looked for anywhere in the photo's text. Read from a
//! server that has [caught up](super::caught_up).

use sqlx::{MySql, mysql::MySqlArguments, query::Query};

use super::{
    database::Library, photo_row, search_plan::SearchBounds, search_words::Search, timeline::start,
};
use crate::{
    domain::{
        Limit, Page, PhotoKey, UserId,
        search::{Area, CameraFilter, Filter, Words},
        view::{PhotoView, Status},
    },
    error::{Of, Result},
};

/// The conditions on a photo beside its words and its place in the order.
///
/// `COUNT` looks up one row by the primary key. Of `EXISTS` the optimizer makes a list of
/// everybody's photos with the tag.
macro_rules! filtered {
    () => {
        " AND p.owner_id = ? AND p.deleted_at IS NULL AND p.taken_at >= ? AND p.taken_at <= ? \
          AND (? IS NULL OR p.status = ?) \
          AND (? IS NULL OR p.camera_model = ? \
               OR CONCAT_WS(' ', p.camera_make, p.camera_model) = ?) \
          AND (? IS NULL OR (SELECT COUNT(*) FROM tags s WHERE s.photo_id = p.id AND s.tag = ?) > 0) \
          AND (? IS NULL OR (SELECT COUNT(*) FROM favourites f \
                             WHERE f.photo_id = p.id AND f.user_id = ?) = ?) \
          AND (? OR (p.latitude BETWEEN ? AND ? \
                     AND (p.longitude BETWEEN ? AND ? OR p.longitude BETWEEN ? AND ?))) "
    };
}
pub(super) use filtered;

/// A search that is led to its photos by these tables and conditions.
macro_rules! search {
    ($from:literal, $led_by:literal) => {
        concat!(
            "SELECT p.* FROM ",
            $from,
            " WHERE ",
            $led_by,
            " AND p.taken_local >= ? AND p.taken_local <= ? AND (p.taken_local < ? OR p.id < ?)",
            filtered!(),
            // The text without the owner's word: 33 characters and a space.
            "AND COALESCE(SUBSTRING(p.search_text, 35), '') LIKE ? AND COALESCE(SUBSTRING(p.search_text, 35), '') LIKE ? \
             AND COALESCE(SUBSTRING(p.search_text, 35), '') LIKE ? AND COALESCE(SUBSTRING(p.search_text, 35), '') LIKE ? \
             AND COALESCE(SUBSTRING(p.search_text, 35), '') LIKE ? AND COALESCE(SUBSTRING(p.search_text, 35), '') LIKE ? \
             AND COALESCE(SUBSTRING(p.search_text, 35), '') LIKE ? AND COALESCE(SUBSTRING(p.search_text, 35), '') LIKE ? \
             ORDER BY p.taken_local DESC, p.id DESC LIMIT ?"
        )
    };
}

pub(super) const BY_WORDS: &str = search!(
    "photos p FORCE INDEX (photos_text)",
    "MATCH (p.search_text) AGAINST (? IN BOOLEAN MODE)"
);
pub(super) const BY_TAG: &str = search!(
    "tags t FORCE INDEX (tags_of_owner) STRAIGHT_JOIN photos p FORCE INDEX (PRIMARY) ON p.id = t.photo_id",
    "t.owner_id = ? AND t.tag = ?"
);
pub(super) const BY_CAMERA: &str =
    search!("photos p FORCE INDEX (photos_of_camera)", "p.camera_model IN (?, ?, ?, ?)");
pub(super) const BY_FAVOURITE: &str = search!(
    "favourites v FORCE INDEX (favourites_of_user) STRAIGHT_JOIN photos p FORCE INDEX (PRIMARY) ON p.id = v.photo_id",
    "v.user_id = ?"
);
pub(super) const BY_DATE: &str = search!("photos p FORCE INDEX (photos_of_owner)", "TRUE");

/// `innodb_ft_min_token_size` and `innodb_ft_max_token_size` as they are everywhere.
const INDEXED: std::ops::RangeInclusive<usize> = 3..=84;
/// `INFORMATION_SCHEMA.INNODB_FT_DEFAULT_STOPWORD`, those of three letters and more.
const STOP_WORDS: [&str; 18] = [
    "about", "are", "com", "for", "from", "how", "that", "the", "this", "und", "was", "what",
    "when", "where", "who", "will", "with", "www",
];

pub(super) type Arguments<'q> = Query<'q, MySql, MySqlArguments>;

impl Library {
    /// This user's photos that fit the filter and are not in the trash, newest first, after
    /// `after`.
    pub async fn search(
        &self,
        owner: UserId,
        filter: &Filter,
        after: Option<PhotoKey>,
        limit: Limit,
    ) -> Result<Page<PhotoView, PhotoKey>> {
        let mut at = self.caught_up(owner).await?;
        if let Some(words) = &filter.words
            && at.state.search_indexed
        {
            let bounds = SearchBounds::default();
            let mut search = Search { db: &mut at.connection, owner, words, filter, limit };
            return search.page(after, &bounds).await;
        }
        let text = Text::of(owner, filter.words.as_ref());
        let query = by(owner, filter, &text);
        let (last, id) = start(filter.taken.to_local, after);
        let query = query
            .bind(filter.taken.from_local.date_time())
            .bind(last.date_time())
            .bind(last.date_time())
            .bind(id);
        let query = text
            .anywhere
            .iter()
            .fold(particulars(query, owner, filter), |query, like| query.bind(like.clone()));
        let rows = query
            .bind(limit.one_more())
            .fetch_all(&mut *at.connection)
            .await
            .of("library")?;
        let photos = rows
            .iter()
            .map(|row| photo_row::read(row).map(|photo| photo.view));
        Ok(Page::cut(photos.collect::<sqlx::Result<_>>().of("library")?, limit, PhotoView::key))
    }
}

/// The query, with what leads to its photos.
fn by<'q>(owner: UserId, filter: &Filter, text: &Text) -> Arguments<'q> {
    if let Some(indexed) = &text.indexed {
        return sqlx::query(BY_WORDS).bind(indexed.clone());
    }
    if let Some(tag) = &filter.tag {
        return sqlx::query(BY_TAG)
            .bind(owner.uuid())
            .bind(tag.as_str().to_owned());
    }
    if let Some(camera) = &filter.camera {
        return camera
            .models()
            .iter()
            .fold(sqlx::query(BY_CAMERA), |query, model| query.bind((*model).to_owned()));
    }
    match filter.favourite {
        Some(true) => sqlx::query(BY_FAVOURITE).bind(owner.uuid()),
        _ => sqlx::query(BY_DATE),
    }
}

/// Binds what [`filtered`] asks for.
pub(super) fn particulars<'q>(
    query: Arguments<'q>,
    owner: UserId,
    filter: &Filter,
) -> Arguments<'q> {
    let status = filter.status.map(Status::word);
    let camera = filter
        .camera
        .as_ref()
        .map(|camera| CameraFilter::as_str(camera).to_owned());
    let tag = filter.tag.as_ref().map(|tag| tag.as_str().to_owned());
    let query = query
        .bind(owner.uuid())
        .bind(filter.taken.from.utc())
        .bind(filter.taken.to.utc())
        .bind(status)
        .bind(status)
        .bind(camera.clone())
        .bind(camera.clone())
        .bind(camera)
        .bind(tag.clone())
        .bind(tag)
        .bind(filter.favourite)
        .bind(owner.uuid())
        .bind(filter.favourite);
    place(query, filter.area.as_ref())
}

fn place<'q>(query: Arguments<'q>, area: Option<&Area>) -> Arguments<'q> {
    let (south, north) = area.map_or((0.0, 0.0), Area::latitudes);
    let longitudes = area.map_or([(0.0, 0.0); 2], Area::longitudes);
    let query = query.bind(area.is_none()).bind(south).bind(north);
    longitudes
        .iter()
        .fold(query, |query, (west, east)| query.bind(*west).bind(*east))
}

/// The words of a search, as the queries take them.
struct Text {
    /// The question to the full-text index; `None` when it can find none of them.
    indexed: Option<String>,
    /// Patterns for the rest, filled up with one that fits everything.
    anywhere: [String; Words::MOST],
}

impl Text {
    fn of(owner: UserId, words: Option<&Words>) -> Self {
        let mine = format!("o{}", owner.uuid().simple());
        let (indexed, rest): (Vec<_>, Vec<_>) = words
            .into_iter()
            .flat_map(Words::iter)
            .partition(|word| is_indexed(word, &mine));
        let mut anywhere = [const { String::new() }; Words::MOST];
        let patterns = rest
            .iter()
            .map(|word| pattern(word))
            .chain(std::iter::repeat("%".to_owned()));
        anywhere
            .iter_mut()
            .zip(patterns)
            .for_each(|(slot, pattern)| *slot = pattern);
        let all = |words: &[&str]| {
            words
                .iter()
                .fold(format!("+{mine}"), |query, word| format!("{query} +{word}*"))
        };
        Self { indexed: (!indexed.is_empty()).then(|| all(&indexed)), anywhere }
    }
}

/// Returns the pattern of a text that has the word. The sign that asks for an emoji's coloured form
/// stands in some texts and not in others that look the same.
fn pattern(word: &str) -> String {
    format!("%{}%", word.replace('\u{fe0f}', "%"))
}

/// Returns whether the full-text index finds the word from its beginning, and means it: a word that
/// the owner's own one begins with would find everything.
fn is_indexed(word: &str, mine: &str) -> bool {
    // Latin, Greek and Cyrillic: what is written with spaces and comes apart as the index takes it.
    let simple = |c: char| {
        c.is_ascii_alphanumeric() || (('\u{c0}'..='\u{52f}').contains(&c) && c.is_alphabetic())
    };
    let lower = word.to_lowercase();
    let found = INDEXED.contains(&word.chars().count()) && word.chars().all(simple);
    found && !STOP_WORDS.contains(&lower.as_str()) && !mine.starts_with(&lower)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Shard;

    #[test]
    fn what_the_full_text_index_cannot_find_is_looked_for_anywhere() {
        let owner = UserId::new(Shard::random());
        let words =
            Words::try_from("Sunset NY the 東京タワー +(owner) o".to_owned()).expect("words");
        let text = Text::of(owner, Some(&words));
        assert_eq!(text.indexed, Some(format!("+o{} +Sunset* +owner*", owner.uuid().simple())));
        assert_eq!(text.anywhere, ["%NY%", "%the%", "%東京タワー%", "%o%", "%", "%", "%", "%"]);
        assert_eq!(Text::of(owner, None).indexed, None);
        let emoji = Words::try_from("❤\u{fe0f}\u{200d}🔥 🎉".to_owned()).expect("words");
        let text = Text::of(owner, Some(&emoji));
        assert_eq!(
            (text.indexed, &text.anywhere[..2]),
            (None, &["%❤%\u{200d}🔥%".to_owned(), "%🎉%".to_owned()][..])
        );
    }

    #[test]
    fn the_owner_s_own_word_is_not_what_a_word_finds() {
        let owner = UserId::new(Shard::random());
        let beginning = format!("O{}", &owner.uuid().simple().to_string()[..6]);
        let words = Words::try_from(beginning).expect("a word");
        assert_eq!(Text::of(owner, Some(&words)).indexed, None);
    }
}
