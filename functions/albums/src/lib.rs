//! Albums.

mod create_album;
mod get_album;
mod list_albums;

pub use create_album::CreateAlbum;
pub use get_album::GetAlbum;
pub use list_albums::ListAlbums;
