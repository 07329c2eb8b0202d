//! Photos in the order, the months and the days of the clock of the place where they were taken.

use reqwest::Method;
use serde_json::{Value, json};
use shared::http::Signer;
use tests::{
    ApiResponse, Person, System,
    person::text,
    photograph::{dated, jpeg, zoned},
};

use crate::discovery::{all, announce, ids};

mod announcing;
mod moved;

async fn patch(person: &Person, photo: &str, change: Value) -> ApiResponse {
    person
        .ask(Method::PATCH, &format!("/v1/photos/{photo}"), &[], Some(change.to_string()))
        .await
}

async fn months(person: &Person) -> Vec<(String, Value)> {
    let months = all(person, "/v1/timeline/buckets").await;
    months
        .iter()
        .map(|month| (text(&month["month"]), month["photos"].clone()))
        .collect()
}

async fn ids_of(person: &Person, path: &str) -> Vec<String> {
    all(person, path)
        .await
        .iter()
        .map(|photo| text(&photo["id"]))
        .collect()
}

#[tokio::test]
async fn new_year_s_day_is_in_january_wherever_it_was_taken() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("New Year").await;
    let said = async |taken_at: &str| announce(&ana, &album, &json!({"taken_at": taken_at})).await;
    let como = said("2026-01-01T00:30:00+02:00").await;
    let camera = said("2026-01-01T00:20:00Z").await;
    let boston = said("2025-12-31T23:30:00-05:00").await;
    assert_eq!(
        months(&ana).await,
        [("2026-01".to_owned(), json!(2)), ("2025-12".to_owned(), json!(1))]
    );
    assert_eq!(ids_of(&ana, "/v1/timeline/2026-01").await, [como.clone(), camera.clone()]);
    assert_eq!(ids_of(&ana, "/v1/timeline/2025-12").await, std::slice::from_ref(&boston));
    assert_eq!(
        ids_of(&ana, "/v1/search?from=2026-01-01&to=2026-01-01").await,
        [como.clone(), camera.clone()]
    );
    assert_eq!(ids_of(&ana, "/v1/search?to=2025-12-31").await, std::slice::from_ref(&boston));
    // Moments are the same everywhere: Boston's midnight was five hours after Greenwich's.
    let found =
        ids_of(&ana, "/v1/search?from=2026-01-01T04:30:00Z&to=2026-01-01T05:30:00%2B01:00").await;
    assert_eq!(found, [boston]);
    assert_eq!(ids_of(&ana, "/v1/search?to=2025-12-31T22:30:00Z").await, [como]);
}

#[tokio::test]
async fn a_file_s_clock_says_its_month_and_its_place_in_the_album() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let phone = |minute: u8, seed| {
        zoned(&jpeg(60, 40, seed), &format!("2024:07:14 12:{minute:02}:00"), "+02:00")
    };
    let first = ana.upload(&album, &phone(0, 141)).await;
    let camera = ana
        .upload(&album, &dated(&jpeg(60, 40, 142), "2024:07:14 12:05:00"))
        .await;
    let last = ana.upload(&album, &phone(10, 143)).await;
    let early = ana
        .upload(&album, &zoned(&jpeg(60, 40, 144), "2024:07:01 00:10:00", "+02:00"))
        .await;
    for photo in [&first, &camera, &last, &early] {
        assert_eq!(ana.settled(photo).await["status"], "ready");
    }
    let wanted = [last, camera, first.clone(), early];
    let read = ana.get(&format!("/v1/albums/{album}")).await.expect(200);
    assert_eq!(ids(&read["photos"]), wanted);
    assert_eq!(ids_of(&ana, &format!("/v1/albums/{album}/photos")).await, wanted);
    assert_eq!(ids_of(&ana, "/v1/timeline/2024-07").await, wanted);
    let first = ana.get(&format!("/v1/photos/{first}")).await.expect(200);
    assert_eq!(
        (&first["taken_at"], &first["taken_offset"]),
        (&json!("2024-07-14T10:00:00.000000Z"), &json!(120))
    );

    // The cover is the first that was ready; when that goes, the newest by the same clock.
    ana.delete(&format!("/v1/photos/{}", text(&read["cover"]["photo"])))
        .await
        .expect(204);
    let left = ana.get(&format!("/v1/albums/{album}")).await.expect(200);
    assert_eq!(left["cover"]["photo"], left["photos"]["items"][0]["id"]);
}

