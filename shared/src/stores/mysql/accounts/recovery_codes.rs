//! Recovery codes: each is used once, by one conditional write that names the request.
//!
//! A code that was used is kept for a day, so that the mail that tells of it finds it, whatever
//! becomes of the factor meanwhile.

use sqlx::MySqlConnection;

use super::{account::Accounts, second_factors::REPEATABLE};
use crate::{
    domain::{Moment, UserId, second_factor::RecoveryCode},
    error::{Of, Result},
    stores::mysql::rows::from_row,
};

/// Seconds for which a code that was used is kept.
const KEPT: i64 = 24 * 3600;

const INSERT: &str = "INSERT INTO recovery_codes (user_id, hash) VALUES (?, ?)";
const USE: &str = "\
    UPDATE recovery_codes SET used_at = ?, used_by = ? \
    WHERE user_id = ? AND hash = ? AND used_at IS NULL";
const CODE: &str = "SELECT used_at, used_by FROM recovery_codes WHERE user_id = ? AND hash = ?";
const FORGIVE: &str = "UPDATE second_factors SET wrong_codes = 0 WHERE user_id = ?";
const USED_BY: &str = "SELECT COUNT(*) FROM recovery_codes WHERE user_id = ? AND used_by = ?";
const CLEAR: &str = "\
    DELETE FROM recovery_codes WHERE user_id = ? AND (used_at IS NULL OR used_at < ?)";
/// Of an account that ends.
pub(super) const DELETE_CODES: &str = "DELETE FROM recovery_codes WHERE user_id = ?";

/// The use of a recovery code; of one that is left, neither is there.
struct CodeUse {
    at: Option<Moment>,
    request: Option<String>,
}

from_row!(CodeUse { at: "used_at", request: "used_by" });

impl CodeUse {
    /// Returns true if a request of this name may use the code, or has used it a short time ago.
    fn is_open_to(&self, request: &str) -> bool {
        match self.at {
            None => true,
            Some(at) => {
                at.plus(REPEATABLE) > Moment::now() && self.request.as_deref() == Some(request)
            }
        }
    }
}

/// Gives the user these codes in place of those that are left.
pub(super) async fn replace(
    tx: &mut MySqlConnection,
    user: UserId,
    codes: &[RecoveryCode],
) -> Result<()> {
    sqlx::query(CLEAR)
        .bind(user.uuid())
        .bind(Moment::now().plus(-KEPT).utc())
        .execute(&mut *tx)
        .await
        .of("accounts")?;
    for code in codes {
        sqlx::query(INSERT)
            .bind(user.uuid())
            .bind(code.digest().as_slice())
            .execute(&mut *tx)
            .await
            .of("accounts")?;
    }
    Ok(())
}

impl Accounts {
    /// Returns true if the user has this recovery code, and it is left, or a request of this name
    /// has used it a short time ago.
    pub async fn has_recovery_code(
        &self,
        user: UserId,
        code: &RecoveryCode,
        request: &str,
    ) -> Result<bool> {
        let found: Option<CodeUse> = sqlx::query_as(CODE)
            .bind(user.uuid())
            .bind(code.digest().as_slice())
            .fetch_optional(self.db.writer(user.shard())?)
            .await
            .of("accounts")?;
        Ok(found.is_some_and(|code| code.is_open_to(request)))
    }

    /// Uses a recovery code. Returns false if it is none that the request may use.
    pub async fn use_recovery_code(
        &self,
        user: UserId,
        code: &RecoveryCode,
        request: &str,
    ) -> Result<bool> {
        let writer = self.db.writer(user.shard())?;
        let taken = sqlx::query(USE)
            .bind(Moment::now().utc())
            .bind(request)
            .bind(user.uuid())
            .bind(code.digest().as_slice())
            .execute(writer)
            .await
            .of("accounts")?;
        if taken.rows_affected() == 0 {
            // The same request, sent twice at once.
            return self.has_recovery_code(user, code, request).await;
        }
        self.forgive_wrong_codes(user).await?;
        Ok(true)
    }

    /// Has wrong codes count no more, once a user has shown otherwise who they are.
    pub async fn forgive_wrong_codes(&self, user: UserId) -> Result<()> {
        sqlx::query(FORGIVE)
            .bind(user.uuid())
            .execute(self.db.writer(user.shard())?)
            .await
            .of("accounts")?;
        Ok(())
    }

    /// Returns true if this request has used a recovery code of the user.
    pub async fn recovery_code_was_used(&self, user: UserId, request: &str) -> Result<bool> {
        let count: i64 = sqlx::query_scalar(USED_BY)
            .bind(user.uuid())
            .bind(request)
            .fetch_one(self.db.writer(user.shard())?)
            .await
            .of("accounts")?;
        Ok(count > 0)
    }
}
