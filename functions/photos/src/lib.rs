//! Photos.

mod create_photo;
mod get_original;
mod get_photo;
mod list_photos;

pub use create_photo::CreatePhoto;
pub use get_original::GetOriginal;
pub use get_photo::GetPhoto;
pub use list_photos::ListPhotos;
