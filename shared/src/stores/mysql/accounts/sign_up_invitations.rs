//! Invitations to sign up, which administrators send.
//!
//! One row an address, on the first shard wherever who invites is. As of invitations into albums,
//! each sending has an id of its own, which comes from the request: a request that is repeated finds
//! the sending that it made, or a later one, and changes nothing. A row that was accepted or revoked
//! is gone, and with it what its link leads to.
//!
//! The act's row of activity waits in the outbox of the first shard's cluster, in the same
//! transaction. Where who invites is on another cluster, the relay is what takes it from there.

use sqlx::{MySql, MySqlConnection, Transaction};
use uuid::Uuid;

use super::account::Accounts;
use crate::{
    activity::{self, ActivityFacts},
    domain::{
        Change, Email, InvitationId, Limit, Moment, Page, SendingId, Shard, UserId,
        invitations::INVITATION_DAYS, sign_up_invitations::SignUpInvitation,
    },
    error::{Error, Of, Result},
    stores::mysql::{conflicts::again_after_deadlock, rows::from_row},
};

/// The queries that answer with lists, and the index that serves each.
pub const SIGN_UP_INVITATION_LISTS: [(&str, &str); 2] =
    [(NEWEST, "PRIMARY"), (OF_INVITER, "sign_up_invitations_of_inviter")];

macro_rules! invitations {
    ($from:literal) => {
        concat!(
            "SELECT id, inviter_id, invitee, address, sending, created_at, sent_at, expires_at ",
            "FROM sign_up_invitations ",
            $from
        )
    };
}

/// Newest first: an invitation's id begins with the time it was made.
const NEWEST: &str = invitations!("FORCE INDEX (PRIMARY) WHERE id < ? ORDER BY id DESC LIMIT ?");
const OF_INVITER: &str = invitations!(
    "FORCE INDEX (sign_up_invitations_of_inviter) WHERE inviter_id = ? AND id > ? ORDER BY id LIMIT ?"
);
const OF_ADDRESS: &str = invitations!("WHERE invitee = ?");
const OF_SENDING: &str = invitations!("WHERE sending = ?");
const HELD: &str = invitations!("WHERE invitee = ? FOR UPDATE");
const SEND: &str = "\
    INSERT INTO sign_up_invitations (id, inviter_id, invitee, address, sending, created_at, \
                                     sent_at, expires_at) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) \
    ON DUPLICATE KEY UPDATE inviter_id = VALUES(inviter_id), address = VALUES(address), \
                            sending = VALUES(sending), sent_at = VALUES(sent_at), \
                            expires_at = VALUES(expires_at)";
const REVOKE: &str = "DELETE FROM sign_up_invitations WHERE id = ?";
const END: &str = "DELETE FROM sign_up_invitations WHERE invitee = ?";
const DELETE_OF_INVITER: &str = "DELETE FROM sign_up_invitations WHERE inviter_id = ?";
const DELETE_ENDED: &str = "DELETE FROM sign_up_invitations WHERE expires_at < ? LIMIT ?";

const MISSING: Error = Error::NotFound { what: "invitation" };

from_row!(SignUpInvitation {
    id,
    inviter: "inviter_id",
    invitee,
    address,
    sending,
    created_at,
    sent_at,
    expires_at,
});

/// An invitation to sign up that is to be sent.
#[derive(Debug)]
pub struct NewSignUpInvitation<'a> {
    /// Its id, on the first shard, if the address is not invited.
    pub id: InvitationId,
    /// This sending.
    pub sending: SendingId,
    /// The administrator who invites.
    pub inviter: UserId,
    /// The address that is invited.
    pub email: &'a Email,
    /// The keyed sum of it.
    pub invitee: &'a str,
}

impl Accounts {
    /// Invites an address to sign up, or invites it again; a sending that is there, and one that
    /// was asked for later, is left as it is.
    pub async fn invite_to_sign_up(
        &self,
        new: &NewSignUpInvitation<'_>,
    ) -> Result<SignUpInvitation> {
        again_after_deadlock(|| self.try_invite_to_sign_up(new)).await
    }

    async fn try_invite_to_sign_up(
        &self,
        new: &NewSignUpInvitation<'_>,
    ) -> Result<SignUpInvitation> {
        let mut tx = self.begin_on_first_shard().await?;
        let before = held(&mut tx, new.invitee).await?;
        if let Some(sent) = before.filter(|sent| sent.sending >= new.sending) {
            tx.rollback().await.of("accounts")?;
            return Ok(sent);
        }
        send(&mut tx, new).await?;
        let sent = held(&mut tx, new.invitee).await?;
        let sent = sent.ok_or_else(|| Error::internal("an invitation that was sent is gone"))?;
        self.commit_with(tx, entry(new.inviter, sent.id)).await?;
        Ok(sent)
    }

