//! `POST /v1/single-sign-on`: leads somebody to the provider who shows who they are.
//!
//! Nothing is written: the browser keeps, sealed, what it has begun. Repeated, the request begins
//! another sign-on, in place of the one before.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{single_sign_on::BegunSignOn, token::Token},
    http::{
        Call, Doc, Policy, Reply, Route, Spec,
        sign_on::{SignOnSums, no_sign_on, with_begun},
    },
};

use crate::Provider;

/// A single sign-on that has just begun.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "BegunSingleSignOn")]
struct BegunView {
    /// The provider's address, to which the browser goes.
    address: String,
}

/// The route and what it needs.
pub struct BeginSingleSignOn {
    /// The provider; `None` where there is no single sign-on.
    pub provider: Option<Provider>,
}

#[async_trait]
impl Route for BeginSingleSignOn {
    fn spec() -> Spec {
        Spec::post("/v1/single-sign-on")
            .open()
            .limited(Policy::LogIn)
    }

    fn doc() -> Doc {
        Doc::new("Begin a single sign-on")
            .about(
                "For pages: the browser goes to `address`, and comes back by \
                    `GET /v1/single-sign-on/callback`. A cookie binds both to it. `GET /v1/sign-up` \
                    says whether there is single sign-on.",
            )
            .gives::<BegunView>(
                200,
                json!({"address": "https://id.example/authorize?response_type=code&client_id=…"}),
            )
            .fails(&["not-found"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let provider = self.provider.as_ref().ok_or_else(no_sign_on)?;
        let secret = Token::new();
        let begun = BegunSignOn::new(secret.reveal().to_owned());
        let sums = SignOnSums::of(call.signer()?, &begun);
        let address = provider.address(&sums).await?;
        let reply = Reply::ok(&BegunView { address }).uncached();
        with_begun(reply, call, &begun)
    }
}
