//! `POST /v1/me/second-factor/confirmation`: switches a second factor on, by a code of its app.
//!
//! One transaction uses the code, switches the factor on and puts the recovery codes in, on
//! condition that it was only begun, and names the request: repeated under its `Idempotency-Key`,
//! the request finds its own name, and is answered with the same codes. The mail that tells of it
//! is asked for before, and sent if it happens.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{
        Moment, Scope, UserId,
        mail::MailCause,
        second_factor::{FactorCode, RecoveryCode},
    },
    error::Error,
    http::{Call, Doc, Policy, Reply, Route, Spec, step_up},
    request,
    stores::{Accounts, MailQueue, SecondFactor, UsedStep},
};

use crate::second_factor;

request! {
    /// A code of the app that has learnt the secret.
    struct Body {
        /// The code.
        code: FactorCode,
    }
}

/// Recovery codes.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RecoveryCodes")]
pub(crate) struct CodesView {
    /// The codes, each good for one use in place of the app's; shown once.
    recovery_codes: Vec<String>,
}

impl CodesView {
    pub(crate) fn of(codes: &[RecoveryCode]) -> Self {
        Self { recovery_codes: codes.iter().map(RecoveryCode::reveal).collect() }
    }

    /// An example of an answer.
    pub(crate) fn example() -> serde_json::Value {
        json!({"recovery_codes": ["k5xw-4z3b-pfzw-2ylu-nbqx-g5dj", "mfrg-gzdf-mztw-q2lk-nnwg-23tp"]})
    }
}

/// The route and what it needs.
pub struct ConfirmSecondFactor {
    /// Accounts.
    pub accounts: Accounts,
    /// The queue of mails.
    pub mail_queue: MailQueue,
}

#[async_trait]
impl Route for ConfirmSecondFactor {
    fn spec() -> Spec {
        Spec::post("/v1/me/second-factor/confirmation").scope(Scope::Account)
    }

    fn doc() -> Doc {
        Doc::new("Switch the second factor on, by a code of its app")
            .about(
                "From now on log-ins and dangerous changes take a code. The answer has ten recovery \
                    codes for the day on which the app is lost.",
            )
            .takes::<Body>(json!({"code": "287082"}))
            .gives::<CodesView>(200, CodesView::example())
            .fails(&["second-factor-on"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (user, body) = (call.caller().await?.user, call.body::<Body>()?);
        call.limit(Policy::LogIn, &user.to_string()).await?;
        let request = step_up::request_name(call)?;
        let codes = second_factor::recovery_codes(call)?;
        let factor = self.begun(user, &request).await?;
        if !factor.has_codes_of(&request) {
            let step = self.step(call, user, &factor, &body.code).await?;
            let cause = MailCause::FactorOn { user, begun_at: factor.begun_at };
            self.mail_queue.announce(cause).await?;
            let taken = UsedStep { salt: factor.salt, step, request: &request };
            self.switch_on(user, taken, &codes).await?;
        }
        Ok(Reply::ok(&CodesView::of(&codes)).uncached())
    }
}

impl ConfirmSecondFactor {
    /// Returns the factor that is to be confirmed, or that this request has confirmed.
    async fn begun(&self, user: UserId, request: &str) -> Result<SecondFactor> {
        match self.accounts.second_factor(user).await? {
            Some(factor) if factor.has_codes_of(request) || factor.is_confirmable() => Ok(factor),
            Some(factor) if factor.is_on() => Err(Error::SecondFactorOn),
            _ => Err(Error::field("code", "confirms nothing: begin a second factor first")),
        }
    }

    /// Returns the step whose code this is.
    async fn step(
        &self,
        call: &Call<'_>,
        user: UserId,
        factor: &SecondFactor,
        code: &FactorCode,
    ) -> Result<u64> {
        let FactorCode::App(code) = code else {
            return Err(Error::field("code", "must be the six digits of the app"));
        };
        if factor.is_locked() {
            return Err(Error::field("code", "was wrong too often: begin anew"));
        }
        let secret = step_up::factor_secret(call, user, factor.salt)?;
        let step = secret.step_of(*code, Moment::now());
        if step.is_none() {
            self.accounts.count_wrong_code(user).await?;
        }
        step.ok_or_else(step_up::wrong_code)
    }

    /// Switches it on, unless the same request has done so, sent twice at once.
    async fn switch_on(
        &self,
        user: UserId,
        taken: UsedStep<'_>,
        codes: &[RecoveryCode],
    ) -> Result<()> {
        if self
            .accounts
            .confirm_second_factor(user, taken, codes)
            .await?
        {
            return Ok(());
        }
        let factor = self.begun(user, taken.request).await?;
        if factor.has_codes_of(taken.request) { Ok(()) } else { Err(step_up::wrong_code()) }
    }
}
