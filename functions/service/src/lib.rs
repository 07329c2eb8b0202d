//! The service itself: its health, its document, its errors.

mod get_health;
mod get_openapi;
mod get_sign_up;
mod report_errors;

pub use get_health::GetHealth;
pub use get_openapi::GetOpenapi;
pub use get_sign_up::{GetSignUp, MapTilesView};
pub use report_errors::ReportErrors;
