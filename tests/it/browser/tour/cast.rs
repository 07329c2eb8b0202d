//! The people of the tour, and all that the owner's pages have to show.

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use shared::{
    domain::{
        Moment,
        statistics::{CountedAction, Statistics, Tally},
    },
    env::Env,
    stores::StatisticsItems,
};
use tests::{
    Person, System,
    mailbox::token_to,
    person::{address, appoint, text},
    photograph::{announcement, jpeg},
    system::{sdk, until},
};

use super::super::PATIENCE;
use crate::invitations::INVITED;

/// Addresses of people, and ids and tokens of what is theirs.
pub struct Cast {
    /// The address of somebody with photos, who is an administrator.
    pub owner: String,
    pub album: String,
    pub photo: String,
    /// The token of a link that allows all that a link may.
    pub link: String,
    /// The token of a link with a password.
    pub locked: String,
    /// The token of an invitation for an address without an account.
    pub invitation: String,
}

/// A photo of the owner's: its size, the shade of its pixels, and what is known of it.
struct Picture {
    size: (usize, usize),
    shade: u8,
    caption: &'static str,
    taken_at: &'static str,
    place: Option<(f64, f64)>,
}

const PICTURES: &[Picture] = &[
    Picture {
        size: (1200, 800),
        shade: 90,
        caption: "The ferry at noon",
        taken_at: "2026-07-14T10:00:00Z",
        place: Some((45.98, 9.26)),
    },
    Picture {
        size: (800, 1200),
        shade: 160,
        caption: "",
        taken_at: "2026-07-14T18:30:00Z",
        place: Some((45.81, 9.08)),
    },
    Picture {
        size: (1600, 900),
        shade: 30,
        caption: "湖邊的兩個晚上",
        taken_at: "2026-07-15T19:00:00Z",
        place: None,
    },
    Picture {
        size: (900, 900),
        shade: 220,
        caption: "Rain on the terrace",
        taken_at: "2025-12-24T16:00:00Z",
        place: Some((25.03, 121.56)),
    },
    Picture {
        size: (1800, 700),
        shade: 120,
        caption: "From the ridge",
        taken_at: "2019-05-02T08:15:00Z",
        place: Some((64.15, -21.94)),
    },
];

impl Cast {
    pub async fn new(system: &System) -> Self {
        let owner = Person::new(system).await;
        let email = owner.verified().await;
        let album = owner.album("Two evenings at the lake").await;
        let (photos, friend) = tokio::join!(pictures(&owner, &album), Person::new(system));
        let export = owner.post("/v1/me/exports", json!({})).await.expect(202);
        describe(&owner, &album, &photos, &friend).await;
        throw_away(&owner).await;
        share_with(&owner, &friend).await;
        let invited = address();
        owner.invite(&album, &invited, "viewer").await.expect(201);
        appoint(system, &owner.id().await).await;
        statistics(&owner).await;
        wait_for(&owner, &text(&export["id"])).await;
        Self {
            link: link(
                &owner,
                &album,
                json!({"name": "Grandparents", "allow_original": true, "show_location": true,
                "allow_upload": true, "expires_at": "2099-01-01T00:00:00Z"}),
            )
            .await,
            locked: link(&owner, &album, json!({"password": "a quiet orange lighthouse"})).await,
            invitation: token_to(system, &invited, INVITED).await,
            owner: email,
            photo: photos[0].clone(),
            album,
        }
    }
}

/// Makes the owner's photos, and one that cannot be made into a picture; their ids.
async fn pictures(owner: &Person, album: &str) -> Vec<String> {
    let sent = PICTURES.iter().enumerate().map(|(number, picture)| {
        let bytes = jpeg(picture.size.0, picture.size.1, picture.shade);
        send(owner, album, format!("IMG_{:04}.jpg", 1200 + number), bytes)
    });
    let photos = join_all(sent).await;
    send(owner, album, "Half of a file.jpg".to_owned(), b"no picture".to_vec()).await;
    for (photo, picture) in photos.iter().zip(PICTURES) {
        let mut change = json!({"caption": picture.caption, "taken_at": picture.taken_at});
        if let Some((latitude, longitude)) = picture.place {
            change["place"] = json!({"latitude": latitude, "longitude": longitude});
        }
        let path = format!("/v1/photos/{photo}");
        owner
            .ask(Method::PATCH, &path, &[], Some(change.to_string()))
            .await
            .expect(200);
    }
    photos
}

