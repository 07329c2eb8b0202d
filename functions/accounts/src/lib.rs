//! Accounts and sessions.

mod create_session;
mod create_user;
mod delete_me;
mod delete_session;
mod get_me;
mod list_sessions;
mod login_attempts;
mod restore_me;
mod update_me;

pub use create_session::CreateSession;
pub use create_user::CreateUser;
pub use delete_me::DeleteMe;
pub use delete_session::DeleteSession;
pub use get_me::GetMe;
pub use list_sessions::ListSessions;
pub use restore_me::RestoreMe;
pub use update_me::UpdateMe;
