//! A photo's way: announced, sent, rendered, shown.

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    Person, System,
    person::text,
    photograph::{dated, jpeg, oriented, sum},
    system::uploaded,
};

#[tokio::test]
async fn a_photo_goes_all_the_way() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let bytes = oriented(&jpeg(1200, 800, 1), 6);
    let id = ana.upload(&album, &bytes).await;
    let photo = ana.settled(&id).await;
    assert_eq!(photo["status"], "ready", "{photo}");
    assert_eq!((&photo["width"], &photo["height"]), (&json!(800), &json!(1200)), "upright");
    assert!(photo["placeholder"].is_string(), "{photo}");

    let query = text(&photo["media"]["query"]);
    let sizes: Vec<_> = photo["renditions"]
        .as_array()
        .expect("renditions")
        .iter()
        .map(|r| &r["size"])
        .collect();
    assert_eq!(sizes, [256, 1024, 2048]);
    for rendition in photo["renditions"].as_array().expect("renditions") {
        let url = text(&rendition["url"]);
        let (status, webp) = ana.fetch(&format!("{url}?{query}")).await;
        assert_eq!(
            (status, &webp[..4], &webp[8..12]),
            (200, b"RIFF".as_slice(), b"WEBP".as_slice())
        );
        assert_eq!(rendition["bytes"], webp.len());
        assert_eq!(ana.fetch(&url).await.0, 403, "not without a signature");
    }

    let page = ana.get(&format!("/v1/albums/{album}")).await.expect(200);
    assert_eq!((&page["photo_count"], &page["cover"]["photo"]), (&json!(1), &json!(id)));
    assert_eq!(page["photos"]["items"][0]["renditions"], photo["renditions"]);
    assert_eq!(ana.get("/v1/albums").await.expect(200)["items"][0]["cover"]["photo"], json!(id));
    let me = ana.get("/v1/me").await.expect(200);
    assert_eq!(me["usage"], json!({"photos": 1, "bytes": bytes.len()}));

    let original = ana.get(&format!("/v1/photos/{id}/original")).await;
    assert_eq!(original.status, 302);
    let (status, got) = ana
        .fetch(original.headers["location"].to_str().expect("text"))
        .await;
    assert!(status == 200 && got == bytes, "the original is what was sent");
}

#[tokio::test]
async fn images_open_to_those_who_may_see_them() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let ben = Person::new(&system).await;
    let theirs = ana.album("Ana's").await;
    let own = ben.album("Ben's").await;
    let id = ana.upload(&theirs, &jpeg(300, 200, 2)).await;
    let url = text(&ana.settled(&id).await["renditions"][0]["url"]);
    let bens = text(&ben.get(&format!("/v1/albums/{own}")).await.expect(200)["media"]["query"]);
    assert_eq!(ben.fetch(&format!("{url}?{bens}")).await.0, 403, "another owner's signature");
    for path in [format!("/v1/photos/{id}"), format!("/v1/photos/{id}/original")] {
        assert_eq!(ben.get(&path).await.problem(404), "/problems/not-found");
    }
    assert_eq!(ben.announce(&theirs, &jpeg(9, 9, 0)).await.problem(404), "/problems/not-found");
}

#[tokio::test]
async fn the_same_bytes_are_kept_once_and_join_every_album() {
    let ana = Person::new(&System::shared()).await;
    let one = ana.album("One").await;
    let two = ana.album("Two").await;
    let bytes = jpeg(400, 300, 3);
    let id = ana.upload(&one, &bytes).await;
    ana.settled(&id).await;
    for album in [&one, &two, &two] {
        let again = ana.announce(album, &bytes).await.expect(200);
        assert_eq!(again["photo"]["id"], json!(id));
        assert!(again.get("upload").is_none(), "{again}");
    }
    for album in [&one, &two] {
        let album = ana.get(&format!("/v1/albums/{album}")).await.expect(200);
        assert_eq!(
            (&album["photo_count"], &album["photos"]["items"][0]["id"]),
            (&json!(1), &json!(id))
        );
        assert_eq!(album["cover"]["photo"], json!(id), "{album}");
    }
    assert_eq!(ana.get("/v1/me").await.expect(200)["usage"]["photos"], 1);
}

#[tokio::test]
async fn an_announcement_can_be_repeated_until_the_bytes_come() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let bytes = jpeg(320, 240, 4);
    let first = ana.announce(&album, &bytes).await.expect(201);
    let second = ana.announce(&album, &bytes).await.expect(201);
    assert_eq!(first["photo"]["id"], second["photo"]["id"]);
    let original = format!("/v1/photos/{}/original", text(&first["photo"]["id"]));
    assert_eq!(ana.get(&original).await.problem(409), "/problems/not-uploaded");
    assert_eq!(ana.send(&second["upload"], &bytes).await, 200);
    assert_eq!(ana.settled(&text(&first["photo"]["id"])).await["status"], "ready");
    assert_eq!(ana.send(&first["upload"], &bytes).await, 412, "an upload URL works once");
}

