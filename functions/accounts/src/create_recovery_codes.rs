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
    domain::{Scope, UserId},
    error::Error,
    http::{Call, Doc, Reply, Route, Spec, step_up},
    stores::{Accounts, MailQueue, SecondFactor, UsedChallenges},
};

use crate::{
    confirm_second_factor::CodesView,
    confirmation::{Confirmation, Confirmer},
    second_factor,
};

/// The route and what it needs.
pub struct CreateRecoveryCodes {
    /// Accounts.
    pub accounts: Accounts,
    /// The challenges that were used.
    pub challenges: UsedChallenges,
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
            .takes::<Confirmation>(
                json!({"password": "a quiet orange lighthouse", "code": "287082"}),
            )
            .gives::<CodesView>(201, CodesView::example())
            .fails(&["not-found"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (user, body) = (call.caller().await?.user, call.body::<Confirmation>()?);
        let confirmer = Confirmer { call, accounts: &self.accounts, challenges: &self.challenges };
        let opened = confirmer.open(user, body.shown()).await?;
        self.factor(user).await?;
        confirmer.take(&opened, &self.mail_queue).await?;
        let request = step_up::request_name(call)?;
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
