//! Photos in the trash, and taken out of it.

use serde_json::{Value, json};
use tests::photograph::jpeg;

use super::{patch, photos_of, put, with_photo};

#[tokio::test]
async fn the_trash_takes_a_photo_out_of_its_albums_and_gives_it_back() {
    let (ana, one, photo) = with_photo(106).await;
    let two = ana.album("Two").await;
    put(&ana, &two, &photo, None).await.expect(200);
    let other = ana.upload(&two, &jpeg(60, 40, 107)).await;
    ana.settled(&other).await;
    let path = format!("/v1/photos/{photo}");

    for _ in 0..2 {
        ana.delete(&path).await.expect(204);
    }
    assert_eq!(photos_of(&ana, &one).await, (Vec::new(), json!(0)));
    assert_eq!(photos_of(&ana, &two).await, (vec![other.clone()], json!(1)));
    let covers = async |album: &str| {
        ana.get(&format!("/v1/albums/{album}")).await.expect(200)["cover"]["photo"].clone()
    };
    assert_eq!((covers(&one).await, covers(&two).await), (Value::Null, json!(other)));
    assert!(ana.get(&path).await.expect(200)["deleted_at"].is_string(), "its owner still sees it");
    assert_eq!(
        patch(&ana, &photo, json!({"caption": "x"}))
            .await
            .problem(409),
        "/problems/in-trash"
    );
    assert_eq!(put(&ana, &two, &photo, None).await.problem(409), "/problems/in-trash");
    assert_eq!(
        ana.delete(&format!("/v1/albums/{one}/photos/{photo}"))
            .await
            .problem(409),
        "/problems/in-trash"
    );
    assert_eq!(ana.get("/v1/me").await.expect(200)["usage"]["photos"], 2, "the trash counts");

    for _ in 0..2 {
        let back = ana
            .post(&format!("{path}/restore"), json!({}))
            .await
            .expect(200);
        assert_eq!(back["deleted_at"], Value::Null);
    }
    assert_eq!(photos_of(&ana, &one).await, (vec![photo.clone()], json!(1)));
    assert_eq!(photos_of(&ana, &two).await.1, 2);
    assert_eq!(covers(&one).await, json!(photo));
}

#[tokio::test]
async fn the_bytes_of_a_photo_in_the_trash_bring_it_back() {
    let (ana, album, photo) = with_photo(108).await;
    ana.delete(&format!("/v1/photos/{photo}")).await.expect(204);
    let again = ana.announce(&album, &jpeg(60, 40, 108)).await.expect(200);
    assert_eq!(
        (&again["photo"]["id"], &again["photo"]["deleted_at"]),
        (&json!(photo), &Value::Null)
    );
    assert_eq!(photos_of(&ana, &album).await, (vec![photo], json!(1)));
}
