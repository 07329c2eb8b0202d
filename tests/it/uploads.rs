//! Photos sent in parts.

use futures::future::join_all;
use serde_json::{Value, json};
use shared::domain::UploadId;
use tests::{
    ApiResponse, Person, System,
    person::text,
    photograph::{jpeg, padded, sum},
    system::{library, member},
};

const PART: usize = 8 * 1024 * 1024;

/// A photo of three parts.
fn large(seed: u8) -> Vec<u8> {
    padded(&jpeg(60, 40, seed), 2 * PART + 1000)
}

async fn announce(person: &Person, album: &str, bytes: &[u8], multipart: Value) -> ApiResponse {
    let photo = json!({
        "name": "photo.jpg", "size": bytes.len(), "content_type": "image/jpeg",
        "sha256": sum(bytes), "multipart": multipart,
    });
    person
        .post(&format!("/v1/albums/{album}/photos"), photo)
        .await
}

/// Ana's announcement of a large photo: the photo's id and the upload.
async fn announced(bytes: &[u8]) -> (Person, String, String, Value) {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let answer = ana.announce(&album, bytes).await.expect(201);
    (ana, album, text(&answer["photo"]["id"]), answer["upload"].clone())
}

fn part(bytes: &[u8], number: usize) -> &[u8] {
    bytes.chunks(PART).nth(number - 1).expect("a part")
}

/// Signs and sends these parts; what S3 answers to each.
async fn send(ana: &Person, upload: &str, bytes: &[u8], numbers: &[usize]) -> Vec<u16> {
    let parts: Vec<_> = numbers
        .iter()
        .map(|n| json!({"number": n, "sha256": sum(part(bytes, *n))}))
        .collect();
    let signed = ana
        .post(&format!("/v1/uploads/{upload}/parts"), json!({"parts": parts}))
        .await
        .expect(200);
    let signed = signed["parts"].as_array().expect("parts").clone();
    let sends = signed
        .iter()
        .zip(numbers)
        .map(|(signed, number)| ana.send(signed, part(bytes, *number)));
    join_all(sends).await
}

fn arrived(progress: &Value) -> Vec<u64> {
    progress["arrived"]
        .as_array()
        .expect("parts")
        .iter()
        .map(|part| part["number"].as_u64().expect("a number"))
        .collect()
}

#[tokio::test]
async fn a_large_photo_is_sent_in_parts_and_resumed() {
    let bytes = large(1);
    let (ana, album, photo, upload) = announced(&bytes).await;
    let id = text(&upload["id"]);
    let path = format!("/v1/uploads/{id}");
    assert_eq!(
        (&upload["part_size"], &upload["parts"], &upload["photo"]),
        (&json!(PART), &json!(3), &json!(photo))
    );
    let nothing = ana.post(&format!("{path}/complete"), json!({})).await;
    assert!(text(&nothing.body["detail"]).contains("1, 2, 3"), "{}", nothing.body);
    assert_eq!(nothing.problem(409), "/problems/parts-missing");

    assert_eq!(send(&ana, &id, &bytes, &[3, 1]).await, [200, 200]);
    let again = ana.announce(&album, &bytes).await.expect(201);
    assert_eq!(again["upload"], upload, "the same upload, to be gone on with");
    let progress = ana.get(&path).await.expect(200);
    assert_eq!((arrived(&progress), &progress["complete"]), (vec![1, 3], &json!(false)));
    assert_eq!(progress["arrived"][0]["sha256"], json!(sum(part(&bytes, 1))));
    assert_eq!(progress["arrived"][1]["size"], part(&bytes, 3).len());
    let partly = ana.post(&format!("{path}/complete"), json!({})).await;
    assert!(text(&partly.body["detail"]).contains("parts 2,"), "{}", partly.body);
    assert_eq!(send(&ana, &id, &bytes, &[2]).await, [200]);

    let complete = format!("{path}/complete");
    for answer in join_all([ana.post(&complete, json!({})), ana.post(&complete, json!({}))]).await {
        assert_eq!(answer.expect(202)["id"], json!(photo));
    }
    assert_eq!(ana.settled(&photo).await["status"], "ready");
    ana.post(&complete, json!({})).await.expect(202);
    assert_eq!(ana.get(&path).await.expect(200)["complete"], json!(true));
    let more = json!({"parts": [{"number": 1, "sha256": sum(&bytes)}]});
    assert_eq!(
        ana.post(&format!("{path}/parts"), more).await.problem(409),
        "/problems/already-uploaded"
    );
    let original = ana.get(&format!("/v1/photos/{photo}/original")).await;
    let (status, got) = ana
        .fetch(original.headers["location"].to_str().expect("text"))
        .await;
    assert!(status == 200 && got == bytes, "the original is what was sent");
    ana.announce(&album, &bytes).await.expect(200);
}

