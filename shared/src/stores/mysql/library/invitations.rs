//! Invitations into albums, as their owners see to them: sent, sent again, listed, revoked.
//!
//! One row an album and address. Each sending has an id of its own, which comes from the request: a
//! request that is repeated finds the sending that it made, or a later one, and changes nothing: ids
//! of sendings sort by when their requests came first. The token of a link belongs to one sending,
//! so the links of all others have ended, without a list of them.

use sqlx::{MySql, MySqlConnection, QueryBuilder};
use uuid::Uuid;

use super::{access::WriteAccess, database::Library, owner_transaction::OwnerTransaction};
use crate::{
    domain::{
        AlbumId, Change, Email, InvitationId, Limit, Moment, Page, SendingId, UserId,
        invitations::{INVITATION_DAYS, Invitation, InvitationState},
        sharing::MemberRole,
        view::Role,
    },
    error::{Error, Of, Result},
    stores::mysql::{conflicts::again_after_deadlock, rows::from_row},
};

/// A query of invitations with the titles of their albums. There is none into an album that is in
/// the trash.
macro_rules! invitations_where {
    ($condition:literal) => {
        concat!(
            "SELECT i.id, i.album_id, a.title, i.owner_id, i.invitee, i.address, i.role, ",
            "i.state, i.sending, i.created_at, i.sent_at, i.expires_at ",
            "FROM invitations i JOIN albums a ON a.id = i.album_id AND a.deleted_at IS NULL ",
            "WHERE ",
            $condition
        )
    };
}

pub(super) const INVITATION_BY_ID: &str = invitations_where!("i.id = ?");
const INVITATION_OF_ADDRESS: &str = invitations_where!("i.album_id = ? AND i.invitee = ?");
const INVITATIONS_INTO: &str = invitations_where!("i.album_id IN (");
const INVITATION_OF_SENDING: &str = invitations_where!("i.sending = ?");
/// Newest first: an invitation's id begins with the time it was made.
pub(super) const INVITATIONS_OF_ALBUM: &str = "\
    SELECT invitations.*, '' AS title FROM invitations FORCE INDEX (invitations_of_album) \
    WHERE album_id = ? AND id < ? AND state IN ('open', 'declined') ORDER BY id DESC LIMIT ?";
const COUNT: &str = "SELECT COUNT(*) FROM invitations WHERE album_id = ? AND state = 'open'";
const SEND: &str = "\
    INSERT INTO invitations (id, album_id, owner_id, invitee, address, role, state, sending, \
                             created_at, sent_at, expires_at) \
    VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?) \
    ON DUPLICATE KEY UPDATE invitee = VALUES(invitee), address = VALUES(address), \
                            role = VALUES(role), state = 'open', \
                            sending = VALUES(sending), sent_at = VALUES(sent_at), \
                            expires_at = VALUES(expires_at)";
const REVOKE: &str = "\
    UPDATE invitations SET state = 'revoked', address = '' \
    WHERE id = ? AND owner_id = ? AND state IN ('open', 'declined')";

/// The most invitations into an album that are open at a time, those that have expired included.
pub const MOST: usize = 100;

const MISSING: Error = Error::NotFound { what: "invitation" };

from_row!(Invitation {
    id,
    album: "album_id",
    title,
    owner: "owner_id",
    invitee,
    address,
    role,
    state,
    sending,
    created_at,
    sent_at,
    expires_at,
});

/// An invitation to be sent.
#[derive(Debug)]
pub struct NewInvitation<'a> {
    /// Its id, on its album's shard, if the address has not been invited before.
    pub id: InvitationId,
    /// This sending.
    pub sending: SendingId,
    /// The album.
    pub album: AlbumId,
    /// The user who invites.
    pub caller: UserId,
    /// The address that is invited.
    pub email: &'a Email,
    /// The keyed sum of it.
    pub invitee: &'a str,
    /// The role that the invitee gets.
    pub role: MemberRole,
}

