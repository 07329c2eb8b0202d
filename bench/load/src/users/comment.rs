//! People who comment, and read what is said.

use std::time::Instant;

use serde_json::json;

use super::{Arrival, Traffic};
use crate::{
    answers::{Comment, Comments},
    api::Answer,
    library::{Album, Person, Photo},
    outcome::Failure,
    route::Route,
};

/// The comments of a page.
const PAGE: usize = 500;

/// Writes a comment and reads the comments on the photo, in which it has to be.
pub async fn comment(traffic: &Traffic, arrival: &Arrival, intended: Instant) {
    let album = traffic.library.album(arrival.album);
    let photo = album.photo(arrival.photo);
    let person = &traffic.library.people[album.owner];
    let path = format!("/v1/photos/{}/comments", photo.id);
    let body = json!({"text": "What a view!", "album": album.id});
    let request = traffic
        .api
        .post(Route::CreateComment, intended, &path, &person.token, &body);
    let check = |answer: &Answer| is_of(answer, photo);
    if let Some(written) = traffic.api.ask(request, check).await {
        find(traffic, album, photo, person, &written).await;
    }
}

fn is_of(answer: &Answer, photo: &Photo) -> Result<String, Failure> {
    let comment: Comment = answer.json()?;
    if comment.photo == photo.id {
        Ok(comment.id)
    } else {
        Err(Failure::Wrong("a comment on another photo"))
    }
}

/// Reads comments, the oldest first, page by page until the one that was written.
async fn find(traffic: &Traffic, album: &Album, photo: &Photo, person: &Person, written: &str) {
    let first = format!("/v1/photos/{}/comments?album={}&limit={PAGE}", photo.id, album.id);
    let mut path = first.clone();
    loop {
        let request =
            traffic
                .api
                .get(Route::ListComments, Instant::now(), &path, Some(&person.token));
        let check = |answer: &Answer| next_page(answer, written);
        match traffic.api.ask(request, check).await {
            Some(Some(cursor)) => path = format!("{first}&cursor={cursor}"),
            _ => return,
        }
    }
}

/// Returns the cursor of the next page, if the comment is not on this one.
fn next_page(answer: &Answer, written: &str) -> Result<Option<String>, Failure> {
    let page: Comments = answer.json()?;
    if page.items.iter().any(|comment| comment.id == written) {
        return Ok(None);
    }
    match page.next {
        Some(cursor) => Ok(Some(cursor)),
        None => Err(Failure::Wrong("comments without the one just written")),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::header::HeaderMap;

    use super::*;

    #[test]
    fn a_comment_that_was_written_is_on_one_of_the_pages() {
        let page = |next| {
            let items = json!([{"id": "c1", "photo": "p"}]);
            let body = Bytes::from(json!({"items": items, "next": next}).to_string());
            Answer { status: 200, headers: HeaderMap::new(), body }
        };
        assert_eq!(next_page(&page(json!(null)), "c1"), Ok(None));
        assert_eq!(next_page(&page(json!("c")), "c2"), Ok(Some("c".to_owned())));
        assert!(next_page(&page(json!(null)), "c2").is_err());
    }
}
