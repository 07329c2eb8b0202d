//! `GET /v1/single-sign-on/callback`: takes the provider's answer, and leads back to the page.
//!
//! One conditional put takes the answer, so it is taken once: then the code is exchanged, and what
//! that proves is sealed for this browser. Dying in between leaves a sign-on that opens nothing, and
//! the person begins another. Nobody reads an answer of this route but a browser on its way, so
//! what goes wrong is told to the page as a word in its address.

use async_trait::async_trait;
use schemars::JsonSchema;
use shared::{
    Error, Result,
    domain::single_sign_on::ProvenIdentity,
    http::{
        Call, Doc, Reply, Route, Spec,
        sign_on::{SignOnSums, begun, no_sign_on, with_proven, without_sign_on},
    },
    stores::SignOns,
};

use crate::Provider;

/// The answer of a provider. Whatever else it says is passed over.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "is read parameter by parameter: others may be there")]
struct Answer {
    /// The sign-on that it answers.
    state: Option<String>,
    /// The code that is exchanged for who it is.
    code: Option<String>,
    /// The reason for which there is none.
    error: Option<String>,
    /// The provider.
    iss: Option<String>,
}

/// The word by which the page learns how it has gone.
#[derive(Clone, Copy)]
enum Outcome {
    /// It was begun in another browser, was used before, or has taken too long.
    Ended,
    /// The provider does not let this person in, or they did not want to.
    Refused,
    /// The provider did not answer, or what it said proves nothing.
    Failed,
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// The route and what it needs.
pub struct ReceiveSingleSignOn {
    /// The provider; `None` where there is no single sign-on.
    pub provider: Option<Provider>,
    /// Sign-ons that have been used.
    pub sign_ons: SignOns,
    /// The origin of the page.
    pub origin: String,
}

#[async_trait]
impl Route for ReceiveSingleSignOn {
    fn spec() -> Spec {
        Spec::get("/v1/single-sign-on/callback").open()
    }

    fn doc() -> Doc {
        Doc::new("Come back from the provider of single sign-on")
            .about(
                "For browsers, which the provider leads here. Leads to the page, which asks for the \
                    session: `POST /v1/single-sign-on/sessions`.",
            )
            .asks::<Answer>()
            .gives_nothing(302)
            .fails(&["not-found"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let provider = self.provider.as_ref().ok_or_else(no_sign_on)?;
        match self.receive(call, provider).await {
            Ok(Ok(identity)) => with_proven(self.lead("done"), call, &identity),
            Ok(Err(outcome)) => Ok(without_sign_on(self.lead(outcome.word()))),
            Err(error) => {
                tracing::error!(error = error.chain(), "single sign-on failed");
                Ok(without_sign_on(self.lead(Outcome::Failed.word())))
            }
        }
    }
}

impl ReceiveSingleSignOn {
    /// Leads to the page, and tells it how this has gone.
    fn lead(&self, outcome: &str) -> Reply {
        Reply::found(&format!("{}/#/single-sign-on/{outcome}", self.origin))
    }

    async fn receive(
        &self,
        call: &Call<'_>,
        provider: &Provider,
    ) -> Result<Result<ProvenIdentity, Outcome>> {
        let Some(begun) = begun(call)? else { return Ok(Err(Outcome::Ended)) };
        let sums = SignOnSums::of(call.signer()?, &begun);
        if call.parameter("state") != Some(sums.state.as_str()) {
            return Ok(Err(Outcome::Ended));
        }
        if !self.sign_ons.answer(&sums.name).await? {
            return Ok(Err(Outcome::Ended));
        }
        if let Some(reason) = call.parameter("error") {
            tracing::info!(reason = known_reason(reason), "the provider has refused");
            return Ok(Err(Outcome::Refused));
        }
        if call
            .parameter("iss")
            .is_some_and(|iss| iss != provider.issuer())
        {
            return Err(Error::internal("the answer is another provider's"));
        }
        let code = call.parameter("code").unwrap_or_default();
        provider.identity(code, &sums).await.map(Ok)
    }
}

/// Returns the provider's reason, if it is one of those that there are: others may hold anything.
fn known_reason(reason: &str) -> &'static str {
    const KNOWN: [&str; 8] = [
        "access_denied",
        "account_selection_required",
        "consent_required",
        "interaction_required",
        "invalid_request",
        "login_required",
        "server_error",
        "temporarily_unavailable",
    ];
    KNOWN
        .into_iter()
        .find(|known| *known == reason)
        .unwrap_or("another")
}
