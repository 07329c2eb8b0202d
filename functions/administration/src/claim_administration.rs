//! `POST /v1/administrators`: makes the caller an administrator, by the code that whoever runs this
//! Albumen has.
//!
//! The code is a keyed sum of the signing key, so each key has one. One insert takes it for the
//! caller; the second write makes the account an administrator's, and the third ends the claim. A
//! death in between leaves a claim that only the caller can go on with: by the same request. Once
//! it is done, a repetition finds an administrator, and does nothing.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{AdministratorCode, Scope, UserId, example},
    error::Error,
    http::{Call, Doc, Policy, Reply, Route, Spec},
    request,
    stores::{Account, AccountSummary, Accounts},
};

use crate::subject;

request! {
    /// That the caller may see how this Albumen is run.
    struct Claim {
        /// The code, as `./dev administrator-code` prints it.
        code: AdministratorCode,
    }
}

/// The route and what it needs.
pub struct ClaimAdministration {
    /// Accounts.
    pub accounts: Accounts,
    /// True where an address must have been shown to be its user's.
    pub needs_verified: bool,
}

#[async_trait]
impl Route for ClaimAdministration {
    fn spec() -> Spec {
        Spec::post("/v1/administrators")
            .scope(Scope::Account)
            .limited(Policy::LogIn)
    }

    fn doc() -> Doc {
        Doc::new("Become an administrator, by the code of this Albumen")
            .about(
                "The code is good once. Whoever runs this Albumen has it: `./dev run` and \
                 `./dev administrator-code` print it. Where mail is sent, the caller's address \
                 must be verified.",
            )
            .takes::<Claim>(json!({"code": "mzxw-6ytb-oi2d-eobv-mzxw-6ytb-oi2d-eobv"}))
            .gives::<AccountSummary>(
                200,
                example::with(
                    subject::example_account(),
                    &json!({"administrator_since": example::MOMENT}),
                ),
            )
            .fails(&["address-not-verified"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (user, claim) = (call.caller().await?.user, call.body::<Claim>()?);
        let code = call.signer()?.administrator_code();
        if claim.code.digest() != code.digest() {
            return Err(refused());
        }
        let account = self.account(user).await?;
        if self.needs_verified && account.email_verified_at.is_none() {
            return Err(Error::AddressNotVerified);
        }
        if !self.accounts.claim_administration(&account, &code).await? {
            return Err(refused());
        }
        let account = self.account(user).await?;
        Ok(Reply::ok(&AccountSummary::from(account)))
    }
}

impl ClaimAdministration {
    async fn account(&self, user: UserId) -> Result<Account> {
        let account = self.accounts.find(user).await?;
        account.ok_or(Error::NotFound { what: "user" })
    }
}

/// The refusal of a code: the same whether it is wrong or was used.
fn refused() -> Error {
    Error::field("code", "is not right, or was used before")
}
