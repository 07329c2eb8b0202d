//! Uploads in parts.

mod complete_upload;
mod get_upload;
mod progress;
mod sign_upload_parts;

pub use complete_upload::CompleteUpload;
pub use get_upload::GetUpload;
pub use sign_upload_parts::SignUploadParts;
