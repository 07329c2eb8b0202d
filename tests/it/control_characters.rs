//! Names that people give: what would turn or break what stands beside them is taken out.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    Person, System,
    person::{PASSWORD, address, text},
    photograph::sum,
};

/// A mark of every kind that turns the direction of reading.
const MARKS: &str = "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";

fn marked(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    format!("{MARKS}{first}{MARKS}{rest}{MARKS}")
}

fn photo(name: &str) -> Value {
    let sum = sum(uuid::Uuid::now_v7().as_bytes());
    json!({
        "name": name, "caption": marked("A boat"), "size": 7, "content_type": "image/jpeg",
        "sha256": sum,
    })
}

#[tokio::test]
async fn marks_of_direction_are_in_no_name_that_is_shown() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let guest = Person::anonymous(&system);
    let user = json!({"name": marked("Ana"), "email": address(), "password": PASSWORD});
    assert_eq!(guest.post("/v1/users", user).await.expect(201)["name"], "Ana");
    let renamed = Some(json!({"name": marked("Anna")}).to_string());
    assert_eq!(
        ana.ask(Method::PATCH, "/v1/me", &[], renamed)
            .await
            .expect(200)["name"],
        "Anna"
    );

    let album = ana
        .post("/v1/albums", json!({"title": marked("Summer"), "description": marked("Lake")}))
        .await;
    let album = album.expect(201);
    assert_eq!((&album["title"], &album["description"]), (&json!("Summer"), &json!("Lake")));
    let path = format!("/v1/albums/{}", text(&album["id"]));
    let made = ana
        .post(&format!("{path}/photos"), photo(&marked("boat.jpg")))
        .await
        .expect(201);
    assert_eq!(
        (&made["photo"]["name"], &made["photo"]["caption"]),
        (&json!("boat.jpg"), &json!("A boat"))
    );
    let of_photo = format!("/v1/photos/{}", text(&made["photo"]["id"]));
    let comment = ana
        .post(&format!("{of_photo}/comments"), json!({"text": marked("Nice")}))
        .await
        .expect(201);
    assert_eq!(comment["text"], "Nice");
    let share = json!({"name": marked("Grandparents"), "allow_upload": true});
    let share = ana.post(&format!("{path}/shares"), share).await.expect(201);
    assert_eq!(share["name"], "Grandparents");

    let of_guest = guest
        .post(&format!("{}/photos", text(&share["path"])), photo("\u{202e}gpj.exe"))
        .await
        .expect(201);
    let seen = ana
        .get(&format!("/v1/photos/{}", text(&of_guest["photo"]["id"])))
        .await
        .expect(200);
    assert_eq!(seen["name"], "gpj.exe");
}

#[tokio::test]
async fn control_characters_of_a_file_s_name_are_taken_out() {
    let ana = Person::new(&System::shared()).await;
    let path = format!("/v1/albums/{}/photos", ana.album("Summer").await);
    for (sent, kept) in [
        ("a\u{0}b.jpg", "ab.jpg"),
        ("two\nlines\t.jpg", "two lines .jpg"),
        ("\u{1b}[31mred.jpg\u{9b}", "[31mred.jpg"),
    ] {
        let made = ana.post(&path, photo(sent)).await.expect(201);
        assert_eq!(made["photo"]["name"], kept, "{sent:?}");
    }
    let nothing = ana.post(&path, photo("\u{200f}\u{0}")).await;
    assert_eq!(nothing.body["errors"][0]["field"], "name");
}
