//! A change of an account: one update of its row, on condition of its version.

use sqlx::{MySql, Transaction};

use super::{
    account::Accounts,
    passkeys,
    pending_address::{PendingAddress, PendingChange},
};
use crate::{
    domain::{Email, Language, Moment, Name, UserId},
    error::{Error, Of, Result},
};

const CHANGE_USER: &str = "\
    UPDATE users SET name = COALESCE(?, name), email = COALESCE(?, email), \
                     password_hash = COALESCE(?, password_hash), \
                     language = COALESCE(?, language), \
                     email_verified_at = \
                         CASE WHEN ? THEN ? WHEN ? THEN NULL ELSE email_verified_at END, \
                     pending_email = CASE WHEN ? THEN ? ELSE pending_email END, \
                     pending_since = CASE WHEN ? THEN ? ELSE pending_since END, \
                     version = version + 1 \
    WHERE id = ? AND version = ? AND deletes_at IS NULL";

/// Changes to be made to an account.
#[derive(Debug, Default)]
pub struct AccountChange {
    /// The new name.
    pub name: Option<Name>,
    /// The new address.
    pub email: Option<Email>,
    /// The hash of the new password.
    pub password_hash: Option<String>,
    /// The new language.
    pub language: Option<Language>,
    /// True when the address was shown to be the user's. Another address is not, until it is shown.
    pub verified: bool,
    /// The fate of a pending address. A new address ends it, and so does a new password: whoever
    /// takes one because a stranger had the old one is rid of what that has begun.
    pub pending: PendingChange,
    /// True to end all passkeys along with it.
    pub ends_passkeys: bool,
}

impl AccountChange {
    /// Returns true if another pending address, or none, takes the place of the one that there is;
    /// and that one.
    fn pending(&self) -> (bool, Option<&PendingAddress>) {
        match &self.pending {
            PendingChange::Begin(pending) => (true, Some(pending)),
            PendingChange::End => (true, None),
            PendingChange::Keep => (self.email.is_some() || self.password_hash.is_some(), None),
        }
    }
}

impl Accounts {
    /// Changes the account, if this is still its version. An address takes
    /// [`Accounts::change_address`].
    ///
    /// # Errors
    /// [`Error::Changed`] when it is not.
    pub async fn change(&self, id: UserId, version: u32, change: &AccountChange) -> Result<()> {
        let tx = self.db.writer(id.shard())?.begin().await.of("accounts")?;
        self.change_in(tx, id, version, change).await
    }

    /// The same in a transaction, which this commits.
    pub(super) async fn change_in(
        &self,
        mut tx: Transaction<'static, MySql>,
        id: UserId,
        version: u32,
        change: &AccountChange,
    ) -> Result<()> {
        let (replaces_pending, pending) = change.pending();
        let changed = sqlx::query(CHANGE_USER)
            .bind(change.name.as_ref().map(Name::as_str))
            .bind(change.email.as_ref().map(Email::as_str))
            .bind(&change.password_hash)
            .bind(change.language.map(Language::tag))
            .bind(change.verified)
            .bind(Moment::now().utc())
            .bind(change.email.is_some())
            .bind(replaces_pending)
            .bind(pending.map(|pending| pending.email.as_str()))
            .bind(replaces_pending)
            .bind(pending.map(|pending| pending.since.utc()))
            .bind(id.uuid())
            .bind(version)
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        if changed.rows_affected() == 0 {
            return Err(Error::Changed);
        }
        if change.ends_passkeys {
            passkeys::end_all(&mut tx, id).await?;
        }
        self.commit(tx, id).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_address_or_password_ends_the_wait_for_another_address() {
        let email = Email::try_from("ana@example.org".to_owned()).expect("an address");
        let begun = PendingAddress { email: email.clone(), since: Moment::now() };
        let begins = || PendingChange::Begin(begun.clone());
        let password_hash = Some("hash".to_owned());
        for (change, outcome) in [
            (AccountChange::default(), (false, None)),
            (AccountChange { verified: true, ..AccountChange::default() }, (false, None)),
            (AccountChange { email: Some(email), ..AccountChange::default() }, (true, None)),
            (
                AccountChange { password_hash: password_hash.clone(), ..AccountChange::default() },
                (true, None),
            ),
            (
                AccountChange { password_hash, pending: begins(), ..AccountChange::default() },
                (true, Some(&begun)),
            ),
        ] {
            assert_eq!(change.pending(), outcome, "{change:?}");
        }
    }
}
