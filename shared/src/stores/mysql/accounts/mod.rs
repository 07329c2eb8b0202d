//! Accounts, and how one changes and ends.

mod account;
mod account_change;
mod account_deletion;
mod address_changes;
mod administration;
mod appointments;
mod identities;
mod listing;
mod passkey_additions;
mod passkeys;
mod pending_address;
mod recovery_codes;
mod second_factors;
mod sign_up_invitations;

pub(super) use account::HOLD_USER;
pub use account::{Account, Accounts, NewAccount};
pub use account_change::AccountChange;
pub use account_deletion::{ACCOUNT_DELETION_LISTS, DeletionReceipt, DueDeletion};
pub use address_changes::{ADDRESS_LISTS, NotedAddress};
pub use administration::{ADMINISTRATION_LISTS, AccountSummary};
pub use identities::{IDENTITY_LISTS, Identity};
pub use listing::LISTS;
pub use passkey_additions::NewPasskey;
pub use passkeys::{PASSKEY_LISTS, Passkey, PasskeyUse};
pub use pending_address::{PendingAddress, PendingChange};
pub use second_factors::{SecondFactor, UsedStep};
pub use sign_up_invitations::{NewSignUpInvitation, SIGN_UP_INVITATION_LISTS};
