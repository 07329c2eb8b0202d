//! `POST /v1/invitations/{invitation}/decline`: does not want to become a member.
//!
//! One transaction on the album's shard; run twice, the second finds it declined.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    http::{Call, Doc, Reply, Route, Spec},
    stores::Projector,
};

use crate::answering::{Answer, Answering};

/// The route and what it needs.
pub struct DeclineInvitation {
    /// The library and its projection.
    pub projector: Projector,
    /// Tells whose an invitation is.
    pub answering: Answering,
}

#[async_trait]
impl Route for DeclineInvitation {
    fn spec() -> Spec {
        Spec::post("/v1/invitations/{invitation}/decline")
    }

    fn doc() -> Doc {
        Doc::new("Decline an invitation")
            .about("For whom `POST …/accept` is. The album's owner sees that it was declined.")
            .may_take::<Answer>(json!({"token": "albumen_Zm9v…"}))
            .gives_nothing(204)
            .fails(&["link-ended"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let id = call.id("invitation")?;
        let library = &self.projector.library;
        let invitee = self.answering.invitee(call, library, id).await?;
        let changes = library
            .decline_invitation(id, invitee.user, &invitee.sum)
            .await?;
        self.projector.settle(&changes).await;
        Ok(Reply::no_content())
    }
}
