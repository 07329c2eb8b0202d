//! Changes of photos by people who are not their owner.

use serde_json::json;
use tests::{Person, photograph::jpeg, system::member};

use super::{patch, photos_of, put, with_photo};

#[tokio::test]
async fn a_stranger_finds_neither_photo_nor_album() {
    let (ana, album, photo) = with_photo(112).await;
    let ben = Person::new(&ana.system).await;
    let bens = ben.album("Ben's").await;
    let bens_photo = ben.upload(&bens, &jpeg(60, 40, 113)).await;
    let path = format!("/v1/photos/{photo}");
    let answers = [
        patch(&ben, &photo, json!({"caption": "x"})).await,
        ben.delete(&path).await,
        ben.post(&format!("{path}/restore"), json!({})).await,
        ben.post(&format!("{path}/reprocess"), json!({})).await,
        put(&ben, &bens, &photo, None).await,
        put(&ben, &album, &bens_photo, None).await,
        put(&ben, &bens, &bens_photo, Some(json!({"from": album}))).await,
        put(&ana, &album, &bens_photo, None).await,
        ben.delete(&format!("/v1/albums/{album}/photos/{photo}"))
            .await,
        patch(&ben, &album, json!({})).await,
    ];
    for answer in answers {
        assert_eq!(answer.problem(404), "/problems/not-found");
    }
    assert_eq!(photos_of(&ana, &album).await, (vec![photo.clone()], json!(1)));
    ana.delete(&path).await.expect(204);
    for path in [path.clone(), format!("{path}/original")] {
        assert_eq!(ben.get(&path).await.problem(404), "/problems/not-found");
    }
    assert_eq!(
        ana.get(&format!("{path}/original")).await.status,
        302,
        "its owner can still have the bytes"
    );
}

/// Makes the photo of an album of somebody else's, an editor and a viewer of it.
async fn with_members(seed: u8) -> (Person, String, String, [Person; 2]) {
    let (ana, album, photo) = with_photo(seed).await;
    let editor = Person::new(&ana.system).await;
    member(&editor, &album, "editor").await;
    let viewer = Person::new(&ana.system).await;
    member(&viewer, &album, "viewer").await;
    (ana, album, photo, [editor, viewer])
}

#[tokio::test]
async fn an_editor_changes_a_photo_and_a_viewer_does_not() {
    let (_, _, photo, [editor, viewer]) = with_members(121).await;
    let reprocess = format!("/v1/photos/{photo}/reprocess");
    let edited = patch(&editor, &photo, json!({"caption": "By an editor"})).await;
    assert_eq!(edited.expect(200)["caption"], "By an editor");
    let again = editor.post(&reprocess, json!({})).await;
    assert_eq!(again.problem(409), "/problems/already-ready");
    let refused = [
        patch(&viewer, &photo, json!({"caption": "x"})).await,
        viewer.post(&reprocess, json!({})).await,
    ];
    for answer in refused {
        assert_eq!(answer.problem(403), "/problems/not-allowed");
    }
}

#[tokio::test]
async fn no_member_does_what_is_the_owner_s() {
    let (ana, album, photo, members) = with_members(122).await;
    let path = format!("/v1/photos/{photo}");
    let in_album = format!("/v1/albums/{album}/photos/{photo}");
    for member in &members {
        let own = member.album("Own").await;
        let answers = [
            member.delete(&path).await,
            member.post(&format!("{path}/restore"), json!({})).await,
            member.delete(&in_album).await,
            put(member, &own, &photo, None).await,
        ];
        for answer in answers {
            assert_eq!(answer.problem(403), "/problems/not-allowed");
        }
    }
    ana.delete(&path).await.expect(204);
    for member in &members {
        let answers = [
            patch(member, &photo, json!({"caption": "x"})).await,
            member.get(&path).await,
            member.get(&format!("{path}/original")).await,
        ];
        for answer in answers {
            assert_eq!(answer.problem(404), "/problems/not-found");
        }
    }
}
