//! Tags of any characters, by path and beside it: each is kept as it was written, or refused.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{ApiResponse, Person, System, person::text};

use crate::discovery::{all, announce, ids};

const TAGS: [&str; 24] = [
    "50% off",
    "100%25",
    "a+b",
    "rock/pop",
    "a//b",
    "/",
    "what?",
    "?",
    "C#",
    "#",
    "\"quoted\"",
    "it's",
    "two  words",
    "🎉",
    "東京",
    "a;b",
    "a&b=c",
    "a,b",
    "\\",
    "[x]",
    "é",
    "ǅ",
    "%2F",
    "{tag+}",
];

/// Tags that no path can hold: clients take such segments away, and of `//` nothing is left to
/// route by.
const NOT_IN_A_PATH: [&str; 4] = [".", "..", "/", "?"];

struct Tagged {
    owner: Person,
    photo: String,
}

impl Tagged {
    async fn new() -> Self {
        let owner = Person::new(&System::shared()).await;
        let album = owner.album("Tags").await;
        let photo = announce(&owner, &album, &json!({})).await;
        Self { owner, photo }
    }

    fn path(&self, tag: &str) -> String {
        format!("/v1/photos/{}/tags/{}", self.photo, encoded(tag))
    }

    fn beside(&self, tag: &str) -> String {
        format!("/v1/photos/{}/tags?tag={}", self.photo, encoded(tag))
    }

    async fn put(&self, path: &str) -> ApiResponse {
        self.owner.ask(Method::PUT, path, &[], None).await
    }

    async fn shown(&self) -> Vec<Value> {
        let photo = self
            .owner
            .get(&format!("/v1/photos/{}", self.photo))
            .await
            .expect(200);
        photo["tags"].as_array().expect("tags").clone()
    }

    /// Gives the tag, finds it everywhere, and takes it away.
    async fn comes_and_goes(&self, tag: &str, at: &str) {
        assert_eq!(self.put(at).await.status, 204, "{tag:?}");
        assert_eq!(self.shown().await, [json!(tag)], "on the photo");
        let listed = all(&self.owner, "/v1/tags").await;
        assert_eq!(
            listed
                .iter()
                .map(|tag| text(&tag["tag"]))
                .collect::<Vec<_>>(),
            [tag],
            "in the list of tags"
        );
        let found = self
            .owner
            .get(&format!("/v1/search?tag={}", encoded(tag)))
            .await
            .expect(200);
        assert_eq!(ids(&found), std::slice::from_ref(&self.photo), "found by {tag:?}");
        assert_eq!(self.owner.delete(at).await.status, 204, "{tag:?}");
        assert_eq!(self.shown().await, Vec::<Value>::new(), "taken off");
    }
}

/// Every byte that is no letter or digit, percent-encoded.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[tokio::test]
async fn a_tag_in_a_path_is_kept_as_it_was_written() {
    let tagged = Tagged::new().await;
    for tag in TAGS.into_iter().filter(|tag| !NOT_IN_A_PATH.contains(tag)) {
        tagged.comes_and_goes(tag, &tagged.path(tag)).await;
    }
}

#[tokio::test]
async fn a_tag_beside_the_path_is_any_tag() {
    let tagged = Tagged::new().await;
    for tag in TAGS.into_iter().chain([".", ".."]) {
        tagged.comes_and_goes(tag, &tagged.beside(tag)).await;
    }
    let plus = format!("/v1/photos/{}/tags?tag=two+words", tagged.photo);
    tagged.comes_and_goes("two words", &plus).await;
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_and_nothing_else_is_stored() {
    let tagged = Tagged::new().await;
    for tag in ["", "  ", "a\u{0}b", &"x".repeat(51)] {
        let answer = tagged.put(&tagged.beside(tag)).await;
        assert_eq!(answer.body["errors"][0]["field"], "tag", "{tag:?}");
        answer.problem(422);
    }
    let no_text = format!("/v1/photos/{}/tags", tagged.photo);
    for path in [
        format!("{no_text}?tag=%FF"),
        format!("{no_text}/%FF"),
        format!("{no_text}/a%C3"),
        no_text.clone(),
    ] {
        assert_eq!(tagged.put(&path).await.problem(422), "/problems/invalid", "{path}");
    }
    for path in [format!("{no_text}/%2F"), format!("{no_text}/%3F")] {
        assert_ne!(tagged.put(&path).await.status, 204, "{path}");
    }
    assert_eq!(tagged.shown().await, Vec::<Value>::new());
    assert_eq!(tagged.put(&tagged.beside(" lake ")).await.status, 204);
    assert_eq!(tagged.shown().await, [json!("lake")], "blanks around a tag say nothing");
}

#[tokio::test]
async fn nobody_says_in_a_header_what_their_path_was() {
    let tagged = Tagged::new().await;
    let other = tagged.path("other");
    let answer = tagged
        .owner
        .ask(Method::PUT, &tagged.path("lake"), &[("albumen-path", &other)], None)
        .await;
    assert_eq!(answer.status, 204);
    assert_eq!(tagged.shown().await, [json!("lake")]);
}
