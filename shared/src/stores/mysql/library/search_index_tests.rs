use proptest::prelude::*;
use time::macros::datetime;

use super::*;

fn photo(caption: &str) -> IndexedPhoto {
    IndexedPhoto {
        id: Uuid::max(),
        sha256: Vec::new(),
        taken_local: Some(datetime!(2026-07-14 09:30)),
        caption: caption.to_owned(),
        file_name: String::new(),
        camera_make: None,
        camera_model: None,
        lens: None,
        tags: None,
        indexed_at: None,
        text: None,
    }
}

fn changes(photo: &IndexedPhoto) -> IndexChanges {
    let mut changes = IndexChanges::default();
    changes.update(photo);
    changes
}

/// The photo as it is once the changes are written.
fn indexed(photo: IndexedPhoto) -> IndexedPhoto {
    let text = photo.words().text().into_bytes();
    IndexedPhoto { indexed_at: photo.taken_local, text: Some(text), ..photo }
}

fn words(rows: &[IndexRow]) -> Vec<&str> {
    rows.iter().map(|row| row.word.as_str()).collect()
}

#[test]
fn a_photo_is_found_by_all_that_it_says() {
    let photo = IndexedPhoto {
        file_name: "IMG_1.jpg".to_owned(),
        camera_make: Some("NIKON".to_owned()),
        lens: Some("f/2".to_owned()),
        tags: Some("[\"Night walk\"]".to_owned()),
        ..photo("À la carte")
    };
    let text = " 1 2 a carte f img jpg la night nikon walk";
    assert_eq!(photo.words().text(), text);
    let put = changes(&photo).put;
    assert_eq!(put.len(), 12);
    assert_eq!(put.last().and_then(|row| row.text.as_deref()), Some(text));
}

#[test]
fn what_has_not_changed_is_not_written() {
    let photo = indexed(photo("lake"));
    assert_eq!(changes(&photo), IndexChanges::default());
}

#[test]
fn a_caption_s_difference_is_written() {
    let before = indexed(photo("lake at night"));
    let after = changes(&IndexedPhoto { caption: "lake at noon".to_owned(), ..before });
    assert_eq!(words(&after.put), ["noon", ""]);
    assert_eq!(words(&after.deleted), ["night"]);
    let counts = [("night".to_owned(), -1), ("noon".to_owned(), 1)];
    assert_eq!(after.counts, BTreeMap::from(counts));
}

#[test]
fn a_photo_that_moves_takes_its_words_along_and_the_trash_has_none() {
    let before = indexed(photo("lake"));
    let moved = IndexedPhoto { taken_local: Some(datetime!(2020-01-01 0:00)), ..before };
    let changed = changes(&moved);
    assert_eq!(words(&changed.put), ["lake", ""]);
    assert_eq!(words(&changed.deleted), ["lake", ""]);
    assert!(changed.counts.is_empty());

    let trashed = changes(&IndexedPhoto { taken_local: None, ..moved });
    assert_eq!((words(&trashed.put), words(&trashed.deleted)), (vec![], vec!["lake", ""]));
    assert_eq!(trashed.counts, BTreeMap::from([("lake".to_owned(), -1)]));
}

/// Writes changes as the database would.
fn apply(
    index: &mut BTreeSet<(String, String)>,
    counts: &mut BTreeMap<String, i64>,
    changes: IndexChanges,
) {
    for row in changes.deleted {
        assert!(index.remove(&(row.word, row.taken_local)), "what is deleted was there");
    }
    for row in changes.put {
        index.insert((row.word, row.taken_local));
    }
    for (word, more) in changes.counts {
        *counts.entry(word).or_default() += more;
    }
}

proptest! {
    #[test]
    fn after_any_changes_the_index_is_what_it_would_be_if_it_were_made_anew(
        steps in prop::collection::vec(
            ("[abc]( [abc東京]{1,2}){0,3}", prop::option::of(0u8..3)),
            1..8,
        ),
    ) {
        let (mut index, mut counts) = (BTreeSet::new(), BTreeMap::new());
        let mut photo = photo("");
        for (caption, day) in steps {
            photo.caption = caption;
            photo.taken_local = day.map(|day| {
                datetime!(2026-07-14 09:30) + time::Duration::days(i64::from(day))
            });
            apply(&mut index, &mut counts, changes(&photo));
            let new = IndexedPhoto { indexed_at: None, text: None, ..photo };
            let anew = changes(&new);
            photo = indexed(new);
            let (mut made, mut counted) = (BTreeSet::new(), BTreeMap::new());
            apply(&mut made, &mut counted, anew);
            prop_assert_eq!(&index, &made);
            counts.retain(|_, photos| *photos != 0);
            prop_assert_eq!(&counts, &counted);
        }
    }
}
