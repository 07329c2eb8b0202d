//! `POST /v1/password-resets`: asks for a mail with which a forgotten password is replaced.
//!
//! It looks nothing up, and so answers the same in the same time whoever has the address: the
//! worker of the mail queue finds out whose it is. Run twice, it asks for one mail: there is one
//! every five minutes.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{Email, mail::MailCause},
    http::{Call, Doc, Policy, Reply, Route, Spec},
    request,
    stores::MailQueue,
};

use crate::login_attempts;

request! {
    /// The account whose password is forgotten.
    struct ForgottenPassword {
        /// The account's address.
        email: Email,
    }
}

/// The route and what it needs.
pub struct RequestPasswordReset {
    /// The queue of mails.
    pub mail_queue: MailQueue,
}

#[async_trait]
impl Route for RequestPasswordReset {
    fn spec() -> Spec {
        Spec::post("/v1/password-resets")
            .open()
            .limited(Policy::LogIn)
    }

    fn doc() -> Doc {
        Doc::new("Ask for a mail with which to replace a forgotten password")
            .about(
                "The answer is the same whether or not the address has an account. The mail's link \
                    is good for an hour and for one use; there is one mail every five minutes.",
            )
            .takes::<ForgottenPassword>(json!({"email": "ana@example.org"}))
            .gives_nothing(204)
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let forgotten: ForgottenPassword = call.body()?;
        login_attempts::count_mail_request(call, &forgotten.email).await?;
        let cause = MailCause::PasswordReset { email: forgotten.email };
        self.mail_queue.announce(cause).await?;
        Ok(Reply::no_content())
    }
}
