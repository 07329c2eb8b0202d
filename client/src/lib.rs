//! A typed client of Albumen's API.
//!
//! It speaks HTTP and JSON only and shares no code with the service, so it is small and can be
//! copied to any machine; a test holds its types against `docs/openapi.json`. Requests that the
//! service has no time for are sent again, a write under the same `Idempotency-Key`, so that it
//! happens once. Files go straight to where the service says, whole or in parts.

mod api;
mod client;
mod content_type;
mod download;
mod error;
mod files;
mod ids;
mod progress;
mod retry;
mod token;
mod transfer;
pub mod types;

pub use client::{Client, random_byte, setback};
pub use content_type::{CONTENT_TYPES, content_type};
pub use error::{Error, Result};
pub use files::sha256_of_file;
pub use ids::{AlbumId, ExportId, PhotoId, SessionId, ShareId, UploadId, UserId};
pub use progress::Progress;
pub use retry::{Patience, Setback, Tries};
pub use token::Token;
pub use transfer::Transfer;
