//! All that belongs to a user, in pages: what an export holds, and what ends with an account.
//!
//! Comments and marks on other people's photos are on those photos' shards: each cluster is asked.

use std::collections::HashMap;

use serde::Serialize;
use sqlx::{MySql, QueryBuilder, Row, mysql::MySqlRow};
use uuid::Uuid;

use super::{database::Library, photo_row::Photo};
use crate::{
    domain::{
        AlbumId, CommentId, InvitationId, Limit, Moment, Original, Page, PhotoId, Sha256, UserId,
        discovery::CommentView,
        invitations::Invitation,
        sharing::ShareView,
        view::{AlbumView, PhotoView},
    },
    error::{Of, Result},
    stores::mysql::rows::from_row,
};

pub(super) const PHOTOS_BY_SUM: &str = "\
    SELECT * FROM photos FORCE INDEX (photo_of_bytes) \
    WHERE owner_id = ? AND sha256 >= ? AND (sha256 > ? OR id > ?) ORDER BY sha256, id LIMIT ?";
pub(super) const ALL_ALBUMS: &str = "\
    SELECT a.*, c.id AS cover, c.placeholder, c.renditions \
    FROM albums a FORCE INDEX (albums_of_owner) LEFT JOIN photos c ON c.id = a.cover_photo \
    WHERE a.owner_id = ? AND a.deleted_at IS NULL AND a.id > ? ORDER BY a.id LIMIT ?";
pub(super) const TRASHED_ALBUMS: &str = "\
    SELECT a.*, c.id AS cover, c.placeholder, c.renditions \
    FROM albums a FORCE INDEX (albums_of_owner) LEFT JOIN photos c ON c.id = a.cover_photo \
    WHERE a.owner_id = ? AND a.deleted_at >= ? AND (a.deleted_at > ? OR a.id > ?) \
    ORDER BY a.deleted_at, a.id LIMIT ?";
pub(super) const SHARES_EVER: &str =
    "SELECT * FROM shares FORCE INDEX (shares_of_album) WHERE album_id = ?";
pub(super) const INVITATIONS_OF_OWNER: &str = "\
    SELECT invitations.*, '' AS title FROM invitations FORCE INDEX (invitations_of_owner) \
    WHERE owner_id = ? AND id > ? AND state IN ('open', 'declined') ORDER BY id LIMIT ?";
pub(super) const MEMBERSHIPS_OF: &str = "\
    SELECT album_id, role, added_at FROM memberships FORCE INDEX (PRIMARY) \
    WHERE user_id = ? AND album_id > ? ORDER BY album_id LIMIT ?";
pub(super) const COMMENTS_BY: &str = "\
    SELECT * FROM comments FORCE INDEX (comments_of_author) \
    WHERE author_id = ? AND id > ? ORDER BY id LIMIT ?";
pub(super) const FAVOURITES_OF: &str = "\
    SELECT photo_id, added_at FROM favourites FORCE INDEX (favourites_of_user) \
    WHERE user_id = ? AND photo_id > ? ORDER BY photo_id LIMIT ?";

/// A photo with what its owner alone needs of it.
#[derive(Debug)]
pub struct OwnPhoto {
    /// The photo.
    pub view: PhotoView,
    /// Its bytes.
    pub original: Original,
    /// A name for its file.
    pub file_name: String,
    /// Their sum.
    pub sha256: Sha256,
    /// The albums that it stands in, those in the trash included.
    pub albums: Vec<AlbumId>,
}

/// The place where a list of photos goes on: after this one of those whose bytes have this sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AfterPhoto {
    /// The sum.
    pub sha256: Sha256,
    /// The photo.
    pub photo: PhotoId,
}

impl OwnPhoto {
    /// Its place in the list.
    pub fn place(&self) -> AfterPhoto {
        AfterPhoto { sha256: self.sha256, photo: self.view.id }
    }
}

/// An album, in the trash or not.
#[derive(Debug, Serialize)]
pub struct OwnAlbum {
    /// The album.
    #[serde(flatten)]
    pub view: AlbumView,
    /// Since when it has been in the trash.
    pub deleted_at: Option<Moment>,
}

