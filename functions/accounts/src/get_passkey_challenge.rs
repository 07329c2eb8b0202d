//! `GET /v1/sessions/passkey`: what a browser has a passkey sign, for a log-in or for something
//! dangerous.
//!
//! It knows of nobody: whoever asks gets the same, but for the challenge, for whatever user.

use async_trait::async_trait;
use shared::{
    Result,
    domain::UserId,
    http::{Call, Doc, Reply, Route, Spec},
    request,
};

use crate::passkeys::{RelyingParty, challenge, options::RequestOptions};

request! {
    /// The purpose of what is signed.
    struct Query {
        /// The user who confirms something dangerous by it; for a log-in it is left out.
        user: Option<UserId>,
    }
}

/// The route; it needs no store.
pub struct GetPasskeyChallenge;

#[async_trait]
impl Route for GetPasskeyChallenge {
    fn spec() -> Spec {
        Spec::get("/v1/sessions/passkey").open()
    }

    fn doc() -> Doc {
        Doc::new("Begin a log-in, or a confirmation, by a passkey")
            .about(
                "The answer is what `PublicKeyCredential.parseRequestOptionsFromJSON()` of a browser \
                    reads. What `navigator.credentials.get()` makes of it is sent to \
                    `POST /v1/sessions/passkey`, within ten minutes. With `user` it is good for no log-in, \
                    but as `passkey` for what takes this user's password.",
            )
            .asks::<Query>()
            .gives::<RequestOptions>(200, RequestOptions::example())
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let query: Query = call.query()?;
        let challenge = match query.user {
            Some(user) => challenge::for_confirmation(call, user)?,
            None => challenge::for_log_in(call)?,
        };
        let options = RequestOptions::new(RelyingParty::of(call), challenge);
        Ok(Reply::ok(&options).uncached())
    }
}
