use proptest::prelude::*;

use super::*;

fn photo(text: &str) -> PhotoWords {
    PhotoWords::of([text])
}

/// Does what the pattern of a sought word does.
fn fits(photo: &PhotoWords, word: &SoughtWord) -> bool {
    photo.text().contains(word.pattern.trim_matches('%'))
}

/// Asks the index as a search does.
fn finds(photo: &PhotoWords, query: &str) -> bool {
    let postings = photo.postings();
    let all = sought(query);
    let stands = |beginning: &String| postings.iter().any(|word| word.starts_with(beginning));
    !all.is_empty()
        && all
            .iter()
            .all(|word| word.beginnings.iter().all(stands) && fits(photo, word))
}

#[test]
fn a_word_is_found_from_its_beginning_and_what_has_no_blanks_anywhere() {
    let photo =
        photo("The Ferry to Bellàgio, IMG_2041.jpg 夜の東京タワー 👨\u{200d}👩\u{200d}👧 👍🏽");
    let found = [
        "ferry",
        "FERR",
        "bellagio the",
        "2041",
        "img_2041",
        "東京",
        "京タ",
        "ﾀﾜｰ",
        "夜",
        "ー",
        "東京 ferry",
        "👨\u{200d}👩\u{200d}👧",
        "👩",
        "👧",
        "👍",
        "👍🏽",
        "t",
    ];
    for query in found {
        assert!(finds(&photo, query), "{query}");
    }
    let missed = ["erry", "041", "東タ", "京東", "🏽", "👍🏿", "ferry night", "🎈", "  "];
    for query in missed {
        assert!(!finds(&photo, query), "{query}");
    }
}

#[test]
fn scripts_that_stand_together_are_parted() {
    let photo = photo("tower東京2024年");
    assert_eq!(photo.text(), " 2024 tower 年 東京");
    assert_eq!(photo.postings().len(), 5);
    assert!(finds(&photo, "東京tow") && finds(&photo, "2024年"));
}

#[test]
fn long_words_are_told_apart_by_their_beginning() {
    let name = "a".repeat(100);
    assert_eq!(photo(&name).postings(), BTreeSet::from(["a".repeat(LONGEST)]));
    assert!(finds(&photo(&name), &name));
}

/// A word that is written as a search finds it, for the other side of the comparison.
fn naively(caption: &[String], query: &str) -> bool {
    let mut words = query.split(' ');
    words.all(|word| {
        let from_beginning = word.is_ascii();
        caption
            .iter()
            .any(|said| said.starts_with(word) || (!from_beginning && said.contains(word)))
    })
}

proptest! {
    #[test]
    fn the_index_finds_what_reading_every_caption_finds(
        caption in prop::collection::vec("[ab]{1,3}|[東京都]{1,4}", 1..6),
        query in prop::collection::vec("[ab]{1,2}|[東京都]{1,3}", 1..3),
    ) {
        let query = query.join(" ");
        let indexed = photo(&caption.join(" "));
        prop_assert_eq!(finds(&indexed, &query), naively(&caption, &query));
    }

    #[test]
    fn a_photo_that_fits_stands_under_every_beginning(
        text in "\\PC{0,60}", from in 0usize..30, length in 1usize..12,
    ) {
        let photo = photo(&text);
        let postings = photo.postings();
        let query: String = text.chars().skip(from).take(length).collect();
        for word in sought(&query) {
            let begins = |beginning| postings.iter().any(|word| word.starts_with(beginning));
            let stands = word.beginnings.iter().all(begins);
            prop_assert!(!fits(&photo, &word) || stands, "{:?}", word);
        }
    }

    #[test]
    fn words_that_were_written_are_read_again(text in "\\PC{0,60}") {
        let photo = photo(&text);
        prop_assert_eq!(PhotoWords::read(&photo.text()), photo);
    }

    #[test]
    fn no_posting_is_longer_than_its_column(text in "\\PC{0,80}") {
        for posting in photo(&text).postings() {
            prop_assert!(posting.chars().count() <= LONGEST);
        }
    }
}
