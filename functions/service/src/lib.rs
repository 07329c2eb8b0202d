//! The service itself.

mod get_health;

pub use get_health::GetHealth;
