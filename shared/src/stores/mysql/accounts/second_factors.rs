//! Second factors: one is begun, confirmed by a code of its app, and then asked for.
//!
//! A code of the app is used by one conditional write that names its step, so that of any number
//! of requests with one code one is let through. The write names the request, too: a request that
//! is repeated finds its own name, and goes on.

use sqlx::{MySql, Transaction};
use uuid::Uuid;

use super::{account::Accounts, recovery_codes};
use crate::{
    domain::{Moment, UserId, second_factor::RecoveryCode},
    error::{Error, Of, Result},
    stores::mysql::{conflicts::again_after_deadlock, rows::from_row},
};

/// Seconds in which a request may be repeated with the code that it has used.
pub(super) const REPEATABLE: i64 = 600;

const FACTOR: &str = "\
    SELECT salt, begun_at, confirmed_at, used_by, used_at, wrong_codes, codes_by, \
           (SELECT COUNT(*) FROM recovery_codes r \
            WHERE r.user_id = f.user_id AND r.used_at IS NULL) AS codes_left \
    FROM second_factors f WHERE f.user_id = ?";
/// One that is on stays as it is.
const BEGIN: &str = "\
    INSERT INTO second_factors (user_id, salt, begun_at) VALUES (?, ?, ?) \
    ON DUPLICATE KEY UPDATE \
        salt = IF(confirmed_at IS NULL, VALUES(salt), salt), \
        begun_at = IF(confirmed_at IS NULL, VALUES(begun_at), begun_at), \
        wrong_codes = IF(confirmed_at IS NULL, 0, wrong_codes)";
const CONFIRM: &str = "\
    UPDATE second_factors \
    SET confirmed_at = ?, used_step = ?, used_by = ?, used_at = ?, wrong_codes = 0, codes_by = ? \
    WHERE user_id = ? AND salt = ? AND confirmed_at IS NULL AND wrong_codes < ?";
const USE_STEP: &str = "\
    UPDATE second_factors SET used_step = ?, used_by = ?, used_at = ?, wrong_codes = 0 \
    WHERE user_id = ? AND salt = ? AND confirmed_at IS NOT NULL \
        AND used_step < ? AND wrong_codes < ?";
const COUNT_WRONG: &str =
    "UPDATE second_factors SET wrong_codes = wrong_codes + 1 WHERE user_id = ?";
const RENEW: &str = "\
    UPDATE second_factors SET codes_by = ? \
    WHERE user_id = ? AND salt = ? AND confirmed_at IS NOT NULL";
/// As it was read: one that was only begun may have been switched on since.
const END: &str =
    "DELETE FROM second_factors WHERE user_id = ? AND salt = ? AND confirmed_at <=> ?";
/// Of an account that ends.
pub(super) const DELETE_FACTOR: &str = "DELETE FROM second_factors WHERE user_id = ?";

/// A user's second factor.
#[derive(Debug)]
pub struct SecondFactor {
    /// The salt of its secret: another one than that of any factor before.
    pub salt: Uuid,
    /// The moment at which it was begun: no two of a user's have the same.
    pub begun_at: Moment,
    /// Since when log-ins take a code; `None` until one has confirmed it.
    pub confirmed_at: Option<Moment>,
    /// The request that used the last code of the app.
    used_by: Option<String>,
    /// The moment of that.
    used_at: Option<Moment>,
    /// The number of wrong codes since the last right one.
    wrong_codes: u32,
    /// The request that made the recovery codes.
    codes_by: Option<String>,
    /// The number of recovery codes that are left.
    pub codes_left: i64,
}

from_row!(SecondFactor {
    salt,
    begun_at,
    confirmed_at,
    used_by,
    used_at,
    wrong_codes,
    codes_by,
    codes_left,
});

impl SecondFactor {
    /// The number of wrong codes after which only a recovery code is taken. NIST SP 800-63B-4 asks
    /// for a hundred at most.
    pub const MOST_WRONG: u32 = 100;
    /// Seconds in which a factor that was begun may be confirmed.
    const CONFIRMABLE: i64 = 3600;

    /// Returns true if log-ins take its codes.
    pub fn is_on(&self) -> bool {
        self.confirmed_at.is_some()
    }

    /// Returns true if a code of its app may confirm it: not yet on, and begun a short time ago.
    pub fn is_confirmable(&self) -> bool {
        !self.is_on() && self.begun_at.plus(Self::CONFIRMABLE) > Moment::now()
    }

    /// Returns true if so many wrong codes have come that the app's are not taken any more.
    pub fn is_locked(&self) -> bool {
        self.wrong_codes >= Self::MOST_WRONG
    }

    /// Returns true if this request has used the last code of the app, a short time ago.
    pub fn was_used_by(&self, request: &str) -> bool {
        let is_recent = self
            .used_at
            .is_some_and(|at| at.plus(REPEATABLE) > Moment::now());
        is_recent && self.used_by.as_deref() == Some(request)
    }

    /// Returns true if this request has made the recovery codes that there are.
    pub fn has_codes_of(&self, request: &str) -> bool {
        self.codes_by.as_deref() == Some(request)
    }
}

/// The code of an app that a request uses.
#[derive(Clone, Copy)]
pub struct UsedStep<'a> {
    /// The salt of the factor whose code it is.
    pub salt: Uuid,
    /// Its step.
    pub step: u64,
    /// The name of the request.
    pub request: &'a str,
}

