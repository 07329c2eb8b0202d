//! Accounts and sessions.

mod create_session;
mod create_user;
mod delete_session;
mod get_me;
mod list_sessions;

pub use create_session::CreateSession;
pub use create_user::CreateUser;
pub use delete_session::DeleteSession;
pub use get_me::GetMe;
pub use list_sessions::ListSessions;
