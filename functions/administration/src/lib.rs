//! Administration of accounts: nothing of anybody's photos.

mod account_view;
mod appointing;
mod claim_administration;
mod close_account;
mod create_sign_up_invitation;
mod delete_sign_up_invitation;
mod end_account_sessions;
mod get_account;
mod list_accounts;
mod list_sign_up_invitations;
mod subject;
mod update_account;

pub use claim_administration::ClaimAdministration;
pub use close_account::CloseAccount;
pub use create_sign_up_invitation::CreateSignUpInvitation;
pub use delete_sign_up_invitation::DeleteSignUpInvitation;
pub use end_account_sessions::EndAccountSessions;
pub use get_account::GetAccount;
pub use list_accounts::ListAccounts;
pub use list_sign_up_invitations::ListSignUpInvitations;
pub use update_account::UpdateAccount;
