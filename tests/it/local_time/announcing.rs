//! Photos that are announced again before their bytes have arrived.

use serde_json::{Value, json};
use tests::{
    Person, System,
    person::text,
    photograph::{announcement, dated, jpeg},
};

use super::{ids_of, months, patch};

/// Announces these bytes, with these fields beside; the answer.
async fn announce(person: &Person, album: &str, bytes: &[u8], fields: Value) -> Value {
    let mut photo = announcement("a.jpg", bytes);
    photo
        .as_object_mut()
        .expect("an object")
        .extend(fields.as_object().expect("fields").clone());
    let answer = person
        .post(&format!("/v1/albums/{album}/photos"), photo)
        .await;
    assert!([200, 201].contains(&answer.status), "{}", answer.body);
    answer.body
}

#[tokio::test]
async fn the_latest_announcement_counts() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Takeout").await;
    let bytes = jpeg(60, 40, 151);
    announce(&ana, &album, &bytes, json!({})).await;
    let more =
        json!({"name": "b.jpg", "caption": "Takeout", "taken_at": "2011-12-01T00:11:11+02:00"});
    let again = announce(&ana, &album, &bytes, more).await;
    let photo = text(&again["photo"]["id"]);
    assert_eq!(
        (&again["photo"]["name"], &again["photo"]["caption"]),
        (&json!("b.jpg"), &json!("Takeout"))
    );
    assert_eq!(months(&ana).await, [("2011-12".to_owned(), json!(1))], "it has moved");
    assert_eq!(
        ids_of(&ana, &format!("/v1/albums/{album}/photos")).await,
        std::slice::from_ref(&photo)
    );

    let left_out = announce(&ana, &album, &bytes, json!({})).await;
    assert_eq!(ana.send(&left_out["upload"], &bytes).await, 200);
    let ready = ana.settled(&photo).await;
    assert_eq!((&ready["status"], &ready["caption"]), (&json!("ready"), &json!("Takeout")));
    assert_eq!(ready["taken_at"], "2011-11-30T22:11:11.000000Z");
    assert_eq!(ready["taken_offset"], 120, "the file says nothing else");

    let late =
        announce(&ana, &album, &bytes, json!({"caption": "x", "taken_at": "2001-01-01T00:00:00Z"}))
            .await;
    assert_eq!(late["photo"]["caption"], "Takeout", "its bytes have arrived");
    assert_eq!(late["photo"]["taken_at"], ready["taken_at"]);
}

#[tokio::test]
async fn what_a_person_has_set_is_not_announced_away() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Takeout").await;
    let bytes = dated(&jpeg(60, 40, 152), "2019:05:04 03:02:01");
    let said = json!({"caption": "one", "taken_at": "2011-11-11T11:11:11Z"});
    let photo = text(&announce(&ana, &album, &bytes, said.clone()).await["photo"]["id"]);
    patch(&ana, &photo, json!({"caption": "", "taken_at": "2001-02-03T04:05:06+07:00"}))
        .await
        .expect(200);
    let again = announce(&ana, &album, &bytes, said).await;
    assert_eq!(ana.send(&again["upload"], &bytes).await, 200);
    let ready = ana.settled(&photo).await;
    for photo in [&again["photo"], &ready] {
        assert_eq!((&photo["caption"], &photo["taken_offset"]), (&json!(""), &json!(420)));
        assert_eq!(photo["taken_at"], "2001-02-02T21:05:06.000000Z");
    }
}

#[tokio::test]
async fn a_file_s_own_date_is_in_its_own_zone_or_none() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Camera").await;
    let bytes = dated(&jpeg(60, 40, 153), "2019:05:04 03:02:01");
    let said =
        announce(&ana, &album, &bytes, json!({"taken_at": "2011-11-11T11:11:11+02:00"})).await;
    assert_eq!(said["photo"]["taken_offset"], 120);
    assert_eq!(ana.send(&said["upload"], &bytes).await, 200);
    let ready = ana.settled(&text(&said["photo"]["id"])).await;
    assert_eq!(
        (&ready["taken_at"], &ready["taken_offset"]),
        (&json!("2019-05-04T03:02:01.000000Z"), &Value::Null)
    );
}