#[tokio::test]
async fn an_album_s_photos_are_read_in_pages_newest_taken_first() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let mut wanted = Vec::new();
    for day in 1..=5 {
        let photo = json!({
            "name": format!("{day}.jpg"), "size": 100, "content_type": "image/jpeg",
            "sha256": format!("{day:064x}"), "taken_at": format!("2026-07-0{day}T12:00:00+02:00"),
        });
        let announced = ana
            .post(&format!("/v1/albums/{album}/photos"), photo)
            .await
            .expect(201);
        wanted.insert(0, text(&announced["photo"]["id"]));
    }
    let mut seen = Vec::new();
    let mut path = format!("/v1/albums/{album}/photos?limit=2");
    loop {
        let page = ana.get(&path).await.expect(200);
        seen.extend(
            page["items"]
                .as_array()
                .expect("items")
                .iter()
                .map(|photo| text(&photo["id"])),
        );
        match page["next"].as_str() {
            Some(next) => path = format!("/v1/albums/{album}/photos?limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, wanted);
    // `"~HEAD"` in base64: the key of something else in the album's partition.
    let forged = ana
        .get(&format!("/v1/albums/{album}/photos?cursor=In5IRUFEIg"))
        .await;
    assert_eq!(forged.body["errors"][0]["field"], "cursor");
    forged.problem(422);
    let first = ana
        .get(&format!("/v1/albums/{album}?limit=1"))
        .await
        .expect(200);
    assert_eq!(first["photos"]["items"][0]["id"], json!(wanted[0]));
    assert_eq!(first["photos"]["items"][0]["taken_at"], "2026-07-05T10:00:00.000000Z");
}

#[tokio::test]
async fn what_is_announced_is_checked() {
    let ana = Person::new(&System::shared()).await;
    let path = format!("/v1/albums/{}/photos", ana.album("Summer").await);
    let good = json!({
        "name": "a.jpg", "size": 5, "content_type": "image/jpeg", "sha256": "ab".repeat(32),
    });
    let bad: [(&str, Value); 9] = [
        ("name", json!("x".repeat(10_000))),
        ("size", json!(0)),
        ("size", json!("5")),
        ("size", json!(200_000_001)),
        ("content_type", json!("text/html")),
        ("sha256", json!("abc")),
        ("taken_at", json!("yesterday")),
        ("caption", json!("x".repeat(10_000))),
        ("colour", json!("red")),
    ];
    for (field, value) in bad {
        let mut photo = good.clone();
        photo[field] = value.clone();
        let answer = ana.post(&path, photo).await;
        assert_eq!(answer.body["errors"][0]["field"], field, "{value}");
        answer.problem(422);
    }
    assert_eq!(ana.get(&path).await.expect(200)["items"], json!([]), "nothing was made");
}

#[tokio::test]
async fn an_owner_keeps_no_more_than_the_quota() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let path = format!("/v1/albums/{}/photos", ana.album("Summer").await);
    let quota: u64 = system.variable("QUOTA_BYTES").parse().expect("a number");
    let size = 200_000_000;
    let announce = |number: u64| {
        let photo = json!({
            "name": "a", "size": size, "content_type": "image/jpeg",
            "sha256": format!("{number:064x}"), "multipart": false,
        });
        ana.ask(Method::POST, &path, &[], Some(photo.to_string()))
    };
    let fits = quota / size;
    for number in 0..fits {
        announce(number).await.expect(201);
    }
    assert_eq!(announce(fits).await.problem(413), "/problems/over-quota");
    announce(0).await.expect(201);
}

/// Transactions of one owner take turns; those of several must not wait for each other in a circle.
#[tokio::test]
async fn many_announce_at_the_same_time() {
    let system = System::shared();
    let mut everyone = Vec::new();
    for person in 0..3 {
        let ana = Person::new(&system).await;
        let album = ana.album("Summer").await;
        everyone.extend(
            (0..12).map(|photo| (ana.clone(), album.clone(), jpeg(16, 16, 40 * person + photo))),
        );
    }
    let announced = everyone
        .iter()
        .map(|(ana, album, bytes)| ana.announce(album, bytes));
    let statuses: Vec<_> = join_all(announced)
        .await
        .iter()
        .map(|answer| answer.status)
        .collect();
    assert_eq!(statuses, [201; 36]);
    for (ana, album, _) in everyone.iter().step_by(12) {
        let page = ana.get(&format!("/v1/albums/{album}")).await.expect(200);
        assert_eq!(
            (&page["photo_count"], page["photos"]["items"].as_array().map(Vec::len)),
            (&json!(12), Some(12))
        );
    }
}

#[tokio::test]
async fn a_client_learns_which_bytes_it_need_not_send() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let photo = ana.upload(&album, &jpeg(60, 40, 114)).await;
    ana.settled(&photo).await;
    let pending = text(&ana.announce(&album, &jpeg(60, 40, 115)).await.expect(201)["photo"]["id"]);
    let gone = ana.upload(&album, &jpeg(60, 40, 116)).await;
    ana.settled(&gone).await;
    ana.delete(&format!("/v1/photos/{gone}")).await.expect(204);
    let sums: Vec<_> = (114..=118).map(|seed| sum(&jpeg(60, 40, seed))).collect();

    let answer = ana
        .post("/v1/photos/check", json!({"sha256": sums}))
        .await
        .expect(200);
    let mut found: Vec<_> = answer["found"].as_array().expect("photos").clone();
    found.sort_by_key(|known| sums.iter().position(|sum| known["sha256"] == json!(sum)));
    let facts: Vec<_> = found
        .iter()
        .map(|known| (text(&known["photo"]), text(&known["status"])))
        .collect();
    assert_eq!(
        facts,
        [(photo, "ready".into()), (pending, "pending".into()), (gone, "ready".into())]
    );
    assert!(found[2]["deleted_at"].is_string() && found[0]["deleted_at"].is_null(), "{answer}");
    let ben = Person::new(&ana.system).await;
    assert_eq!(
        ben.post("/v1/photos/check", json!({"sha256": sums}))
            .await
            .expect(200),
        json!({"found": []})
    );
    let many: Vec<_> = (0..500).map(|number| format!("{number:064x}")).collect();
    assert_eq!(
        ana.post("/v1/photos/check", json!({"sha256": many}))
            .await
            .expect(200),
        json!({"found": []})
    );
    let too_many: Vec<_> = (0..501).map(|number| format!("{number:064x}")).collect();
    for bad in [json!([]), json!(too_many), json!(["abc"]), json!("abc"), Value::Null] {
        let answer = ana.post("/v1/photos/check", json!({"sha256": bad})).await;
        assert_eq!(answer.body["errors"][0]["field"], "sha256");
        answer.problem(422);
    }
}

