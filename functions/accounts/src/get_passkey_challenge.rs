//! `GET /v1/sessions/passkey`: what a browser has a passkey sign for a log-in.
//!
//! It names nobody and knows of nobody: whoever asks gets the same, but for the challenge.

use async_trait::async_trait;
use shared::{
    Result,
    http::{Call, Doc, Reply, Route, Spec},
};

use crate::passkeys::{RelyingParty, challenge, options::RequestOptions};

/// The route; it needs no store.
pub struct GetPasskeyChallenge;

#[async_trait]
impl Route for GetPasskeyChallenge {
    fn spec() -> Spec {
        Spec::get("/v1/sessions/passkey").open()
    }

    fn doc() -> Doc {
        Doc::new("Begin a log-in by a passkey")
            .about(
                "The answer is what `PublicKeyCredential.parseRequestOptionsFromJSON()` of a browser \
                    reads. What `navigator.credentials.get()` makes of it is sent to \
                    `POST /v1/sessions/passkey`, within ten minutes.",
            )
            .gives::<RequestOptions>(200, RequestOptions::example())
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let options = RequestOptions::new(RelyingParty::of(call), challenge::for_log_in(call)?);
        Ok(Reply::ok(&options).uncached())
    }
}
