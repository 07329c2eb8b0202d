//! Scheduled jobs that end things: the trash, uploads never finished, accounts, what nobody refers to.

mod purge;
mod purge_trash;

pub use purge::Purge;
pub use purge_trash::PurgeTrash;
