//! Uploads that cannot become photos: each is refused, or `failed` with a code, and can be sent
//! again.

use serde_json::json;
use tests::{
    Person, System,
    person::text,
    photograph::{claiming, jpeg},
};

#[tokio::test]
async fn other_bytes_than_announced_are_refused_by_the_store() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let bytes = jpeg(64, 48, 5);
    let other = jpeg(64, 48, 6);
    let announced = ana.announce(&album, &bytes).await.expect(201);
    let same_size =
        [&other[..bytes.len().min(other.len())], &vec![0; bytes.len().saturating_sub(other.len())]]
            .concat();
    for wrong in [same_size.as_slice(), &bytes[..bytes.len() / 2], b""] {
        let status = ana.send(&announced["upload"], wrong).await;
        assert!(matches!(status, 400 | 403), "{status}");
    }
    let mut forged = announced["upload"].clone();
    forged["url"] = json!(text(&forged["url"]).replace("X-Amz-Expires=3600", "X-Amz-Expires=7200"));
    assert_eq!(ana.send(&forged, &bytes).await, 403);

    let id = text(&announced["photo"]["id"]);
    assert_eq!(ana.get(&format!("/v1/photos/{id}")).await.expect(200)["status"], "pending");
    assert_eq!(ana.send(&announced["upload"], &bytes).await, 200);
    assert_eq!(ana.settled(&id).await["status"], "ready");
}

#[tokio::test]
async fn what_is_no_photo_fails_with_a_code() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let whole = jpeg(640, 480, 7);
    let cases = [
        ("unsupported_format", b"%PDF-1.7 not an image".to_vec()),
        ("unsupported_format", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()),
        ("truncated", whole[..whole.len() / 2].to_vec()),
        ("too_many_pixels", claiming(&whole, 65_000, 65_000)),
    ];
    for (code, bytes) in cases {
        let id = ana.upload(&album, &bytes).await;
        let photo = ana.settled(&id).await;
        assert_eq!(
            (&photo["status"], &photo["error"]["code"]),
            (&json!("failed"), &json!(code)),
            "{photo}"
        );
        assert_eq!(photo["renditions"], json!([]));
        let again = ana.announce(&album, &bytes).await.expect(201);
        assert_eq!(again["photo"]["id"], json!(id), "a failed photo can be sent again");
        assert_eq!(again["photo"]["status"], "pending");
        assert_eq!(ana.send(&again["upload"], &bytes).await, 200, "under a key of its own");
        assert_eq!(ana.settled(&id).await["error"]["code"], code);
    }
    let cover = &ana.get(&format!("/v1/albums/{album}")).await.expect(200)["cover"];
    assert!(cover.is_null(), "a photo that failed is no cover: {cover}");
}
