//! The answers to invitations: accepted or declined by whose address it is.
//!
//! One transaction of the album's owner answers an invitation and writes the membership, so of two
//! at once one finds it open. The member's own shard is told by the album's projection, as of every
//! membership. Run twice, an acceptance finds the member.

use super::{
    database::Library,
    invitations::INVITATION_BY_ID,
    members::{find_members, has_left_since, set_role},
    owner_transaction::OwnerTransaction,
};
use crate::{
    domain::{
        Change, InvitationId, Moment, UserId,
        invitations::{Invitation, InvitationState},
        sharing::Member,
        view::Role,
    },
    error::{Error, Of, Result},
    stores::mysql::{batch::Batch, conflicts::again_after_deadlock},
};

const FIND_OWNER: &str = "SET @owner = (SELECT owner_id FROM invitations WHERE id = ?)";
const ACCEPT: &str = "\
    UPDATE invitations SET state = 'accepted', address = '' \
    WHERE id = ? AND state = 'open' AND expires_at > ?";
const DECLINE: &str = "\
    UPDATE invitations SET state = 'declined' WHERE id = ? AND state = 'open' AND expires_at > ?";

const MISSING: Error = Error::NotFound { what: "invitation" };

impl Library {
    /// Makes this user, whose address has this sum, a member as the invitation says.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another address, and for the album's owner; [`Error::LinkEnded`]
    /// when it was answered by another, revoked or has expired, and for one who has left, or was
    /// put out, since it was sent; [`Error::Full`].
    pub async fn accept_invitation(
        &self,
        id: InvitationId,
        user: UserId,
        invitee: &str,
    ) -> Result<(Member, Vec<Change>)> {
        again_after_deadlock(|| self.try_accept(id, user, invitee)).await
    }

    async fn try_accept(
        &self,
        id: InvitationId,
        user: UserId,
        invitee: &str,
    ) -> Result<(Member, Vec<Change>)> {
        let (mut transaction, invitation) = self.begin_answer(id, user, invitee).await?;
        let album = invitation.album;
        if invitation.state == InvitationState::Accepted {
            // The request has done it before it died, or they have left since.
            let members = find_members(transaction.db(), album).await.of("library")?;
            let member = members.iter().find(|member| member.user == user);
            let member = member.and_then(|member| {
                Some(Member { user, role: member.role?, added_at: member.added_at })
            });
            return Ok((member.ok_or(Error::LinkEnded)?, transaction.commit().await?));
        }
        if has_left_since(transaction.db(), album, user, invitation.sent_at).await? {
            return Err(Error::LinkEnded);
        }
        answer(&mut transaction, ACCEPT, id).await?;
        let role = Role::from(invitation.role);
        let member = set_role(&mut transaction, album, user, role).await?;
        transaction.set_subject("invitation", id.uuid());
        Ok((member, transaction.commit().await?))
    }

    /// Declines an invitation, for the user whose address has this sum. Run twice, it finds it
    /// declined.
    ///
    /// # Errors
    /// As [`Library::accept_invitation`].
    pub async fn decline_invitation(
        &self,
        id: InvitationId,
        user: UserId,
        invitee: &str,
    ) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_decline(id, user, invitee)).await
    }

    async fn try_decline(
        &self,
        id: InvitationId,
        user: UserId,
        invitee: &str,
    ) -> Result<Vec<Change>> {
        let (mut transaction, invitation) = self.begin_answer(id, user, invitee).await?;
        if invitation.state != InvitationState::Declined {
            answer(&mut transaction, DECLINE, id).await?;
            transaction.set_subject("invitation", id.uuid());
            transaction.add_fact("album", invitation.album.to_string());
        }
        transaction.commit().await
    }

    /// A transaction of the owner, for the user whom the invitation is for.
    async fn begin_answer(
        &self,
        id: InvitationId,
        user: UserId,
        invitee: &str,
    ) -> Result<(OwnerTransaction, Invitation)> {
        let mut find_owner = Batch::default();
        find_owner.add(FIND_OWNER, &[&id.uuid()]);
        let mut read = Batch::default();
        read.add(INVITATION_BY_ID, &[&id.uuid()]);
        let begun = self
            .begin_transaction_of(id.shard(), find_owner, &read)
            .await?;
        let (transaction, mut answers) = begun.ok_or(MISSING)?;
        let found: Option<Invitation> = answers
            .next()
            .and_then(|answer| answer.row())
            .of("library")?;
        let invitation = found.ok_or(MISSING)?;
        if invitation.invitee != invitee || invitation.owner == user {
            return Err(MISSING);
        }
        Ok((transaction, invitation))
    }
}

/// Answers the invitation, if it is open.
async fn answer(
    transaction: &mut OwnerTransaction,
    sql: &'static str,
    id: InvitationId,
) -> Result<()> {
    let answered = sqlx::query(sql)
        .bind(id.uuid())
        .bind(Moment::now().utc())
        .execute(transaction.db())
        .await
        .of("library")?;
    if answered.rows_affected() == 0 { Err(Error::LinkEnded) } else { Ok(()) }
}
