//! Photos.

mod add_photo_to_album;
mod check_photos;
mod create_photo;
mod delete_photo;
mod get_original;
mod get_photo;
mod list_photos;
mod remove_photo_from_album;
mod reprocess_photo;
mod restore_photo;
mod update_photo;

pub use add_photo_to_album::AddPhotoToAlbum;
pub use check_photos::CheckPhotos;
pub use create_photo::CreatePhoto;
pub use delete_photo::DeletePhoto;
pub use get_original::GetOriginal;
pub use get_photo::GetPhoto;
pub use list_photos::ListPhotos;
pub use remove_photo_from_album::RemovePhotoFromAlbum;
pub use reprocess_photo::ReprocessPhoto;
pub use restore_photo::RestorePhoto;
pub use update_photo::UpdatePhoto;