/// Uploads a file, and waits for what becomes of it; the photo's id.
async fn send(owner: &Person, album: &str, name: String, bytes: Vec<u8>) -> String {
    let path = format!("/v1/albums/{album}/photos");
    let announced = owner
        .post(&path, announcement(&name, &bytes))
        .await
        .expect(201);
    assert_eq!(owner.send(&announced["upload"], &bytes).await, 200);
    let photo = text(&announced["photo"]["id"]);
    owner.settled(&photo).await;
    photo
}

/// Gives the first photo all that people say of a photo, and another one the day of today.
async fn describe(owner: &Person, album: &str, photos: &[String], friend: &Person) {
    let first = &photos[0];
    for path in ["tags/lake", "tags/summer%20evenings", "favourite"] {
        let path = format!("/v1/photos/{first}/{path}");
        let put = owner.ask(Method::PUT, &path, &[], None).await;
        assert!(put.status < 300, "{path}: {}", put.body);
    }
    owner.admit(album, friend, "editor").await;
    let comments = format!("/v1/photos/{first}/comments");
    for (person, words) in [(friend, "I remember the wind."), (owner, "And the coffee after it.")] {
        person
            .post(&comments, json!({"text": words, "album": album}))
            .await
            .expect(201);
    }
    let today = Moment::now().to_string();
    let taken = format!("2024{}", today.get(4..).expect("a date"));
    let path = format!("/v1/photos/{}", photos[2]);
    owner
        .ask(Method::PATCH, &path, &[], Some(json!({"taken_at": taken}).to_string()))
        .await
        .expect(200);
}

/// Puts an album and a photo into the trash, beside an album that stays.
async fn throw_away(owner: &Person) {
    let album = owner.album("Blurred ones").await;
    owner.album("Postcards").await;
    let photo = send(owner, &album, "Thumb.jpg".to_owned(), jpeg(640, 480, 70)).await;
    for path in [format!("/v1/photos/{photo}"), format!("/v1/albums/{album}")] {
        owner.delete(&path).await.expect(204);
    }
}

/// Shares an album of a friend's with the owner, and invites them into another.
async fn share_with(owner: &Person, friend: &Person) {
    let shared = friend.album("Climbing, by all of us").await;
    friend.admit(&shared, owner, "editor").await;
    let winter = friend.album("Winter").await;
    let email = owner.verified().await;
    friend.invite(&winter, &email, "viewer").await.expect(201);
}

async fn link(owner: &Person, album: &str, options: Value) -> String {
    let path = format!("/v1/albums/{album}/shares");
    text(&owner.post(&path, options).await.expect(201)["token"])
}

/// Writes what a night's computing would: photos of two years, taken with a camera.
async fn statistics(owner: &Person) {
    let system = &owner.system;
    let variables = system.environment.clone().into_iter().collect();
    let env = Env::with(sdk(system, &system.dynamodb), variables);
    let items = StatisticsItems::connect(&env).expect("the table");
    let tally = |month: &str, count| Tally {
        month: month.parse().expect("a month"),
        action: CountedAction::Added,
        camera: Some("Canon EOS R5".to_owned()),
        count,
        bytes: count * 4_000_000,
    };
    let tallies =
        [tally("2025-12", 31), tally("2026-05", 8), tally("2026-07", 214), tally("2026-08", 77)];
    let user = owner.id().await.parse().expect("a user");
    let statistics = Statistics::of(Moment::now(), &tallies, &[]);
    items.put(user, &statistics).await.expect("statistics");
}

async fn wait_for(owner: &Person, export: &str) {
    let path = format!("/v1/me/exports/{export}");
    until("the export is ready", PATIENCE, async || {
        let export = owner.get(&path).await.expect(200);
        (export["state"] == "ready").then_some(())
    })
    .await;
}
