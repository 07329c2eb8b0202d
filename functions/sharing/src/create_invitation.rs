//! `POST /v1/albums/{album}/invitations`: invites an address into an album.
//!
//! One transaction on the album's shard makes the row, after what leads to it ([`crate::sending`]);
//! repeated under one `Idempotency-Key`, it finds the sending that it made.

use async_trait::async_trait;
use http::StatusCode;
use serde_json::json;
use shared::{
    Result,
    domain::{AlbumId, Email, sharing::MemberRole},
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{Projector, library::NewInvitation},
};

use crate::sending::{Sending, SentView, answer, example_sent, invitee_sum};

request! {
    /// The invitation to be sent.
    struct Body {
        /// The address that is invited.
        email: Email,
        /// The role that the invitee gets.
        role: MemberRole,
    }
}

/// The route and what it needs.
pub struct CreateInvitation {
    /// The library and its projection.
    pub projector: Projector,
    /// The way to the invitee.
    pub sending: Sending,
}

#[async_trait]
impl Route for CreateInvitation {
    fn spec() -> Spec {
        Spec::post("/v1/albums/{album}/invitations")
    }

    fn doc() -> Doc {
        Doc::new("Invite somebody into an album")
            .about(
                "For the album's owner. Nobody becomes a member before they accept. The invitation goes by mail, in the \
                    owner's language, and is good for 30 days; an address that has one gets it anew, with this role, and \
                    its former link ends. Where the service sends no mail the answer has a `token`, once: \
                    `/#/invitation/{token}` is the link to pass on; where it does, only who has a verified address \
                    invites. The answer is the same whether or not the address has an account. A user sends \
                    `InvitationsPerDay`, 100 unless set, and an address gets a tenth of that.",
            )
            .takes::<Body>(json!({"email": "ben@example.org", "role": "editor"}))
            .gives::<SentView>(201, example_sent())
            .fails(&["address-not-verified", "full"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (album, caller): (AlbumId, _) = (call.id("album")?, call.caller().await?.user);
        let body: Body = call.body()?;
        let library = &self.projector.library;
        library.check_owner(album, caller).await?;
        let invitee = invitee_sum(call, &body.email)?;
        let new = NewInvitation {
            id: call.fresh(album.shard()),
            sending: call.fresh(album.shard()),
            album,
            caller,
            email: &body.email,
            invitee: &invitee,
            role: body.role,
        };
        let token = self.sending.prepare(call, &new).await?;
        let (sent, changes) = library.invite(&new).await?;
        self.projector.settle(&changes).await;
        Ok(answer(StatusCode::CREATED, new.sending, sent, token))
    }
}
