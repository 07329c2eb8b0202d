//! Photos: announcing and reading them.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, de::IntoDeserializer};
use sqlx::{MySqlConnection, Row, mysql::MySqlRow};

use super::{Library, lock_owner, moment, outbox};
use crate::{
    domain::{
        AlbumId, Caption, ContentType, FileName, Moment, PhotoId, Sha256, Size, UserId,
        view::{CameraView, FailureView, PhotoView, PlaceView, RenditionView, Status},
    },
    error::{Error, Of, Result},
    stores::{Original, mysql::again_after_deadlock, projection::Change},
};

const OWN_ALBUM: &str = "\
    SELECT version, cover_photo FROM albums WHERE id = ? AND owner_id = ? AND deleted_at IS NULL";
const PHOTO_OF_BYTES: &str = "SELECT * FROM photos WHERE owner_id = ? AND sha256 = ?";
const PHOTO_BY_ID: &str = "SELECT * FROM photos WHERE id = ?";
pub(super) const ALBUMS_OF_PHOTO: &str = "SELECT album_id FROM entries WHERE photo_id = ?";
const INSERT_PHOTO: &str = "\
    INSERT INTO photos (id, owner_id, sha256, bytes, content_type, file_name, caption, status, taken_at, created_at, \
                        updated_at) \
    VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?)";
const ANNOUNCE_AGAIN: &str = "\
    UPDATE photos SET bytes = ?, content_type = ?, file_name = ?, attempt = ?, status = 'pending', \
                      error_code = NULL, updated_at = ?, version = version + 1 WHERE id = ?";
const TOUCH_PHOTO: &str = "UPDATE photos SET version = version + 1, updated_at = ? WHERE id = ?";
const COUNT_BYTES: &str = "UPDATE owners SET photos = photos + ?, bytes = bytes + ? - ? WHERE user_id = ?";
const INSERT_ENTRY: &str = "INSERT IGNORE INTO entries (album_id, photo_id, taken_at, added_at) VALUES (?, ?, ?, ?)";
const COUNT_ENTRY: &str = "\
    UPDATE albums SET photo_count = photo_count + 1, cover_photo = ?, updated_at = ?, version = version + 1 \
    WHERE id = ?";

/// A photo that a caller announces.
#[derive(Debug)]
pub struct NewPhoto {
    /// The album it joins, which must be the caller's own.
    pub album: AlbumId,
    /// The caller.
    pub owner: UserId,
    /// The name of its file.
    pub name: FileName,
    /// The size of its file.
    pub size: Size,
    /// The media type it is announced with.
    pub content_type: ContentType,
    /// The sum of its bytes.
    pub sha256: Sha256,
    /// When it was taken, for when its own bytes do not say.
    pub taken_at: Option<Moment>,
    /// What it shows.
    pub caption: Option<Caption>,
    /// Bytes its owner may keep.
    pub quota: u64,
}

/// What became of an announcement.
#[derive(Debug)]
pub struct Announced {
    /// The photo.
    pub photo: PhotoView,
    /// The upload that is awaited; `None` when the owner already has the bytes.
    pub upload: Option<Original>,
    /// What changed.
    pub changes: Vec<Change>,
}

impl Library {
    /// Announces a photo: makes it, or finds the owner's photo of the same bytes, and puts it into
    /// the album. A photo whose bytes never arrived, or that failed, awaits them again.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the album is not the caller's, [`Error::OverQuota`].
    pub async fn announce(&self, new: &NewPhoto) -> Result<Announced> {
        again_after_deadlock(|| self.try_announce(new)).await
    }

    async fn try_announce(&self, new: &NewPhoto) -> Result<Announced> {
        let mut tx = self.db.writer(new.album.shard())?.begin().await.of("library")?;
        let usage = lock_owner(&mut tx, new.owner).await.of("library")?;
        let album = sqlx::query(OWN_ALBUM).bind(new.album.uuid()).bind(new.owner.uuid());
        let album = album.fetch_optional(&mut *tx).await.of("library")?.ok_or(Error::NotFound { what: "album" })?;
        let same = sqlx::query(PHOTO_OF_BYTES).bind(new.owner.uuid()).bind(&new.sha256.bytes()[..]);
        let same = same.fetch_optional(&mut *tx).await.of("library")?.as_ref().map(read).transpose().of("library")?;
        let before = same.as_ref().map_or(0, |same| same.bytes);
        if usage.bytes - before.min(usage.bytes) + new.size.bytes() > new.quota && awaits_bytes(same.as_ref()) {
            return Err(Error::OverQuota { quota: new.quota });
        }
        let announced = write(&mut tx, new, same, &album).await.of("library")?;
        tx.commit().await.of("library")?;
        Ok(announced)
    }

