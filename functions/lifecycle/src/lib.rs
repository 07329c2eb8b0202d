//! Scheduled jobs that end things: the trash, uploads never finished, accounts, what nobody refers
//! to.

mod delete_accounts;
mod purge;
mod purge_trash;
mod rebuild_projection;
mod rerender_photos;
mod sweep_objects;
mod sweep_uploads;

pub use delete_accounts::{DeleteAccounts, DeletionStep};
pub use purge::Purge;
pub use purge_trash::PurgeTrash;
pub use rebuild_projection::RebuildProjection;
pub use rerender_photos::RerenderPhotos;
pub use sweep_objects::{Findings, SweepObjects};
pub use sweep_uploads::SweepUploads;
