//! `GET /v1/map`: the caller's photos by where they were taken.

use std::{
    collections::BTreeMap,
    f64::consts::PI,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};
use shared::domain::{Shard, UserId};
use tests::{
    Person, System,
    library::database,
    person::text,
    photograph::{jpeg, placed},
    system::projector,
};

use crate::{discovery::announce, guests::ready};

const WORLD: &str = "-180,-90,180,90";

/// Somebody with an album.
struct Owner {
    person: Person,
    album: String,
}

impl Owner {
    async fn new() -> Self {
        let person = Person::new(&System::shared()).await;
        let album = person.album("Places").await;
        Self { person, album }
    }

    /// Announces a photo that was taken there; its id.
    async fn photo(&self, latitude: f64, longitude: f64) -> String {
        let photo = announce(&self.person, &self.album, &json!({})).await;
        self.place(&photo, latitude, longitude).await;
        photo
    }

    /// Says where a photo was taken.
    async fn place(&self, photo: &str, latitude: f64, longitude: f64) {
        let place = json!({"place": {"latitude": latitude, "longitude": longitude}});
        let path = format!("/v1/photos/{photo}");
        self.person
            .ask(Method::PATCH, &path, &[], Some(place.to_string()))
            .await
            .expect(200);
    }

    /// Holds the map at every level to these photos, in the order in which they were added.
    async fn is_on_map(&self, photos: &[(&String, (f64, f64))]) {
        for zoom in 0..=22 {
            let mut expected: BTreeMap<(u64, u64), (u64, String)> = BTreeMap::new();
            let mut found = BTreeMap::new();
            for (photo, place) in photos {
                let tile = tile(*place, zoom);
                let count = expected.get(&tile).map_or(0, |(count, _)| *count);
                expected.insert(tile, (count + 1, (*photo).clone()));
            }
            for (_, (latitude, longitude)) in photos {
                let bbox = format!("{longitude},{latitude},{longitude},{latitude}");
                for cell in self.map(&bbox, zoom).await {
                    let [(x, y, count)] = counts(std::slice::from_ref(&cell))[..] else { continue };
                    found.insert((y, x), (count, text(&cell["cover"]["photo"])));
                }
            }
            assert_eq!(found, expected, "at level {zoom}");
        }
    }

    async fn map(&self, bbox: &str, zoom: u8) -> Vec<Value> {
        let path = format!("/v1/map?bbox={bbox}&zoom={zoom}");
        let map = self.person.get(&path).await.expect(200);
        map["items"].as_array().expect("items").clone()
    }
}

/// Column, row and number of photos of each cell.
fn counts(cells: &[Value]) -> Vec<(u64, u64, u64)> {
    let number = |cell: &Value, name: &str| cell[name].as_u64().expect("a number");
    let of = |cell| (number(cell, "x"), number(cell, "y"), number(cell, "photos"));
    cells.iter().map(of).collect()
}

#[tokio::test]
async fn photos_are_counted_by_the_cells_that_they_were_taken_in() {
    let owner = Owner::new().await;
    owner.photo(45.98, 9.26).await;
    let newest = owner.photo(46.02, 9.24).await;
    owner.photo(25.03, 121.56).await;
    announce(&owner.person, &owner.album, &json!({})).await;

    // As https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames counts tiles.
    let cells = owner.map(WORLD, 4).await;
    assert_eq!(counts(&cells), [(8, 5, 2), (13, 6, 1)], "{cells:?}");
    let place = &cells[0]["place"];
    let middle =
        [&place["latitude"], &place["longitude"]].map(|one| one.as_f64().expect("degrees"));
    assert!((middle[0] - 46.0).abs() < 1e-4 && (middle[1] - 9.25).abs() < 1e-4, "{place}");
    assert_eq!(cells[1]["place"], json!({"latitude": 25.03, "longitude": 121.56}));
    assert_eq!(text(&cells[0]["cover"]["photo"]), newest, "the photo that was added last");

    assert_eq!(counts(&owner.map("9.1,45.9,9.4,46.1", 14).await).len(), 2, "apart, from near");
    assert_eq!(counts(&owner.map("120,24,122,26", 4).await), [(13, 6, 1)]);
    assert!(owner.map("-20,0,0,20", 4).await.is_empty());
}

#[tokio::test]
async fn a_cell_shows_a_photo_with_its_images() {
    let owner = Owner::new().await;
    let photo = ready(&owner.person, &owner.album, &placed(&jpeg(60, 40, 7))).await;
    let path = format!("/v1/map?bbox={WORLD}&zoom=3");
    let map = owner.person.get(&path).await.expect(200);
    let cover = &map["items"][0]["cover"];
    assert_eq!(text(&cover["photo"]), photo);
    let image = text(&cover["renditions"][0]["url"]);
    let address = format!("{image}?{}", text(&map["media"]["query"]));
    assert_eq!(owner.person.fetch(&address).await.0, 200);
}

#[tokio::test]
async fn a_part_of_the_map_may_lie_across_the_180th_meridian() {
    let owner = Owner::new().await;
    owner.photo(-17.8, 178.0).await;
    owner.photo(-13.6, -172.5).await;
    owner.photo(0.0, 180.0).await;
    owner.photo(89.0, 0.0).await;
    let cells = owner.map("170,-30,-170,10", 5).await;
    assert_eq!(counts(&cells), [(31, 16, 1), (0, 17, 1), (31, 17, 1)], "{cells:?}");
    assert_eq!(counts(&owner.map(WORLD, 0).await), [(0, 0, 4)], "the poles count for the edge");
}

