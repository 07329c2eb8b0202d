//! Albums: making, reading and changing them, the trash, and their members.

mod create_album;
mod delete_album;
mod delete_member;
mod get_album;
mod list_albums;
mod list_members;
mod list_shared_albums;
mod put_member;
mod restore_album;
mod update_album;
mod user_lookup;

pub use create_album::CreateAlbum;
pub use delete_album::DeleteAlbum;
pub use delete_member::DeleteMember;
pub use get_album::GetAlbum;
pub use list_albums::ListAlbums;
pub use list_members::ListMembers;
pub use list_shared_albums::ListSharedAlbums;
pub use put_member::PutMember;
pub use restore_album::RestoreAlbum;
pub use update_album::UpdateAlbum;

use shared::{
    Result,
    domain::{
        AlbumId,
        view::{AlbumInList, Role},
    },
    error::Error,
    http::Reply,
    stores::Projector,
};

/// The album to its owner, as its newest row has it.
async fn answer(projector: &Projector, id: AlbumId) -> Result<Reply> {
    let album = projector
        .library
        .album(id)
        .await?
        .ok_or(Error::NotFound { what: "album" })?;
    let version = album.version;
    Ok(Reply::ok(&AlbumInList { role: Role::Owner, album }).versioned(version))
}
