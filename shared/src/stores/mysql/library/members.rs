//! Members: who else may see an album.
//!
//! A row of `members` stands on the album's shard; the same seen from the member, a row of
//! `memberships`, on the member's. The first is written in the owner's transaction, the second by
//! the album's projection: [`Library::sync_membership`] puts it there unless a newer one is there,
//! then notes the synced version (the column `told`, which keeps its name: renaming a column that
//! only this file reads buys nothing). Whatever dies between, the next projection of the album
//! finds the synced version behind and syncs again; twice, late or out of order, the newest stands.

use sqlx::MySqlConnection;
use uuid::Uuid;

use super::{access::WriteAccess, database::Library, owner_transaction::OwnerTransaction};
use crate::{
    domain::{
        AlbumId, Change, Limit, Moment, Page, UserId,
        sharing::{Member, MemberRole},
        view::Role,
    },
    error::{Error, Of, Result},
    stores::mysql::{conflicts::again_after_deadlock, rows::from_row},
};

/// Tombstones that the member's shard knows of are of no interest to anybody.
pub(super) const MEMBERS_OF_ALBUM: &str = "\
    SELECT user_id, role, added_at, version, told FROM members \
    WHERE album_id = ? AND (role IS NOT NULL OR told < version)";
const PUT_MEMBER: &str = "\
    INSERT INTO members (album_id, user_id, role, added_at) VALUES (?, ?, ?, ?) \
    ON DUPLICATE KEY UPDATE added_at = IF(role IS NULL, VALUES(added_at), added_at), \
                            role = VALUES(role), version = version + 1";
pub(super) const REMOVE_MEMBER: &str = "\
    UPDATE members SET role = NULL, removed_at = ?, version = version + 1 \
    WHERE album_id = ? AND user_id = ? AND role IS NOT NULL";
const LEFT_SINCE: &str = "\
    SELECT COUNT(*) FROM members WHERE album_id = ? AND user_id = ? AND removed_at >= ?";
/// The version last: each assignment sees what those before it have made.
const PUT_MEMBERSHIP: &str = "\
    INSERT INTO memberships (user_id, album_id, role, added_at, version) VALUES (?, ?, ?, ?, ?) \
    ON DUPLICATE KEY UPDATE role = IF(VALUES(version) > version, VALUES(role), role), \
                            added_at = IF(VALUES(version) > version, VALUES(added_at), added_at), \
                            version = GREATEST(version, VALUES(version))";
const SET_SYNCED_VERSION: &str =
    "UPDATE members SET told = ? WHERE album_id = ? AND user_id = ? AND told < ?";
/// The index is named because the primary key finds a user's rows, too, and would have them sorted.
pub(super) const MEMBERSHIPS: &str = "\
    SELECT album_id, added_at FROM memberships FORCE INDEX (memberships_in_order) \
    WHERE user_id = ? AND added_at <= ? AND (added_at < ? OR album_id < ?) AND role IS NOT NULL \
    ORDER BY added_at DESC, album_id DESC LIMIT ?";

/// The most members that an album has beside its owner: the head, which every reader reads, names
/// them.
pub const MOST: usize = 100;

/// A row of `members`.
#[derive(Clone, Debug)]
pub struct Membership {
    /// The member.
    pub user: UserId,
    /// The member's role; `None` for who was a member once.
    pub role: Option<Role>,
    /// Since when.
    pub added_at: Moment,
    /// Counts the row's changes.
    pub version: u32,
    /// The version that the member's shard has.
    pub synced_version: u32,
}

from_row!(Membership { user: "user_id", role, added_at, version, synced_version: "told" });

/// Seconds from now to where the list of memberships begins: the clocks that made rows differ by
/// less.
const AHEAD: i64 = 24 * 3600;

/// A place in the list of albums shared with somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SharedAt {
    /// Since when they are a member.
    pub added_at: Moment,
    /// The album.
    pub album: AlbumId,
}

from_row!(SharedAt { added_at, album: "album_id" });

impl SharedAt {
    /// Returns the place before all.
    fn start() -> Self {
        Self { added_at: Moment::now().plus(AHEAD), album: AlbumId::from_uuid(Uuid::max()) }
    }
}

impl Library {
    /// Gives a member of the caller's album another role. Who is none becomes one by an
    /// [invitation](super::invitation_answers) alone.
    ///
    /// # Errors
    /// Of [`Library::begin_album_transaction`]; [`Error::Invalid`] for the owner,
    /// [`Error::NotFound`] for who is no member.
    pub async fn change_role(
        &self,
        album: AlbumId,
        owner: UserId,
        user: UserId,
        role: MemberRole,
    ) -> Result<(Member, Vec<Change>)> {
        again_after_deadlock(|| self.try_change_role(album, owner, user, role)).await
    }

    async fn try_change_role(
        &self,
        album: AlbumId,
        owner: UserId,
        user: UserId,
        role: MemberRole,
    ) -> Result<(Member, Vec<Change>)> {
        let access = WriteAccess::owner(owner);
        let (mut transaction, row) = self.begin_album_transaction(album, &access).await?;
        if user == row.owner {
            return Err(Error::field("user", "is the album's owner"));
        }
        let members = find_members(transaction.db(), album).await.of("library")?;
        let is_member = |member: &Membership| member.user == user && member.role.is_some();
        if !members.iter().any(is_member) {
            return Err(Error::NotFound { what: "member" });
        }
        let member = set_role(&mut transaction, album, user, Role::from(role)).await?;
        Ok((member, transaction.commit().await?))
    }