#[tokio::test]
async fn a_part_with_other_bytes_is_refused() {
    let bytes = large(2);
    let (ana, _, _, upload) = announced(&bytes).await;
    let path = format!("/v1/uploads/{}", text(&upload["id"]));
    let parts = json!({"parts": [{"number": 3, "sha256": sum(part(&bytes, 3))}]});
    let signed = ana.post(&format!("{path}/parts"), parts).await.expect(200)["parts"][0].clone();
    assert_eq!(signed["size"], part(&bytes, 3).len());
    let mut other = part(&bytes, 3).to_vec();
    other[7] ^= 1;
    assert_eq!(ana.send(&signed, &other).await, 400);
    assert_eq!(ana.send(&signed, &other[1..]).await, 403, "the size is signed");
    assert_eq!(arrived(&ana.get(&path).await.expect(200)), Vec::<u64>::new());
    assert_eq!(ana.send(&signed, part(&bytes, 3)).await, 200);
}

#[tokio::test]
async fn a_client_chooses_whether_to_send_parts() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let small = jpeg(60, 40, 3);
    let large = large(3);
    let whole = announce(&ana, &album, &large, json!(false))
        .await
        .expect(201);
    assert_eq!(whole["upload"]["method"], "PUT");
    assert_eq!(ana.announce(&album, &jpeg(60, 40, 4)).await.expect(201)["upload"]["method"], "PUT");
    let parts = announce(&ana, &album, &small, json!(true))
        .await
        .expect(201);
    let id = text(&parts["upload"]["id"]);
    assert_eq!(parts["upload"]["parts"], 1);
    assert_eq!(send(&ana, &id, &small, &[1]).await, [200]);
    ana.post(&format!("/v1/uploads/{id}/complete"), json!({}))
        .await
        .expect(202);
    assert_eq!(ana.settled(&text(&parts["photo"]["id"])).await["status"], "ready");
    let bad = announce(&ana, &album, &small, json!("yes")).await;
    assert_eq!(bad.body["errors"][0]["field"], "multipart");
    bad.problem(422);
}

/// A file that was begun in parts may come whole: the object is there, and completing finds it.
#[tokio::test]
async fn an_upload_whose_bytes_came_whole_is_complete() {
    let bytes = large(5);
    let (ana, album, photo, upload) = announced(&bytes).await;
    let whole = announce(&ana, &album, &bytes, json!(false))
        .await
        .expect(201);
    assert_eq!(send(&ana, &text(&upload["id"]), &bytes, &[1, 2, 3]).await, [200, 200, 200]);
    assert_eq!(ana.send(&whole["upload"], &bytes).await, 200);
    let complete = format!("/v1/uploads/{}/complete", text(&upload["id"]));
    assert_eq!(ana.post(&complete, json!({})).await.expect(202)["id"], json!(photo));
    assert_eq!(ana.settled(&photo).await["status"], "ready");
}

#[tokio::test]
async fn announcements_at_the_same_time_share_one_upload() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let bytes = large(6);
    let answers = join_all((0..4).map(|_| ana.announce(&album, &bytes))).await;
    let mut ids: Vec<_> = answers
        .into_iter()
        .map(|answer| text(&answer.expect(201)["upload"]["id"]))
        .collect();
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(send(&ana, &ids[0], &bytes, &[1]).await, [200]);
}

/// A lifecycle rule aborts uploads that nobody completed.
#[tokio::test]
async fn an_upload_that_s3_has_given_up_begins_again_under_its_id() {
    let bytes = large(7);
    let (ana, _, photo, upload) = announced(&bytes).await;
    let id = text(&upload["id"]);
    assert_eq!(send(&ana, &id, &bytes, &[1]).await, [200]);
    let forget = async || {
        let upload: UploadId = id.parse().expect("an id");
        let mut database = library(&ana.system, upload.shard()).await;
        let gone =
            sqlx::query("UPDATE uploads SET s3_upload = CONCAT('gone-', s3_upload) WHERE id = ?");
        let gone = gone
            .bind(upload.uuid())
            .execute(&mut database)
            .await
            .expect("an update");
        assert_eq!(gone.rows_affected(), 1);
    };
    forget().await;
    let path = format!("/v1/uploads/{id}");
    let reads = join_all((0..3).map(|_| ana.get(&path))).await;
    for read in reads {
        let read = read.expect(200);
        assert_eq!((arrived(&read), &read["complete"]), (Vec::new(), &json!(false)));
    }
    assert_eq!(send(&ana, &id, &bytes, &[1, 2]).await, [200, 200]);
    forget().await;
    let complete = format!("/v1/uploads/{id}/complete");
    assert_eq!(ana.post(&complete, json!({})).await.problem(409), "/problems/parts-missing");
    assert_eq!(send(&ana, &id, &bytes, &[1, 2, 3]).await, [200; 3]);
    ana.post(&complete, json!({})).await.expect(202);
    assert_eq!(ana.settled(&photo).await["status"], "ready");
}

