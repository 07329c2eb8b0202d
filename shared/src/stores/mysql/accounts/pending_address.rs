//! An address that is to be an account's, once a mail to it has shown that it is its user's.
//!
//! It stands in the account's own row, so every change of that says at once what becomes of it, and
//! it goes with the account. It is not reserved: whoever types an address keeps nobody from it.

use sha2::{Digest, Sha256};
use sqlx::{Row, mysql::MySqlRow};

use super::account::Account;
use crate::domain::{Email, Moment, token::TokenPurpose};

/// An address that waits for its mail to be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingAddress {
    /// The address.
    pub email: Email,
    /// The moment at which it was asked for.
    pub since: Moment,
}

impl PendingAddress {
    /// Returns the moment until which it can be confirmed: as long as a mail's link is good that
    /// was sent when it was asked for.
    pub fn expires_at(&self) -> Moment {
        self.since.plus(TokenPurpose::Verification.lasts())
    }

    /// Returns the state that a token for it is made for: good while the account has the address
    /// and the password that it had, and known again once the account has this one.
    pub fn state(&self, account: &Account) -> String {
        let now = account.state(TokenPurpose::PasswordReset);
        format!("{}.{now}", address_state(self.email.as_str()))
    }
}

/// The fate of the pending address, when its account changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PendingChange {
    /// It stays.
    #[default]
    Keep,
    /// This one takes its place.
    Begin(PendingAddress),
    /// There is none any more.
    End,
}

/// Returns the state of an account with this address that a token which verifies it is made for.
pub(super) fn address_state(email: &str) -> String {
    hex::encode(Sha256::digest(format!("{email}\n")))
}

/// Reads it from the row of its account.
pub(super) fn pending_address(row: &MySqlRow) -> sqlx::Result<Option<PendingAddress>> {
    let email: Option<String> = row.try_get("pending_email")?;
    let since: Option<Moment> = row.try_get("pending_since")?;
    let (Some(email), Some(since)) = (email, since) else { return Ok(None) };
    let email = Email::try_from(email).map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(Some(PendingAddress { email, since }))
}

impl Account {
    /// Returns the address that is to be the account's, while it can be confirmed.
    pub fn pending(&self) -> Option<&PendingAddress> {
        let pending = self.pending_address.as_ref();
        pending.filter(|pending| pending.expires_at() > Moment::now())
    }

    /// Returns true if a token of this state was made for an address that the account has by now,
    /// and that is known to be its user's.
    pub fn has_confirmed(&self, state: &str) -> bool {
        let state_of_address = state.split('.').next().unwrap_or_default();
        self.email_verified_at.is_some() && state_of_address == address_state(&self.email)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Shard, UserId};

    fn account(email: &str, password_hash: &str) -> Account {
        Account {
            id: UserId::new(Shard::random()),
            name: "Ana".to_owned(),
            email: email.to_owned(),
            password_hash: password_hash.to_owned(),
            email_verified_at: Some(Moment::now()),
            language: None,
            pending_address: None,
            created_at: Moment::now(),
            deletes_at: None,
            suspended_at: None,
            administrator_since: None,
            version: 1,
        }
    }

    fn pending(email: &str, since: Moment) -> PendingAddress {
        let email = Email::try_from(email.to_owned()).expect("an address");
        PendingAddress { email, since }
    }

    #[test]
    fn a_pending_address_can_be_confirmed_for_a_week() {
        let mut ana = account("ana@example.org", "a");
        for (days, is_there) in [(6, true), (7, false)] {
            let since = Moment::now().plus(-days * 24 * 3600);
            ana.pending_address = Some(pending("new@example.org", since));
            assert_eq!(ana.pending().is_some(), is_there, "{days}");
        }
    }

    #[test]
    fn a_token_is_for_one_address_of_the_account_as_it_was() {
        let ana = account("ana@example.org", "a");
        let new = pending("new@example.org", Moment::now());
        let state = new.state(&ana);
        assert_eq!(state, pending("new@example.org", Moment::FIRST).state(&ana));
        assert_ne!(state, pending("other@example.org", new.since).state(&ana));
        assert_ne!(state, new.state(&account("ana@example.org", "another password")));
        assert_ne!(state, new.state(&account("another@example.org", "a")));
        assert_ne!(state, ana.state(TokenPurpose::Verification));
        assert!(!ana.has_confirmed(&state), "not yet");
        let mut changed = account("new@example.org", "a");
        assert!(changed.has_confirmed(&state));
        changed.email_verified_at = None;
        assert!(!changed.has_confirmed(&state), "nobody has shown it");
    }
}
