//! Announcing a photo: making it, or finding the one of the same bytes.

use super::{
    access::WriteAccess,
    database::Library,
    owner_transaction::OwnerTransaction,
    photo_row::Photo,
    photos::take_out_of_trash,
    senders::{Sender, SenderBounds},
};
use crate::{
    domain::{
        AlbumId, Caption, Change, ContentType, FileName, Moment, Original, PhotoId, Sha256, Size,
        TimeOffset, UserId, ZonedMoment,
        view::{PhotoView, Status},
    },
    error::{Error, Of, Result},
    stores::mysql::conflicts::again_after_deadlock,
};

const INSERT_PHOTO: &str = "\
    INSERT INTO photos (id, owner_id, sha256, bytes, content_type, file_name, caption, status, \
                        taken_at, taken_offset, created_at, updated_at, version, \
                        sender_kind, sender, folder) \
    VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?, 0, ?, ?, ?)";
/// The latest announcement counts, but for what it leaves out and for what a person has set since.
const ANNOUNCE_AGAIN: &str = "\
    UPDATE photos SET bytes = ?, content_type = ?, file_name = ?, attempt = ?, \
                      status = 'pending', error_code = NULL, \
                      counts = TRUE, accepted = FALSE, \
                      caption = IF(caption_edited, caption, COALESCE(?, caption)), \
                      taken_at = IF(taken_edited, taken_at, COALESCE(?, taken_at)), \
                      taken_offset = IF(taken_edited OR ?, taken_offset, ?) \
    WHERE id = ?";
const COUNT_BYTES: &str =
    "UPDATE owners SET photos = photos + ?, bytes = bytes + ? - ? WHERE user_id = ?";

/// A photo that a caller announces.
#[derive(Debug)]
pub struct NewPhoto {
    /// Its id, on its album's shard, if the bytes are new.
    pub id: PhotoId,
    /// The album it joins.
    pub album: AlbumId,
    /// The user who announces it: the album's owner, whose photo it will be, or an editor.
    pub caller: UserId,
    /// The name of its file.
    pub name: FileName,
    /// The size of its file.
    pub size: Size,
    /// The media type it is announced with.
    pub content_type: ContentType,
    /// The sum of its bytes.
    pub sha256: Sha256,
    /// The moment at which it was taken, for when its own bytes do not say.
    pub taken_at: Option<ZonedMoment>,
    /// Its caption.
    pub caption: Option<Caption>,
    /// Bytes that its owner may keep, unless an administrator has said otherwise.
    pub quota: u64,
}

impl NewPhoto {
    fn taken_offset(&self) -> Option<i16> {
        self.taken_at?.offset.map(TimeOffset::minutes)
    }
}

/// The outcome of an announcement.
#[derive(Debug)]
pub struct Announcement {
    /// The photo.
    pub photo: PhotoView,
    /// The upload that is awaited; `None` when the bytes are there.
    pub upload: Option<Original>,
    /// The upload that it takes the place of: its object is of no use any more.
    pub replaced: Option<Original>,
    /// The changes that it made.
    pub changes: Vec<Change>,
}

impl Library {
    /// Announces a photo: makes it, or finds the one of the same bytes that the caller has
    /// announced or sees in the album, and puts it there. A photo whose bytes never arrived, or
    /// that failed, awaits them again.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the album is not the caller's, [`Error::Invalid`] when the same
    /// bytes were announced with another size, [`Error::OverQuota`], [`Error::NoRoom`],
    /// [`Error::TooManyOpen`], [`Error::TooManyAlbums`].
    pub async fn announce(&self, new: &NewPhoto) -> Result<Announcement> {
        again_after_deadlock(|| self.try_announce(new)).await
    }

    async fn try_announce(&self, new: &NewPhoto) -> Result<Announcement> {
        let access = WriteAccess::editor(new.caller);
        let (transaction, _) = self.begin_album_transaction(new.album, &access).await?;
        let owns = transaction.owner == new.caller;
        let sender = if owns { Sender::Owner } else { Sender::Member(new.caller) };
        let bounds = SenderBounds::usual(transaction.quota(new.quota));
        self.announce_in(transaction, new, sender, bounds).await
    }

    /// The same in a transaction of the album's owner, by whoever was admitted to it.
    pub(super) async fn announce_in(
        &self,
        mut transaction: OwnerTransaction,
        new: &NewPhoto,
        sender: Sender,
        bounds: SenderBounds,
    ) -> Result<Announcement> {
        let same = transaction
            .find_same_bytes(new.album, &new.sha256, sender)
            .await?;
        check_room(&mut transaction, new, same.as_ref(), sender, bounds).await?;
        let is_awaited = awaits_bytes(same.as_ref());
        let replaced = match &same {
            Some(same) if same.view.status == Status::Failed => Some(same.original()),
            _ => None,
        };
        let id = write(&mut transaction, new, same, sender)
            .await
            .of("library")?;
        let changes = transaction.commit().await?;
        let photo = self
            .row(id)
            .await?
            .ok_or(Error::NotFound { what: "photo" })?;
        let upload = is_awaited.then(|| photo.original());
        let view = self
            .with_visible_reactions(new.caller, photo.owner, photo.view)
            .await?;
        Ok(Announcement { photo: view, upload, replaced, changes })
    }
}

