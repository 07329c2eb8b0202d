//! A photo in two albums: the members of one do not learn what those of the other say and mark.

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{ApiResponse, Person, System, person::text};

use crate::discovery::{all, announce};

/// A photo that stands in the albums `work` and `family`, its owner, and members.
struct Scene {
    owner: Person,
    /// A viewer of `work`.
    wendy: Person,
    /// A viewer of `family`.
    fred: Person,
    /// A viewer of both.
    beth: Person,
    work: String,
    family: String,
    photo: String,
}

impl Scene {
    async fn new() -> Self {
        let system = System::shared();
        let owner = Person::new(&system).await;
        let work = owner.album("Work").await;
        let family = owner.album("Family").await;
        let wendy = owner.member(&work, "viewer").await;
        let fred = owner.member(&family, "viewer").await;
        let beth = owner.member(&work, "viewer").await;
        owner.admit(&family, &beth, "viewer").await;
        let photo = announce(&owner, &work, &json!({})).await;
        let scene = Self { owner, wendy, fred, beth, work, family, photo };
        put_into(&scene.owner, &scene.family, &scene.photo).await;
        scene
    }

    fn comments(&self) -> String {
        format!("/v1/photos/{}/comments", self.photo)
    }

    async fn says(&self, person: &Person, said: &str, album: Option<&String>) -> ApiResponse {
        let mut body = json!({"text": said});
        if let Some(album) = album {
            body["album"] = json!(album);
        }
        person.post(&self.comments(), body).await
    }

    /// Returns the comments that a person reads, of one album or of all.
    async fn reads(&self, person: &Person, album: Option<&String>) -> Vec<String> {
        let query = album.map_or_else(String::new, |album| format!("?album={album}"));
        let comments = all(person, &format!("{}{query}", self.comments())).await;
        comments
            .iter()
            .map(|comment| text(&comment["text"]))
            .collect()
    }

    /// Returns how many comments and favourites of the photo this person is told of.
    async fn counts(&self, person: &Person) -> (u64, u64) {
        counts(
            &person
                .get(&format!("/v1/photos/{}", self.photo))
                .await
                .expect(200),
        )
    }

    async fn counts_in(&self, person: &Person, album: &str) -> (u64, u64) {
        counts(&person.get(&format!("/v1/albums/{album}")).await.expect(200)["photos"]["items"][0])
    }
}

fn counts(photo: &Value) -> (u64, u64) {
    (photo["comments"].as_u64().expect("a number"), photo["favourites"].as_u64().expect("a number"))
}

async fn put_into(owner: &Person, album: &str, photo: &str) {
    owner
        .ask(Method::PUT, &format!("/v1/albums/{album}/photos/{photo}"), &[], None)
        .await
        .expect(200);
}

async fn take_out_of(owner: &Person, album: &str, photo: &str) {
    owner
        .delete(&format!("/v1/albums/{album}/photos/{photo}"))
        .await
        .expect(204);
}

#[tokio::test]
async fn what_is_said_in_one_album_is_not_read_in_another() {
    let scene = Scene::new().await;
    let of_fred = scene
        .says(&scene.fred, "Grandma looks tired", None)
        .await
        .expect(201);
    assert_eq!(of_fred["album"], json!(scene.family));
    let of_wendy = scene
        .says(&scene.wendy, "The new office", None)
        .await
        .expect(201);
    assert_eq!(of_wendy["album"], json!(scene.work));
    scene
        .says(&scene.owner, "She is well", Some(&scene.family))
        .await
        .expect(201);

    let family = ["Grandma looks tired", "She is well"];
    let both = ["Grandma looks tired", "The new office", "She is well"];
    assert_eq!(scene.reads(&scene.wendy, None).await, ["The new office"]);
    assert_eq!(scene.reads(&scene.fred, None).await, family);
    for person in [&scene.owner, &scene.beth] {
        assert_eq!(scene.reads(person, None).await, both);
        assert_eq!(scene.reads(person, Some(&scene.family)).await, family);
        assert_eq!(scene.reads(person, Some(&scene.work)).await, ["The new office"]);
    }
    let other = scene
        .wendy
        .get(&format!("{}?album={}", scene.comments(), scene.family))
        .await;
    assert_eq!(other.problem(404), "/problems/not-found");
    let path = format!("/v1/comments/{}", text(&of_fred["id"]));
    assert_eq!(scene.wendy.delete(&path).await.problem(404), "/problems/not-found");
    let changed = Some(json!({"text": "x"}).to_string());
    assert_eq!(
        scene
            .wendy
            .ask(Method::PATCH, &path, &[], changed)
            .await
            .problem(404),
        "/problems/not-found"
    );

    assert_eq!(scene.counts(&scene.owner).await.0, 3);
    assert_eq!(scene.counts(&scene.wendy).await.0, 1);
    assert_eq!(scene.counts(&scene.fred).await.0, 2);
    assert_eq!(scene.counts(&scene.beth).await.0, 3);
    assert_eq!(scene.counts_in(&scene.wendy, &scene.work).await.0, 1);
    assert_eq!(scene.counts_in(&scene.fred, &scene.family).await.0, 2);
    scene.fred.delete(&path).await.expect(204);
    assert_eq!(scene.counts_in(&scene.fred, &scene.family).await.0, 1);
}

