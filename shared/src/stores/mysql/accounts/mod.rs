//! Accounts, and how one changes and ends.

mod account;
mod account_deletion;
mod address_changes;

pub use account::{Account, AccountChange, Accounts, LISTS};
pub use account_deletion::{ACCOUNT_DELETION_LISTS, DeletionReceipt, DueDeletion};
pub use address_changes::{ADDRESS_LISTS, NotedAddress};