/// The parts are what was named, the whole is not what was announced.
#[tokio::test]
async fn a_whole_that_was_not_announced_fails_and_its_next_upload_is_another() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let wanted = jpeg(60, 40, 8);
    let sent = jpeg(60, 40, 9);
    let photo = json!({
        "name": "a.jpg", "size": sent.len(), "content_type": "image/jpeg",
        "sha256": sum(&wanted), "multipart": true,
    });
    let path = format!("/v1/albums/{album}/photos");
    let first = ana.post(&path, photo.clone()).await.expect(201);
    let id = text(&first["upload"]["id"]);
    assert_eq!(send(&ana, &id, &sent, &[1]).await, [200]);
    ana.post(&format!("/v1/uploads/{id}/complete"), json!({}))
        .await
        .expect(202);
    let failed = ana.settled(&text(&first["photo"]["id"])).await;
    assert_eq!(failed["error"]["code"], "checksum_mismatch", "{failed}");
    assert_eq!(ana.get(&format!("/v1/uploads/{id}")).await.expect(200)["complete"], json!(true));
    let second = ana.post(&path, photo).await.expect(201);
    assert_ne!(second["upload"]["id"], first["upload"]["id"]);
    assert_eq!(ana.get(&format!("/v1/uploads/{id}")).await.problem(404), "/problems/not-found");
}

#[tokio::test]
async fn parts_that_are_none_are_refused() {
    let bytes = large(10);
    let (ana, _, photo, upload) = announced(&bytes).await;
    let path = format!("/v1/uploads/{}/parts", text(&upload["id"]));
    let good = sum(&bytes);
    let many: Vec<_> = (1..=101)
        .map(|number| json!({"number": number, "sha256": good}))
        .collect();
    let bad = [
        json!([]),
        json!(many),
        json!([{"number": 0, "sha256": good}]),
        json!([{"number": 4, "sha256": good}]),
        json!([{"number": 70_000, "sha256": good}]),
        json!([{"number": 1, "sha256": "abc"}]),
        json!([{"number": 1}]),
        json!([{"number": 1, "sha256": good, "size": 5}]),
        json!([{"number": 1, "sha256": good}, {"number": 1, "sha256": good}]),
        Value::Null,
    ];
    for parts in bad {
        let answer = ana.post(&path, json!({"parts": parts})).await;
        assert_eq!(answer.body["errors"][0]["field"], "parts", "{parts}: {}", answer.body);
        answer.problem(422);
    }
    ana.delete(&format!("/v1/photos/{photo}")).await.expect(204);
    let one = json!({"parts": [{"number": 1, "sha256": good}]});
    assert_eq!(
        ana.post(&path, one).await.problem(404),
        "/problems/not-found",
        "nothing is left to be sent"
    );
}

#[tokio::test]
async fn an_upload_is_its_album_s_owner_s_and_editors() {
    let bytes = large(11);
    let (ana, album, _, upload) = announced(&bytes).await;
    let people = [
        Person::new(&ana.system).await,
        Person::new(&ana.system).await,
        Person::new(&ana.system).await,
    ];
    member(&people[0], &album, "editor").await;
    member(&people[1], &album, "viewer").await;
    let path = format!("/v1/uploads/{}", text(&upload["id"]));
    let one = json!({"parts": [{"number": 3, "sha256": sum(part(&bytes, 3))}]});
    for (person, status) in people.iter().zip([200, 403, 404]) {
        assert_eq!(person.get(&path).await.status, status);
        assert_eq!(
            person
                .post(&format!("{path}/parts"), one.clone())
                .await
                .status,
            status
        );
        let complete = person.post(&format!("{path}/complete"), json!({})).await;
        assert_eq!(complete.status, if status == 200 { 409 } else { status });
    }
    assert_eq!(
        ana.get(&path.replace("upload_", "photo_"))
            .await
            .problem(404),
        "/problems/not-found"
    );
}
