//! Comments, favourites and tags.

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use shared::domain::CommentId;
use tests::{
    ApiResponse, Person, System,
    library::{database, make_member, throw_away},
    person::text,
};

use crate::discovery::{all, announce};

/// An album's owner, an editor, a viewer, a stranger, and a photo of the album.
struct Scene {
    owner: Person,
    editor: Person,
    viewer: Person,
    stranger: Person,
    photo: String,
}

impl Scene {
    async fn new() -> Self {
        let system = System::shared();
        let [owner, editor, viewer, stranger] = join_all((0..4).map(|_| Person::new(&system)))
            .await
            .try_into()
            .ok()
            .expect("four");
        let album = owner.album("Summer").await;
        make_member(&album, &editor, "editor").await;
        make_member(&album, &viewer, "viewer").await;
        let photo = announce(&owner, &album, &json!({})).await;
        Self { owner, editor, viewer, stranger, photo }
    }

    fn at(&self, path: &str) -> String {
        format!("/v1/photos/{}/{path}", self.photo)
    }

    /// The photo as its owner sees it.
    async fn seen(&self) -> Value {
        self.owner
            .get(&format!("/v1/photos/{}", self.photo))
            .await
            .expect(200)
    }
}

async fn put(person: &Person, path: &str) -> ApiResponse {
    person.ask(Method::PUT, path, &[], None).await
}

async fn patch(person: &Person, path: &str, body: Value) -> ApiResponse {
    person
        .ask(Method::PATCH, path, &[], Some(body.to_string()))
        .await
}

#[tokio::test]
async fn whoever_may_see_a_photo_comments_on_it() {
    let scene = Scene::new().await;
    for (person, said) in
        [(&scene.viewer, "first\nline"), (&scene.owner, "second"), (&scene.editor, "third")]
    {
        let comment = person
            .post(&scene.at("comments"), json!({"text": said}))
            .await
            .expect(201);
        let me = person.get("/v1/me").await.expect(200);
        assert_eq!(comment["author"], json!({"id": me["id"], "name": "Ana"}));
        assert_eq!((&comment["text"], &comment["photo"]), (&json!(said), &json!(scene.photo)));
        assert_eq!((&comment["edited_at"], &comment["version"]), (&Value::Null, &json!(1)));
    }
    let comments = all(&scene.editor, &scene.at("comments")).await;
    let said: Vec<_> = comments
        .iter()
        .map(|comment| text(&comment["text"]))
        .collect();
    assert_eq!(said, ["first\nline", "second", "third"]);
    assert_eq!(comments[0]["author"]["name"], "Ana");
    assert_eq!(scene.seen().await["comments"], 3);

    let path = scene.at("comments");
    assert_eq!(scene.stranger.get(&path).await.problem(404), "/problems/not-found");
    assert_eq!(
        scene
            .stranger
            .post(&path, json!({"text": "x"}))
            .await
            .problem(404),
        "/problems/not-found"
    );
    for text in [json!(""), json!("  "), json!("x".repeat(2001)), json!("a\u{0}b"), Value::Null] {
        let answer = scene.viewer.post(&path, json!({"text": text})).await;
        assert_eq!(answer.body["errors"][0]["field"], "text", "{text}");
        answer.problem(422);
    }
    assert_eq!(scene.seen().await["comments"], 3);
}

#[tokio::test]
async fn a_comment_repeated_under_its_key_is_written_once() {
    let scene = Scene::new().await;
    let body = Some(json!({"text": "once"}).to_string());
    let key = [("idempotency-key", "a-key-of-this-comment")];
    let path = scene.at("comments");
    let first = scene
        .viewer
        .ask(Method::POST, &path, &key, body.clone())
        .await
        .expect(201);
    let again = scene
        .viewer
        .ask(Method::POST, &path, &key, body)
        .await
        .expect(201);
    assert_eq!(first, again);
    assert_eq!(
        (scene.seen().await["comments"].clone(), all(&scene.owner, &path).await.len()),
        (json!(1), 1)
    );
}

