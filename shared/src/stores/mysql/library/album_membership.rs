//! Photos put into other albums of their owner and taken out of them.
//!
//! All that is one owner's is on one shard, so a move is one transaction: the photo stands in one
//! of the two albums, never in both or neither. Run twice, it finds the photo where it should be.

use super::{
    access::WriteAccess, database::Library, owner_transaction::OwnerTransaction, photo_access,
};
use crate::{
    domain::{AlbumId, Change, PhotoId, UserId},
    error::{Error, Of, Result},
    stores::mysql::conflicts::again_after_deadlock,
};

impl Library {
    /// Puts the caller's photo into an album of theirs, and takes it out of `from`.
    ///
    /// # Errors
    /// [`Error::NotFound`] for strangers, and when the photo stands neither in `from` nor in
    /// `album`; [`Error::NotAllowed`], [`Error::InTrash`], [`Error::TooManyAlbums`].
    pub async fn add_to_album(
        &self,
        photo: PhotoId,
        album: AlbumId,
        from: Option<AlbumId>,
        caller: UserId,
    ) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_add(photo, album, from, caller)).await
    }

    /// Takes the caller's photo out of an album of theirs; it stays in the others, and in the
    /// library.
    ///
    /// # Errors
    /// As [`Library::add_to_album`]; [`Error::NotFound`] when it does not stand there.
    pub async fn remove_from_album(
        &self,
        photo: PhotoId,
        album: AlbumId,
        caller: UserId,
    ) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_remove(photo, album, caller)).await
    }

    async fn try_add(
        &self,
        photo: PhotoId,
        album: AlbumId,
        from: Option<AlbumId>,
        caller: UserId,
    ) -> Result<Vec<Change>> {
        if let Some(from) = from {
            WriteAccess::owner(caller).check_role(self.album_role(from, caller).await?)?;
        }
        let mut transaction = self
            .begin_membership_transaction(photo, album, caller)
            .await?;
        if let Some(from) = from {
            let left = transaction.remove_entry(from, photo).await.of("library")?;
            if !left
                && !transaction
                    .albums_of(photo)
                    .await
                    .of("library")?
                    .contains(&album)
            {
                return Err(Error::NotFound { what: "photo" });
            }
        }
        transaction.check_room_for_album(album, photo).await?;
        transaction.add_entry(album, photo).await.of("library")?;
        transaction.commit().await
    }

    async fn try_remove(
        &self,
        photo: PhotoId,
        album: AlbumId,
        caller: UserId,
    ) -> Result<Vec<Change>> {
        let mut transaction = self
            .begin_membership_transaction(photo, album, caller)
            .await?;
        if !transaction.remove_entry(album, photo).await.of("library")? {
            return Err(Error::NotFound { what: "photo" });
        }
        transaction.commit().await
    }

    /// A transaction of the caller, whose album and photo these are. The photo is asked for on its
    /// own shard first: what is somebody else's is on another.
    async fn begin_membership_transaction(
        &self,
        photo: PhotoId,
        album: AlbumId,
        caller: UserId,
    ) -> Result<OwnerTransaction> {
        let writer = WriteAccess::owner(caller);
        writer.check_role(self.photo_role(photo, caller).await?)?;
        let (mut transaction, _) = self.begin_album_transaction(album, &writer).await?;
        photo_access::photo_in(&mut transaction, photo, &writer).await?;
        Ok(transaction)
    }
}
