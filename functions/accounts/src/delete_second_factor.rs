//! `DELETE /v1/me/second-factor`: switches the second factor off.
//!
//! A code is used by one conditional write, then one transaction ends factor and recovery codes. A
//! request that is repeated finds its code used by itself, or nothing to do. The mail that tells of
//! it is asked for before the end, and sent if it happens.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{Scope, mail::MailCause},
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Accounts, MailQueue, UsedChallenges},
};

use crate::confirmation::{Confirmation, Confirmer};

/// The route and what it needs.
pub struct DeleteSecondFactor {
    /// Accounts.
    pub accounts: Accounts,
    /// The challenges that were used.
    pub challenges: UsedChallenges,
    /// The queue of mails.
    pub mail_queue: MailQueue,
}

#[async_trait]
impl Route for DeleteSecondFactor {
    fn spec() -> Spec {
        Spec::delete("/v1/me/second-factor").scope(Scope::Account)
    }

    fn doc() -> Doc {
        Doc::new("Switch the second factor off")
            .about(
                "Its recovery codes end with it. Without a second factor there is nothing to do.",
            )
            .takes::<Confirmation>(
                json!({"password": "a quiet orange lighthouse", "code": "287082"}),
            )
            .gives_nothing(204)
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (user, body) = (call.caller().await?.user, call.body::<Confirmation>()?);
        let confirmer = Confirmer { call, accounts: &self.accounts, challenges: &self.challenges };
        let opened = confirmer.open(user, body.shown()).await?;
        let Some(factor) = self.accounts.second_factor(user).await? else {
            return Ok(Reply::no_content());
        };
        if factor.is_on() {
            confirmer.take(&opened, &self.mail_queue).await?;
            let cause = MailCause::FactorOff { user, begun_at: factor.begun_at };
            self.mail_queue.announce(cause).await?;
        }
        self.accounts.end_second_factor(user, &factor).await?;
        Ok(Reply::no_content())
    }
}
