//! The words and the picture of a card of an album, of those that guests see.

use serde::Deserialize;
use shared::domain::{Language, view::RenditionView};

use crate::card_picture::LONG_EDGE;

/// The most letters of an album's description that a card has. Messengers show two lines or three.
const DESCRIPTION: usize = 160;

/// An album as its guests see it; the rest of its view is passed over.
#[derive(Debug, Deserialize)]
pub struct SharedAlbum {
    title: String,
    description: String,
    photo_count: u32,
    cover: Option<Cover>,
}

#[derive(Debug, Deserialize)]
struct Cover {
    renditions: Vec<RenditionView>,
}

impl SharedAlbum {
    /// Returns the rendition of the cover that a card's picture is made of; `None` of an album that
    /// has no photo to show.
    pub fn picture(&self) -> Option<&RenditionView> {
        let renditions = &self.cover.as_ref()?.renditions;
        renditions
            .iter()
            .filter(|rendition| rendition.size <= LONG_EDGE)
            .max_by_key(|rendition| rendition.size)
    }
}

/// The picture of a card.
#[derive(Debug, PartialEq, Eq)]
pub struct CardPicture {
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// The words for whoever does not see it.
    pub alternative: String,
}

/// A card.
#[derive(Debug, PartialEq, Eq)]
pub struct Card {
    /// The language of its words.
    pub language: Language,
    /// Its title.
    pub title: String,
    /// The line below the title.
    pub description: String,
    /// The cover of the album; `None` where there is none to show.
    pub picture: Option<CardPicture>,
}

impl Card {
    /// Returns the card of an album.
    pub fn of(album: &SharedAlbum) -> Self {
        let language = language_of(&album.title);
        let count = photos(album.photo_count, language);
        let description = shortened(&album.description);
        let picture = album.picture().map(|cover| CardPicture {
            width: cover.width,
            height: cover.height,
            alternative: match language {
                Language::English => format!("The cover of the album “{}”", album.title),
                Language::TraditionalChinese => format!("相簿「{}」的封面", album.title),
            },
        });
        Self {
            language,
            title: album.title.clone(),
            description: if description.is_empty() {
                count
            } else {
                format!("{count} · {description}")
            },
            picture,
        }
    }

    /// Returns the card that names nothing: that something is shared, and by means of what.
    pub fn unnamed() -> Self {
        Self {
            language: Language::English,
            title: "Albumen".to_owned(),
            description: "Photographs are shared with you here. · 有人與您分享相片。".to_owned(),
            picture: None,
        }
    }

    /// Returns the kind of card that X and Slack are asked for: a large picture, where there is one
    /// of 300 by 157 pixels at least.
    pub fn kind(&self) -> &'static str {
        let is_large = |picture: &CardPicture| picture.width >= 300 && picture.height >= 157;
        if self.picture.as_ref().is_some_and(is_large) { "summary_large_image" } else { "summary" }
    }
}

/// Returns the language that a title is in, of those that cards are written in. Nobody asks for a
/// card in a language: what fetches it shows it to others.
fn language_of(title: &str) -> Language {
    let is_han = |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}');
    let is_kana_or_hangul =
        |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{ac00}'..='\u{d7af}');
    if title.contains(is_han) && !title.contains(is_kana_or_hangul) {
        Language::TraditionalChinese
    } else {
        Language::English
    }
}

fn photos(count: u32, language: Language) -> String {
    match (language, count) {
        (Language::English, 0) => "No photos yet".to_owned(),
        (Language::English, 1) => "1 photo".to_owned(),
        (Language::English, _) => format!("{count} photos"),
        (Language::TraditionalChinese, 0) => "還沒有相片".to_owned(),
        (Language::TraditionalChinese, _) => format!("{count} 張相片"),
    }
}

/// Returns the beginning of a text, in one line.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= DESCRIPTION {
        return line;
    }
    let beginning: String = line.chars().take(DESCRIPTION).collect();
    format!("{}…", beginning.trim_end())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn album(title: &str, description: &str, count: u32, sizes: &[(u32, u32, u32)]) -> SharedAlbum {
        let rendition = |(size, width, height): &(u32, u32, u32)| {
            json!({"size": size, "width": width, "height": height, "bytes": 1,
                   "url": format!("/media/f/p/{size}.webp")})
        };
        let renditions: Vec<_> = sizes.iter().map(rendition).collect();
        let cover = if sizes.is_empty() { json!(null) } else { json!({"renditions": renditions}) };
        let view = json!({"title": title, "description": description, "photo_count": count, "cover": cover});
        serde_json::from_value(view).expect("an album")
    }

    #[test]
    fn a_card_counts_photos_in_the_language_of_its_title() {
        let description = |title: &str, count| Card::of(&album(title, "", count, &[])).description;
        assert_eq!(description("Summer", 0), "No photos yet");
        assert_eq!(description("Summer", 1), "1 photo");
        assert_eq!(description("Summer", 12), "12 photos");
        assert_eq!(description("夏天", 12), "12 張相片");
        assert_eq!(description("夏の海", 12), "12 photos", "kana: no Chinese");
    }

    #[test]
    fn a_description_is_one_line_that_ends_somewhere() {
        let card = Card::of(&album("Summer", "At the\n\nlake", 2, &[]));
        assert_eq!(card.description, "2 photos · At the lake");
        let long = Card::of(&album("Summer", &"湖".repeat(500), 2, &[]));
        assert_eq!(long.description.chars().count(), "2 photos · ".len() - 1 + DESCRIPTION + 1);
        assert!(long.description.ends_with("湖…"), "{long:?}");
    }

    #[test]
    fn a_card_s_picture_is_of_the_rendition_that_is_large_enough_and_no_larger() {
        let sizes = [(256, 256, 171), (1024, 1024, 683), (2048, 2048, 1365)];
        let shown = album("Summer", "", 1, &sizes);
        assert_eq!(shown.picture().map(|picture| picture.size), Some(1024));
        assert_eq!(Card::of(&shown).kind(), "summary_large_image");
        let small = Card::of(&album("Summer", "", 1, &[(256, 60, 40)]));
        assert_eq!(small.picture.as_ref().map(|picture| picture.width), Some(60));
        assert_eq!(small.kind(), "summary");
        assert_eq!(Card::of(&album("Summer", "", 0, &[])).picture, None);
    }
}
