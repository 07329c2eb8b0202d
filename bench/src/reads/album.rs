//! The album that is read: written to the hot table as the projection writes it.

use std::{collections::BTreeMap, path::Path};

use aws_sdk_dynamodb::{
    Client, Config,
    config::{BehaviorVersion, Credentials, Region},
};
use running_system::RunningSystem;
use serde_json::{Value, json};
use shared::{
    domain::{AlbumId, Folder, LocalTime, Moment, PhotoId, PhotoKey, UserId, view::Role},
    error::Cause,
    stores::{AlbumHead, Hot, Located},
};

use super::answer::PHOTOS;
use crate::{event::sample_event, person::Person};

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
    let (id, secret) =
        (system.variable("AWS_ACCESS_KEY_ID")?, system.variable("AWS_SECRET_ACCESS_KEY")?);
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(&system.dynamodb);
    let config = config.credentials_provider(Credentials::new(id, secret, None, None, "bench"));
    let config = config
        .region(Region::new(system.variable("AWS_REGION")?.to_owned()))
        .build();
    Ok(Hot::new(Client::from_conf(config), system.variable("HOT_TABLE")?.to_owned()))
}

// Views are text to whoever passes them on; these are as long as those of an album and of a photo
// with a caption, whose fields come and go.

fn head(owner: UserId, album: AlbumId) -> AlbumHead {
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

fn photo(owner: UserId, album: AlbumId, number: u16) -> Located {
    let id = PhotoId::new(album.shard());
    let taken_at = Moment::from_micros(1_783_000_000_000_000).plus(i64::from(number) * 60);
    let view = photo_view(owner, id, number, taken_at);
    Located {
        key: PhotoKey { taken: LocalTime::of(taken_at, Some(120)), photo: id },
        owner,
        folder: Folder::kept(None, owner),
        albums: vec![album],
        version: 3,
        view: view.to_string(),
        in_albums: BTreeMap::new(),
        said: BTreeMap::new(),
        shown: None,
    }
}

fn photo_view(owner: UserId, id: PhotoId, number: u16, taken_at: Moment) -> Value {
    let sum = format!("{:032x}", id.uuid().as_u128()).repeat(2);
    let folder = format!("/media/{}/{}", owner.uuid().simple(), id.uuid().simple());
    let rendition = |size: u32| {
        let url = format!("{folder}/{}-{size}.webp", &sum[..32]);
        json!({"size": size, "width": size, "height": size * 3 / 4, "bytes": size * 90, "url": url})
    };
    let renditions = [256, 1024, 2048].map(rendition);
    json!({
        "id": id,
        "status": "ready",
        "error": null,
        "name": format!("DSC_{number:04}.jpg"),
        "bytes": 4_812_345,
        "content_type": "image/jpeg",
        "sha256": sum,
        "width": 4000,
        "height": 3000,
        "taken_at": taken_at,
        "taken_offset": 120,
        "caption": "The boat house, seen from the water",
        "placeholder": "3OcRJYB4d3h/iIeHeEh3eIhw+j2w",
        "renditions": renditions,
        "camera": {
            "make": "NIKON CORPORATION",
            "model": "NIKON Z 6_2",
            "lens": "NIKKOR Z 24-70mm f/4 S",
        },
        "place": {"latitude": 47.556_12, "longitude": 8.892_34},
        "created_at": taken_at,
        "updated_at": taken_at,
        "version": 3,
    })
}

/// The function's sample event, for this album and this caller.
fn event(album: AlbumId, token: &str) -> Result<String, Cause> {
    let sample = include_str!("../../../events/get-album.json");
    sample_event(sample, &[("album", &album.to_string())], &[("limit", &PHOTOS.to_string())], token)
}
