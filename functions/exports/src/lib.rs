//! Exports: all that belongs to a user, as ZIP files.

mod build_export;
mod create_export;
mod get_export;
mod list_exports;
mod names;
mod part;
mod pictures;
mod user_data;

pub use build_export::BuildExport;
pub use create_export::CreateExport;
pub use get_export::GetExport;
pub use list_exports::ListExports;
