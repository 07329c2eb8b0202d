//! Each invariant holds for stores that agree, and finds a damage made on purpose.

use std::collections::{BTreeMap, BTreeSet};

use shared::domain::{Folder, Original, Shard, map_cell::MapCell, view::PlaceView};

use super::*;
use crate::{
    journal::{Expected, Key, Kind},
    snapshot::{
        AlbumRow, ChangeRow, DeadLetter, EntryRow, HotItems, Located, NamedObjects, Objects,
        OwnerRow, PhotoRow, ProjectedAlbum, ProjectedPhoto, Rows, Truth,
    },
};

/// Stores in which one owner has an album with a photo, and a photo in the trash.
struct Stores {
    snapshot: Snapshot,
    journal: Journal,
    owner: Uuid,
    album: Uuid,
    photo: Uuid,
    trashed: Uuid,
    folder: Folder,
}

/// The cell of the place where both photos were taken.
fn como() -> (PlaceView, MapCell) {
    let place = PlaceView { latitude: 45.98, longitude: 9.26 };
    (place, MapCell::of(&place))
}

fn map_cells(owner: Uuid, photo: Uuid) -> Vec<(Uuid, MapCell, Located)> {
    let (_, cell) = como();
    let (y_sum, x_sum) = (i64::from(cell.y), i64::from(cell.x));
    let levels = MapCell::LEVELS.into_iter();
    levels
        .map(|level| (owner, cell.at(level), Located { photos: 1, y_sum, x_sum, newest: photo }))
        .collect()
}

fn photo_row(id: Uuid, owner: Uuid, is_trashed: bool) -> PhotoRow {
    let (place, cell) = como();
    let month = (!is_trashed).then(|| "2026-07".to_owned());
    PhotoRow {
        id,
        owner,
        sha256: if is_trashed { "bb".to_owned() } else { "aa".to_owned() },
        bytes: 10,
        status: "ready".to_owned(),
        error: None,
        counts: true,
        is_trashed,
        counted_in: month.clone(),
        month,
        favourites: u32::from(!is_trashed),
        comments: u32::from(!is_trashed),
        tags: (!is_trashed).then(|| "[\"lake\"]".to_owned()),
        place: (!is_trashed).then_some(place),
        map_cell: (!is_trashed).then(|| cell.number()),
    }
}

fn rows(owner: Uuid, album: Uuid, photo: Uuid, trashed: Uuid) -> Rows {
    let title = "Summer".to_owned();
    let change = |aggregate, seq| ChangeRow { owner, aggregate, seq, gone: false };
    Rows {
        owners: vec![OwnerRow { user: owner, photos: 2, bytes: 20, seq: 5 }],
        albums: vec![AlbumRow { id: album, owner, title, photo_count: 1, ready_count: 1 }],
        photos: vec![photo_row(photo, owner, false), photo_row(trashed, owner, true)],
        entries: vec![
            EntryRow { album, photo, counted_ready: true },
            EntryRow { album, photo: trashed, counted_ready: false },
        ],
        comments: vec![(photo, "What a view!".to_owned())],
        favourites: vec![(photo, owner)],
        tags: vec![(photo, "lake".to_owned())],
        months: vec![(owner, "2026-07".to_owned(), 1)],
        map_cells: map_cells(owner, photo),
        changes: vec![change(album, 3), change(photo, 4), change(trashed, 5)],
        outbox: Vec::new(),
        indexed: vec![photo],
        words: vec![(owner, "6c616b65".to_owned(), 1, 1)],
        made_albums: vec![album],
    }
}

fn objects(folder: Folder, photos: &[Uuid]) -> Objects {
    let mut objects = Objects::default();
    for id in photos {
        let original = Original { folder, photo: PhotoId::from_uuid(*id), attempt: 1 }.key();
        let rendition = format!("media/{folder}/{}/x-320.webp", PhotoId::from_uuid(*id));
        objects.originals.insert(original.clone(), Some(*id));
        objects.renditions.insert(rendition.clone(), Some(*id));
        let named = NamedObjects { is_ready: true, original, renditions: vec![rendition] };
        objects.named.insert(*id, named);
    }
    objects
}