    /// The photo as its newest row has it, whose it is, and the albums that it stands in, which
    /// are read after it: never older than its version.
    pub async fn photo(&self, id: PhotoId) -> Result<Option<(PhotoView, UserId, Vec<AlbumId>)>> {
        let writer = self.db.writer(id.shard())?;
        let row = sqlx::query(PHOTO_BY_ID).bind(id.uuid()).fetch_optional(writer).await.of("library")?;
        let Some(photo) = row.as_ref().map(read).transpose().of("library")? else { return Ok(None) };
        let albums = sqlx::query_scalar(ALBUMS_OF_PHOTO).bind(id.uuid()).fetch_all(writer).await.of("library")?;
        Ok(Some((photo.view, photo.owner, albums.into_iter().map(AlbumId::from_uuid).collect())))
    }

    /// Where the photo's bytes are, and the name of its file.
    pub async fn original(&self, id: PhotoId, owner: UserId) -> Result<(Original, String)> {
        let row = sqlx::query(PHOTO_BY_ID).bind(id.uuid()).fetch_optional(self.db.writer(id.shard())?).await;
        let photo = row.of("library")?.as_ref().map(read).transpose().of("library")?;
        let photo = photo.filter(|photo| photo.owner == owner).ok_or(Error::NotFound { what: "photo" })?;
        match photo.view.status {
            Status::Pending => Err(Error::NotUploaded),
            _ => Ok((photo.original(), photo.view.name)),
        }
    }
}

/// Whether bytes will be sent: not when the owner's photo of them has arrived.
fn awaits_bytes(same: Option<&Photo>) -> bool {
    same.is_none_or(|same| matches!(same.view.status, Status::Pending | Status::Failed))
}

async fn write(
    tx: &mut MySqlConnection,
    new: &NewPhoto,
    same: Option<Photo>,
    album: &MySqlRow,
) -> sqlx::Result<Announced> {
    let upload = awaits_bytes(same.as_ref());
    let id = match &same {
        None => insert(tx, new).await?,
        Some(same) if upload => again(tx, new, same).await?,
        Some(same) => same.view.id,
    };
    let mut photo = find(tx, id).await?;
    let mut changes = Vec::new();
    if join(tx, new.album, &photo, album).await? {
        changes.push(Change::Album { id: new.album, version: album.try_get::<u32, _>("version")? + 1 });
        if same.is_some() {
            sqlx::query(TOUCH_PHOTO).bind(Moment::now().utc()).bind(id.uuid()).execute(&mut *tx).await?;
            photo = find(tx, id).await?;
        }
    }
    if same.is_none_or(|same| same.view.version != photo.view.version) {
        changes.push(Change::Photo { id, version: photo.view.version });
    }
    outbox::note(tx, &changes).await?;
    Ok(Announced { upload: upload.then(|| photo.original()), photo: photo.view, changes })
}

async fn insert(tx: &mut MySqlConnection, new: &NewPhoto) -> sqlx::Result<PhotoId> {
    let (id, now) = (PhotoId::new(new.album.shard()), Moment::now());
    let insert = sqlx::query(INSERT_PHOTO).bind(id.uuid()).bind(new.owner.uuid()).bind(&new.sha256.bytes()[..]);
    let insert = insert.bind(new.size.bytes()).bind(new.content_type.as_str()).bind(new.name.as_str());
    let insert = insert.bind(new.caption.as_ref().map_or("", |c| c.as_str()));
    let insert = insert.bind(new.taken_at.unwrap_or(now).utc()).bind(now.utc()).bind(now.utc());
    insert.execute(&mut *tx).await?;
    count(tx, new, 1, 0).await?;
    Ok(id)
}

/// The same bytes once more. A failed photo gets a new object key, because the old one may hold
/// what failed; one that is pending keeps its own, which only these bytes can fill.
async fn again(tx: &mut MySqlConnection, new: &NewPhoto, same: &Photo) -> sqlx::Result<PhotoId> {
    let attempt = same.attempt + u32::from(same.view.status == Status::Failed);
    let update = sqlx::query(ANNOUNCE_AGAIN).bind(new.size.bytes()).bind(new.content_type.as_str());
    let update = update.bind(new.name.as_str()).bind(attempt).bind(Moment::now().utc()).bind(same.view.id.uuid());
    update.execute(&mut *tx).await?;
    count(tx, new, 0, same.bytes).await?;
    Ok(same.view.id)
}

