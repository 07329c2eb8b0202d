//! `/s/{token}`: cards of links for messengers, and what they do not tell.

use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use shared::domain::Moment;
use tests::{
    Person, System,
    person::{PASSWORD, text},
    photograph::jpeg,
};

use crate::guests::ready;

/// A token as they are written, and as long, which nobody was given.
const NONE: &str = "albumen_nobody-was-given-this-token-0123456789abcde";

/// The most bytes of a picture that every messenger shows.
const MOST_BYTES: usize = 300_000;

/// A page as a messenger reads it.
struct Page {
    headers: HeaderMap,
    html: String,
}

impl Page {
    async fn of(guest: &Person, path: &str) -> Self {
        let answer = guest.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        let (_, bytes) = guest.fetch(path).await;
        Self { headers: answer.headers, html: String::from_utf8(bytes).expect("text") }
    }

    /// Returns what a property of the card is, as it is written.
    fn property(&self, name: &str) -> Option<&str> {
        let begins = format!("<meta property=\"{name}\" content=\"");
        let (_, rest) = self.html.split_once(&begins)?;
        rest.split('"').next()
    }

    fn named(&self, name: &str) -> Option<&str> {
        let begins = format!("<meta name=\"{name}\" content=\"");
        let (_, rest) = self.html.split_once(&begins)?;
        rest.split('"').next()
    }
}

/// Makes a link; its token and its id.
async fn link(person: &Person, album: &str, body: Value) -> (String, String) {
    let path = format!("/v1/albums/{album}/shares");
    let made = person.post(&path, body).await.expect(201);
    let token = text(&made["token"]);
    assert_eq!(made["url"], format!("{}/s/{token}", person.system.origin));
    (token, text(&made["id"]))
}

#[tokio::test]
async fn a_card_shows_what_guests_see_and_leads_on() {
    let system = System::shared();
    let (ana, guest) = (Person::new(&system).await, Person::anonymous(&system));
    let album = ana.album("Two evenings at the lake").await;
    ready(&ana, &album, &jpeg(1300, 870, 1)).await;
    ana.announce(&album, &jpeg(60, 40, 2)).await.expect(201);
    let (token, _) = link(&ana, &album, json!({})).await;
    let path = format!("/s/{token}");
    let url = format!("{}{path}", system.origin);
    let image = format!("{url}.jpg");

    let page = Page::of(&guest, &path).await;
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(page.headers["cache-control"], "public, max-age=0, s-maxage=1");
    assert_eq!(page.headers["x-robots-tag"], "noindex");
    for (name, value) in [
        ("og:title", "Two evenings at the lake"),
        ("og:description", "1 photo"),
        ("og:url", url.as_str()),
        ("og:image", image.as_str()),
        ("og:image:width", "1024"),
        ("og:image:height", "685"),
        ("og:image:type", "image/jpeg"),
        ("og:locale", "en_GB"),
        ("og:site_name", "Albumen"),
    ] {
        assert_eq!(page.property(name), Some(value), "{name}");
    }
    for (name, value) in [
        ("twitter:card", "summary_large_image"),
        ("robots", "noindex"),
        ("referrer", "no-referrer"),
        ("theme-color", "#f4ecdf"),
    ] {
        assert_eq!(page.named(name), Some(value), "{name}");
    }
    assert!(
        page.html
            .contains(&format!("content=\"0;url=/#/s/{token}\"")),
        "{}",
        page.html
    );
    for secret in ["user_", "album_", "photo_", "/media/", "Signature", "<script", "style"] {
        assert!(!page.html.contains(secret), "{secret}: {}", page.html);
    }
    let followed = Page::of(&guest, &format!("{path}?utm_source=x")).await;
    assert_eq!(followed.html, page.html, "what messengers put behind it changes nothing");
}

