//! Sharing: links that show an album to whoever has them, and what their guests do.

mod create_share;
mod create_shared_photo;
mod delete_share;
mod get_shared_album;
mod get_shared_original;
mod guest;
mod list_shared_photos;
mod list_shares;
mod unlock_share;

pub use create_share::CreateShare;
pub use create_shared_photo::CreateSharedPhoto;
pub use delete_share::DeleteShare;
pub use get_shared_album::GetSharedAlbum;
pub use get_shared_original::GetSharedOriginal;
pub use list_shared_photos::ListSharedPhotos;
pub use list_shares::ListShares;
pub use unlock_share::UnlockShare;
