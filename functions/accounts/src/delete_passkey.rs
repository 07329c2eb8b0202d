//! `DELETE /v1/me/passkeys/{passkey}`: removes a passkey.
//!
//! One transaction; run twice, the second time finds none. The mail that tells of it is asked for
//! before, and sent if the passkey is gone. Sessions that it has begun last: they are listed, and
//! end as all do.

use async_trait::async_trait;
use shared::{
    Result,
    domain::{PasskeyId, Scope, mail::MailCause},
    error::Error,
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Accounts, MailQueue},
};

/// The route and what it needs.
pub struct DeletePasskey {
    /// Accounts.
    pub accounts: Accounts,
    /// The queue of mails.
    pub mail_queue: MailQueue,
}

#[async_trait]
impl Route for DeletePasskey {
    fn spec() -> Spec {
        Spec::delete("/v1/me/passkeys/{passkey}").scope(Scope::Account)
    }

    fn doc() -> Doc {
        Doc::new("Remove a passkey")
            .about(
                "It logs in no more. Its provider may still show it: it is removed there by hand.",
            )
            .gives_nothing(204)
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let user = call.caller().await?.user;
        let id: PasskeyId = call.id("passkey")?;
        if self.accounts.passkey(user, id).await?.is_none() {
            return Err(Error::NotFound { what: "passkey" });
        }
        self.mail_queue
            .announce(MailCause::PasskeyRemoved { user, passkey: id })
            .await?;
        self.accounts.remove_passkey(user, id).await?;
        Ok(Reply::no_content())
    }
}
