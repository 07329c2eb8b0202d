//! Accounts, as administrators see them.

use serde::{Deserialize, Serialize};

use crate::{ids::UserId, types::Usage};

/// An account.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Account {
    /// The user's id.
    pub id: UserId,
    /// The name that others see.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// Since when the address is known to be the user's.
    pub email_verified_at: Option<String>,
    /// The moment at which the account was made.
    pub created_at: String,
    /// The moment at which it will be deleted.
    pub deletes_at: Option<String>,
    /// Since when nobody may log in to it.
    pub suspended_at: Option<String>,
    /// Since when the user is an administrator.
    pub administrator_since: Option<String>,
}

/// An account, and how much it keeps.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AccountWithUsage {
    /// The account.
    #[serde(flatten)]
    pub account: Account,
    /// True if log-ins take a code beside the password.
    pub second_factor: bool,
    /// The photos and bytes that it keeps.
    pub usage: Usage,
    /// The bytes that it may keep.
    pub quota: AccountQuota,
}

/// The quota of an account.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AccountQuota {
    /// Bytes that it may keep.
    pub bytes: u64,
    /// True if an administrator has set it.
    pub own: bool,
}

/// An invitation to sign up that was sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SentSignUpInvitation {
    /// The address that it is bound to.
    pub email: String,
    /// The moment until which it can be accepted.
    pub expires_at: String,
    /// The secret of its link, where the service sends no mail.
    pub token: Option<String>,
}
