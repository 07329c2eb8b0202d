//! The album that is read: written to the hot table as the projection writes it.

use std::{collections::BTreeMap, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use running_system::RunningSystem;
use serde_json::json;
use shared::{
    domain::{
        AlbumId, Folder, LocalTime, Moment, PhotoId, PhotoKey, UserId,
        view::{CameraView, PhotoView, PlaceView, RenditionView, Role, Status},
    },
    error::Cause,
    stores::{AlbumHead, Hot, Located},
};
use uuid::Uuid;

use super::answer::PHOTOS;
use crate::{
    dynamodb,
    event::{asking_for_gzip, sample_event},
    person::Person,
};

/// More than one page, so that a cursor is made, too.
const IN_ALBUM: u16 = 60;

/// A map of all shards to a port where nothing listens: who asks the database fails.
const NO_DATABASE: &str = r#"[{
    "from": 0,
    "to": 4095,
    "writer": "mysql://none@127.0.0.1:9/none",
    "reader": "mysql://none@127.0.0.1:9/none"
}]"#;

/// An album in the hot table, and what it takes to read it.
pub struct Album {
    /// The event that API Gateway sends for the request.
    pub event: String,
    /// The variables of the functions.
    pub environment: BTreeMap<String, String>,
}

impl Album {
    /// Signs somebody up and gives them an album.
    pub async fn make(system: &Path) -> Result<Self, Cause> {
        let system = RunningSystem::read(system)?;
        let person = Person::sign_up(&system).await?;
        let owner: UserId = person.id.parse()?;
        let hot = hot(&system)?;
        let album = AlbumId::new(owner.shard());
        for number in 0..IN_ALBUM {
            hot.put_photo(&photo(owner, album, number)).await?;
        }
        // The last of all: whoever sees the album sees it whole.
        hot.put_head(&head(owner, album)).await?;
        // Lambda sets both; Python's SDK knows only this one.
        let region = system.variable("AWS_REGION")?.to_owned();
        let mut environment = system.environment;
        environment.insert("AWS_DEFAULT_REGION".to_owned(), region);
        environment.insert("LIBRARY_SHARDS".to_owned(), NO_DATABASE.to_owned());
        Ok(Self { event: event(album, &person.token)?, environment })
    }
}

fn hot(system: &RunningSystem) -> Result<Hot, Cause> {
    Ok(Hot::new(dynamodb::client(system)?, system.variable("HOT_TABLE")?.to_owned()))
}

// Views are text to whoever passes them on; these are as long as those of an album and of a photo
// with a caption, whose fields come and go.

/// Returns the head of an album.
pub fn head(owner: UserId, album: AlbumId) -> AlbumHead {
    let now = Moment::now();
    let view = json!({
        "id": album,
        "title": "Summer at the lake",
        "description": "Everything from July",
        "owner": owner,
        "photo_count": IN_ALBUM,
        "cover": null,
        "created_at": now,
        "updated_at": now,
        "version": 1,
    });
    AlbumHead {
        album,
        owner,
        folder: Folder::kept(None, owner),
        members: vec![(owner, Role::Owner)],
        version: 1,
        view: view.to_string(),
        shown: 0,
        ready: None,
    }
}

/// Returns a photo of this number in an album: a higher one is newer.
pub fn photo(owner: UserId, album: AlbumId, number: u16) -> Located {
    let id = PhotoId::new(album.shard());
    let taken_at = Moment::from_micros(1_783_000_000_000_000).plus(i64::from(number) * 60);
    let view = photo_view(owner, id, number, taken_at);
    Located {
        key: PhotoKey { taken: LocalTime::of(taken_at, Some(120)), photo: id },
        owner,
        folder: Folder::kept(None, owner),
        albums: vec![album],
        version: 3,
        view: serde_json::to_string(&view).unwrap_or_default(),
        in_albums: BTreeMap::new(),
        said: BTreeMap::new(),
        shown: None,
    }
}

/// Returns a photo's view: sums, sizes and moments differ from photo to photo, as they do where
/// people's photos are, so that it compresses no better than theirs.
fn photo_view(owner: UserId, id: PhotoId, number: u16, taken_at: Moment) -> PhotoView {
    let noise = [(); 5].map(|()| *Uuid::new_v4().as_bytes()).concat();
    let (sum, noise) = noise.split_at(32);
    let (thumb, noise) = noise.split_at(24);
    let some = noise
        .iter()
        .fold(0, |sum: u32, byte| (sum << 3) ^ u32::from(*byte));
    let folder = format!("/media/{}/{id}", owner.uuid().simple());
    let rendition = |size: u32| {
        let url = format!("{folder}/{}-{size}.webp", hex::encode(&noise[..8]));
        let bytes = u64::from(size * 60 + some % (size * 40));
        RenditionView { size, width: size, height: size * 3 / 4, bytes, url }
    };
    let announced =
        Moment::from_micros(taken_at.micros() + 86_400_000_000 + i64::from(some % 999_983));
    PhotoView {
        id,
        width: Some(4000),
        height: Some(3000),
        taken_at,
        taken_offset: Some(120),
        caption: "The boat house, seen from the water".to_owned(),
        placeholder: Some(STANDARD.encode(thumb)),
        renditions: [256, 1024, 2048].map(rendition).to_vec(),
        camera: Some(CameraView {
            make: Some("NIKON CORPORATION".to_owned()),
            model: Some("NIKON Z 6_2".to_owned()),
            lens: Some("NIKKOR Z 24-70mm f/4 S".to_owned()),
        }),
        place: Some(PlaceView {
            latitude: 47.5 + f64::from(some % 9973) / 1e5,
            longitude: 8.8 + f64::from(some % 9967) / 1e5,
        }),
        status: Status::Ready,
        error: None,
        name: format!("DSC_{number:04}.jpg"),
        bytes: u64::from(4_000_000 + some % 1_000_000),
        content_type: "image/jpeg".to_owned(),
        sha256: hex::encode(sum),
        tags: Vec::new(),
        favourites: 0,
        comments: 0,
        deleted_at: None,
        created_at: announced,
        updated_at: Moment::from_micros(announced.micros() + 2_000_000 + i64::from(some % 999_979)),
        version: 3,
    }
}

/// The function's sample event, for this album and this caller.
fn event(album: AlbumId, token: &str) -> Result<String, Cause> {
    let sample = include_str!("../../../events/get-album.json");
    let album = album.to_string();
    let limit = PHOTOS.to_string();
    let event = sample_event(sample, &[("album", &album)], &[("limit", &limit)], token)?;
    asking_for_gzip(&event)
}
