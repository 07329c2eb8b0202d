//! Reads that may be answered by a reader: those of an owner's whole library, for the owner.
//!
//! Every transaction that changes what such a read shows takes a number of the owner's
//! (`owners.seq`), and so does the row that a reader has of it, at the same instant as the rest. So
//! a server that has the owner's last number has everything: no clock is asked how far it is
//! behind. The writer is asked for that number by key, at the same time as the reader, and what the
//! reader has not caught up with the writer answers itself. So people read their own writes, and
//! what others and workers have done to their library, whatever the lag is.

use sqlx::{MySql, pool::PoolConnection};

use super::database::Library;
use crate::{
    domain::{Folder, UserId},
    error::{Of, Result},
    stores::mysql::{
        reader::{Answered, Reader},
        rows::from_row,
    },
};

const STATE: &str = "\
    SELECT folder, user_id AS owner_id, seq, search_indexed FROM owners WHERE user_id = ?";

/// The state of an owner's library.
#[derive(Clone, Copy, Debug)]
pub struct LibraryState {
    /// The folder of the owner's objects.
    pub folder: Folder,
    /// The number of the last change of an album or photo.
    pub last_change: u64,
    /// True if all photos are in the index of words.
    pub(super) search_indexed: bool,
}

from_row!(LibraryState { folder: _, last_change: "seq", search_indexed });

impl LibraryState {
    /// The state of who has no row, and so no photos.
    fn none(owner: UserId) -> Self {
        Self { folder: Folder::kept(None, owner), last_change: 0, search_indexed: true }
    }
}

/// A connection to a server that has every change of an owner's library, and the state that it has.
pub(super) struct CaughtUp {
    pub connection: PoolConnection<MySql>,
    pub state: LibraryState,
}

impl Library {
    /// Returns the state of this user's library, as the writer has it.
    pub async fn state(&self, owner: UserId) -> Result<LibraryState> {
        let state = sqlx::query_as(STATE)
            .bind(owner.uuid())
            .fetch_optional(self.db.writer(owner.shard())?)
            .await
            .of("library")?;
        Ok(state.unwrap_or(LibraryState::none(owner)))
    }

    /// Returns a connection on which nothing is older than this owner's last change: to a reader
    /// that has it, else to the writer.
    pub(super) async fn caught_up(&self, owner: UserId) -> Result<CaughtUp> {
        let Some(reader) = self.db.reader(owner.shard())? else {
            return self.at_writer(owner).await;
        };
        let (at_writer, at_reader) = tokio::join!(self.at_writer(owner), at_reader(reader, owner));
        let newest = at_writer?;
        match at_reader {
            Some(found) if found.state.last_change >= newest.state.last_change => Ok(found),
            _ => Ok(newest),
        }
    }

    /// As [`Library::caught_up`], where the writer has been asked for the owner's last change.
    pub(super) async fn caught_up_with(
        &self,
        owner: UserId,
        last_change: u64,
    ) -> Result<PoolConnection<MySql>> {
        let shard = owner.shard();
        if let Some(reader) = self.db.reader(shard)?
            && let Some(found) = at_reader(reader, owner).await
            && found.state.last_change >= last_change
        {
            return Ok(found.connection);
        }
        self.db.writer(shard)?.acquire().await.of("library")
    }

    async fn at_writer(&self, owner: UserId) -> Result<CaughtUp> {
        let writer = self.db.writer(owner.shard())?;
        let mut connection = writer.acquire().await.of("library")?;
        let state = sqlx::query_as(STATE)
            .bind(owner.uuid())
            .fetch_optional(&mut *connection)
            .await
            .of("library")?;
        Ok(CaughtUp { connection, state: state.unwrap_or(LibraryState::none(owner)) })
    }
}

async fn at_reader(reader: &Reader, owner: UserId) -> Option<CaughtUp> {
    let Answered { connection, row } = reader.ask(STATE, owner.uuid()).await?;
    Some(CaughtUp { connection, state: row.unwrap_or(LibraryState::none(owner)) })
}
