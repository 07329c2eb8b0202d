//! The service itself.

mod get_health;
mod get_openapi;

pub use get_health::GetHealth;
pub use get_openapi::GetOpenapi;
