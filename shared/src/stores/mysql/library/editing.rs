//! Edits of a photo by people, and its way into the trash and back.
//!
//! One transaction each. Run twice, an edit sets the same values, and a photo that is in the trash,
//! or out of it, stays there.

use super::{
    access::WriteAccess,
    database::Library,
    owner_transaction::OwnerTransaction,
    photo_row::Photo,
    photos,
    purge::{self, PurgeScope},
};
use crate::{
    domain::{
        Caption, Change, Coordinates, LocalTime, Moment, Original, PhotoId, TimeOffset,
        ZonedMoment,
        view::{PhotoView, Status},
    },
    error::{Error, Of, Result},
    stores::mysql::conflicts::again_after_deadlock,
};

/// Values that are marked as edited are not overwritten by what the file says, or by another
/// announcement.
const EDIT: &str = "\
    UPDATE photos SET caption = ?, caption_edited = caption_edited OR ?, \
                      taken_at = ?, taken_offset = ?, taken_edited = taken_edited OR ?, \
                      latitude = ?, longitude = ?, place_edited = place_edited OR ? \
    WHERE id = ?";
const PUT_INTO_TRASH: &str = "UPDATE photos SET deleted_at = ? WHERE id = ?";

/// Changes to be made to a photo; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct PhotoEdit {
    /// Its caption.
    pub caption: Option<Caption>,
    /// The moment at which it was taken, in the zone that is said with it; one that is said without
    /// has none.
    pub taken_at: Option<ZonedMoment>,
    /// The zone of the place, whatever `taken_at` says; `Some(None)` when that is not known.
    pub taken_offset: Option<Option<TimeOffset>>,
    /// The place where it was taken; `Some(None)` for nowhere.
    pub place: Option<Option<Coordinates>>,
}

impl PhotoEdit {
    fn is_empty(&self) -> bool {
        self.caption.is_none() && !self.is_of_time() && self.place.is_none()
    }

    fn is_of_time(&self) -> bool {
        self.taken_at.is_some() || self.taken_offset.is_some()
    }

    /// Returns when and in which zone the photo will have been taken. The zone that it had is not
    /// put on another date.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the clock there would show a year that the API does not know.
    fn taken(&self, old: &PhotoView) -> Result<(Moment, Option<i16>)> {
        if !self.is_of_time() {
            return Ok((old.taken_at, old.taken_offset));
        }
        let taken_at = self.taken_at.map_or(old.taken_at, |said| said.moment);
        let offset = match self.taken_offset {
            Some(offset) => offset.map(TimeOffset::minutes),
            None => self.zone_of_date(old, taken_at),
        };
        if LocalTime::of(taken_at, offset).is_known() {
            Ok((taken_at, offset))
        } else {
            Err(Error::field("taken_offset", "must not lead out of the years 1000 to 9998"))
        }
    }

    /// Returns the zone that the date is said with, else the photo's if the date is the same.
    fn zone_of_date(&self, old: &PhotoView, taken_at: Moment) -> Option<i16> {
        let said = self.taken_at.and_then(|said| said.offset);
        match said {
            Some(offset) => Some(offset.minutes()),
            None if taken_at == old.taken_at => old.taken_offset,
            None => None,
        }
    }
}

