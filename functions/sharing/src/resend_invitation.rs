//! `POST /v1/invitations/{invitation}/resend`: sends an invitation again.
//!
//! One transaction on the album's shard notes the sending, after what leads to it
//! ([`crate::sending`]); repeated under one `Idempotency-Key`, it finds the sending that it made.

use async_trait::async_trait;
use http::StatusCode;
use shared::{
    Result,
    domain::Email,
    error::Error,
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Projector, library::NewInvitation},
};

use crate::sending::{Sending, SentView, answer, example_sent, invitee_sum};

/// The route and what it needs.
pub struct ResendInvitation {
    /// The library and its projection.
    pub projector: Projector,
    /// The way to the invitee.
    pub sending: Sending,
}

#[async_trait]
impl Route for ResendInvitation {
    fn spec() -> Spec {
        Spec::post("/v1/invitations/{invitation}/resend")
    }

    fn doc() -> Doc {
        Doc::new("Send an invitation again")
            .about(
                "For the album's owner. It is good for 30 days from now on, and the link that was sent before has ended. \
                    One that was declined is not sent again: invite anew.",
            )
            .gives::<SentView>(200, example_sent())
            .fails(&["address-not-verified"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (id, caller) = (call.id("invitation")?, call.caller().await?.user);
        let library = &self.projector.library;
        let before = library.own_invitation(id, caller).await?;
        let email = Email::try_from(before.address).map_err(Error::internal)?;
        let invitee = invitee_sum(call, &email)?;
        let new = NewInvitation {
            id,
            sending: call.fresh(id.shard()),
            album: before.album,
            caller,
            email: &email,
            invitee: &invitee,
            role: before.role,
        };
        let token = self.sending.prepare(call, &new).await?;
        let (sent, changes) = library.send_invitation_again(&new).await?;
        self.projector.settle(&changes).await;
        Ok(answer(StatusCode::OK, new.sending, sent, token))
    }
}