#[tokio::test]
async fn neither_the_trash_nor_photos_of_others_are_on_the_map() {
    let owner = Owner::new().await;
    let photo = owner.photo(45.98, 9.26).await;
    let other = owner.person.member(&owner.album, "editor").await;
    let path = format!("/v1/map?bbox={WORLD}&zoom=2");
    assert_eq!(other.get(&path).await.expect(200)["items"], json!([]));
    let path = format!("/v1/photos/{photo}");
    owner.person.delete(&path).await.expect(204);
    assert!(owner.map(WORLD, 2).await.is_empty());
}

/// Row and column of the tile that has this place, by the formula of
/// <https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames>.
fn tile((latitude, longitude): (f64, f64), zoom: u8) -> (u64, u64) {
    let count = f64::from(1 << zoom);
    let parallel = latitude.to_radians();
    let y = (1.0 - parallel.tan().asinh() / PI) / 2.0 * count;
    let x = (longitude + 180.0) / 360.0 * count;
    let whole = |share: f64| format!("{:.0}", share.floor()).parse().expect("a number");
    (whole(y), whole(x))
}

#[tokio::test]
async fn a_map_counts_what_was_moved_thrown_away_and_taken_back() {
    let owner = Owner::new().await;
    let (como, lugano, lima) = ((45.98, 9.26), (46.005, 8.952), (-12.05, -77.04));
    let first = owner.photo(como.0, como.1).await;
    let second = owner.photo(como.0, como.1).await;
    // One that can be taken back: what never came is gone at once.
    let third = ready(&owner.person, &owner.album, &jpeg(60, 40, 8)).await;
    owner.place(&third, lugano.0, lugano.1).await;
    owner
        .is_on_map(&[(&first, como), (&second, como), (&third, lugano)])
        .await;

    owner.place(&second, lima.0, lima.1).await;
    owner
        .is_on_map(&[(&first, como), (&second, lima), (&third, lugano)])
        .await;
    let path = format!("/v1/photos/{third}");
    owner.person.delete(&path).await.expect(204);
    owner.is_on_map(&[(&first, como), (&second, lima)]).await;
    let path = format!("/v1/photos/{third}/restore");
    owner.person.post(&path, json!({})).await.expect(200);
    owner.place(&second, como.0, como.1).await;
    owner
        .is_on_map(&[(&first, como), (&second, como), (&third, lugano)])
        .await;
    for photo in [&first, &second, &third] {
        let path = format!("/v1/photos/{photo}");
        owner.person.delete(&path).await.expect(204);
    }
    assert!(owner.map(WORLD, 0).await.is_empty());
}

#[tokio::test]
async fn photos_of_before_there_was_a_map_are_put_on_it() {
    let system = System::shared();
    let owner = Owner::new().await;
    let (como, lima) = ((45.98, 9.26), (-12.05, -77.04));
    let first = owner.photo(como.0, como.1).await;
    let second = owner.photo(lima.0, lima.1).await;
    let me = owner.person.get("/v1/me").await.expect(200);
    let id: UserId = text(&me["id"]).parse().expect("a user");
    let mut connection = database(&system, id.shard()).await;
    for sql in [
        "DELETE FROM map_cells WHERE owner_id = ?",
        "UPDATE photos SET map_cell = NULL WHERE owner_id = ?",
    ] {
        let forgotten = sqlx::query(sql)
            .bind(id.uuid())
            .execute(&mut connection)
            .await;
        forgotten.expect(sql);
    }
    assert!(owner.map(WORLD, 0).await.is_empty());

    let library = projector(&system).library;
    let soon = Instant::now() + Duration::from_mins(1);
    for _ in 0..2 {
        assert!(library.backfill(id, soon).await.expect("a map"));
        owner.is_on_map(&[(&first, como), (&second, lima)]).await;
    }
}

#[tokio::test]
async fn an_owner_who_is_gone_comes_to_no_map() {
    let system = System::shared();
    let gone = UserId::new(Shard::FIRST);
    let library = projector(&system).library;
    let soon = Instant::now() + Duration::from_mins(1);
    assert!(library.backfill(gone, soon).await.expect("a map"));
    let rows: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM owners WHERE user_id = ?")
        .bind(gone.uuid())
        .fetch_one(&mut database(&system, gone.shard()).await)
        .await
        .expect("a count");
    assert_eq!(rows, 0);
}

#[tokio::test]
async fn a_map_that_cannot_be_drawn_is_refused_by_its_parameter() {
    let owner = Owner::new().await;
    let cases = [
        ("zoom=3", "bbox"),
        ("bbox=1,2,3&zoom=3", "bbox"),
        ("bbox=0,0,1,1", "zoom"),
        ("bbox=0,0,1,1&zoom=23", "zoom"),
        ("bbox=0,0,1,1&zoom=2.5", "zoom"),
        ("bbox=-180,-90,180,90&zoom=9", "bbox"),
    ];
    for (query, field) in cases {
        let refused = owner.person.get(&format!("/v1/map?{query}")).await;
        assert_eq!(refused.status, 422, "{query}: {}", refused.body);
        assert_eq!(refused.body["errors"][0]["field"], field, "{query}");
    }
}