/// Dates as the clocks showed them, each with its zone: a minute apart over a month's edge, the
/// same minute in several zones.
const CLOCKS: [(&str, &str); 12] = [
    ("2023-02-28T23:58:00", "+14:00"),
    ("2023-02-28T23:58:00", "-12:00"),
    ("2023-02-28T23:59:00", "Z"),
    ("2023-02-28T23:59:59.999999", "+05:45"),
    ("2023-03-01T00:00:00", "-09:30"),
    ("2023-03-01T00:00:00", "+14:00"),
    ("2023-03-01T00:00:00", "Z"),
    ("2023-03-01T00:01:00", "+00:00"),
    ("1969-12-31T23:59:00", "-08:00"),
    ("1970-01-01T00:01:00", "+08:00"),
    ("2038-01-19T03:14:08", "+12:45"),
    ("1931-05-01T00:00:00", "+16:00"),
];

#[tokio::test]
async fn pages_of_every_list_go_by_the_clock() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Travels").await;
    let mut clocks = Vec::new();
    for (local, zone) in CLOCKS {
        let photo = announce(&ana, &album, &json!({"taken_at": format!("{local}{zone}")})).await;
        clocks.push((local, photo));
    }
    clocks.sort_unstable_by(|a, b| b.cmp(a));
    let ids: Vec<_> = clocks.iter().map(|(_, photo)| photo.clone()).collect();
    assert_eq!(ids_of(&ana, &format!("/v1/albums/{album}/photos")).await, ids);
    assert_eq!(ids_of(&ana, "/v1/search").await, ids);

    let mut counted = 0;
    for (month, photos) in months(&ana).await {
        let of_month =
            |(local, photo): &(&str, String)| local.starts_with(&month).then(|| photo.clone());
        let wanted: Vec<_> = clocks.iter().filter_map(of_month).collect();
        assert_eq!(photos, json!(wanted.len()), "{month}");
        assert_eq!(ids_of(&ana, &format!("/v1/timeline/{month}")).await, wanted, "{month}");
        let days = format!("/v1/search?from={month}-01&to={month}-28");
        let till_28th: Vec<_> = clocks
            .iter()
            .filter(|(local, _)| &local[8..10] <= "28")
            .filter_map(of_month)
            .collect();
        assert_eq!(ids_of(&ana, &days).await, till_28th, "{month}");
        counted += wanted.len();
    }
    assert_eq!(counted, CLOCKS.len());
    for photo in &ids {
        ana.delete(&format!("/v1/photos/{photo}")).await.expect(204);
    }
    assert_eq!(months(&ana).await, []);
}

#[tokio::test]
async fn an_edited_date_keeps_the_zone_that_was_said() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let photo = announce(&ana, &album, &json!({"taken_at": "2024-07-17T14:03:09+02:00"})).await;
    // What is changed, and then the moment, the zone and the month.
    for (change, moment, offset, month) in [
        (json!({"caption": "x"}), "2024-07-17T12:03:09", json!(120), "2024-07"),
        (json!({"taken_at": "2024-07-17T12:03:09Z"}), "2024-07-17T12:03:09", json!(120), "2024-07"),
        (
            json!({"taken_at": "2024-12-01T08:00:00+09:00"}),
            "2024-11-30T23:00:00",
            json!(540),
            "2024-12",
        ),
        (json!({"taken_offset": -300}), "2024-11-30T23:00:00", json!(-300), "2024-11"),
        (json!({"taken_offset": 540}), "2024-11-30T23:00:00", json!(540), "2024-12"),
        (json!({"taken_offset": null}), "2024-11-30T23:00:00", Value::Null, "2024-11"),
        (
            json!({"taken_at": "2024-12-01T08:00:00+09:00", "taken_offset": -60}),
            "2024-11-30T23:00:00",
            json!(-60),
            "2024-11",
        ),
        (
            json!({"taken_at": "2024-12-01T08:00:00+00:00"}),
            "2024-12-01T08:00:00",
            json!(0),
            "2024-12",
        ),
        (
            json!({"taken_at": "2024-10-31T23:30:00-04:00"}),
            "2024-11-01T03:30:00",
            json!(-240),
            "2024-10",
        ),
        (
            json!({"taken_at": "2024-11-01T00:30:00Z"}),
            "2024-11-01T00:30:00",
            Value::Null,
            "2024-11",
        ),
    ] {
        let edited = patch(&ana, &photo, change.clone()).await.expect(200);
        assert_eq!(edited["taken_at"], format!("{moment}.000000Z"), "{change}");
        assert_eq!(edited["taken_offset"], offset, "{change}");
        assert_eq!(months(&ana).await, [(month.to_owned(), json!(1))], "{change}");
        assert_eq!(
            ids_of(&ana, &format!("/v1/timeline/{month}")).await,
            std::slice::from_ref(&photo),
            "{change}"
        );
    }
}