    /// Takes this user out of the album's members: its owner may, and the member themself.
    ///
    /// # Errors
    /// Of [`Library::begin_album_transaction`]; [`Error::NotFound`] when the user is none of its
    /// members.
    pub async fn remove_member(
        &self,
        album: AlbumId,
        caller: UserId,
        user: UserId,
    ) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_remove_member(album, caller, user)).await
    }

    async fn try_remove_member(
        &self,
        album: AlbumId,
        caller: UserId,
        user: UserId,
    ) -> Result<Vec<Change>> {
        let access =
            if caller == user { WriteAccess::viewer(caller) } else { WriteAccess::owner(caller) };
        let (mut transaction, _) = self.begin_album_transaction(album, &access).await?;
        let removed = sqlx::query(REMOVE_MEMBER)
            .bind(Moment::now().utc())
            .bind(album.uuid())
            .bind(user.uuid())
            .execute(transaction.db())
            .await
            .of("library")?;
        if removed.rows_affected() == 0 {
            return Err(Error::NotFound { what: "member" });
        }
        transaction.mark_album_changed(album);
        transaction.commit().await
    }

    /// Everyone who may see the album, its owner first, then by when they were added; for whoever
    /// is one of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] for strangers, and for an album in the trash.
    pub async fn members(&self, album: AlbumId, caller: UserId) -> Result<Vec<Member>> {
        let access = WriteAccess::viewer(caller);
        let row = self.find_album_for(album, &access).await?;
        let mut members = Vec::new();
        for membership in self.memberships_of(album).await? {
            if let Membership { user, role: Some(role), added_at, .. } = membership {
                members.push(Member { user, role, added_at });
            }
        }
        members.sort_by_key(|member| (member.added_at, member.user));
        members.insert(0, Member { user: row.owner, role: Role::Owner, added_at: row.created_at });
        Ok(members)
    }

    /// The rows of the album's members, read from the writer, those included whose shard does not
    /// know that they are members no more.
    pub async fn memberships_of(&self, album: AlbumId) -> Result<Vec<Membership>> {
        let writer = self.db.writer(album.shard())?;
        let mut db = writer.acquire().await.of("library")?;
        find_members(&mut db, album).await.of("library")
    }

    /// Writes on the member's shard what the album's shard has, unless something newer is there.
    pub async fn sync_membership(&self, album: AlbumId, member: &Membership) -> Result<()> {
        let there = self.db.writer(member.user.shard())?;
        again_after_deadlock(|| async {
            let put = sqlx::query(PUT_MEMBERSHIP)
                .bind(member.user.uuid())
                .bind(album.uuid())
                .bind(member.role.map(Role::word))
                .bind(member.added_at.utc())
                .bind(member.version)
                .execute(there);
            put.await.of("library")
        })
        .await?;
        let here = self.db.writer(album.shard())?;
        again_after_deadlock(|| async {
            let note = sqlx::query(SET_SYNCED_VERSION)
                .bind(member.version)
                .bind(album.uuid())
                .bind(member.user.uuid())
                .bind(member.version)
                .execute(here);
            note.await.of("library")
        })
        .await?;
        Ok(())
    }

    /// The albums that this user has been made a member of, newest first, after `before`.
    pub async fn albums_shared_with(
        &self,
        user: UserId,
        before: Option<SharedAt>,
        limit: Limit,
    ) -> Result<Page<SharedAt, SharedAt>> {
        let before = before.unwrap_or_else(SharedAt::start);
        let albums = sqlx::query_as(MEMBERSHIPS)
            .bind(user.uuid())
            .bind(before.added_at.utc())
            .bind(before.added_at.utc())
            .bind(before.album.uuid())
            .bind(limit.one_more())
            .fetch_all(self.db.writer(user.shard())?)
            .await
            .of("library")?;
        Ok(Page::cut(albums, limit, |at: &SharedAt| *at))
    }
}

/// Makes this user a member with this role, or gives the member that they are this role.
///
/// # Errors
/// [`Error::Full`].
pub(super) async fn set_role(
    transaction: &mut OwnerTransaction,
    album: AlbumId,
    user: UserId,
    role: Role,
) -> Result<Member> {
    let mut members = find_members(transaction.db(), album).await.of("library")?;
    members.retain(|member| member.role.is_some());
    let before = members.iter().find(|member| member.user == user);
    if before.is_none() && members.len() >= MOST {
        return Err(Error::Full { what: "members", most: MOST });
    }
    let added_at = before.map_or_else(Moment::now, |before| before.added_at);
    if before.and_then(|before| before.role) != Some(role) {
        sqlx::query(PUT_MEMBER)
            .bind(album.uuid())
            .bind(user.uuid())
            .bind(role.word())
            .bind(added_at.utc())
            .execute(transaction.db())
            .await
            .of("library")?;
        transaction.mark_album_changed(album);
    }
    Ok(Member { user, role, added_at })
}

/// Returns true if a membership of this user's has ended since this moment.
pub(super) async fn has_left_since(
    db: &mut MySqlConnection,
    album: AlbumId,
    user: UserId,
    since: Moment,
) -> Result<bool> {
    let ended: i64 = sqlx::query_scalar(LEFT_SINCE)
        .bind(album.uuid())
        .bind(user.uuid())
        .bind(since.utc())
        .fetch_one(db)
        .await
        .of("library")?;
    Ok(ended > 0)
}

pub(super) async fn find_members(
    db: &mut MySqlConnection,
    album: AlbumId,
) -> sqlx::Result<Vec<Membership>> {
    sqlx::query_as(MEMBERS_OF_ALBUM)
        .bind(album.uuid())
        .fetch_all(db)
        .await
}
