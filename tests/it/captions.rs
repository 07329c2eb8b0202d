//! Captions and tags that photos bring with them, and those that people give them.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    Person, System,
    person::text,
    photograph::{announcement, described, jpeg},
    system::{until, uploaded},
};

/// A photograph whose file says what it shows, and under which words it is found.
fn ferry(seed: u8) -> Vec<u8> {
    described(&jpeg(60, 40, seed), "The ferry at noon", &["lake", "ferry", "Lake"])
}

/// Ana, her photo that has been announced with this caption, and its upload.
async fn announced(bytes: &[u8], caption: Option<&str>) -> (Person, String, Value) {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let mut photo = announcement("photo.jpg", bytes);
    if let Some(caption) = caption {
        photo["caption"] = json!(caption);
    }
    let announced = ana
        .post(&format!("/v1/albums/{album}/photos"), photo)
        .await
        .expect(201);
    (ana, text(&announced["photo"]["id"]), announced["upload"].clone())
}

async fn tag(ana: &Person, method: Method, photo: &str, tag: &str) {
    let answer = ana
        .ask(method, &format!("/v1/photos/{photo}/tags/{tag}"), &[], None)
        .await;
    assert!(answer.status < 300, "{}", answer.body);
}

async fn patch(ana: &Person, photo: &str, change: Value) {
    ana.ask(Method::PATCH, &format!("/v1/photos/{photo}"), &[], Some(change.to_string()))
        .await
        .expect(200);
}

#[tokio::test]
async fn what_the_file_says_becomes_caption_and_tags() {
    let bytes = ferry(171);
    let (ana, photo, upload) = announced(&bytes, None).await;
    assert_eq!(ana.send(&upload, &bytes).await, 200);
    let settled = ana.settled(&photo).await;
    assert_eq!(
        (&settled["caption"], &settled["tags"]),
        (&json!("The ferry at noon"), &json!(["ferry", "lake"]))
    );
    for query in ["q=noon", "tag=lake"] {
        let found =
            until("a search that finds it", std::time::Duration::from_secs(20), async || {
                let page = ana.get(&format!("/v1/search?{query}")).await.expect(200);
                page["items"]
                    .as_array()
                    .filter(|items| !items.is_empty())
                    .cloned()
            });
        assert_eq!(found.await[0]["id"], photo, "{query}");
    }
    assert_eq!(
        ana.get("/v1/tags").await.expect(200)["items"][0],
        json!({"tag": "ferry", "photos": 1})
    );
}

#[tokio::test]
async fn what_people_said_stays() {
    let bytes = ferry(172);
    let (ana, photo, upload) = announced(&bytes, Some("Ours")).await;
    tag(&ana, Method::PUT, &photo, "boat").await;
    assert_eq!(ana.send(&upload, &bytes).await, 200);
    let settled = ana.settled(&photo).await;
    assert_eq!((&settled["caption"], &settled["tags"]), (&json!("Ours"), &json!(["boat"])));
}

#[tokio::test]
async fn what_people_took_away_stays_away() {
    let bytes = ferry(173);
    let (ana, photo, upload) = announced(&bytes, Some("Ours")).await;
    patch(&ana, &photo, json!({"caption": ""})).await;
    tag(&ana, Method::PUT, &photo, "boat").await;
    tag(&ana, Method::DELETE, &photo, "boat").await;
    assert_eq!(ana.send(&upload, &bytes).await, 200);
    let settled = ana.settled(&photo).await;
    assert_eq!((&settled["caption"], &settled["tags"]), (&json!(""), &json!([])));
}

#[tokio::test]
async fn a_second_run_brings_nothing_back() {
    let bytes = ferry(174);
    let (ana, photo, upload) = announced(&bytes, None).await;
    assert_eq!(ana.send(&upload, &bytes).await, 200);
    assert_eq!(ana.settled(&photo).await["tags"], json!(["ferry", "lake"]));
    patch(&ana, &photo, json!({"caption": ""})).await;
    tag(&ana, Method::DELETE, &photo, "lake").await;
    let url = text(&upload["url"]);
    let object = &url[url.find("/originals/").expect("a key") + 1..url.find('?').expect("a query")];
    ana.system
        .invoke("MakeRenditions", &uploaded(object, bytes.len(), 1))
        .await;
    let after = ana.get(&format!("/v1/photos/{photo}")).await.expect(200);
    assert_eq!((&after["caption"], &after["tags"]), (&json!(""), &json!(["ferry"])));
}

#[tokio::test]
async fn what_no_caller_may_send_is_not_taken_from_a_file() {
    let words: Vec<String> = (0..80).map(|number| format!("word {number:02}")).collect();
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    let long = "x".repeat(51);
    words.insert(0, &long);
    let bytes = described(&jpeg(60, 40, 175), &"é".repeat(3000), &words);
    let (ana, photo, upload) = announced(&bytes, None).await;
    assert_eq!(ana.send(&upload, &bytes).await, 200);
    let settled = ana.settled(&photo).await;
    assert_eq!(text(&settled["caption"]).chars().count(), 2000);
    let tags = settled["tags"].as_array().expect("tags");
    assert_eq!((tags.len(), &tags[0]), (50, &json!("word 00")));
}