from_row!(OwnAlbum { view: _, deleted_at });

/// An album of somebody else's that a user is a member of.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct OwnMembership {
    /// The album.
    pub album: AlbumId,
    /// True for who was a member once.
    #[serde(skip)]
    pub ended: bool,
    /// Since when.
    pub added_at: Moment,
}

from_row!(OwnMembership { album: "album_id", ended: (ended), added_at });

fn ended(row: &MySqlRow) -> sqlx::Result<bool> {
    let role: Option<String> = row.try_get("role")?;
    Ok(role.is_none())
}

/// A mark on a photo.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct OwnFavourite {
    /// The photo.
    pub photo: PhotoId,
    /// Since when.
    pub added_at: Moment,
}

from_row!(OwnFavourite { photo: "photo_id", added_at });

impl Library {
    /// The user's photos, those in the trash included, in the order of their sums, after `after`.
    pub async fn photos_by_sum(
        &self,
        owner: UserId,
        after: Option<AfterPhoto>,
        limit: Limit,
    ) -> Result<Page<OwnPhoto, AfterPhoto>> {
        let sum = after.map_or([0; 32], |after| *after.sha256.bytes());
        let photo = after.map_or(Uuid::nil(), |after| after.photo.uuid());
        let photos: Vec<Photo> = sqlx::query_as(PHOTOS_BY_SUM)
            .bind(owner.uuid())
            .bind(&sum[..])
            .bind(&sum[..])
            .bind(photo)
            .bind(limit.one_more())
            .fetch_all(self.db.writer(owner.shard())?)
            .await
            .of("library")?;
        let ids: Vec<_> = photos.iter().map(|photo| photo.view.id).collect();
        let mut entries = self.entries_of(owner, &ids).await?;
        let own = photos.into_iter().map(|photo| OwnPhoto {
            albums: entries.remove(&photo.view.id).unwrap_or_default(),
            original: photo.original(),
            file_name: photo.file_name(),
            sha256: photo.sha256,
            view: photo.view,
        });
        Ok(Page::cut(own.collect(), limit, OwnPhoto::place))
    }

    async fn entries_of(
        &self,
        owner: UserId,
        photos: &[PhotoId],
    ) -> Result<HashMap<PhotoId, Vec<AlbumId>>> {
        let mut entries = HashMap::<_, Vec<_>>::new();
        if photos.is_empty() {
            return Ok(entries);
        }
        let mut query = QueryBuilder::<MySql>::new(
            "SELECT photo_id, album_id FROM entries WHERE photo_id IN (",
        );
        let mut ids = query.separated(", ");
        for photo in photos {
            ids.push_bind(photo.uuid());
        }
        query.push(") ORDER BY photo_id, album_id");
        let writer = self.db.writer(owner.shard())?;
        let rows = query.build_query_as::<(PhotoId, AlbumId)>();
        for (photo, album) in rows.fetch_all(writer).await.of("library")? {
            entries.entry(photo).or_default().push(album);
        }
        Ok(entries)
    }

    /// The user's albums that are not in the trash, oldest first, after `after`.
    pub async fn all_albums(
        &self,
        owner: UserId,
        after: Option<AlbumId>,
        limit: Limit,
    ) -> Result<Page<OwnAlbum, AlbumId>> {
        let after = after.map_or(Uuid::nil(), AlbumId::uuid);
        let albums = sqlx::query_as(ALL_ALBUMS)
            .bind(owner.uuid())
            .bind(after)
            .bind(limit.one_more())
            .fetch_all(self.db.writer(owner.shard())?)
            .await
            .of("library")?;
        Ok(Page::cut(albums, limit, |album: &OwnAlbum| album.view.id))
    }

