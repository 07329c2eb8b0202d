//! The index of words: it finds what reading every caption would find, and no more, newest first.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use shared::{
    domain::{
        Limit, PhotoId, PhotoKey, UserId,
        search::{Filter, Words},
    },
    stores::library::SearchBounds,
};
use sqlx::MySqlConnection;
use tests::{Person, System, library::database, person::text, system::projector};

use super::Library;
use crate::discovery::all;

/// Words of which captions are made: beginnings that many have, and a script without blanks.
const VOCABULARY: [&str; 12] =
    ["sun", "sunset", "sunny", "sea", "seal", "lake", "lakes", "zoo", "東京", "京都", "東", "🎉"];

const QUERIES: [&str; 14] = [
    "s",
    "su",
    "sun",
    "sunset",
    "lake",
    "lake sun",
    "se s",
    "zoo lake sea",
    "京",
    "東京",
    "東 su",
    "🎉 l",
    "nothing",
    "sun nothing",
];

/// Numbers that look random and are the same in each run.
fn numbers() -> impl Iterator<Item = usize> {
    let next = |n: &u32| Some(n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
    std::iter::successors(Some(7), next).map(|n| (n >> 16) as usize)
}

/// Returns whether somebody who reads the caption finds all words of the query in it.
fn reads(caption: &str, query: &str) -> bool {
    let has = |word: &str| {
        let from_beginning = word.is_ascii();
        caption
            .split(' ')
            .any(|said| said.starts_with(word) || (!from_beginning && said.contains(word)))
    };
    query.split(' ').all(has)
}

async fn user_id(person: &Person) -> UserId {
    text(&person.get("/v1/me").await.expect(200)["id"])
        .parse()
        .expect("a user")
}

/// Pages of three, with a search that looks at hardly anything at a time.
async fn paged(library: &shared::stores::Library, owner: UserId, query: &str) -> Vec<String> {
    let words = Words::try_from(query.to_owned()).expect("words");
    let limit: Limit = "3".parse().expect("a limit");
    let bounds = SearchBounds { lists: 2, few: 6, windows: [2, 4] };
    let mut found = Vec::new();
    let mut after = None::<PhotoKey>;
    let mut pages = 0;
    loop {
        let filter = Filter::default();
        let page = library
            .search_words(owner, &words, &filter, after, limit, &bounds)
            .await
            .expect("a page");
        assert!(page.items.len() <= 3, "{query}");
        found.extend(page.items.iter().map(|photo| photo.id.to_string()));
        pages += 1;
        assert!(pages < 100, "{query} comes to an end");
        match page.next {
            Some(next) => after = Some(next),
            None => return found,
        }
    }
}

#[tokio::test]
async fn a_search_finds_what_reading_every_caption_finds() {
    let system = System::shared();
    let library = Library::new(&system).await;
    let mut numbers = numbers();
    let mut captions = Vec::new();
    for day in 0..40 {
        let mut caption = Vec::new();
        for _ in 0..3 {
            caption.push(VOCABULARY[numbers.next().expect("a number") % VOCABULARY.len()]);
        }
        let caption = caption.join(" ");
        // Two photos of each moment: the order goes on with the id.
        let taken = format!("2024-01-{:02}T10:00:00Z", 1 + day / 2);
        let photo = library
            .photo(json!({"name": "a", "caption": caption, "taken_at": taken}))
            .await;
        captions.push((taken, photo, caption));
    }
    captions.sort_unstable_by(|a, b| b.cmp(a));

    let store = projector(&system).library;
    let owner = user_id(&library.owner).await;
    for query in QUERIES {
        let fits = |(_, photo, caption): &(String, String, String)| {
            reads(caption, query).then(|| photo.clone())
        };
        let expected: Vec<_> = captions.iter().filter_map(fits).collect();
        let encoded = query.replace(' ', "+");
        assert_eq!(library.search(&format!("q={encoded}")).await, expected, "{query}");
        assert_eq!(paged(&store, owner, query).await, expected, "{query}, in small pages");
    }
}

#[tokio::test]
async fn words_follow_their_photo_into_the_trash_and_to_another_date() {
    let library = Library::new(&System::shared()).await;
    let old = library
        .photo(json!({"caption": "harbour", "taken_at": "2020-01-01T00:00:00Z"}))
        .await;
    let new = library
        .photo(json!({"caption": "harbour", "taken_at": "2021-01-01T00:00:00Z"}))
        .await;
    assert_eq!(library.search("q=harbour").await, [new.clone(), old.clone()]);

    let path = format!("/v1/photos/{old}");
    let moved = json!({"taken_at": "2022-01-01T00:00:00Z"});
    edit(&library.owner, &path, &moved).await;
    assert_eq!(library.search("q=harbour").await, [old.clone(), new.clone()]);
    assert_eq!(library.search("q=harbour&to=2020-12-31").await, Vec::<String>::new());

    let mut connection = database(&library.owner.system, id(&old).shard()).await;
    assert_eq!(rows_of(&mut connection, &old).await, 4, "harbour, photo, jpg, and the photo");
    library.owner.delete(&path).await.expect(204);
    assert_eq!(library.search("q=harbour").await, [new]);
    assert_eq!(rows_of(&mut connection, &old).await, 0);
}

async fn edit(person: &Person, path: &str, change: &serde_json::Value) {
    let body = Some(change.to_string());
    person.ask(Method::PATCH, path, &[], body).await.expect(200);
}

fn id(photo: &str) -> PhotoId {
    photo.parse().expect("a photo")
}

async fn rows_of(connection: &mut MySqlConnection, photo: &str) -> i64 {
    sqlx::query_scalar("SELECT COUNT(*) FROM search_index WHERE photo_id = ?")
        .bind(id(photo).uuid())
        .fetch_one(connection)
        .await
        .expect("a count")
}

#[tokio::test]
async fn suggestions_are_words_of_one_s_own_photos_the_most_used_first() {
    let system = System::shared();
    let library = Library::new(&system).await;
    for caption in ["Fähre ferry", "ferry FERN", "Ferry fern", "feather", "東京タワー"] {
        library
            .photo(json!({"name": "a", "caption": caption}))
            .await;
    }
    let other = Library::new(&system).await;
    other.photo(json!({"caption": "fence"})).await;
    let suggested = async |q: &str| {
        let path = format!("/v1/search/suggestions?q={q}");
        library.owner.get(&path).await.expect(200)["items"].clone()
    };
    let of = |words: &[(&str, u64)]| {
        let items = words
            .iter()
            .map(|(word, photos)| json!({"word": word, "photos": photos}));
        json!(items.collect::<Vec<_>>())
    };
    let ferry = ("ferry", 3);
    assert_eq!(suggested("fe").await, of(&[ferry, ("fern", 2), ("feather", 1)]));
    assert_eq!(suggested("lake+FER").await, of(&[ferry, ("fern", 2)]));
    assert_eq!(suggested("f%C3%A4").await, of(&[("fahre", 1)]));
    assert_eq!(suggested("%E6%9D%B1").await, of(&[]));
    assert_eq!(suggested("x").await, of(&[]));
    for q in ["", "?q=", "?q=%2B", "?q=a&colour=red"] {
        let answer = library
            .owner
            .get(&format!("/v1/search/suggestions{q}"))
            .await;
        assert_eq!(answer.problem(422), "/problems/invalid", "{q}");
    }
}

/// Makes an owner's photos what they were before there was an index.
async fn forget_index(connection: &mut MySqlConnection, owner: UserId) {
    for sql in [
        "DELETE FROM search_index WHERE owner_id = ?",
        "UPDATE photos SET indexed_at = NULL WHERE owner_id = ?",
        "UPDATE owners SET search_indexed = FALSE WHERE user_id = ?",
    ] {
        sqlx::query(sql)
            .bind(owner.uuid())
            .execute(&mut *connection)
            .await
            .expect(sql);
    }
}

#[tokio::test]
async fn photos_of_before_the_index_are_found_before_and_after_they_are_indexed() {
    let system = System::shared();
    let library = Library::new(&system).await;
    let mut photos = Vec::new();
    for day in 1..=5 {
        let taken = format!("2024-01-{day:02}T10:00:00Z");
        let photo = library
            .photo(json!({"name": "a", "caption": format!("Ferry {day}"), "taken_at": taken}))
            .await;
        photos.insert(0, photo);
    }
    let owner = user_id(&library.owner).await;
    let mut connection = database(&system, owner.shard()).await;
    forget_index(&mut connection, owner).await;
    assert_eq!(library.search("q=ferr").await, photos, "by the full-text index");

    // One that changes meanwhile is indexed by that.
    let path = format!("/v1/photos/{}", photos[0]);
    let changed = json!({"caption": "Ferry again"});
    edit(&library.owner, &path, &changed).await;
    let store = projector(&system).library;
    let soon = Instant::now() + Duration::from_mins(1);
    let unfinished = store.backfill(owner, Instant::now()).await;
    assert!(!unfinished.expect("no time"), "there was no time");
    for _ in 0..2 {
        assert!(store.backfill(owner, soon).await.expect("an index"));
        assert_eq!(library.search("q=ferr").await, photos, "by the index of words");
        assert_eq!(library.search("q=again").await, photos[..1]);
    }
    let pages = all(&library.owner, "/v1/search?q=ferry").await;
    assert_eq!(pages.len(), photos.len());
    let path = "/v1/search/suggestions?q=fer";
    let suggested = library.owner.get(path).await.expect(200);
    assert_eq!(suggested["items"], json!([{"word": "ferry", "photos": 5}]));
}
