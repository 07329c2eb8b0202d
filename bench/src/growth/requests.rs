//! The requests that are measured.

use serde_json::{Value, json};
use shared::{
    domain::{Moment, Sha256},
    error::Cause,
};

use crate::{
    event::{asking_for_gzip, sample_event},
    note,
    person::Person,
    search,
    seed::{HOME, Library, MONTH},
};

/// Photos of a page of which the smallest album has five hundred.
const SMALL_PAGE: &str = "2";
/// Photos of a page of a month: as many as it has in the smallest album.
const MONTH_PAGE: &str = "5";
/// The page of the list that is read.
const PAGE: u32 = 500;

/// A request that is sent again and again.
pub struct Request {
    /// Its name in the table.
    pub name: &'static str,
    /// The function's binary.
    pub function: &'static str,
    /// The events that API Gateway sends for it, one after the other.
    pub events: Vec<String>,
    /// The path that is posted to after each, to undo it.
    pub undo: Option<String>,
}

/// Returns the requests of somebody's album and library, each so many times.
pub async fn all(library: &Library, person: &Person, times: u32) -> Result<Vec<Request>, Cause> {
    let album = library.album.to_string();
    let cursor = cursor(library, person).await?;
    let read = |name, function, sample, parameters: &[(&str, &str)], query: &[(&str, &str)]| {
        let event = asking_for_gzip(&sample_event(sample, parameters, query, &library.token)?)?;
        let events = vec![event; times as usize];
        Ok::<_, Cause>(Request { name, function, events, undo: None })
    };
    let of_album = [("album", album.as_str())];
    let of_month = [("month", MONTH)];
    let first = [("limit", "50")];
    let page = [("limit", SMALL_PAGE), ("cursor", cursor.as_str())];
    let month = [("limit", MONTH_PAGE)];
    let get_album = include_str!("../../../events/get-album.json");
    let list_photos = include_str!("../../../events/list-photos.json");
    let get_month = include_str!("../../../events/get-month.json");
    let delete_album = include_str!("../../../events/delete-album.json");
    let mut all = vec![
        read("first page, 50 photos", "get-album", get_album, &of_album, &first)?,
        read("page 500, of 2 photos", "list-photos", list_photos, &of_album, &page)?,
        read("month, 5 photos", "get-month", get_month, &of_month, &month)?,
    ];
    let search_photos = include_str!("../../../events/search-photos.json");
    for (name, query) in search::cases() {
        let query: Vec<_> = query
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        all.push(read(name, "search-photos", search_photos, &[], &query)?);
    }
    let suggestions = include_str!("../../../events/list-suggestions.json");
    let beginning = search::beginning();
    let query = [("q", beginning.as_str())];
    all.push(read("suggestions", "list-suggestions", suggestions, &[], &query)?);
    let get_map = include_str!("../../../events/get-map.json");
    for (name, bbox, zoom) in maps() {
        let query = [("bbox", bbox.as_str()), ("zoom", zoom)];
        all.push(read(name, "get-map", get_map, &[], &query)?);
    }
    all.push(uploads(library, times)?);
    let mut deletion = read("deletion of the album", "delete-album", delete_album, &of_album, &[])?;
    deletion.undo = Some(format!("/v1/albums/{album}/restore"));
    all.push(deletion);
    Ok(all)
}

/// The maps that are drawn: name, part and level.
fn maps() -> [(&'static str, String, &'static str); 3] {
    let (latitude, longitude) = HOME;
    let around = |degrees: f64| {
        let (west, south) = (longitude - degrees, latitude - degrees);
        let (east, north) = (longitude + degrees, latitude + degrees);
        format!("{west},{south},{east},{north}")
    };
    [
        ("map of the world", "-180,-90,180,90".to_owned(), "4"),
        ("map of a region", around(5.0), "8"),
        ("map of a town where each third was taken", around(0.02), "15"),
    ]
}

/// Walks to the page before the one that is read.
async fn cursor(library: &Library, person: &Person) -> Result<String, Cause> {
    note(&format!("Walking to page {PAGE}"));
    let list = format!("/v1/albums/{}/photos?limit={SMALL_PAGE}", library.album);
    let mut next = String::new();
    for _ in 1..PAGE {
        let page = person.get(&format!("{list}{next}")).await?;
        let cursor = page["next"].as_str().ok_or("the album is too small")?;
        next = format!("&cursor={cursor}");
    }
    Ok(next.trim_start_matches("&cursor=").to_owned())
}

/// Announces a new photo each time.
fn uploads(library: &Library, times: u32) -> Result<Request, Cause> {
    let album = library.album.to_string();
    let sample = include_str!("../../../events/create-photo.json");
    let event = sample_event(sample, &[("album", &album)], &[], &library.token)?;
    let mut event: Value = serde_json::from_str(&event)?;
    let mut events = Vec::new();
    for number in 0..times {
        let content = format!("{} {number}", Moment::now().micros());
        let photo = json!({
            "name": "IMG_2041.jpg",
            "size": 3_481_027,
            "content_type": "image/jpeg",
            "sha256": String::from(Sha256::of(content.as_bytes())),
            "caption": "The ferry to Bellagio",
        });
        event["body"] = json!(photo.to_string());
        events.push(event.to_string());
    }
    let name = "announcement of one more";
    Ok(Request { name, function: "create-photo", events, undo: None })
}
