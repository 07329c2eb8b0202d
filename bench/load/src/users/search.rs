//! People who search their own photos by a word.

use std::time::Instant;

use super::{Arrival, Traffic};
use crate::{answers::PhotoPage, api::Answer, library::PAGE, outcome::Failure, route::Route};

/// Searches once, for a word of a photo that is there.
pub async fn search(traffic: &Traffic, arrival: &Arrival, intended: Instant) {
    let album = traffic.library.album(arrival.album);
    let word = album.photo(arrival.photo).word;
    let owner = &traffic.library.people[album.owner];
    let path = format!("/v1/search?q={word}&limit={PAGE}");
    let request = traffic
        .api
        .get(Route::SearchPhotos, intended, &path, Some(&owner.token));
    let check = |answer: &Answer| has_found(answer, word);
    traffic.api.ask(request, check).await;
}

fn has_found(answer: &Answer, word: &str) -> Result<(), Failure> {
    let page: PhotoPage = answer.json()?;
    if page.items.is_empty() && page.next.is_none() {
        return Err(Failure::Wrong("a search that does not find what is there"));
    }
    for photo in &page.items {
        if !photo.caption.contains(word) {
            return Err(Failure::Wrong("a search that finds something else"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::header::HeaderMap;
    use serde_json::{Value, json};

    use super::*;

    fn found(items: &Value, next: &Value) -> Result<(), Failure> {
        let body = json!({"items": items, "next": next, "media": {"query": "q"}});
        let body = Bytes::from(body.to_string());
        has_found(&Answer { status: 200, headers: HeaderMap::new(), body }, "lake")
    }

    #[test]
    fn a_search_finds_what_is_there_and_nothing_else() {
        let photo = |caption: &str| json!([{"id": "p", "taken_at": "", "caption": caption}]);
        assert_eq!(found(&photo("a lake"), &Value::Null), Ok(()));
        assert_eq!(found(&json!([]), &json!("more")), Ok(()));
        assert!(found(&json!([]), &Value::Null).is_err());
        assert!(found(&photo("a hill"), &Value::Null).is_err());
    }
}
