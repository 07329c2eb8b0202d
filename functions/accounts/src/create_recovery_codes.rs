//! `POST /v1/me/second-factor/recovery-codes`: other recovery codes, in place of those that are
//! left.
//!
//! A code is used by one conditional write, then one transaction replaces the recovery codes; both
//! name the request. Repeated under its `Idempotency-Key`, the request goes on where it died, and is
//! answered with the same codes.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{Scope, UserId, password::Password, second_factor::FactorCode},
    error::Error,
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{Accounts, MailQueue, SecondFactor},
};

use crate::{
    confirm_second_factor::CodesView,
    second_factor::{self, CodeTaker},
};

request! {
    /// That it is really its owner who asks.
    struct Body {
        /// The account's password.
        password: Password,
        /// A code of the app, or a recovery code.
        code: FactorCode,
    }
}

/// The route and what it needs.
pub struct CreateRecoveryCodes {
    /// Accounts.
    pub accounts: Accounts,
    /// The queue of mails.
    pub mail_queue: MailQueue,
}

#[async_trait]
impl Route for CreateRecoveryCodes {
    fn spec() -> Spec {
        Spec::post("/v1/me/second-factor/recovery-codes").scope(Scope::Account)
    }

    fn doc() -> Doc {
        Doc::new("Make other recovery codes")
            .about("Those that are left end.")
            .takes::<Body>(json!({"password": "a quiet orange lighthouse", "code": "287082"}))
            .gives::<CodesView>(201, CodesView::example())
            .fails(&["not-found"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (user, body) = (call.caller().await?.user, call.body::<Body>()?);
        second_factor::open_account(call, &self.accounts, user, "password", &body.password).await?;
        self.factor(user).await?;
        CodeTaker { call, accounts: &self.accounts, mail_queue: &self.mail_queue }
            .step_up(user, Some(&body.code))
            .await?;
        let request = second_factor::request_name(call)?;
        let codes = second_factor::recovery_codes(call)?;
        // Asked once more: the one that was read before may have been replaced.
        let factor = self.factor(user).await?;
        let is_done = factor.has_codes_of(&request)
            || self
                .accounts
                .replace_recovery_codes(user, factor.salt, &request, &codes)
                .await?;
        if is_done {
            let location = "/v1/me";
            Ok(Reply::created(location, &CodesView::of(&codes)).uncached())
        } else {
            Err(Error::NotFound { what: "second factor" })
        }
    }
}

impl CreateRecoveryCodes {
    async fn factor(&self, user: UserId) -> Result<SecondFactor> {
        let factor = self.accounts.second_factor(user).await?;
        let factor = factor.filter(SecondFactor::is_on);
        factor.ok_or(Error::NotFound { what: "second factor" })
    }
}