fn journal(owner: Uuid, album: Uuid, photo: Uuid, trashed: Uuid) -> Journal {
    let mut journal = Journal::default();
    let (owner, album, photo) = (user(owner), super::album(album), super::photo(photo));
    let trashed = super::photo(trashed);
    for (kind, of, name) in [
        (Kind::Album, &owner, "Summer"),
        (Kind::Photo, &owner, "aa"),
        (Kind::Placement, &album, photo.as_str()),
        (Kind::Placement, &album, trashed.as_str()),
        (Kind::Comment, &photo, "What a view!"),
        (Kind::Favourite, &photo, owner.as_str()),
        (Kind::Tag, &photo, "lake"),
    ] {
        journal.acknowledge(Key::new(kind, of, name), Expected::Once);
    }
    journal.acknowledge(Key::new(Kind::Photo, &owner, "bb"), Expected::Absent);
    journal.doubt(Key::new(Kind::Tag, &photo, "ferry"));
    journal
}

fn stores() -> Stores {
    let shard = Shard::random();
    let owner = UserId::new(shard).uuid();
    let album = AlbumId::new(shard).uuid();
    let photo = PhotoId::new(shard).uuid();
    let trashed = PhotoId::new(shard).uuid();
    let folder = Folder::random();
    let projected = |albums| ProjectedPhoto { version: 2, view: "{}".to_owned(), albums };
    let photos = BTreeMap::from([
        (photo, projected(BTreeSet::from([album]))),
        (trashed, projected(BTreeSet::new())),
    ]);
    let head = ProjectedAlbum { version: 4, view: "{}".to_owned() };
    let albums = BTreeMap::from([(album, head)]);
    let snapshot = Snapshot {
        rows: rows(owner, album, photo, trashed),
        truth: Truth { albums: albums.clone(), photos: photos.clone() },
        hot: HotItems { albums, photos, views: BTreeMap::from([((album, photo), vec![2])]) },
        objects: objects(folder, &[photo, trashed]),
        waiting: BTreeMap::from([("albumen-PhotoUploads".to_owned(), 0)]),
        dead_letters: Vec::new(),
    };
    let journal = journal(owner, album, photo, trashed);
    Stores { snapshot, journal, owner, album, photo, trashed, folder }
}

/// Returns the names of the invariants that are violated after a damage.
fn violated(damage: impl FnOnce(&mut Stores)) -> Vec<&'static str> {
    let mut stores = stores();
    damage(&mut stores);
    let findings = check(&stores.snapshot, &stores.journal);
    let broken = findings.iter().filter(|finding| !finding.holds());
    broken.map(|finding| finding.name).collect()
}

#[test]
fn stores_that_agree_violate_nothing_and_everything_is_looked_at() {
    let Stores { snapshot, journal, .. } = stores();
    let findings = check(&snapshot, &journal);
    assert_eq!(findings.len(), 22);
    for finding in findings {
        assert!(finding.holds(), "{finding:?}");
        assert!(finding.checked > 0, "{finding:?}");
    }
}

#[test]
fn a_photo_that_is_stuck_or_failed_by_what_was_sent_is_found() {
    const NAME: &str = "photos are ready or failed";
    let with = |status: &str, error: Option<&str>| {
        violated(|stores| {
            let row = &mut stores.snapshot.rows.photos[1];
            status.clone_into(&mut row.status);
            row.error = error.map(str::to_owned);
        })
    };
    assert_eq!(with("pending", None), [NAME]);
    assert_eq!(with("failed", Some("checksum_mismatch")), [NAME]);
    assert!(with("failed", Some("processing_failed")).is_empty());
}

