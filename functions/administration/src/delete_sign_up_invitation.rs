//! `DELETE /v1/sign-up/invitations/{invitation}`: takes an invitation to sign up back.
//!
//! One transaction; run twice, the second finds none. Its link has ended with the row, and nothing
//! else has to be told.

use async_trait::async_trait;
use shared::{
    Result,
    http::{Call, Doc, Reply, Route, Spec},
    stores::Accounts,
};

/// The route and what it needs.
pub struct DeleteSignUpInvitation {
    /// Accounts, which have the invitations.
    pub accounts: Accounts,
}

#[async_trait]
impl Route for DeleteSignUpInvitation {
    fn spec() -> Spec {
        Spec::delete("/v1/sign-up/invitations/{invitation}").administrator()
    }

    fn doc() -> Doc {
        Doc::new("Take an invitation to sign up back")
            .about("For administrators. Its link has ended. Who has signed up has an account.")
            .gives_nothing(204)
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (id, caller) = (call.id("invitation")?, call.caller().await?.user);
        self.accounts.revoke_sign_up_invitation(id, caller).await?;
        Ok(Reply::no_content())
    }
}