impl Accounts {
    /// Returns the user's second factor, on or only begun.
    pub async fn second_factor(&self, user: UserId) -> Result<Option<SecondFactor>> {
        sqlx::query_as(FACTOR)
            .bind(user.uuid())
            .fetch_optional(self.db.writer(user.shard())?)
            .await
            .of("accounts")
    }

    /// Begins a second factor with this salt, in place of one that was only begun.
    ///
    /// # Errors
    /// [`Error::SecondFactorOn`].
    pub async fn begin_second_factor(&self, user: UserId, salt: Uuid) -> Result<()> {
        let mut tx = self.db.writer(user.shard())?.begin().await.of("accounts")?;
        sqlx::query(BEGIN)
            .bind(user.uuid())
            .bind(salt)
            .bind(Moment::now().utc())
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        self.commit(tx, user).await?;
        match self.second_factor(user).await? {
            Some(factor) if factor.is_on() => Err(Error::SecondFactorOn),
            _ => Ok(()),
        }
    }

    /// Switches a factor on that was begun, by a code of its app, with these recovery codes.
    /// Returns false if there is none to be confirmed with this salt any more.
    pub async fn confirm_second_factor(
        &self,
        user: UserId,
        taken: UsedStep<'_>,
        codes: &[RecoveryCode],
    ) -> Result<bool> {
        again_after_deadlock(|| self.try_confirm(user, taken, codes)).await
    }

    async fn try_confirm(
        &self,
        user: UserId,
        taken: UsedStep<'_>,
        codes: &[RecoveryCode],
    ) -> Result<bool> {
        let mut tx = self.db.writer(user.shard())?.begin().await.of("accounts")?;
        let now = Moment::now().utc();
        let confirmed = sqlx::query(CONFIRM)
            .bind(now)
            .bind(taken.step)
            .bind(taken.request)
            .bind(now)
            .bind(taken.request)
            .bind(user.uuid())
            .bind(taken.salt)
            .bind(SecondFactor::MOST_WRONG)
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        if confirmed.rows_affected() == 0 {
            return Ok(false);
        }
        self.with_codes(tx, user, codes).await?;
        Ok(true)
    }

    /// Commits a change of a factor that gives its user other recovery codes.
    async fn with_codes(
        &self,
        mut tx: Transaction<'static, MySql>,
        user: UserId,
        codes: &[RecoveryCode],
    ) -> Result<()> {
        recovery_codes::replace(&mut tx, user, codes).await?;
        self.commit(tx, user).await
    }

    /// Uses a code of the app. Returns false if it was used before, or a later one was.
    pub async fn use_step(&self, user: UserId, taken: UsedStep<'_>) -> Result<bool> {
        let written = sqlx::query(USE_STEP)
            .bind(taken.step)
            .bind(taken.request)
            .bind(Moment::now().utc())
            .bind(user.uuid())
            .bind(taken.salt)
            .bind(taken.step)
            .bind(SecondFactor::MOST_WRONG)
            .execute(self.db.writer(user.shard())?)
            .await
            .of("accounts")?;
        if written.rows_affected() > 0 {
            return Ok(true);
        }
        // The same request, sent twice at once.
        let factor = self.second_factor(user).await?;
        Ok(factor.is_some_and(|factor| factor.was_used_by(taken.request)))
    }

    /// Counts a wrong code.
    pub async fn count_wrong_code(&self, user: UserId) -> Result<()> {
        sqlx::query(COUNT_WRONG)
            .bind(user.uuid())
            .execute(self.db.writer(user.shard())?)
            .await
            .of("accounts")?;
        Ok(())
    }

    /// Replaces the recovery codes of a factor that is on. Returns false if it is not any more.
    pub async fn replace_recovery_codes(
        &self,
        user: UserId,
        salt: Uuid,
        request: &str,
        codes: &[RecoveryCode],
    ) -> Result<bool> {
        again_after_deadlock(|| self.try_replace_codes(user, salt, request, codes)).await
    }

    async fn try_replace_codes(
        &self,
        user: UserId,
        salt: Uuid,
        request: &str,
        codes: &[RecoveryCode],
    ) -> Result<bool> {
        let mut tx = self.db.writer(user.shard())?.begin().await.of("accounts")?;
        let renewed = sqlx::query(RENEW)
            .bind(request)
            .bind(user.uuid())
            .bind(salt)
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        if renewed.rows_affected() == 0 {
            return Ok(false);
        }
        self.with_codes(tx, user, codes).await?;
        Ok(true)
    }

    /// Ends a factor as it was read, and its recovery codes. Run twice, the second time finds
    /// nothing to do; one that has been switched on since stays.
    pub async fn end_second_factor(&self, user: UserId, factor: &SecondFactor) -> Result<()> {
        again_after_deadlock(|| self.try_end(user, factor)).await
    }

    async fn try_end(&self, user: UserId, factor: &SecondFactor) -> Result<()> {
        let mut tx = self.db.writer(user.shard())?.begin().await.of("accounts")?;
        let ended = sqlx::query(END)
            .bind(user.uuid())
            .bind(factor.salt)
            .bind(factor.confirmed_at.map(Moment::utc))
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        if ended.rows_affected() == 0 {
            return Ok(());
        }
        self.with_codes(tx, user, &[]).await
    }
}