#[test]
fn a_wrong_count_is_found() {
    type Damage = fn(&mut Rows);
    let damages: [(&str, Damage); 12] = [
        ("photos count comments, favourites and tags", |rows| rows.photos[0].comments += 1),
        ("photos count comments, favourites and tags", |rows| rows.photos[0].tags = None),
        ("the index of words has each live photo once", |rows| rows.indexed.clear()),
        ("the index of words has each live photo once", |rows| rows.words[0].3 += 1),
        ("albums count the photos of their lists", |rows| rows.albums[0].photo_count += 1),
        ("albums count the photos of their lists", |rows| rows.entries[0].counted_ready = false),
        ("usage is the sum of the photos", |rows| rows.owners[0].bytes -= 1),
        ("usage is the sum of the photos", |rows| rows.owners[0].photos += 1),
        ("months count their photos", |rows| rows.months[0].2 += 1),
        ("maps count each photo where it was taken", |rows| rows.map_cells[3].2.photos += 1),
        ("maps count each photo where it was taken", |rows| rows.photos[0].map_cell = None),
        ("maps count each photo where it was taken", |rows| rows.map_cells.truncate(6)),
    ];
    for (name, damage) in damages {
        assert_eq!(violated(|stores| damage(&mut stores.snapshot.rows)), [name]);
    }
}

const VIEWS: [&str; 1] = ["albums have each photo's view once"];

#[test]
fn a_projection_that_lags_or_stands_elsewhere_is_found() {
    let old_head = violated(|stores| {
        let head = stores.snapshot.hot.albums.get_mut(&stores.album);
        head.expect("a head").version -= 1;
    });
    assert_eq!(old_head, ["heads of albums equal their rows"]);
    let other_view = violated(|stores| {
        let locator = stores.snapshot.hot.photos.get_mut(&stores.trashed);
        locator.expect("a locator").view.push(' ');
    });
    assert_eq!(other_view, ["locators of photos equal their rows"]);
    let no_row = violated(|stores| stores.snapshot.truth.albums.clear());
    assert_eq!(no_row, ["heads of albums equal their rows"]);
    assert_eq!(violated(|stores| stores.snapshot.hot.views.clear()), VIEWS);
    let twice = violated(|stores| {
        let views = stores
            .snapshot
            .hot
            .views
            .get_mut(&(stores.album, stores.photo));
        views.expect("views").push(2);
    });
    assert_eq!(twice, VIEWS);
    let of_trashed = violated(|stores| {
        let key = (stores.album, stores.trashed);
        stores.snapshot.hot.views.insert(key, vec![2]);
    });
    assert_eq!(of_trashed, VIEWS);
}

#[test]
fn a_feed_that_leaves_something_out_or_says_it_twice_is_found() {
    const NAME: [&str; 1] = ["feeds of changes list each row once"];
    type Damage = fn(&mut Rows);
    let damages: [Damage; 5] = [
        |rows| {
            rows.changes.remove(0);
        },
        |rows| rows.changes[1].gone = true,
        |rows| rows.changes[1].seq = 3,
        |rows| rows.owners[0].seq += 1,
        |rows| rows.changes[0].aggregate = Uuid::nil(),
    ];
    for damage in damages {
        assert_eq!(violated(|stores| damage(&mut stores.snapshot.rows)), NAME);
    }
}

#[test]
fn a_record_that_lacks_a_row_or_has_it_twice_is_found() {
    const NAME: [&str; 1] = ["the record has each album's making once"];
    assert_eq!(violated(|stores| stores.snapshot.rows.made_albums.clear()), NAME);
    let twice = violated(|stores| stores.snapshot.rows.made_albums.push(stores.album));
    assert_eq!(twice, NAME);
}

#[test]
fn what_has_not_arrived_is_found() {
    let waiting = ("photo".to_owned(), "00".to_owned(), 1);
    let outbox = violated(|stores| stores.snapshot.rows.outbox.push(waiting));
    assert_eq!(outbox, ["outboxes are empty"]);
    let queue = violated(|stores| {
        stores
            .snapshot
            .waiting
            .insert("albumen-ProjectionQueue".to_owned(), 1);
    });
    assert_eq!(queue, ["queues are empty"]);
}

