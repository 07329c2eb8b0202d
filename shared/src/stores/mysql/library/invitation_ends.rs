//! Invitations that end without an answer: with the account of who invites, with that of who is
//! invited, and by time.

use super::database::Library;
use crate::{
    domain::{AlbumId, Change, InvitationId, Limit, Moment, UserId},
    error::{Of, Result},
    stores::mysql::{batch::Batch, conflicts::again_after_deadlock},
};

const REVOKE_OF_OWNER: &str = "\
    UPDATE invitations SET state = 'revoked', address = '' \
    WHERE owner_id = ? AND state IN ('open', 'declined') LIMIT ?";
const DELETE_OF_ADDRESS: &str = "DELETE FROM invitations WHERE album_id = ? AND invitee = ?";
pub(super) const ENDED: &str = "\
    SELECT id FROM invitations FORCE INDEX (invitations_by_end) \
    WHERE expires_at < ? ORDER BY expires_at LIMIT ?";
/// One that has been sent again meanwhile stays.
const DELETE_ENDED: &str = "DELETE FROM invitations WHERE id = ? AND expires_at < ?";

impl Library {
    /// Revokes invitations of this owner that nobody has accepted, at most `limit`; nothing when
    /// there are none.
    pub async fn revoke_invitations_of(&self, owner: UserId, limit: u32) -> Result<Vec<Change>> {
        let listed = self.invitations_by(owner, None, Limit::default()).await?;
        // A transaction makes the owner's row where there is none.
        if listed.items.is_empty() {
            return Ok(Vec::new());
        }
        again_after_deadlock(|| self.try_revoke_invitations_of(owner, limit)).await
    }

    async fn try_revoke_invitations_of(&self, owner: UserId, limit: u32) -> Result<Vec<Change>> {
        let mut transaction = self.begin_owner_transaction(owner, owner.shard()).await?;
        let revoked = sqlx::query(REVOKE_OF_OWNER)
            .bind(owner.uuid())
            .bind(limit)
            .execute(transaction.db())
            .await
            .of("library")?;
        if revoked.rows_affected() > 0 {
            transaction.set_subject("user", owner.uuid());
            transaction.add_fact("invitations", revoked.rows_affected());
        }
        transaction.commit().await
    }

    /// Deletes the invitation of the address with this sum into an album: its account goes for
    /// good.
    pub async fn erase_invitation(&self, album: AlbumId, invitee: &str) -> Result<()> {
        sqlx::query(DELETE_OF_ADDRESS)
            .bind(album.uuid())
            .bind(invitee)
            .execute(self.db.writer(album.shard())?)
            .await
            .of("library")?;
        Ok(())
    }

    /// Deletes invitations of this cluster whose time was over before this moment, whatever became
    /// of them, at most `limit`; how many there were.
    pub async fn delete_ended_invitations(
        &self,
        cluster: usize,
        before: Moment,
        limit: u32,
    ) -> Result<usize> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(0) };
        let ended: Vec<InvitationId> = sqlx::query_scalar(ENDED)
            .bind(before.utc())
            .bind(limit)
            .fetch_all(writer)
            .await
            .of("library")?;
        if ended.is_empty() {
            return Ok(0);
        }
        let mut batch = Batch::default();
        for id in &ended {
            batch.add(DELETE_ENDED, &[&id.uuid(), &before.utc()]);
        }
        let mut db = writer.acquire().await.of("library")?;
        batch.run(&mut db).await.of("library")?;
        Ok(ended.len())
    }
}
