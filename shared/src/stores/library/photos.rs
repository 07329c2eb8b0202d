//! Photos: announcing and reading them.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, de::IntoDeserializer};
use sqlx::{Row, mysql::MySqlRow};

use super::{Library, access::Writer, entries::ALBUMS_OF_PHOTO, maybe_moment, moment, turn::Turn};
use crate::{
    domain::{
        AlbumId, Caption, ContentType, FailureCode, FileName, Moment, PhotoId, Sha256, Size, TimeOffset, UserId,
        ZonedMoment,
        view::{CameraView, PhotoView, PlaceView, RenditionView, Status},
    },
    error::{Error, Of, Result},
    stores::{Original, mysql::again_after_deadlock, projection::Change},
};

const PHOTO_OF_BYTES: &str = "SELECT * FROM photos WHERE owner_id = ? AND sha256 = ?";
const PHOTO_BY_ID: &str = "SELECT * FROM photos WHERE id = ?";
const INSERT_PHOTO: &str = "\
    INSERT INTO photos (id, owner_id, sha256, bytes, content_type, file_name, caption, status, taken_at, taken_offset, \
                        created_at, updated_at, version) \
    VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?, 0)";
/// The latest announcement counts, but for what it leaves out and for what a person has set since.
const ANNOUNCE_AGAIN: &str = "\
    UPDATE photos SET bytes = ?, content_type = ?, file_name = ?, attempt = ?, status = 'pending', error_code = NULL, \
                      caption = IF(caption_edited, caption, COALESCE(?, caption)), \
                      taken_at = IF(taken_edited, taken_at, COALESCE(?, taken_at)), \
                      taken_offset = IF(taken_edited OR ?, taken_offset, ?) \
    WHERE id = ?";
const COUNT_BYTES: &str = "UPDATE owners SET photos = photos + ?, bytes = bytes + ? - ? WHERE user_id = ?";
const TAKE_OUT_OF_TRASH: &str = "UPDATE photos SET deleted_at = NULL WHERE id = ?";

/// A photo that a caller announces.
#[derive(Debug)]
pub struct NewPhoto {
    /// Its id, on its album's shard, if the bytes are new.
    pub id: PhotoId,
    /// The album it joins.
    pub album: AlbumId,
    /// Who announces it: the album's owner, whose photo it will be, or an editor.
    pub caller: UserId,
    /// The name of its file.
    pub name: FileName,
    /// The size of its file.
    pub size: Size,
    /// The media type it is announced with.
    pub content_type: ContentType,
    /// The sum of its bytes.
    pub sha256: Sha256,
    /// When it was taken, for when its own bytes do not say.
    pub taken_at: Option<ZonedMoment>,
    /// What it shows.
    pub caption: Option<Caption>,
    /// Bytes its owner may keep.
    pub quota: u64,
}

impl NewPhoto {
    fn taken_offset(&self) -> Option<i16> {
        self.taken_at?.offset.map(TimeOffset::minutes)
    }
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
    /// [`Error::NotFound`] when the album is not the caller's, [`Error::OverQuota`],
    /// [`Error::TooManyAlbums`].
    pub async fn announce(&self, new: &NewPhoto) -> Result<Announced> {
        again_after_deadlock(|| self.try_announce(new)).await
    }

    async fn try_announce(&self, new: &NewPhoto) -> Result<Announced> {
        let (turn, _) = self.album_turn(new.album, &Writer::editor(new.caller)).await?;
        let owns = turn.owner == new.caller;
        self.announce_in(turn, new, owns).await
    }

    /// The same in a turn of the album's owner, by whoever was admitted to it.
    ///
    /// Who is not the owner brings no photo of the owner's into the album by naming its sum: only the
    /// bytes themselves prove that one has them.
    pub(super) async fn announce_in(&self, mut turn: Turn, new: &NewPhoto, owns: bool) -> Result<Announced> {
        let same = sqlx::query(PHOTO_OF_BYTES).bind(turn.owner.uuid()).bind(&new.sha256.bytes()[..]);
        let same = same.fetch_optional(turn.db()).await.of("library")?.as_ref().map(read).transpose().of("library")?;
        let before = same.as_ref().map_or(0, |same| same.bytes);
        let upload = awaits_bytes(same.as_ref());
        if upload && turn.usage.bytes - before.min(turn.usage.bytes) + new.size.bytes() > new.quota {
            return Err(Error::OverQuota { quota: new.quota });
        }
        if let Some(same) = &same {
            let shown = owns || upload || Self::stands(&mut turn, new.album, &same.view).await?;
            if !shown {
                return Err(Error::AlreadyKept);
            }
            turn.has_room(new.album, same.view.id).await?;
        }
        let id = write(&mut turn, new, same).await.of("library")?;
        let changes = turn.commit().await?;
        let photo = self.row(id).await?.ok_or(Error::NotFound { what: "photo" })?;
        let upload = upload.then(|| photo.original());
        let photo = self.seen_by(new.caller, photo.owner, photo.view).await?;
        Ok(Announced { photo, upload, changes })
    }

    async fn stands(turn: &mut Turn, album: AlbumId, photo: &PhotoView) -> Result<bool> {
        let albums = turn.albums_of(photo.id).await.of("library")?;
        Ok(photo.deleted_at.is_none() && albums.contains(&album))
    }

    /// The photo's newest row.
    pub(super) async fn row(&self, id: PhotoId) -> Result<Option<Photo>> {
        let row = sqlx::query(PHOTO_BY_ID).bind(id.uuid()).fetch_optional(self.db.writer(id.shard())?).await;
        row.of("library")?.as_ref().map(read).transpose().of("library")
    }

