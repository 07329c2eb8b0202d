//! Accounts, and how one changes and ends.

mod account;
mod account_deletion;
mod address_changes;
mod administration;
mod identities;
mod listing;
mod passkey_additions;
mod passkeys;
mod recovery_codes;
mod second_factors;

pub(super) use account::HOLD_USER;
pub use account::{Account, AccountChange, Accounts, NewAccount};
pub use account_deletion::{ACCOUNT_DELETION_LISTS, DeletionReceipt, DueDeletion};
pub use address_changes::{ADDRESS_LISTS, NotedAddress};
pub use administration::{ADMINISTRATION_LISTS, AccountSummary};
pub use identities::{IDENTITY_LISTS, Identity};
pub use listing::LISTS;
pub use passkey_additions::NewPasskey;
pub use passkeys::{PASSKEY_LISTS, Passkey, PasskeyUse};
pub use second_factors::{SecondFactor, UsedStep};
