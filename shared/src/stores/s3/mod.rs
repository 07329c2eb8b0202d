//! Buckets: originals, renditions, exports and archived activity.

pub mod archive_files;
pub mod export_files;
pub mod media_signer;
mod multipart;
pub mod multipart_uploads;
pub mod object_deletion;
pub mod originals;
pub mod renditions;