/// Refuses what the photo has no room for: another album, more bytes of its owner's quota, more of
/// what its sender may have on the way.
async fn check_room(
    transaction: &mut OwnerTransaction,
    new: &NewPhoto,
    same: Option<&Photo>,
    sender: Sender,
    bounds: SenderBounds,
) -> Result<()> {
    let counted = match same {
        Some(same) => {
            check_size(new, same)?;
            transaction
                .check_room_for_album(new.album, same.view.id)
                .await?;
            if same.view.status != Status::Failed {
                return Ok(());
            }
            same.counted()
        }
        None => 0,
    };
    let more = new.size.bytes() - counted;
    let quota = transaction.quota(new.quota);
    if transaction.usage.bytes + more > quota {
        return Err(Error::OverQuota { quota });
    }
    transaction.check_sender_bounds(sender, more, bounds).await
}

/// Returns true if bytes will be sent: not when the photo of them has arrived.
fn awaits_bytes(same: Option<&Photo>) -> bool {
    same.is_none_or(|same| matches!(same.view.status, Status::Pending | Status::Failed))
}

/// The same bytes have the same size. Whoever says another one wants to have it counted instead of
/// the one that an earlier URL takes. Once it is sure that nothing came, the first size may have
/// been the wrong one.
fn check_size(new: &NewPhoto, same: &Photo) -> Result<()> {
    if same.counts && same.bytes != new.size.bytes() {
        let why =
            format!("must be {}: bytes of this SHA-256 were announced with that size", same.bytes);
        return Err(Error::field("size", why));
    }
    Ok(())
}

async fn write(
    transaction: &mut OwnerTransaction,
    new: &NewPhoto,
    same: Option<Photo>,
    sender: Sender,
) -> sqlx::Result<PhotoId> {
    let Some(same) = same else {
        insert(transaction, new, sender);
        transaction.add_entry_of_new(new.album, new.id);
        return Ok(new.id);
    };
    let id = same.view.id;
    if awaits_bytes(Some(&same)) && !same.is_worked_on_again() {
        again(transaction, new, &same).await?;
    }
    if same.view.deleted_at.is_some() {
        take_out_of_trash(transaction, id).await?;
    }
    transaction.add_entry(new.album, id).await?;
    Ok(id)
}

/// Has the commit make a photo whose bytes are new.
fn insert(transaction: &mut OwnerTransaction, new: &NewPhoto, sender: Sender) {
    let now = Moment::now();
    let taken_at = new.taken_at.map_or(now, |said| said.moment);
    let caption = new.caption.as_ref().map_or("", Caption::as_str);
    transaction.defer(
        INSERT_PHOTO,
        &[
            &new.id.uuid(),
            &transaction.owner.uuid(),
            &new.sha256.bytes().as_slice(),
            &new.size.bytes(),
            &new.content_type.as_str(),
            &new.name.as_str(),
            &caption,
            &taken_at.utc(),
            &new.taken_offset(),
            &now.utc(),
            &now.utc(),
            &sender.kind(),
            &sender.id(),
            &transaction.folder.uuid(),
        ],
    );
    count(transaction, new, 1, 0);
}

/// The same bytes once more. A failed photo gets a new object key, because the old one may hold
/// what failed; one that is pending keeps its own, which only these bytes can fill.
async fn again(
    transaction: &mut OwnerTransaction,
    new: &NewPhoto,
    same: &Photo,
) -> sqlx::Result<()> {
    let attempt = same.attempt + u32::from(same.view.status == Status::Failed);
    sqlx::query(ANNOUNCE_AGAIN)
        .bind(new.size.bytes())
        .bind(new.content_type.as_str())
        .bind(new.name.as_str())
        .bind(attempt)
        .bind(new.caption.as_ref().map(Caption::as_str))
        .bind(new.taken_at.map(|said| said.moment.utc()))
        .bind(new.taken_at.is_none())
        .bind(new.taken_offset())
        .bind(same.view.id.uuid())
        .execute(transaction.db())
        .await?;
    transaction.move_entries(same.view.id);
    transaction.mark_photo_changed(same.view.id);
    count(transaction, new, 0, same.counted());
    Ok(())
}

/// Has the commit count bytes, and a photo more, of the owner's.
fn count(transaction: &mut OwnerTransaction, new: &NewPhoto, photos: u32, less: u64) {
    let owner = transaction.owner.uuid();
    transaction.defer(COUNT_BYTES, &[&photos, &new.size.bytes(), &less, &owner]);
}