#[tokio::test]
async fn who_sees_a_photo_in_several_albums_says_in_which_one() {
    let scene = Scene::new().await;
    for person in [&scene.owner, &scene.beth] {
        let answer = scene.says(person, "Where?", None).await;
        assert_eq!(answer.body["errors"][0]["field"], "album");
        answer.problem(422);
    }
    assert_eq!(
        scene
            .says(&scene.wendy, "x", Some(&scene.family))
            .await
            .problem(404),
        "/problems/not-found"
    );
    let elsewhere = scene.owner.album("Elsewhere").await;
    assert_eq!(
        scene
            .says(&scene.owner, "x", Some(&elsewhere))
            .await
            .problem(404),
        "/problems/not-found"
    );
    scene
        .says(&scene.beth, "Here", Some(&scene.work))
        .await
        .expect(201);
    assert_eq!(scene.reads(&scene.fred, None).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_comment_stays_in_its_album_when_the_photo_leaves_and_comes_back() {
    let scene = Scene::new().await;
    scene.says(&scene.fred, "Among us", None).await.expect(201);
    scene.says(&scene.wendy, "At work", None).await.expect(201);
    take_out_of(&scene.owner, &scene.family, &scene.photo).await;
    assert_eq!(scene.fred.get(&scene.comments()).await.problem(404), "/problems/not-found");
    assert_eq!(scene.reads(&scene.beth, None).await, ["At work"]);
    assert_eq!(scene.reads(&scene.owner, None).await, ["Among us", "At work"]);
    assert_eq!((scene.counts(&scene.beth).await.0, scene.counts(&scene.owner).await.0), (1, 2));

    let moved = scene.owner.album("Moved").await;
    let mia = scene.owner.member(&moved, "viewer").await;
    let path = format!("/v1/albums/{moved}/photos/{}", scene.photo);
    let from = Some(json!({"from": scene.work}).to_string());
    scene
        .owner
        .ask(Method::PUT, &path, &[], from)
        .await
        .expect(200);
    assert_eq!(scene.reads(&mia, None).await, Vec::<String>::new());
    put_into(&scene.owner, &scene.family, &scene.photo).await;
    assert_eq!(scene.reads(&scene.fred, None).await, ["Among us"]);
}

#[tokio::test]
async fn what_is_said_of_a_photo_in_no_album_is_its_owner_s() {
    let scene = Scene::new().await;
    for album in [&scene.work, &scene.family] {
        take_out_of(&scene.owner, album, &scene.photo).await;
    }
    let comment = scene
        .says(&scene.owner, "To myself", None)
        .await
        .expect(201);
    assert_eq!(comment["album"], Value::Null);
    put_into(&scene.owner, &scene.work, &scene.photo).await;
    assert_eq!(scene.reads(&scene.wendy, None).await, Vec::<String>::new());
    assert_eq!(scene.reads(&scene.owner, None).await, ["To myself"]);
    let path = format!("/v1/comments/{}", text(&comment["id"]));
    assert_eq!(scene.wendy.delete(&path).await.problem(404), "/problems/not-found");
}

#[tokio::test]
async fn favourites_count_among_who_sees_the_album() {
    let scene = Scene::new().await;
    let path = format!("/v1/photos/{}/favourite", scene.photo);
    let people = [&scene.owner, &scene.fred, &scene.beth];
    join_all(people.map(|person| person.ask(Method::PUT, &path, &[], None))).await;
    assert_eq!(scene.counts(&scene.owner).await.1, 3);
    assert_eq!(scene.counts(&scene.fred).await.1, 3);
    assert_eq!(scene.counts(&scene.wendy).await.1, 2, "the owner's and Beth's");
    assert_eq!(scene.counts_in(&scene.wendy, &scene.work).await.1, 2);
    assert_eq!(scene.counts_in(&scene.fred, &scene.family).await.1, 3);
}

#[tokio::test]
async fn an_editor_s_changes_are_answered_with_what_the_editor_may_know() {
    let scene = Scene::new().await;
    let editor = scene.owner.member(&scene.work, "editor").await;
    scene.says(&scene.fred, "Among us", None).await.expect(201);
    let path = format!("/v1/photos/{}", scene.photo);
    let caption = Some(json!({"caption": "The office"}).to_string());
    let photo = editor
        .ask(Method::PATCH, &path, &[], caption.clone())
        .await
        .expect(200);
    assert_eq!(photo["comments"], 0);
    let photo = scene
        .owner
        .ask(Method::PATCH, &path, &[], caption)
        .await
        .expect(200);
    assert_eq!(photo["comments"], 1);
}
