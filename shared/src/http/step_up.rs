//! The password and the second factor, which a thief of a session lacks. Each code of the factor is
//! taken once.

use uuid::Uuid;

use super::{Call, Policy};
use crate::{
    domain::{
        Moment, UserId,
        mail::MailCause,
        password::Password,
        second_factor::{AppCode, FactorCode, FactorSecret, RecoveryCode},
    },
    error::{Error, Result},
    stores::{Account, Accounts, MailQueue, SecondFactor, UsedStep},
};

/// Returns the secret of a factor: a signature over its user and its salt, which is kept nowhere.
///
/// # Errors
/// When the function has no signing key.
pub fn factor_secret(call: &Call<'_>, user: UserId, salt: Uuid) -> Result<FactorSecret> {
    let owner = user.uuid();
    let bytes = [owner.as_bytes().as_slice(), salt.as_bytes().as_slice()].concat();
    Ok(FactorSecret::of(&call.signer()?.sign("secret of a second factor", &bytes)))
}

/// Returns the name under which this request uses codes: the same one when it is repeated.
///
/// # Errors
/// When the function has no signing key.
pub fn request_name(call: &Call<'_>) -> Result<String> {
    call.name("use of a code")
}

/// Returns the user's account, if the request's `field` holds its password. The try is counted.
///
/// # Errors
/// [`Error::TooMany`], [`Error::Invalid`] for another password.
pub async fn open_account(
    call: &Call<'_>,
    accounts: &Accounts,
    user: UserId,
    field: &str,
    password: &Password,
) -> Result<Account> {
    call.limit(Policy::LogIn, &user.to_string()).await?;
    let account = accounts.find(user).await?;
    let account = account.filter(|account| Account::opens(Some(account), password));
    account.ok_or_else(|| Error::field(field, "is not right"))
}

/// The refusal of a code that is not right.
pub fn wrong_code() -> Error {
    Error::field("code", "is not right")
}

/// The part of a request that shows that it is really the account's owner who asks.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// The account's password.
    pub password: &'a Password,
    /// A code of the second factor's app, or a recovery code: where it is on.
    pub code: Option<&'a FactorCode>,
}

/// Takes codes of users.
pub struct CodeTaker<'a> {
    /// The request.
    pub call: &'a Call<'a>,
    /// Accounts.
    pub accounts: &'a Accounts,
    /// The queue of mails.
    pub mail_queue: &'a MailQueue,
}

impl CodeTaker<'_> {
    /// Takes a code for a log-in, once the password was right; of who has no second factor, none.
    ///
    /// # Errors
    /// [`Error::SecondFactorNeeded`] without a code, [`Error::Invalid`] with a wrong one.
    pub async fn log_in(&self, user: UserId, code: Option<&FactorCode>) -> Result<()> {
        let factor = self.accounts.second_factor(user).await?;
        let Some(factor) = factor.filter(SecondFactor::is_on) else { return Ok(()) };
        let code = code.ok_or(Error::SecondFactorNeeded)?;
        let request = request_name(self.call)?;
        match code {
            FactorCode::App(code) => self.app_code(user, &factor, *code, &request).await,
            FactorCode::Recovery(code) => self.recovery_code(user, code, &request).await,
        }
    }

    /// Takes a code for what a thief of session and password could turn into the account. It is used
    /// up, whatever becomes of the request: all else that may be refused is looked at before.
    ///
    /// # Errors
    /// [`Error::Invalid`] without a code, or with a wrong one.
    pub async fn step_up(&self, user: UserId, code: Option<&FactorCode>) -> Result<()> {
        match self.log_in(user, code).await {
            Err(Error::SecondFactorNeeded) => {
                Err(Error::field("code", "is required while the second factor is on"))
            }
            outcome => outcome,
        }
    }

    /// Takes password and code, where nothing else of the request may be refused in between.
    ///
    /// # Errors
    /// As [`open_account`] and [`CodeTaker::step_up`].
    pub async fn confirm(&self, user: UserId, proof: Proof<'_>) -> Result<Account> {
        let account =
            open_account(self.call, self.accounts, user, "password", proof.password).await?;
        self.step_up(user, proof.code).await?;
        Ok(account)
    }

    async fn app_code(
        &self,
        user: UserId,
        factor: &SecondFactor,
        code: AppCode,
        request: &str,
    ) -> Result<()> {
        if factor.was_used_by(request) {
            return Ok(());
        }
        if factor.is_locked() {
            return Err(Error::field("code", "was wrong too often: take a recovery code"));
        }
        let secret = factor_secret(self.call, user, factor.salt)?;
        let Some(step) = secret.step_of(code, Moment::now()) else {
            self.accounts.count_wrong_code(user).await?;
            return Err(wrong_code());
        };
        let taken = UsedStep { salt: factor.salt, step, request };
        if self.accounts.use_step(user, taken).await? {
            Ok(())
        } else {
            Err(Error::field("code", "was used before: wait for the next one"))
        }
    }

    /// Takes a recovery code. The mail that tells of it is asked for before, and sent if it is
    /// used.
    async fn recovery_code(&self, user: UserId, code: &RecoveryCode, request: &str) -> Result<()> {
        if !self.accounts.has_recovery_code(user, code, request).await? {
            self.accounts.count_wrong_code(user).await?;
            return Err(wrong_code());
        }
        let cause = MailCause::RecoveryCode { user, request: request.to_owned() };
        self.mail_queue.announce(cause).await?;
        if self.accounts.use_recovery_code(user, code, request).await? {
            Ok(())
        } else {
            Err(wrong_code())
        }
    }
}