    /// Takes an invitation to sign up back, for this administrator.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn revoke_sign_up_invitation(&self, id: InvitationId, caller: UserId) -> Result<()> {
        let mut tx = self.begin_on_first_shard().await?;
        let revoked = sqlx::query(REVOKE)
            .bind(id.uuid())
            .execute(&mut *tx)
            .await
            .of("accounts")?;
        if revoked.rows_affected() == 0 {
            return Err(MISSING);
        }
        self.commit_with(tx, entry(caller, id)).await
    }

    /// Returns the invitations to sign up that were made before this one, newest first.
    pub async fn sign_up_invitations(
        &self,
        before: Option<InvitationId>,
        limit: Limit,
    ) -> Result<Page<SignUpInvitation, InvitationId>> {
        let found = sqlx::query_as(NEWEST)
            .bind(before.map_or(Uuid::max(), InvitationId::uuid))
            .bind(limit.one_more())
            .fetch_all(self.db.writer(Shard::FIRST)?)
            .await
            .of("accounts")?;
        Ok(Page::cut(found, limit, |invitation: &SignUpInvitation| invitation.id))
    }

    /// Returns the invitations to sign up that this user has sent, oldest first, after `after`.
    pub async fn sign_up_invitations_by(
        &self,
        inviter: UserId,
        after: Option<InvitationId>,
        limit: Limit,
    ) -> Result<Page<SignUpInvitation, InvitationId>> {
        let found = sqlx::query_as(OF_INVITER)
            .bind(inviter.uuid())
            .bind(after.map_or(Uuid::nil(), InvitationId::uuid))
            .bind(limit.one_more())
            .fetch_all(self.db.writer(Shard::FIRST)?)
            .await
            .of("accounts")?;
        Ok(Page::cut(found, limit, |invitation: &SignUpInvitation| invitation.id))
    }

    /// Returns the invitation to sign up of the address with this sum.
    pub async fn sign_up_invitation_of_address(
        &self,
        invitee: &str,
    ) -> Result<Option<SignUpInvitation>> {
        sqlx::query_as(OF_ADDRESS)
            .bind(invitee)
            .fetch_optional(self.db.writer(Shard::FIRST)?)
            .await
            .of("accounts")
    }

    /// Returns the invitation to sign up whose last sending this is.
    pub async fn sign_up_invitation_of_sending(
        &self,
        sending: SendingId,
    ) -> Result<Option<SignUpInvitation>> {
        sqlx::query_as(OF_SENDING)
            .bind(sending.uuid())
            .fetch_optional(self.db.writer(Shard::FIRST)?)
            .await
            .of("accounts")
    }

    /// Ends the invitation to sign up of the address with this sum: it has an account, or had one.
    pub async fn end_sign_up_invitation(&self, invitee: &str) -> Result<()> {
        sqlx::query(END)
            .bind(invitee)
            .execute(self.db.writer(Shard::FIRST)?)
            .await
            .of("accounts")?;
        Ok(())
    }

    /// Deletes the invitations to sign up that this user has sent last: the account ends or is
    /// suspended, or its user is no administrator any more. Run twice, the second time finds none.
    pub async fn delete_sign_up_invitations_by(&self, inviter: UserId) -> Result<()> {
        sqlx::query(DELETE_OF_INVITER)
            .bind(inviter.uuid())
            .execute(self.db.writer(Shard::FIRST)?)
            .await
            .of("accounts")?;
        Ok(())
    }

    /// Deletes invitations to sign up whose time was over before this moment, at most `limit`; how
    /// many there were.
    pub async fn delete_ended_sign_up_invitations(
        &self,
        before: Moment,
        limit: u32,
    ) -> Result<u64> {
        let deleted = sqlx::query(DELETE_ENDED)
            .bind(before.utc())
            .bind(limit)
            .execute(self.db.writer(Shard::FIRST)?)
            .await
            .of("accounts")?;
        Ok(deleted.rows_affected())
    }

    async fn begin_on_first_shard(&self) -> Result<Transaction<'static, MySql>> {
        self.db.writer(Shard::FIRST)?.begin().await.of("accounts")
    }
}

/// Returns the invitation of the address with this sum, and holds it until the transaction ends.
async fn held(db: &mut MySqlConnection, invitee: &str) -> Result<Option<SignUpInvitation>> {
    sqlx::query_as(HELD)
        .bind(invitee)
        .fetch_optional(db)
        .await
        .of("accounts")
}

/// Writes this sending, as a row or into the one that the address has.
async fn send(db: &mut MySqlConnection, new: &NewSignUpInvitation<'_>) -> Result<()> {
    let now = Moment::now();
    sqlx::query(SEND)
        .bind(new.id.uuid())
        .bind(new.inviter.uuid())
        .bind(new.invitee)
        .bind(new.email.as_str())
        .bind(new.sending.uuid())
        .bind(now.utc())
        .bind(now.utc())
        .bind(now.plus(INVITATION_DAYS * 24 * 3600).utc())
        .execute(db)
        .await
        .of("accounts")?;
    Ok(())
}

/// Returns the row of activity of what an administrator does to an invitation: in their own record.
fn entry(administrator: UserId, id: InvitationId) -> Change {
    let facts = ActivityFacts::default();
    let row = activity::activity_entry(administrator, "invitation", id.uuid(), facts);
    Change::Activity(Box::new(row))
}
