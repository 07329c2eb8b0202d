//! `DELETE /v1/me/second-factor`: switches the second factor off.
//!
//! A code is used by one conditional write, then one transaction ends factor and recovery codes. A
//! request that is repeated finds its code used by itself, or nothing to do. The mail that tells of
//! it is asked for before the end, and sent if it happens.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{Scope, mail::MailCause, password::Password, second_factor::FactorCode},
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{Accounts, MailQueue},
};

use crate::second_factor::{CodeTaker, open_account};

request! {
    /// That it is really its owner who asks.
    struct Body {
        /// The account's password.
        password: Password,
        /// A code of the app, or a recovery code; none for a factor that was only begun.
        code: Option<FactorCode>,
    }
}

/// The route and what it needs.
pub struct DeleteSecondFactor {
    /// Accounts.
    pub accounts: Accounts,
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
            .takes::<Body>(json!({"password": "a quiet orange lighthouse", "code": "287082"}))
            .gives_nothing(204)
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (user, body) = (call.caller().await?.user, call.body::<Body>()?);
        open_account(call, &self.accounts, user, "password", &body.password).await?;
        let Some(factor) = self.accounts.second_factor(user).await? else {
            return Ok(Reply::no_content());
        };
        if factor.is_on() {
            CodeTaker { call, accounts: &self.accounts, mail_queue: &self.mail_queue }
                .step_up(user, body.code.as_ref())
                .await?;
            let cause = MailCause::FactorOff { user, begun_at: factor.begun_at };
            self.mail_queue.announce(cause).await?;
        }
        self.accounts.end_second_factor(user, &factor).await?;
        Ok(Reply::no_content())
    }
}
