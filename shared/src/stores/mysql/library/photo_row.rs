//! A photo as its row has it.

use base64::{Engine, engine::general_purpose::STANDARD};
use sqlx::{FromRow, Row, mysql::MySqlRow};

use super::senders::Sender;
use crate::{
    domain::{
        FailureCode, FailureView, Folder, Original, Sha256, UserId,
        file_names::file_name,
        view::{CameraView, PhotoView, PlaceView, RenditionView, Status},
    },
    stores::mysql::rows::{Json, from_row},
};

/// A photo's row.
pub(super) struct Photo {
    pub view: PhotoView,
    pub owner: UserId,
    /// The folder of its objects.
    pub folder: Folder,
    pub sha256: Sha256,
    pub bytes: u64,
    pub attempt: u32,
    /// True if its bytes are in its owner's usage.
    pub counts: bool,
    pub sender: Sender,
    /// True if the sender still might send it when the bytes had come.
    pub accepted: bool,
    /// The media type that its bytes have, since they were read.
    pub found_type: Option<String>,
}

from_row!(Photo {
    view: _,
    owner: "owner_id",
    folder: _,
    sha256,
    bytes,
    attempt,
    counts,
    sender: _,
    accepted,
    found_type,
});

from_row!(PhotoView {
    id,
    status,
    error: (failure),
    name: "file_name",
    bytes,
    content_type,
    sha256: (sha256),
    width,
    height,
    taken_at,
    taken_offset,
    caption,
    placeholder: (placeholder),
    renditions: (renditions),
    camera: (camera),
    place: (place),
    tags: (tags),
    favourites,
    comments,
    deleted_at,
    created_at,
    updated_at,
    version,
});

from_row!(CameraView { make: "camera_make", model: "camera_model", lens });

impl Photo {
    /// The media type that its bytes have; `None` before they were read, or if they could not be.
    pub fn media_type(&self) -> Option<&str> {
        let read = self.view.width.is_some();
        // What was read before types were noted has the one that it was announced with.
        self.found_type
            .as_deref()
            .or(Some(&self.view.content_type))
            .filter(|_| read)
    }

    /// A name for its file.
    pub fn file_name(&self) -> String {
        file_name(&self.view.name, self.media_type())
    }

    /// Its bytes in its owner's usage.
    pub fn counted(&self) -> u64 {
        if self.counts { self.bytes } else { 0 }
    }

    /// Returns whether it awaits another try at bytes that were accepted: these are kept, whoever
    /// announces them again and may not send any more.
    pub fn is_worked_on_again(&self) -> bool {
        self.view.status == Status::Pending && self.accepted
    }

    pub fn original(&self) -> Original {
        Original { folder: self.folder, photo: self.view.id, attempt: self.attempt }
    }
}

pub(super) fn read(row: &MySqlRow) -> sqlx::Result<Photo> {
    Photo::from_row(row)
}

fn sha256(row: &MySqlRow) -> sqlx::Result<String> {
    let sum: Sha256 = row.try_get("sha256")?;
    Ok(sum.into())
}

pub(super) fn placeholder(row: &MySqlRow) -> sqlx::Result<Option<String>> {
    let hash: Option<Vec<u8>> = row.try_get("placeholder")?;
    Ok(hash.map(|hash| STANDARD.encode(hash)))
}

pub(super) fn renditions(row: &MySqlRow) -> sqlx::Result<Vec<RenditionView>> {
    let renditions: Option<Json<_>> = row.try_get("renditions")?;
    Ok(renditions.map_or_else(Vec::new, |json| json.0))
}

fn tags(row: &MySqlRow) -> sqlx::Result<Vec<String>> {
    let tags: Option<Json<_>> = row.try_get("tags")?;
    Ok(tags.map_or_else(Vec::new, |json| json.0))
}

fn failure(row: &MySqlRow) -> sqlx::Result<Option<FailureView>> {
    let word: Option<String> = row.try_get("error_code")?;
    Ok(word.map(|word| FailureCode::of_word(&word).into()))
}

fn camera(row: &MySqlRow) -> sqlx::Result<Option<CameraView>> {
    let camera = CameraView::from_row(row)?;
    let is_known = camera.make.is_some() || camera.model.is_some() || camera.lens.is_some();
    Ok(is_known.then_some(camera))
}

pub(super) fn place(row: &MySqlRow) -> sqlx::Result<Option<PlaceView>> {
    let latitude = row.try_get("latitude")?;
    let longitude = row.try_get("longitude")?;
    let place = Option::zip(latitude, longitude);
    Ok(place.map(|(latitude, longitude)| PlaceView { latitude, longitude }))
}