#[tokio::test]
async fn authors_change_their_comments_for_fifteen_minutes() {
    let scene = Scene::new().await;
    let comment = scene
        .viewer
        .post(&scene.at("comments"), json!({"text": "tpyo"}))
        .await
        .expect(201);
    let path = format!("/v1/comments/{}", text(&comment["id"]));
    let changed = patch(&scene.viewer, &path, json!({"text": "typo"}))
        .await
        .expect(200);
    assert_eq!((&changed["text"], &changed["version"]), (&json!("typo"), &json!(2)));
    assert!(changed["edited_at"].is_string(), "{changed}");

    let body = || Some(json!({"text": "newer"}).to_string());
    let seen = scene
        .viewer
        .ask(Method::PATCH, &path, &[("if-match", "\"2\"")], body())
        .await
        .expect(200);
    assert_eq!(seen["version"], 3);
    let stale = scene
        .viewer
        .ask(Method::PATCH, &path, &[("if-match", "\"2\"")], body())
        .await;
    assert_eq!(stale.problem(412), "/problems/changed");
    for other in [&scene.owner, &scene.editor] {
        assert_eq!(
            patch(other, &path, json!({"text": "x"})).await.problem(403),
            "/problems/not-allowed"
        );
    }
    assert_eq!(
        patch(&scene.stranger, &path, json!({"text": "x"}))
            .await
            .problem(404),
        "/problems/not-found"
    );
    assert_eq!(
        patch(&scene.viewer, &path, json!({"text": ""})).await.body["errors"][0]["field"],
        "text"
    );

    let id: CommentId = text(&comment["id"]).parse().expect("a comment");
    let past = "UPDATE comments SET created_at = created_at - INTERVAL 16 MINUTE WHERE id = ?";
    let mut library = database(&scene.owner.system, id.shard()).await;
    sqlx::query(past)
        .bind(id.uuid())
        .execute(&mut library)
        .await
        .expect("a change");
    assert_eq!(
        patch(&scene.viewer, &path, json!({"text": "late"}))
            .await
            .problem(409),
        "/problems/too-late"
    );
    assert_eq!(all(&scene.owner, &scene.at("comments")).await[0]["text"], "newer");
}

#[tokio::test]
async fn authors_and_the_photo_s_owner_delete_comments() {
    let scene = Scene::new().await;
    let mut paths = Vec::new();
    for _ in 0..2 {
        let comment = scene
            .viewer
            .post(&scene.at("comments"), json!({"text": "x"}))
            .await
            .expect(201);
        paths.push(format!("/v1/comments/{}", text(&comment["id"])));
    }
    assert_eq!(scene.editor.delete(&paths[0]).await.problem(403), "/problems/not-allowed");
    assert_eq!(scene.stranger.delete(&paths[0]).await.problem(404), "/problems/not-found");
    assert_eq!(scene.viewer.delete(&paths[0]).await.status, 204);
    assert_eq!(scene.viewer.delete(&paths[0]).await.problem(404), "/problems/not-found");
    assert_eq!(scene.seen().await["comments"], 1);
    let answers = join_all((0..4).map(|_| scene.owner.delete(&paths[1]))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 204).count(), 1, "deleted once");
    assert_eq!(answers.iter().filter(|answer| answer.status == 404).count(), 3);
    assert_eq!(scene.seen().await["comments"], 0);
    assert_eq!(
        scene
            .owner
            .delete("/v1/comments/photo_01kayzhqsxf5gb81ztk6wpnd5r")
            .await
            .problem(404),
        "/problems/not-found"
    );
}

#[tokio::test]
async fn favourites_are_counted_once_a_person_however_often_they_are_set() {
    let scene = Scene::new().await;
    let path = scene.at("favourite");
    let people = [&scene.owner, &scene.editor, &scene.viewer];
    let answers = join_all(
        people
            .iter()
            .flat_map(|person| (0..4).map(|_| put(person, &path))),
    )
    .await;
    assert!(answers.iter().all(|answer| answer.status == 204), "{answers:?}");
    assert_eq!(scene.seen().await["favourites"], 3);
    assert_eq!(scene.viewer.get(&path).await.expect(200), json!({"favourite": true}));
    let answers = join_all((0..4).map(|_| scene.viewer.delete(&path))).await;
    assert!(answers.iter().all(|answer| answer.status == 204), "{answers:?}");
    assert_eq!(scene.seen().await["favourites"], 2);
    assert_eq!(scene.viewer.get(&path).await.expect(200), json!({"favourite": false}));
    for answer in [
        put(&scene.stranger, &path).await,
        scene.stranger.delete(&path).await,
        scene.stranger.get(&path).await,
    ] {
        assert_eq!(answer.problem(404), "/problems/not-found");
    }
    assert_eq!(scene.seen().await["favourites"], 2);
}