impl Library {
    /// Changes what is said about a photo, and moves it in its albums to where its date puts it.
    ///
    /// # Errors
    /// The refusals of the photo's transaction.
    pub async fn edit_photo(
        &self,
        id: PhotoId,
        edit: &PhotoEdit,
        writer: &WriteAccess,
    ) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_edit(id, edit, writer)).await
    }

    /// The upload that a photo awaits; `None` when its bytes have come, or are not awaited any
    /// more.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for who does not see it.
    pub async fn find_awaited_upload(
        &self,
        id: PhotoId,
        writer: &WriteAccess,
    ) -> Result<Option<Original>> {
        self.photo_role(id, writer.user).await?;
        match self.row(id).await? {
            Some(photo) if photo.view.status == Status::Pending => Ok(Some(photo.original())),
            _ => Ok(None),
        }
    }

    /// Puts a photo into the trash: its albums keep its place, but neither count nor show it. One
    /// of which no bytes are kept is gone at once, with what it took of the quota. `missing` is
    /// the upload that S3 was asked for and does not have: a pending photo may also have bytes
    /// that are worked on again.
    ///
    /// # Errors
    /// The refusals of the photo's transaction, but for [`crate::Error::InTrash`].
    pub async fn trash_photo(
        &self,
        id: PhotoId,
        writer: &WriteAccess,
        missing: Option<&Original>,
    ) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_trash(id, writer, missing)).await
    }

    /// Takes a photo out of the trash, back to the albums that it stood in.
    ///
    /// # Errors
    /// As [`Library::trash_photo`]; [`Error::NotFound`], too, once the trash was emptied.
    pub async fn restore_photo(&self, id: PhotoId, writer: &WriteAccess) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_restore(id, writer)).await
    }

    async fn try_edit(
        &self,
        id: PhotoId,
        edit: &PhotoEdit,
        writer: &WriteAccess,
    ) -> Result<Vec<Change>> {
        let (mut transaction, photo) = self.begin_photo_transaction(id, writer).await?;
        if !edit.is_empty() {
            let taken = edit.taken(&photo.view)?;
            write(&mut transaction, &photo, edit, taken)
                .await
                .of("library")?;
        }
        transaction.commit().await
    }

    async fn try_trash(
        &self,
        id: PhotoId,
        writer: &WriteAccess,
        missing: Option<&Original>,
    ) -> Result<Vec<Change>> {
        let (mut transaction, photo) = self.begin_any_photo_transaction(id, writer).await?;
        let nothing_kept = match photo.view.status {
            Status::Pending => missing == Some(&photo.original()),
            _ => !photo.counts,
        };
        if nothing_kept {
            end_photo(&mut transaction, &photo).await.of("library")?;
        } else if photo.view.deleted_at.is_none() {
            trash(&mut transaction, id).await.of("library")?;
        }
        transaction.commit().await
    }

    async fn try_restore(&self, id: PhotoId, writer: &WriteAccess) -> Result<Vec<Change>> {
        let (mut transaction, photo) = self.begin_any_photo_transaction(id, writer).await?;
        if let Some(deleted_at) = photo.view.deleted_at {
            if transaction.is_emptied(deleted_at) {
                return Err(Error::NotFound { what: "photo" });
            }
            photos::take_out_of_trash(&mut transaction, id)
                .await
                .of("library")?;
        }
        transaction.commit().await
    }
}

async fn write(
    transaction: &mut OwnerTransaction,
    photo: &Photo,
    edit: &PhotoEdit,
    taken: (Moment, Option<i16>),
) -> sqlx::Result<()> {
    let old = &photo.view;
    let caption = edit.caption.as_ref();
    let (taken_at, taken_offset) = taken;
    let place = match edit.place {
        Some(place) => place.map(|place| (place.latitude(), place.longitude())),
        None => old
            .place
            .as_ref()
            .map(|place| (place.latitude, place.longitude)),
    };
    sqlx::query(EDIT)
        .bind(caption.map_or(old.caption.as_str(), Caption::as_str))
        .bind(caption.is_some())
        .bind(taken_at.utc())
        .bind(taken_offset)
        .bind(edit.is_of_time())
        .bind(place.map(|(latitude, _)| latitude))
        .bind(place.map(|(_, longitude)| longitude))
        .bind(edit.place.is_some())
        .bind(old.id.uuid())
        .execute(transaction.db())
        .await?;
    if edit.is_of_time() {
        transaction.move_entries(old.id);
    }
    transaction.mark_photo_changed(old.id);
    Ok(())
}

/// Deletes a photo of which there is nothing to take out of the trash again. What may come late is
/// an object without a row.
pub(super) async fn end_photo(
    transaction: &mut OwnerTransaction,
    photo: &Photo,
) -> sqlx::Result<()> {
    let id = photo.view.id;
    if photo.view.deleted_at.is_none() {
        for album in transaction.albums_of(id).await? {
            transaction.count_out(album, id).await?;
        }
    }
    transaction.set_subject("photo", id.uuid());
    purge::delete_photo(transaction, id, PurgeScope::All).await?;
    Ok(())
}

async fn trash(transaction: &mut OwnerTransaction, id: PhotoId) -> sqlx::Result<()> {
    // First the photo, so that no album chooses it for its cover again.
    sqlx::query(PUT_INTO_TRASH)
        .bind(Moment::now().utc())
        .bind(id.uuid())
        .execute(transaction.db())
        .await?;
    for album in transaction.albums_of(id).await? {
        transaction.count_out(album, id).await?;
    }
    transaction.mark_photo_changed(id);
    Ok(())
}
