//! The hot table's items of albums and photos.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use load::Cause;
use shared::domain::{AlbumId, PhotoId};
use uuid::Uuid;

use crate::{failed, stores::Stores};

/// The sort key of an album's head.
const HEAD: &str = "~HEAD";

/// An album as it is projected, or should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectedAlbum {
    /// Its version.
    pub version: u32,
    /// The JSON that the API answers with.
    pub view: String,
}

/// A photo as it is projected, or should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectedPhoto {
    /// Its version.
    pub version: u32,
    /// The JSON that the API answers with.
    pub view: String,
    /// The albums that it stands in.
    pub albums: BTreeSet<Uuid>,
}

/// Items of albums and photos. Tombstones, which readers take for missing items, are left out.
#[derive(Clone, Debug, Default)]
pub struct HotItems {
    /// Heads of albums.
    pub albums: BTreeMap<Uuid, ProjectedAlbum>,
    /// Locators of photos.
    pub photos: BTreeMap<Uuid, ProjectedPhoto>,
    /// The versions of a photo's views in an album: of each there should be one view.
    pub views: BTreeMap<(Uuid, Uuid), Vec<u32>>,
}

impl HotItems {
    /// Reads the whole table.
    ///
    /// # Errors
    /// A table that does not answer, and an item that cannot be read.
    pub async fn read(stores: &Stores) -> Result<Self, Cause> {
        let mut items = Self::default();
        let scan = stores
            .dynamodb
            .scan()
            .table_name(&stores.hot_table)
            .consistent_read(true);
        let mut found = scan.into_paginator().items().send();
        while let Some(item) = found.next().await {
            let item = item.map_err(|error| failed(error.into_service_error().to_string()))?;
            items.take(&item)?;
        }
        Ok(items)
    }

    fn take(&mut self, item: &Item) -> Result<(), Cause> {
        let pk = text(item, "pk")?;
        let sk = text(item, "sk")?;
        if item.contains_key("gone") {
            return Ok(());
        }
        if let Some(album) = pk.strip_prefix("ALBUM#") {
            let album = album_id(album)?;
            if sk == HEAD {
                let head = ProjectedAlbum { version: version(item)?, view: view(item)? };
                self.albums.insert(album, head);
            } else if let Some(photo) = sk.strip_prefix("PHOTO#") {
                let (_, photo) = photo
                    .rsplit_once('#')
                    .ok_or_else(|| failed(format!("a view under {sk}")))?;
                let views = self.views.entry((album, photo_id(photo)?)).or_default();
                views.push(version(item)?);
            }
        } else if let Some(photo) = pk.strip_prefix("PHOTO#") {
            let (version, view) = (version(item)?, view(item)?);
            let albums = albums(item)?;
            self.photos
                .insert(photo_id(photo)?, ProjectedPhoto { version, view, albums });
        }
        Ok(())
    }
}

type Item = HashMap<String, AttributeValue>;

fn text<'a>(item: &'a Item, name: &str) -> Result<&'a str, Cause> {
    match item.get(name) {
        Some(AttributeValue::S(text)) => Ok(text),
        _ => Err(failed(format!("an item without {name}: {item:?}"))),
    }
}

fn view(item: &Item) -> Result<String, Cause> {
    text(item, "view").map(str::to_owned)
}

fn version(item: &Item) -> Result<u32, Cause> {
    match item.get("version") {
        Some(AttributeValue::N(number)) => Ok(number.parse()?),
        _ => Err(failed(format!("an item without a version: {item:?}"))),
    }
}

fn albums(item: &Item) -> Result<BTreeSet<Uuid>, Cause> {
    let mut albums = BTreeSet::new();
    if let Some(AttributeValue::L(listed)) = item.get("albums") {
        for album in listed {
            let album = album
                .as_s()
                .map_err(|_| failed("a locator whose album is no text"))?;
            albums.insert(album_id(album)?);
        }
    }
    Ok(albums)
}

fn album_id(text: &str) -> Result<Uuid, Cause> {
    let id: Result<AlbumId, _> = text.parse();
    id.map(AlbumId::uuid)
        .map_err(|_| failed(format!("{text} is no album's id")))
}

fn photo_id(text: &str) -> Result<Uuid, Cause> {
    let id: Result<PhotoId, _> = text.parse();
    id.map(PhotoId::uuid)
        .map_err(|_| failed(format!("{text} is no photo's id")))
}