#[tokio::test]
async fn a_card_s_picture_is_a_jpeg_of_the_cover() {
    let system = System::shared();
    let (ana, guest) = (Person::new(&system).await, Person::anonymous(&system));
    let album = ana.album("Summer").await;
    let (token, _) = link(&ana, &album, json!({})).await;
    let path = format!("/s/{token}.jpg");
    guest.get(&path).await.problem(404);
    let empty = Page::of(&guest, &format!("/s/{token}")).await;
    assert_eq!(empty.property("og:description"), Some("No photos yet"));
    let logo = format!("{}/icon-512.png", system.origin);
    assert_eq!(empty.property("og:image"), Some(logo.as_str()));
    assert_eq!(guest.fetch(&logo).await.0, 200);

    ready(&ana, &album, &jpeg(1300, 870, 1)).await;
    let answer = guest.get(&path).await;
    assert_eq!(answer.headers["content-type"], "image/jpeg");
    assert_eq!(answer.headers["cache-control"], "public, max-age=0, s-maxage=900");
    let (status, bytes) = guest.fetch(&path).await;
    let header = turbojpeg::read_header(&bytes).expect("a JPEG");
    assert_eq!((status, header.width, header.height), (200, 1024, 685));
    assert!(bytes.len() <= MOST_BYTES, "{}", bytes.len());

    let end = Moment::now().plus(60);
    let (token, _) = link(&ana, &album, json!({"expires_at": end})).await;
    let answer = guest.get(&format!("/s/{token}.jpg")).await;
    let kept = answer.headers["cache-control"].to_str().expect("text");
    let seconds = kept.strip_prefix("public, max-age=0, s-maxage=");
    let seconds: i64 = seconds.expect("seconds").parse().expect("a number");
    assert!(seconds <= 60, "no longer than the link lasts: {seconds}");
}

#[tokio::test]
async fn a_title_that_wants_to_be_markup_stays_text() {
    let system = System::shared();
    let (ana, guest) = (Person::new(&system).await, Person::anonymous(&system));
    let title = "\"><script src=//evil.example></script><meta http-equiv=refresh content='0;url=//evil.example'>";
    let album = ana.album(title).await;
    let (token, _) = link(&ana, &album, json!({})).await;
    let page = Page::of(&guest, &format!("/s/{token}")).await;
    assert!(!page.html.contains("<script"), "{}", page.html);
    assert_eq!(page.html.matches("<meta http-equiv").count(), 1, "{}", page.html);
    let shown = page.property("og:title").expect("a title");
    assert!(shown.starts_with("&#34;&#62;&#60;script"), "{shown}");
}

#[tokio::test]
async fn a_card_speaks_the_language_of_its_title() {
    let system = System::shared();
    let (ana, guest) = (Person::new(&system).await, Person::anonymous(&system));
    let album = ana.album("湖邊的兩個晚上").await;
    ready(&ana, &album, &jpeg(60, 40, 3)).await;
    let (token, _) = link(&ana, &album, json!({})).await;
    let page = Page::of(&guest, &format!("/s/{token}")).await;
    assert_eq!(page.property("og:description"), Some("1 張相片"));
    assert_eq!(page.property("og:locale"), Some("zh_TW"));
    assert_eq!(page.named("twitter:card"), Some("summary"), "too small to be shown large");
}

/// The headers that are not of one request alone.
fn kept_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut kept = Vec::new();
    for (name, value) in headers {
        let one = ["x-request-id", "apigw-requestid", "date", "etag"];
        if !one.contains(&name.as_str()) {
            kept.push((name.to_string(), value.to_str().expect("text").to_owned()));
        }
    }
    kept.sort();
    kept
}

#[tokio::test]
async fn a_link_that_does_not_open_to_all_has_a_card_that_names_nothing() {
    let system = System::shared();
    let (ana, guest) = (Person::new(&system).await, Person::anonymous(&system));
    let album = ana.album("A plan that nobody knows").await;
    ready(&ana, &album, &jpeg(60, 40, 4)).await;
    let (locked, _) = link(&ana, &album, json!({"password": PASSWORD})).await;
    let (revoked, id) = link(&ana, &album, json!({})).await;
    assert_eq!(ana.delete(&format!("/v1/shares/{id}")).await.status, 204);
    let binned_album = ana.album("A plan that nobody knows, either").await;
    let (binned, _) = link(&ana, &binned_album, json!({})).await;
    assert_eq!(
        ana.delete(&format!("/v1/albums/{binned_album}"))
            .await
            .status,
        204
    );

    let unknown = Page::of(&guest, &format!("/s/{NONE}")).await;
    let mut no_picture = guest.get(&format!("/s/{NONE}.jpg")).await.expect(404);
    no_picture["request_id"] = Value::Null;
    for token in [locked, revoked, binned] {
        let page = Page::of(&guest, &format!("/s/{token}")).await;
        assert_eq!(page.html.replace(&token, NONE), unknown.html, "{token}");
        assert_eq!(kept_headers(&page.headers), kept_headers(&unknown.headers), "{token}");
        assert!(!page.html.contains("A plan"), "{}", page.html);
        let mut picture = guest.get(&format!("/s/{token}.jpg")).await.expect(404);
        picture["request_id"] = Value::Null;
        assert_eq!(picture, no_picture, "{token}");
    }
    for no_token in ["%22%3E", "a.b", "a%2Fb"] {
        guest.get(&format!("/s/{no_token}")).await.expect(404);
    }
}