#[test]
fn a_dead_letter_is_found_unless_its_photo_is_settled() {
    let letter = |body: String| DeadLetter { queue: "albumen-PhotoUploadsDead".to_owned(), body };
    let other = violated(|stores| stores.snapshot.dead_letters.push(letter("{}".to_owned())));
    assert_eq!(other, ["no dead letters but of settled photos"]);
    let of_photo = violated(|stores| {
        let photo = PhotoId::from_uuid(stores.photo);
        let key = Original { folder: stores.folder, photo, attempt: 1 }.key();
        let body = serde_json::json!({"Records": [{"s3": {"object": {"key": key}}}]});
        stores.snapshot.dead_letters.push(letter(body.to_string()));
    });
    assert!(of_photo.is_empty(), "{of_photo:?}");
}

const MISSING: [&str; 1] = ["ready photos have their objects"];

#[test]
fn an_object_too_many_or_too_few_is_found() {
    let stray = violated(|stores| {
        let key = "originals/x/y/1".to_owned();
        stores.snapshot.objects.originals.insert(key, None);
    });
    assert_eq!(stray, ["no object without a row"]);
    let of_no_photo = violated(|stores| {
        let key = "media/x/y/z".to_owned();
        stores
            .snapshot
            .objects
            .renditions
            .insert(key, Some(stores.owner));
    });
    assert_eq!(of_no_photo, ["no object without a row"]);
    assert_eq!(violated(|stores| stores.snapshot.objects.originals.clear()), MISSING);
    assert_eq!(violated(|stores| stores.snapshot.objects.renditions.clear()), MISSING);
}

#[test]
fn an_acknowledged_write_that_is_lost_doubled_back_or_unknown_is_found() {
    let key = |kind, of: &str, name: &str| Key::new(kind, of, name);
    let lost = violated(|stores| {
        let photo = super::photo(stores.photo);
        let more = key(Kind::Comment, &photo, "Another one");
        stores.journal.acknowledge(more, Expected::Once);
    });
    assert_eq!(lost, ["acknowledged writes: none is lost"]);
    let doubled = violated(|stores| {
        let Stores { snapshot, owner, .. } = stores;
        let mut again = snapshot.rows.albums[0].clone();
        again.id = AlbumId::new(Shard::random()).uuid();
        again.photo_count = 0;
        again.ready_count = 0;
        let (owner, aggregate) = (*owner, again.id);
        snapshot.rows.made_albums.push(again.id);
        snapshot
            .rows
            .changes
            .push(ChangeRow { owner, aggregate, seq: 1, gone: false });
        snapshot.rows.albums.push(again);
    });
    assert_eq!(doubled, ["writes: none is there twice"]);
    let back = violated(|stores| {
        let tag = key(Kind::Tag, &super::photo(stores.photo), "lake");
        stores.journal.acknowledge(tag, Expected::Absent);
    });
    assert_eq!(back, ["acknowledged deletions: none has come back"]);
    let unknown = violated(|stores| {
        let tag = key(Kind::Tag, &super::photo(stores.photo), "lake");
        stores.journal.expected.remove(&tag);
    });
    assert_eq!(unknown, ["nothing is there that nobody wrote"]);
    let refused = violated(|stores| stores.journal.refused("404".to_owned()));
    assert_eq!(refused, ["nothing acknowledged was refused"]);
}

#[test]
fn a_write_in_doubt_may_be_there_or_not() {
    let there = violated(|stores| {
        stores
            .snapshot
            .rows
            .tags
            .push((stores.photo, "ferry".to_owned()));
        stores.snapshot.rows.photos[0].tags = Some("[\"ferry\",\"lake\"]".to_owned());
    });
    assert!(there.is_empty(), "{there:?}");
}