    /// The photo as its newest row has it, whose it is, and the albums that it stands in, which
    /// are read after it: never older than its version.
    pub async fn photo(&self, id: PhotoId) -> Result<Option<(PhotoView, UserId, Vec<AlbumId>)>> {
        let writer = self.db.writer(id.shard())?;
        let Some(photo) = self.row(id).await? else { return Ok(None) };
        if photo.view.deleted_at.is_some() {
            return Ok(Some((photo.view, photo.owner, Vec::new()))); // the trash is in no album
        }
        let albums = sqlx::query_scalar(ALBUMS_OF_PHOTO).bind(id.uuid()).fetch_all(writer).await.of("library")?;
        Ok(Some((photo.view, photo.owner, albums.into_iter().map(AlbumId::from_uuid).collect())))
    }

    /// Where the photo's bytes are, and the name of its file.
    pub async fn original(&self, id: PhotoId, owner: UserId) -> Result<(Original, String)> {
        let photo =
            self.row(id).await?.filter(|photo| photo.owner == owner).ok_or(Error::NotFound { what: "photo" })?;
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

async fn write(turn: &mut Turn, new: &NewPhoto, same: Option<Photo>) -> sqlx::Result<PhotoId> {
    let Some(same) = same else {
        insert(turn, new).await?;
        turn.join(new.album, new.id).await?;
        return Ok(new.id);
    };
    let id = same.view.id;
    if awaits_bytes(Some(&same)) {
        again(turn, new, &same).await?;
    }
    if same.view.deleted_at.is_some() {
        untrash(turn, id).await?;
    }
    turn.join(new.album, id).await?;
    Ok(id)
}

async fn insert(turn: &mut Turn, new: &NewPhoto) -> sqlx::Result<()> {
    let now = Moment::now();
    let taken_at = new.taken_at.map_or(now, |said| said.moment);
    let insert = sqlx::query(INSERT_PHOTO).bind(new.id.uuid()).bind(turn.owner.uuid()).bind(&new.sha256.bytes()[..]);
    let insert = insert.bind(new.size.bytes()).bind(new.content_type.as_str()).bind(new.name.as_str());
    let insert = insert.bind(new.caption.as_ref().map_or("", |c| c.as_str()));
    let insert = insert.bind(taken_at.utc()).bind(new.taken_offset()).bind(now.utc()).bind(now.utc());
    insert.execute(turn.db()).await?;
    turn.photo_changed(new.id);
    count(turn, new, 1, 0).await
}

/// The same bytes once more. A failed photo gets a new object key, because the old one may hold
/// what failed; one that is pending keeps its own, which only these bytes can fill.
async fn again(turn: &mut Turn, new: &NewPhoto, same: &Photo) -> sqlx::Result<()> {
    let attempt = same.attempt + u32::from(same.view.status == Status::Failed);
    let update = sqlx::query(ANNOUNCE_AGAIN).bind(new.size.bytes()).bind(new.content_type.as_str());
    let update = update.bind(new.name.as_str()).bind(attempt);
    let update = update.bind(new.caption.as_ref().map(Caption::as_str));
    let update = update.bind(new.taken_at.map(|said| said.moment.utc()));
    let update = update.bind(new.taken_at.is_none()).bind(new.taken_offset());
    update.bind(same.view.id.uuid()).execute(turn.db()).await?;
    turn.move_entries(same.view.id).await?;
    turn.photo_changed(same.view.id);
    count(turn, new, 0, same.bytes).await
}

/// Takes a photo out of the trash, back to the albums that it stood in.
pub(super) async fn untrash(turn: &mut Turn, id: PhotoId) -> sqlx::Result<()> {
    sqlx::query(TAKE_OUT_OF_TRASH).bind(id.uuid()).execute(turn.db()).await?;
    for album in turn.albums_of(id).await? {
        turn.count_in(album).await?;
    }
    turn.photo_changed(id);
    Ok(())
}

async fn count(turn: &mut Turn, new: &NewPhoto, photos: u32, less: u64) -> sqlx::Result<()> {
    let count = sqlx::query(COUNT_BYTES).bind(photos).bind(new.size.bytes()).bind(less);
    count.bind(turn.owner.uuid()).execute(turn.db()).await?;
    Ok(())
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
    Ok(Photo { view, owner, sha256, bytes, attempt: row.try_get("attempt")? })
}

pub(super) fn sum(row: &MySqlRow) -> sqlx::Result<Sha256> {
    let sum: Vec<u8> = row.try_get("sha256")?;
    Ok(Sha256::from(<[u8; 32]>::try_from(sum).unwrap_or_default()))
}

pub(super) fn placeholder(row: &MySqlRow) -> sqlx::Result<Option<String>> {
    Ok(row.try_get::<Option<Vec<u8>>, _>("placeholder")?.map(|hash| STANDARD.encode(hash)))
}

pub(super) fn renditions(row: &MySqlRow) -> sqlx::Result<Vec<RenditionView>> {
    let json: Option<String> = row.try_get("renditions")?;
    json.map_or(Ok(Vec::new()), |json| serde_json::from_str(&json)).map_err(|e| sqlx::Error::Decode(e.into()))
}

fn tags(row: &MySqlRow) -> sqlx::Result<Vec<String>> {
    let json: Option<String> = row.try_get("tags")?;
    json.map_or(Ok(Vec::new()), |json| serde_json::from_str(&json)).map_err(|e| sqlx::Error::Decode(e.into()))
}

pub(super) fn status(row: &MySqlRow) -> sqlx::Result<Status> {
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