impl Library {
    /// Invites an address into an album, or invites it again; a sending that is there, and one that
    /// was asked for later, is left as it is.
    ///
    /// # Errors
    /// Of [`Library::begin_album_transaction`]; [`Error::Full`].
    pub async fn invite(&self, new: &NewInvitation<'_>) -> Result<(Invitation, Vec<Change>)> {
        again_after_deadlock(|| self.try_invite(new)).await
    }

    async fn try_invite(&self, new: &NewInvitation<'_>) -> Result<(Invitation, Vec<Change>)> {
        let access = WriteAccess::owner(new.caller);
        let (mut transaction, _) = self.begin_album_transaction(new.album, &access).await?;
        let before = of_address(transaction.db(), new.album, new.invitee).await?;
        if let Some(sent) = before.as_ref().filter(|sent| sent.sending >= new.sending) {
            let sent = sent.clone();
            return Ok((sent, transaction.commit().await?));
        }
        if before.is_none_or(|before| before.state != InvitationState::Open) {
            check_room(transaction.db(), new.album).await?;
        }
        let sent = send(&mut transaction, new).await?;
        Ok((sent, transaction.commit().await?))
    }

    /// Sends an invitation of the caller's again, for as long as a new one.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the caller has none with this id that was not answered or revoked.
    pub async fn send_invitation_again(
        &self,
        new: &NewInvitation<'_>,
    ) -> Result<(Invitation, Vec<Change>)> {
        again_after_deadlock(|| self.try_send_again(new)).await
    }

    async fn try_send_again(&self, new: &NewInvitation<'_>) -> Result<(Invitation, Vec<Change>)> {
        let access = WriteAccess::owner(new.caller);
        let (mut transaction, _) = self.begin_album_transaction(new.album, &access).await?;
        let before = by_id(transaction.db(), new.id).await?;
        if before.state != InvitationState::Open {
            return Err(MISSING);
        }
        if before.sending >= new.sending {
            return Ok((before, transaction.commit().await?));
        }
        let sent = send(&mut transaction, new).await?;
        Ok((sent, transaction.commit().await?))
    }

