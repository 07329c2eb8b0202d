//! Accounts and sessions.

mod begin_second_factor;
mod confirm_second_factor;
mod create_recovery_codes;
mod create_session;
mod create_user;
mod delete_me;
mod delete_second_factor;
mod delete_session;
mod get_me;
mod invitation;
mod list_sessions;
mod login_attempts;
mod request_password_reset;
mod request_verification;
mod reset_password;
mod restore_me;
mod second_factor;
mod update_me;
mod verify_address;

pub use begin_second_factor::BeginSecondFactor;
pub use confirm_second_factor::ConfirmSecondFactor;
pub use create_recovery_codes::CreateRecoveryCodes;
pub use create_session::CreateSession;
pub use create_user::CreateUser;
pub use delete_me::DeleteMe;
pub use delete_second_factor::DeleteSecondFactor;
pub use delete_session::DeleteSession;
pub use get_me::GetMe;
pub use list_sessions::ListSessions;
pub use request_password_reset::RequestPasswordReset;
pub use request_verification::RequestVerification;
pub use reset_password::ResetPassword;
pub use restore_me::RestoreMe;
pub use update_me::UpdateMe;
pub use verify_address::VerifyAddress;