async fn count(tx: &mut MySqlConnection, new: &NewPhoto, photos: u32, less: u64) -> sqlx::Result<()> {
    let count = sqlx::query(COUNT_BYTES).bind(photos).bind(new.size.bytes()).bind(less);
    count.bind(new.owner.uuid()).execute(tx).await?;
    Ok(())
}

/// Puts the photo into the album; `false` when it stands there.
async fn join(tx: &mut MySqlConnection, to: AlbumId, photo: &Photo, album: &MySqlRow) -> sqlx::Result<bool> {
    let (now, id) = (Moment::now().utc(), photo.view.id.uuid());
    let entry = sqlx::query(INSERT_ENTRY).bind(to.uuid()).bind(id).bind(photo.view.taken_at.utc()).bind(now);
    if entry.execute(&mut *tx).await?.rows_affected() == 0 {
        return Ok(false);
    }
    let cover: Option<uuid::Uuid> = album.try_get("cover_photo")?;
    let cover = cover.or_else(|| (photo.view.status == Status::Ready).then_some(id));
    sqlx::query(COUNT_ENTRY).bind(cover).bind(now).bind(to.uuid()).execute(tx).await?;
    Ok(true)
}

async fn find(tx: &mut MySqlConnection, id: PhotoId) -> sqlx::Result<Photo> {
    read(&sqlx::query(PHOTO_BY_ID).bind(id.uuid()).fetch_one(tx).await?)
}

/// A photo's row.
pub(super) struct Photo {
    pub view: PhotoView,
    pub owner: UserId,
    pub sha256: Sha256,
    pub bytes: u64,
    pub attempt: u32,
}

impl Photo {
    pub fn original(&self) -> Original {
        Original { owner: self.owner, photo: self.view.id, attempt: self.attempt }
    }
}

pub(super) fn read(row: &MySqlRow) -> sqlx::Result<Photo> {
    let sum: Vec<u8> = row.try_get("sha256")?;
    let sha256 = Sha256::from(<[u8; 32]>::try_from(sum).unwrap_or_default());
    let bytes = row.try_get("bytes")?;
    let error: Option<String> = row.try_get("error_code")?;
    let view = PhotoView {
        id: PhotoId::from_uuid(row.try_get("id")?),
        status: status(row)?,
        error: error.map(FailureView::new),
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
        created_at: moment(row, "created_at")?,
        updated_at: moment(row, "updated_at")?,
        version: row.try_get("version")?,
    };
    let owner = UserId::from_uuid(row.try_get("owner_id")?);
    Ok(Photo { view, owner, sha256, bytes, attempt: row.try_get("attempt")? })
}

pub(super) fn placeholder(row: &MySqlRow) -> sqlx::Result<Option<String>> {
    Ok(row.try_get::<Option<Vec<u8>>, _>("placeholder")?.map(|hash| STANDARD.encode(hash)))
}

pub(super) fn renditions(row: &MySqlRow) -> sqlx::Result<Vec<RenditionView>> {
    let json: Option<String> = row.try_get("renditions")?;
    json.map_or(Ok(Vec::new()), |json| serde_json::from_str(&json)).map_err(|e| sqlx::Error::Decode(e.into()))
}

fn status(row: &MySqlRow) -> sqlx::Result<Status> {
    let word: String = row.try_get("status")?;
    Status::deserialize(word.into_deserializer()).map_err(|e: serde::de::value::Error| sqlx::Error::Decode(e.into()))
}

fn camera(row: &MySqlRow) -> sqlx::Result<Option<CameraView>> {
    let (make, model) = (row.try_get("camera_make")?, row.try_get("camera_model")?);
    let camera = CameraView { make, model, lens: row.try_get("lens")? };
    Ok((camera.make.is_some() || camera.model.is_some() || camera.lens.is_some()).then_some(camera))
}

fn place(row: &MySqlRow) -> sqlx::Result<Option<PlaceView>> {
    let (latitude, longitude) = (row.try_get("latitude")?, row.try_get("longitude")?);
    Ok(Option::zip(latitude, longitude).map(|(latitude, longitude)| PlaceView { latitude, longitude }))
}
