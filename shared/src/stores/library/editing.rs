//! What people change about a photo, and its way into the trash and back.
//!
//! One transaction each. Run twice, an edit sets the same values, and a photo that is in the trash, or out of it, stays
//! there.

use super::{Library, access::Writer, photos, photos::Photo, rendering::move_entries, turn::Turn};
use crate::{
    domain::{Caption, Coordinates, Moment, PhotoId, TimeOffset},
    error::{Of, Result},
    stores::{mysql::again_after_deadlock, projection::Change},
};

/// What is marked as edited is not overwritten by what the file says.
const EDIT: &str = "\
    UPDATE photos SET caption = ?, caption_edited = caption_edited OR ?, taken_at = ?, taken_offset = ?, taken_edited = taken_edited OR ?, \
                      latitude = ?, longitude = ?, place_edited = place_edited OR ? \
    WHERE id = ?";
const PUT_INTO_TRASH: &str = "UPDATE photos SET deleted_at = ? WHERE id = ?";

/// What is to be changed about a photo; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct PhotoEdit {
    /// What it shows.
    pub caption: Option<Caption>,
    /// When it was taken.
    pub taken_at: Option<Moment>,
    /// Where east of UTC it was taken; `Some(None)` when that is not known.
    pub taken_offset: Option<Option<TimeOffset>>,
    /// Where it was taken; `Some(None)` for nowhere.
    pub place: Option<Option<Coordinates>>,
}

impl PhotoEdit {
    fn is_empty(&self) -> bool {
        self.caption.is_none() && self.taken_at.is_none() && self.taken_offset.is_none() && self.place.is_none()
    }
}

impl Library {
    /// Changes what is said about a photo, and moves it in its albums to where its date puts it.
    ///
    /// # Errors
    /// The refusals of the photo's turn.
    pub async fn edit_photo(&self, id: PhotoId, edit: &PhotoEdit, writer: &Writer) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_edit(id, edit, writer)).await
    }

    /// Puts a photo into the trash: its albums keep its place, but neither count nor show it.
    ///
    /// # Errors
    /// The refusals of the photo's turn, but for [`crate::Error::InTrash`].
    pub async fn trash_photo(&self, id: PhotoId, writer: &Writer) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_trash(id, writer)).await
    }

    /// Takes a photo out of the trash, back to the albums that it stood in.
    ///
    /// # Errors
    /// As [`Library::trash_photo`].
    pub async fn restore_photo(&self, id: PhotoId, writer: &Writer) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_restore(id, writer)).await
    }

    async fn try_edit(&self, id: PhotoId, edit: &PhotoEdit, writer: &Writer) -> Result<Vec<Change>> {
        let (mut turn, photo) = self.photo_turn(id, writer).await?;
        if !edit.is_empty() {
            write(&mut turn, &photo, edit).await.of("library")?;
        }
        turn.commit().await
    }

    async fn try_trash(&self, id: PhotoId, writer: &Writer) -> Result<Vec<Change>> {
        let (mut turn, photo) = self.any_photo_turn(id, writer).await?;
        if photo.view.deleted_at.is_none() {
            trash(&mut turn, id).await.of("library")?;
        }
        turn.commit().await
    }

    async fn try_restore(&self, id: PhotoId, writer: &Writer) -> Result<Vec<Change>> {
        let (mut turn, photo) = self.any_photo_turn(id, writer).await?;
        if photo.view.deleted_at.is_some() {
            photos::untrash(&mut turn, id).await.of("library")?;
        }
        turn.commit().await
    }
}

async fn write(turn: &mut Turn, photo: &Photo, edit: &PhotoEdit) -> sqlx::Result<()> {
    let PhotoEdit { caption, taken_at, taken_offset, place } = edit;
    let old = &photo.view;
    let offset = taken_offset.map_or(old.taken_offset, |offset| offset.map(TimeOffset::minutes));
    let old_place = old.place.map(|place| (place.latitude, place.longitude));
    let at = place.map_or(old_place, |place| place.map(|place| (place.latitude(), place.longitude())));
    let update = sqlx::query(EDIT).bind(caption.as_ref().map_or(old.caption.as_str(), Caption::as_str));
    let update = update.bind(caption.is_some()).bind(taken_at.unwrap_or(old.taken_at).utc()).bind(offset);
    let update = update.bind(taken_at.is_some() || taken_offset.is_some());
    let update = update.bind(at.map(|at| at.0)).bind(at.map(|at| at.1)).bind(place.is_some());
    update.bind(old.id.uuid()).execute(turn.db()).await?;
    if taken_at.is_some() {
        move_entries(turn, old.id).await?;
    }
    turn.photo_changed(old.id);
    Ok(())
}

async fn trash(turn: &mut Turn, id: PhotoId) -> sqlx::Result<()> {
    // First the photo, so that no album chooses it for its cover again.
    sqlx::query(PUT_INTO_TRASH).bind(Moment::now().utc()).bind(id.uuid()).execute(turn.db()).await?;
    for album in turn.albums_of(id).await? {
        turn.count_out(album, id).await?;
    }
    turn.photo_changed(id);
    Ok(())
}
