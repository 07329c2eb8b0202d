//! `POST /v1/invitations/{invitation}/accept`: becomes a member of the album.
//!
//! One transaction on the album's shard answers the invitation and writes the membership; run
//! twice, the second finds the member. An address that the token verifies is noted before it. The
//! member's own shard is told by the album's projection, which the relay repeats until it knows.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{AlbumId, Moment, example, view::Role},
    http::{Call, Doc, Reply, Route, Spec},
    stores::Projector,
};

use crate::answering::{Answer, Answering};

/// A membership that has just begun.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NewMembership")]
struct MembershipView {
    /// The album.
    album: AlbumId,
    /// The caller's role in it.
    role: Role,
    /// Since when.
    added_at: Moment,
}

/// The route and what it needs.
pub struct AcceptInvitation {
    /// The library and its projection.
    pub projector: Projector,
    /// Tells whose an invitation is.
    pub answering: Answering,
}

#[async_trait]
impl Route for AcceptInvitation {
    fn spec() -> Spec {
        Spec::post("/v1/invitations/{invitation}/accept")
    }

    fn doc() -> Doc {
        Doc::new("Accept an invitation")
            .about(
                "For the account whose verified address was invited. The token of the link that came by mail verifies \
                    the address. Who has left the album is not put back by an invitation that was accepted before.",
            )
            .may_take::<Answer>(json!({"token": "albumen_Zm9v…"}))
            .gives::<MembershipView>(
                200,
                json!({"album": example::ALBUM, "role": "editor", "added_at": example::MOMENT}),
            )
            .fails(&["full", "link-ended"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let id = call.id("invitation")?;
        let library = &self.projector.library;
        let invitee = self.answering.invitee(call, library, id).await?;
        let (member, changes) = library
            .accept_invitation(id, invitee.user, &invitee.sum)
            .await?;
        self.projector.settle(&changes).await;
        Ok(Reply::ok(&MembershipView {
            album: invitee.album,
            role: member.role,
            added_at: member.added_at,
        }))
    }
}
