//! Administration of accounts: nothing of anybody's photos.

mod claim_administration;
mod close_account;
mod end_account_sessions;
mod get_account;
mod list_accounts;
mod subject;
mod update_account;

pub use claim_administration::ClaimAdministration;
pub use close_account::CloseAccount;
pub use end_account_sessions::EndAccountSessions;
pub use get_account::GetAccount;
pub use list_accounts::ListAccounts;
pub use update_account::UpdateAccount;