#[tokio::test]
async fn a_moment_beyond_the_years_is_refused_however_it_is_said() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Ages").await;
    let photo = announce(&ana, &album, &json!({"taken_at": "1000-01-01T00:00:00Z"})).await;
    assert_eq!(ids_of(&ana, "/v1/timeline/1000-01").await, std::slice::from_ref(&photo));
    for change in [
        json!({"taken_at": "0999-12-31T23:59:59Z"}),
        json!({"taken_at": "9999-12-31T23:59:59Z"}),
        json!({"taken_at": "1000-01-01T00:00:00+14:00"}),
        json!({"taken_at": "9998-12-31T23:59:59-12:00"}),
        json!({"taken_at": "0999-12-31T23:00:00-12:00"}),
        json!({"taken_at": "9999-01-01T05:00:00+14:00"}),
        json!({"taken_at": "0001-01-01T00:00:00Z"}),
        json!({"taken_at": "2024-02-29T00:00:00+16:01"}),
        json!({"taken_offset": -1}),
    ] {
        let refused = patch(&ana, &photo, change.clone()).await;
        let field = change
            .as_object()
            .and_then(|change| change.keys().next())
            .expect("a field");
        assert_eq!(refused.body["errors"][0]["field"], json!(field), "{change}");
        refused.problem(422);
    }
    for (text, month) in [
        ("1000-01-01T00:00:00-12:00", "1000-01"),
        ("9998-12-31T23:59:59+14:00", "9998-12"),
        ("9998-12-31T23:59:59.999999Z", "9998-12"),
        ("2016-12-31T23:59:60Z", "2016-12"),
    ] {
        patch(&ana, &photo, json!({"taken_at": text}))
            .await
            .expect(200);
        assert_eq!(months(&ana).await, [(month.to_owned(), json!(1))], "{text}");
        assert_eq!(
            ids_of(&ana, &format!("/v1/timeline/{month}")).await,
            std::slice::from_ref(&photo),
            "{text}"
        );
        let day = &text[..10];
        assert_eq!(
            ids_of(&ana, &format!("/v1/search?from={day}&to={day}")).await,
            std::slice::from_ref(&photo),
            "{text}"
        );
    }
}

/// They held moments of UTC: going on from one would leave photos out or show them twice.
#[tokio::test]
async fn cursors_of_before_are_refused_with_what_to_do() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let photo = announce(&ana, &album, &json!({"taken_at": "2024-07-14T12:00:00+02:00"})).await;
    let signer = Signer::new(system.variable("SIGNING_KEY").as_bytes()).expect("a signer");
    let moment = "2024-07-14T10:00:00.000000Z";
    let later = "2026-07-14T10:00:00.000000Z";
    for (list, key) in [
        (format!("/v1/albums/{album}/photos"), json!(format!("PHOTO#{moment}#{photo}"))),
        ("/v1/timeline/2024-07".to_owned(), json!([moment, photo])),
        ("/v1/search".to_owned(), json!([moment, photo])),
        ("/v1/trash".to_owned(), json!({"deleted_at": later, "what": {"Photo": [moment, photo]}})),
    ] {
        let cursor = signer.cursor(&list, &key);
        let answer = ana.get(&format!("{list}?cursor={}", cursor.as_str())).await;
        let error = answer.body["errors"][0].clone();
        assert_eq!(error["field"], "cursor", "{list}");
        assert!(text(&error["detail"]).contains("without a cursor it begins anew"), "{error}");
        answer.problem(422);
    }
}
