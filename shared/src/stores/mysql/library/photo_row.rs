//! A photo as its row has it.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, de::IntoDeserializer};
use sqlx::{Row, mysql::MySqlRow};

use super::{database::folder, senders::Sender};
use crate::{
    domain::{
        FailureCode, Folder, Original, PhotoId, Sha256, UserId,
        file_names::file_name,
        view::{CameraView, PhotoView, PlaceView, RenditionView, Status},
    },
    stores::mysql::rows::{maybe_moment, moment},
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
    let sha256 = sum(row)?;
    let bytes = row.try_get("bytes")?;
    let error: Option<String> = row.try_get("error_code")?;
    let view = PhotoView {
        id: PhotoId::from_uuid(row.try_get("id")?),
        status: status(row)?,
        error: error.map(|word| FailureCode::of_word(&word).into()),
        name: row.try_get("file_name")?,
        bytes,
        content_type: row.try_get("content_type")?,
        sha256: sha256.into(),
        width: row.try_get("width")?,
        height: row.try_get("height")?,
        taken_at: moment(row, "taken_at")?,
        taken_offset: row.try_get("taken_offset")?,
        caption: row.try_get("caption")?,
        placeholder: placeholder(row)?,
        renditions: renditions(row)?,
        camera: camera(row)?,
        place: place(row)?,
        tags: tags(row)?,
        favourites: row.try_get("favourites")?,
        comments: row.try_get("comments")?,
        deleted_at: maybe_moment(row, "deleted_at")?,
        created_at: moment(row, "created_at")?,
        updated_at: moment(row, "updated_at")?,
        version: row.try_get("version")?,
    };
    let owner = UserId::from_uuid(row.try_get("owner_id")?);
    Ok(Photo {
        view,
        owner,
        folder: folder(row, owner)?,
        sha256,
        bytes,
        attempt: row.try_get("attempt")?,
        counts: row.try_get("counts")?,
        sender: Sender::read(row)?,
        accepted: row.try_get("accepted")?,
        found_type: row.try_get("found_type")?,
    })
}

pub(super) fn sum(row: &MySqlRow) -> sqlx::Result<Sha256> {
    let sum: Vec<u8> = row.try_get("sha256")?;
    Ok(Sha256::from(<[u8; 32]>::try_from(sum).unwrap_or_default()))
}

pub(super) fn placeholder(row: &MySqlRow) -> sqlx::Result<Option<String>> {
    Ok(row
        .try_get::<Option<Vec<u8>>, _>("placeholder")?
        .map(|hash| STANDARD.encode(hash)))
}

pub(super) fn renditions(row: &MySqlRow) -> sqlx::Result<Vec<RenditionView>> {
    let json: Option<String> = row.try_get("renditions")?;
    json.map_or(Ok(Vec::new()), |json| serde_json::from_str(&json))
        .map_err(|e| sqlx::Error::Decode(e.into()))
}

fn tags(row: &MySqlRow) -> sqlx::Result<Vec<String>> {
    let json: Option<String> = row.try_get("tags")?;
    json.map_or(Ok(Vec::new()), |json| serde_json::from_str(&json))
        .map_err(|e| sqlx::Error::Decode(e.into()))
}

pub(super) fn status(row: &MySqlRow) -> sqlx::Result<Status> {
    let word: String = row.try_get("status")?;
    Status::deserialize(word.into_deserializer())
        .map_err(|e: serde::de::value::Error| sqlx::Error::Decode(e.into()))
}

fn camera(row: &MySqlRow) -> sqlx::Result<Option<CameraView>> {
    let (make, model) = (row.try_get("camera_make")?, row.try_get("camera_model")?);
    let camera = CameraView { make, model, lens: row.try_get("lens")? };
    Ok((camera.make.is_some() || camera.model.is_some() || camera.lens.is_some()).then_some(camera))
}

fn place(row: &MySqlRow) -> sqlx::Result<Option<PlaceView>> {
    let (latitude, longitude) = (row.try_get("latitude")?, row.try_get("longitude")?);
    Ok(Option::zip(latitude, longitude)
        .map(|(latitude, longitude)| PlaceView { latitude, longitude }))
}