    /// Takes an invitation of the caller's back.
    ///
    /// # Errors
    /// As [`Library::send_invitation_again`].
    pub async fn revoke_invitation(&self, id: InvitationId, caller: UserId) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_revoke_invitation(id, caller)).await
    }

    async fn try_revoke_invitation(&self, id: InvitationId, caller: UserId) -> Result<Vec<Change>> {
        self.own_invitation(id, caller).await?;
        let mut transaction = self.begin_owner_transaction(caller, id.shard()).await?;
        let revoked = sqlx::query(REVOKE)
            .bind(id.uuid())
            .bind(caller.uuid())
            .execute(transaction.db())
            .await
            .of("library")?;
        if revoked.rows_affected() == 0 {
            return Err(MISSING);
        }
        transaction.set_subject("invitation", id.uuid());
        transaction.commit().await
    }

    /// An invitation of the caller's that was neither accepted nor revoked.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn own_invitation(&self, id: InvitationId, caller: UserId) -> Result<Invitation> {
        let found = self.invitation(id).await?;
        let own = found.filter(|invitation| {
            let is_listed =
                matches!(invitation.state, InvitationState::Open | InvitationState::Declined);
            invitation.owner == caller && is_listed
        });
        own.ok_or(MISSING)
    }

    /// The invitations into the caller's album that were neither accepted nor revoked, newest
    /// first, after `before`.
    ///
    /// # Errors
    /// [`Error::NotFound`] for strangers, [`Error::NotAllowed`] for members.
    pub async fn invitations_of(
        &self,
        album: AlbumId,
        caller: UserId,
        before: Option<InvitationId>,
        limit: Limit,
    ) -> Result<Page<Invitation, InvitationId>> {
        self.check_owner(album, caller).await?;
        let before = before.map_or(Uuid::max(), InvitationId::uuid);
        let invitations = sqlx::query_as(INVITATIONS_OF_ALBUM)
            .bind(album.uuid())
            .bind(before)
            .bind(limit.one_more())
            .fetch_all(self.db.writer(album.shard())?)
            .await
            .of("library")?;
        Ok(Page::cut(invitations, limit, |invitation: &Invitation| invitation.id))
    }

    /// The invitation with this id, whatever its state.
    pub async fn invitation(&self, id: InvitationId) -> Result<Option<Invitation>> {
        sqlx::query_as(INVITATION_BY_ID)
            .bind(id.uuid())
            .fetch_optional(self.db.writer(id.shard())?)
            .await
            .of("library")
    }

    /// The invitation whose last sending this is.
    pub async fn invitation_of_sending(&self, sending: SendingId) -> Result<Option<Invitation>> {
        sqlx::query_as(INVITATION_OF_SENDING)
            .bind(sending.uuid())
            .fetch_optional(self.db.writer(sending.shard())?)
            .await
            .of("library")
    }

    /// The invitations into these albums of the address with this sum: one query a cluster.
    pub async fn invitations_of_address(
        &self,
        albums: &[AlbumId],
        invitee: &str,
    ) -> Result<Vec<Invitation>> {
        let mut found = Vec::new();
        let parts = self
            .db
            .writers_of(albums.iter().copied(), |album| album.shard());
        for (writer, albums) in parts {
            let mut query = QueryBuilder::<MySql>::new(INVITATIONS_INTO);
            let mut ids = query.separated(", ");
            for album in albums {
                ids.push_bind(album.uuid());
            }
            query.push(") AND i.invitee = ").push_bind(invitee);
            let rows = query.build_query_as::<Invitation>();
            found.extend(rows.fetch_all(writer).await.of("library")?);
        }
        Ok(found)
    }
}

async fn of_address(
    db: &mut MySqlConnection,
    album: AlbumId,
    invitee: &str,
) -> Result<Option<Invitation>> {
    sqlx::query_as(INVITATION_OF_ADDRESS)
        .bind(album.uuid())
        .bind(invitee)
        .fetch_optional(db)
        .await
        .of("library")
}

async fn by_id(db: &mut MySqlConnection, id: InvitationId) -> Result<Invitation> {
    sqlx::query_as(INVITATION_BY_ID)
        .bind(id.uuid())
        .fetch_optional(db)
        .await
        .of("library")?
        .ok_or(MISSING)
}

async fn check_room(db: &mut MySqlConnection, album: AlbumId) -> Result<()> {
    let count: i64 = sqlx::query_scalar(COUNT)
        .bind(album.uuid())
        .fetch_one(db)
        .await
        .of("library")?;
    if usize::try_from(count).is_ok_and(|count| count >= MOST) {
        Err(Error::Full { what: "open invitations", most: MOST })
    } else {
        Ok(())
    }
}

/// Writes this sending, as a row or into the one that the address has.
async fn send(transaction: &mut OwnerTransaction, new: &NewInvitation<'_>) -> Result<Invitation> {
    let now = Moment::now();
    let owner = transaction.owner;
    sqlx::query(SEND)
        .bind(new.id.uuid())
        .bind(new.album.uuid())
        .bind(owner.uuid())
        .bind(new.invitee)
        .bind(new.email.as_str())
        .bind(Role::from(new.role).word())
        .bind(new.sending.uuid())
        .bind(now.utc())
        .bind(now.utc())
        .bind(now.plus(INVITATION_DAYS * 24 * 3600).utc())
        .execute(transaction.db())
        .await
        .of("library")?;
    let sent = of_address(transaction.db(), new.album, new.invitee).await?;
    let sent = sent.ok_or_else(|| Error::internal("an invitation that was sent is not there"))?;
    transaction.set_subject("invitation", sent.id.uuid());
    transaction.add_fact("album", new.album.to_string());
    Ok(sent)
}
