//! Photos put into albums, moved between them, and taken out.

use futures::future::join_all;
use serde_json::json;
use shared::stores::library::MOST_ALBUMS;
use tests::photograph::jpeg;

use super::{bad_field, patch, photos_of, put, with_photo};

#[tokio::test]
async fn a_photo_is_copied_and_moved_between_albums() {
    let (ana, one, photo) = with_photo(109).await;
    let two = ana.album("Two").await;
    let three = ana.album("Three").await;
    for _ in 0..2 {
        assert_eq!(put(&ana, &two, &photo, None).await.expect(200)["id"], json!(photo));
    }
    assert_eq!(
        (photos_of(&ana, &one).await.1, photos_of(&ana, &two).await.1),
        (json!(1), json!(1))
    );
    for _ in 0..2 {
        put(&ana, &three, &photo, Some(json!({"from": two})))
            .await
            .expect(200);
    }
    assert_eq!(photos_of(&ana, &two).await, (Vec::new(), json!(0)));
    assert_eq!(photos_of(&ana, &three).await, (vec![photo.clone()], json!(1)));
    assert_eq!(
        ana.get(&format!("/v1/albums/{three}")).await.expect(200)["cover"]["photo"],
        json!(photo)
    );

    let path = format!("/v1/albums/{three}/photos/{photo}");
    ana.delete(&path).await.expect(204);
    assert_eq!(ana.delete(&path).await.problem(404), "/problems/not-found");
    assert_eq!(photos_of(&ana, &three).await, (Vec::new(), json!(0)));
    let elsewhere = put(&ana, &three, &photo, Some(json!({"from": two}))).await;
    assert_eq!(
        elsewhere.problem(404),
        "/problems/not-found",
        "it does not stand in the album that it would leave"
    );
    assert_eq!(bad_field(put(&ana, &two, &photo, Some(json!({"from": two}))).await), "from");
    assert_eq!(bad_field(put(&ana, &two, &photo, Some(json!({"from": "two"}))).await), "from");
    ana.delete(&format!("/v1/albums/{one}/photos/{photo}"))
        .await
        .expect(204);
    ana.get(&format!("/v1/photos/{photo}")).await.expect(200);
}

#[tokio::test]
async fn moves_at_the_same_time_leave_a_photo_in_one_album() {
    let (ana, one, photo) = with_photo(110).await;
    let albums = [ana.album("Two").await, ana.album("Three").await, ana.album("Four").await];
    let from = Some(json!({"from": one}));
    let moves = albums
        .iter()
        .map(|album| put(&ana, album, &photo, from.clone()));
    let mut statuses: Vec<_> = join_all(moves)
        .await
        .iter()
        .map(|answer| answer.status)
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404, 404]);
    let mut counted = 0;
    for album in [&one, &albums[0], &albums[1], &albums[2]] {
        let (photos, count) = photos_of(&ana, album).await;
        assert_eq!(count, photos.len());
        counted += photos.len();
    }
    assert_eq!(counted, 1);
}

#[tokio::test]
async fn a_photo_stands_in_a_bounded_number_of_albums() {
    let (ana, first, photo) = with_photo(111).await;
    let mut albums = vec![first];
    for number in 1..MOST_ALBUMS {
        let album = ana.album(&format!("Album {number}")).await;
        put(&ana, &album, &photo, None).await.expect(200);
        albums.push(album);
    }
    let one_more = ana.album("One more").await;
    assert_eq!(put(&ana, &one_more, &photo, None).await.problem(409), "/problems/too-many-albums");
    let again = ana.announce(&one_more, &jpeg(60, 40, 111)).await;
    assert_eq!(again.problem(409), "/problems/too-many-albums");
    // All its views move in one transaction.
    patch(&ana, &photo, json!({"taken_at": "2018-07-14T09:30:00Z"}))
        .await
        .expect(200);
    for album in [&albums[0], &albums[48]] {
        let page = ana
            .get(&format!("/v1/albums/{album}/photos"))
            .await
            .expect(200);
        assert_eq!(page["items"].as_array().map(Vec::len), Some(1), "{page}");
        assert_eq!(page["items"][0]["taken_at"], "2018-07-14T09:30:00.000000Z");
    }
    put(&ana, &one_more, &photo, Some(json!({"from": albums[0]})))
        .await
        .expect(200);
}
