//! Administrators whom another administrator makes, or unmakes.
//!
//! One transaction of the user's own row, on a condition. Whom a provider's claim has made one
//! follows that claim again at the next sign-on, so the note of the claim goes along.

use super::{
    account::Accounts,
    administration::{acted, entry},
    identities::DISMISS,
};
use crate::{
    domain::{Moment, UserId},
    error::{Of, Result},
    stores::mysql::conflicts::again_after_deadlock,
};

/// Asked for twice, the first moment stands.
const APPOINT_OTHER: &str = "\
    UPDATE users SET administrator_since = ?, version = version + 1 \
    WHERE id = ? AND administrator_since IS NULL AND suspended_at IS NULL AND deletes_at IS NULL \
      AND (email_verified_at IS NOT NULL OR ?)";
const FORGET_CLAIMS: &str = "\
    UPDATE identities SET administrator_since = NULL \
    WHERE user_id = ? AND administrator_since IS NOT NULL";

impl Accounts {
    /// Makes the user an administrator, because another one says so. Returns false if the account
    /// may not be one: it is suspended or closing, or `needs_verified` and its address is not. Run
    /// twice, the second time finds it done.
    pub async fn appoint_administrator(&self, user: UserId, needs_verified: bool) -> Result<bool> {
        let mut tx = self.begin(user).await?;
        let appointed = sqlx::query(APPOINT_OTHER)
            .bind(Moment::now().utc())
            .bind(user.uuid())
            .bind(!needs_verified)
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        if appointed.rows_affected() > 0 {
            let mut facts = acted();
            facts.say("administrator", true);
            self.commit_with(tx, entry(user, facts)).await?;
            return Ok(true);
        }
        tx.rollback().await.of("accounts")?;
        let account = self.find(user).await?;
        Ok(account.is_some_and(|account| account.administrator_since.is_some()))
    }

    /// Takes administration from the user. Run twice, the second time finds nothing to do.
    pub async fn dismiss_administrator(&self, user: UserId) -> Result<()> {
        again_after_deadlock(|| self.try_dismiss_administrator(user)).await
    }

    async fn try_dismiss_administrator(&self, user: UserId) -> Result<()> {
        let mut tx = self.begin(user).await?;
        let dismissed = sqlx::query(DISMISS)
            .bind(user.uuid())
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        if dismissed.rows_affected() == 0 {
            return tx.rollback().await.of("accounts");
        }
        sqlx::query(FORGET_CLAIMS)
            .bind(user.uuid())
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        let mut facts = acted();
        facts.say("administrator", false);
        self.commit_with(tx, entry(user, facts)).await
    }
}