    /// The user's albums in the trash, those longest in it first, after `after`.
    pub async fn trashed_albums(
        &self,
        owner: UserId,
        after: Option<(Moment, AlbumId)>,
        limit: Limit,
    ) -> Result<Page<OwnAlbum, (Moment, AlbumId)>> {
        let at = after.map_or(Moment::FIRST, |(at, _)| at);
        let id = after.map_or(Uuid::nil(), |(_, id)| id.uuid());
        let albums = sqlx::query_as(TRASHED_ALBUMS)
            .bind(owner.uuid())
            .bind(at.utc())
            .bind(at.utc())
            .bind(id)
            .bind(limit.one_more())
            .fetch_all(self.db.writer(owner.shard())?)
            .await
            .of("library")?;
        let key = |album: &OwnAlbum| (album.deleted_at.unwrap_or(Moment::FIRST), album.view.id);
        Ok(Page::cut(albums, limit, key))
    }

    /// All shares that an album has had.
    pub async fn shares_ever(&self, album: AlbumId) -> Result<Vec<ShareView>> {
        sqlx::query_as(SHARES_EVER)
            .bind(album.uuid())
            .fetch_all(self.db.writer(album.shard())?)
            .await
            .of("library")
    }

    /// The invitations by this user that were neither accepted nor revoked, oldest first, after
    /// `after`.
    pub async fn invitations_by(
        &self,
        owner: UserId,
        after: Option<InvitationId>,
        limit: Limit,
    ) -> Result<Page<Invitation, InvitationId>> {
        let after = after.map_or(Uuid::nil(), InvitationId::uuid);
        let invitations = sqlx::query_as(INVITATIONS_OF_OWNER)
            .bind(owner.uuid())
            .bind(after)
            .bind(limit.one_more())
            .fetch_all(self.db.writer(owner.shard())?)
            .await
            .of("library")?;
        Ok(Page::cut(invitations, limit, |invitation: &Invitation| invitation.id))
    }

    /// The albums that this user is or was a member of, after `after`.
    pub async fn memberships_of_user(
        &self,
        user: UserId,
        after: Option<AlbumId>,
        limit: Limit,
    ) -> Result<Page<OwnMembership, AlbumId>> {
        let after = after.map_or(Uuid::nil(), AlbumId::uuid);
        let all = sqlx::query_as(MEMBERSHIPS_OF)
            .bind(user.uuid())
            .bind(after)
            .bind(limit.one_more())
            .fetch_all(self.db.writer(user.shard())?)
            .await
            .of("library")?;
        Ok(Page::cut(all, limit, |membership: &OwnMembership| membership.album))
    }

    /// Returns this user's comments on photos of this cluster, oldest first, after `after`.
    pub async fn comments_by(
        &self,
        cluster: usize,
        author: UserId,
        after: Option<CommentId>,
        limit: Limit,
    ) -> Result<Page<CommentView, CommentId>> {
        let Some(writer) = self.db.writers().nth(cluster) else {
            return Ok(Page { items: Vec::new(), next: None });
        };
        let after = after.map_or(Uuid::nil(), CommentId::uuid);
        let all = sqlx::query_as(COMMENTS_BY)
            .bind(author.uuid())
            .bind(after)
            .bind(limit.one_more())
            .fetch_all(writer)
            .await
            .of("library")?;
        Ok(Page::cut(all, limit, |comment: &CommentView| comment.id))
    }

    /// The photos of this cluster that this user has marked, after `after`.
    pub async fn favourites_of(
        &self,
        cluster: usize,
        user: UserId,
        after: Option<PhotoId>,
        limit: Limit,
    ) -> Result<Page<OwnFavourite, PhotoId>> {
        let Some(writer) = self.db.writers().nth(cluster) else {
            return Ok(Page { items: Vec::new(), next: None });
        };
        let after = after.map_or(Uuid::nil(), PhotoId::uuid);
        let all = sqlx::query_as(FAVOURITES_OF)
            .bind(user.uuid())
            .bind(after)
            .bind(limit.one_more())
            .fetch_all(writer)
            .await
            .of("library")?;
        Ok(Page::cut(all, limit, |favourite: &OwnFavourite| favourite.photo))
    }
}