#[tokio::test]
async fn a_photo_is_processed_again_when_its_bytes_are_there() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let bytes = jpeg(60, 40, 119);
    let announced = ana.announce(&album, &bytes).await.expect(201);
    let photo = text(&announced["photo"]["id"]);
    let again = format!("/v1/photos/{photo}/reprocess");
    assert_eq!(ana.post(&again, json!({})).await.problem(409), "/problems/not-uploaded");
    // The worker gives up; bytes that arrive afterwards change nothing by themselves.
    let url = text(&announced["upload"]["url"]);
    let object = &url[url.find("/originals/").expect("a key") + 1..url.find('?').expect("a query")];
    ana.system
        .invoke("MakeRenditions", &uploaded(object, bytes.len(), 4))
        .await;
    assert_eq!(ana.settled(&photo).await["error"]["code"], "processing_failed");
    assert_eq!(ana.post(&again, json!({})).await.problem(409), "/problems/not-uploaded");
    assert_eq!(ana.send(&announced["upload"], &bytes).await, 200);

    let twice = join_all([ana.post(&again, json!({})), ana.post(&again, json!({}))]).await;
    assert!(twice.iter().any(|answer| answer.status == 202), "{twice:?}");
    for answer in twice.into_iter().filter(|answer| answer.status != 202) {
        assert_eq!(answer.problem(409), "/problems/already-ready", "the worker was faster");
    }
    assert_eq!(ana.settled(&photo).await["status"], "ready");
    assert_eq!(ana.post(&again, json!({})).await.problem(409), "/problems/already-ready");
}

/// `TIMESTAMP`s of MySQL begin with 1970 and end with 2037; photographs do not.
#[tokio::test]
async fn a_photo_may_be_older_than_1970() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("The century").await;
    let said = |taken_at: &str, seed: u8| {
        let sha256 = sum(&[seed]);
        json!({
            "name": "a.jpg", "size": 1, "content_type": "image/jpeg", "sha256": sha256,
            "taken_at": taken_at,
        })
    };
    let path = format!("/v1/albums/{album}/photos");
    for (number, taken_at) in ["1912-04-10T12:00:00.000000Z", "2051-01-01T00:00:00.000000Z"]
        .into_iter()
        .enumerate()
    {
        let seed = u8::try_from(number).expect("a small number");
        let photo = ana.post(&path, said(taken_at, seed)).await.expect(201);
        assert_eq!(photo["photo"]["taken_at"], taken_at);
    }
    let scanned = ana
        .upload(&album, &dated(&jpeg(64, 48, 12), "1931:05:01 09:30:00"))
        .await;
    assert_eq!(ana.settled(&scanned).await["taken_at"], "1931-05-01T09:30:00.000000Z");
    let page = ana.get(&format!("/v1/albums/{album}")).await.expect(200);
    let years: Vec<_> = page["photos"]["items"]
        .as_array()
        .expect("photos")
        .iter()
        .map(|p| text(&p["taken_at"]))
        .collect();
    assert_eq!(years.iter().map(|taken| &taken[..4]).collect::<Vec<_>>(), ["2051", "1931", "1912"]);
}