#[tokio::test]
async fn tags_are_sorted_and_compared_without_case() {
    let scene = Scene::new().await;
    for tag in ["lake", "Ferry", "LAKE", "%20Cafe%CC%81%20", "two%20words", "%E6%9D%B1%E4%BA%AC"] {
        assert_eq!(
            put(&scene.editor, &scene.at(&format!("tags/{tag}")))
                .await
                .status,
            204,
            "{tag}"
        );
    }
    let seen = scene.seen().await;
    assert_eq!(seen["tags"], json!(["Café", "Ferry", "lake", "two words", "東京"]));
    let version = seen["version"].clone();
    assert_eq!(put(&scene.owner, &scene.at("tags/FERRY")).await.status, 204);
    assert_eq!(scene.owner.delete(&scene.at("tags/absent")).await.status, 204);
    assert_eq!(scene.seen().await["version"], version, "nothing has changed");
    assert_eq!(scene.editor.delete(&scene.at("tags/FERRY")).await.status, 204);
    assert_eq!(scene.seen().await["tags"], json!(["Café", "lake", "two words", "東京"]));

    assert_eq!(put(&scene.viewer, &scene.at("tags/x")).await.problem(403), "/problems/not-allowed");
    assert_eq!(
        scene
            .viewer
            .delete(&scene.at("tags/lake"))
            .await
            .problem(403),
        "/problems/not-allowed"
    );
    assert_eq!(put(&scene.stranger, &scene.at("tags/x")).await.problem(404), "/problems/not-found");
    for tag in ["%20", "a%00b", &"x".repeat(51)] {
        let answer = put(&scene.owner, &scene.at(&format!("tags/{tag}"))).await;
        assert_eq!(answer.body["errors"][0]["field"], "tag", "{tag}");
        answer.problem(422);
    }
}

#[tokio::test]
async fn a_photo_has_at_most_fifty_tags_whoever_gives_them_at_once() {
    let scene = Scene::new().await;
    let scene = &scene;
    let give = async |n: u32| {
        put(
            if n.is_multiple_of(2) { &scene.owner } else { &scene.editor },
            &scene.at(&format!("tags/tag-{n}")),
        )
        .await
    };
    for n in 0..46 {
        assert_eq!(give(n).await.status, 204);
    }
    let answers = join_all((46..54).map(give)).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 204).count(), 4);
    let full: Vec<_> = answers
        .into_iter()
        .filter(|answer| answer.status != 204)
        .map(|answer| answer.problem(409))
        .collect();
    assert_eq!(full, ["/problems/full"; 4]);
    assert_eq!(scene.seen().await["tags"].as_array().map(Vec::len), Some(50));
    assert_eq!(give(0).await.status, 204, "it has that one");
}

#[tokio::test]
async fn nothing_is_said_of_a_photo_in_the_trash() {
    let scene = Scene::new().await;
    let comment = scene
        .viewer
        .post(&scene.at("comments"), json!({"text": "x"}))
        .await
        .expect(201);
    let comment = format!("/v1/comments/{}", text(&comment["id"]));
    throw_away(&scene.owner.system, &scene.photo).await;
    let body = json!({"text": "y"});
    let answers = [
        scene.owner.post(&scene.at("comments"), body.clone()).await,
        scene.owner.delete(&comment).await,
        put(&scene.owner, &scene.at("favourite")).await,
        scene.owner.delete(&scene.at("favourite")).await,
        put(&scene.owner, &scene.at("tags/x")).await,
        scene.owner.delete(&scene.at("tags/x")).await,
    ];
    for answer in answers {
        assert_eq!(answer.problem(409), "/problems/in-trash");
    }
    assert_eq!(
        scene.owner.get(&scene.at("comments")).await.expect(200)["items"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    let answers = [
        scene.viewer.post(&scene.at("comments"), body.clone()).await,
        scene.viewer.get(&scene.at("comments")).await,
        patch(&scene.viewer, &comment, body).await,
        put(&scene.editor, &scene.at("tags/x")).await,
        put(&scene.viewer, &scene.at("favourite")).await,
        scene.viewer.get(&scene.at("favourite")).await,
    ];
    for answer in answers {
        assert_eq!(answer.problem(404), "/problems/not-found");
    }
}
