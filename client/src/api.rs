//! The routes of the API, one method each.

use serde::Serialize;
use serde_json::json;

use crate::{
    client::{Client, with_query},
    error::Result,
    ids::{AlbumId, ExportId, PhotoId, SessionId, ShareId, UploadId, UserId},
    types::{
        Account, AccountWithUsage, Album, AlbumUpdate, Announced, Announcement, BegunSession,
        Changes, Export, KnownPhoto, KnownPhotos, Me, NewAlbum, NewSession, NewShare, NewUser,
        Page, PartDigest, PartUploads, Photo, PhotoUpdate, SearchQuery, SentSignUpInvitation,
        Share, ShareWithToken, Statistics, Trashed, UploadProgress, User,
    },
};

/// The most items that the service puts on a page.
const PAGE: u16 = 500;

/// The query of a list.
#[derive(Serialize)]
struct ListQuery<'a> {
    limit: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<&'a str>,
}

fn page(cursor: Option<&str>) -> ListQuery<'_> {
    ListQuery { limit: PAGE, cursor }
}

/// Accounts.
impl Client {
    /// Signs up.
    pub async fn sign_up(&self, user: &NewUser<'_>) -> Result<User> {
        self.post("/v1/users", user).await
    }

    /// Logs in. The answer has the token, which the client has to be given.
    pub async fn log_in(&self, session: &NewSession<'_>) -> Result<BegunSession> {
        self.post("/v1/sessions", session).await
    }

    /// Ends a session.
    pub async fn end_session(&self, session: &SessionId) -> Result<()> {
        self.delete(&format!("/v1/sessions/{session}")).await
    }

    /// Returns the caller.
    pub async fn me(&self) -> Result<Me> {
        self.get("/v1/me").await
    }

    /// Returns what the caller has done, by month.
    pub async fn statistics(&self) -> Result<Statistics> {
        self.get("/v1/me/statistics").await
    }

    /// Asks for an export; while one is being made, it is the answer.
    pub async fn create_export(&self) -> Result<Export> {
        self.post_empty("/v1/me/exports").await
    }

    /// Returns an export, with its files when it is ready.
    pub async fn export(&self, export: &ExportId) -> Result<Export> {
        self.get(&format!("/v1/me/exports/{export}")).await
    }
}

/// Administration of accounts.
impl Client {
    /// Makes the caller an administrator, by the code of the service.
    pub async fn claim_administration(&self, code: &str) -> Result<Account> {
        let body = json!({ "code": code });
        self.post("/v1/administrators", &body).await
    }

    /// Returns a page of all accounts.
    pub async fn accounts(&self, cursor: Option<&str>) -> Result<Page<Account>> {
        self.get_with("/v1/accounts", &page(cursor)).await
    }

    /// Returns the account that has this address, if there is one.
    pub async fn account_of(&self, email: &str) -> Result<Option<Account>> {
        let query = json!({ "email": email });
        let found: Page<Account> = self.get_with("/v1/accounts", &query).await?;
        Ok(found.items.into_iter().next())
    }

    /// Returns an account, and how much it keeps.
    pub async fn account(&self, user: &UserId) -> Result<AccountWithUsage> {
        self.get(&format!("/v1/accounts/{user}")).await
    }

    /// Suspends an account, or resumes it.
    pub async fn suspend_account(&self, user: &UserId, suspended: bool) -> Result<Account> {
        let body = json!({ "suspended": suspended });
        self.patch(&format!("/v1/accounts/{user}"), &body).await
    }

    /// Sets the bytes that an account may keep; `None` for as many as the service allows.
    pub async fn set_quota(&self, user: &UserId, bytes: Option<u64>) -> Result<AccountWithUsage> {
        let body = json!({ "quota_bytes": bytes });
        self.patch(&format!("/v1/accounts/{user}"), &body).await
    }

    /// Invites an address to sign up.
    pub async fn invite_to_sign_up(&self, email: &str) -> Result<SentSignUpInvitation> {
        let body = json!({ "email": email });
        self.post("/v1/sign-up/invitations", &body).await
    }

    /// Ends all sessions and keys of an account.
    pub async fn end_account_sessions(&self, user: &UserId) -> Result<()> {
        self.delete(&format!("/v1/accounts/{user}/sessions")).await
    }

    /// Closes an account, which is deleted seven days later.
    pub async fn close_account(&self, user: &UserId) -> Result<()> {
        self.delete(&format!("/v1/accounts/{user}")).await
    }
}

/// Albums and links.
impl Client {
    /// Returns a page of the caller's own albums.
    pub async fn albums(&self, cursor: Option<&str>) -> Result<Page<Album>> {
        self.get_with("/v1/albums", &page(cursor)).await
    }

    /// Returns a page of the albums that others share with the caller.
    pub async fn shared_albums(&self, cursor: Option<&str>) -> Result<Page<Album>> {
        self.get_with("/v1/albums/shared-with-me", &page(cursor))
            .await
    }

    /// Makes an album.
    pub async fn create_album(&self, album: &NewAlbum<'_>) -> Result<Album> {
        self.post("/v1/albums", album).await
    }

    /// Changes an album.
    pub async fn update_album(&self, id: &AlbumId, update: &AlbumUpdate<'_>) -> Result<Album> {
        self.patch(&format!("/v1/albums/{id}"), update).await
    }

    /// Puts an album into the trash.
    pub async fn delete_album(&self, id: &AlbumId) -> Result<()> {
        self.delete(&format!("/v1/albums/{id}")).await
    }

    /// Takes an album out of the trash.
    pub async fn restore_album(&self, id: &AlbumId) -> Result<Album> {
        self.post_empty(&format!("/v1/albums/{id}/restore")).await
    }

    /// Makes a link to an album.
    pub async fn create_share(
        &self,
        album: &AlbumId,
        share: &NewShare<'_>,
    ) -> Result<ShareWithToken> {
        self.post(&format!("/v1/albums/{album}/shares"), share)
            .await
    }

    /// Returns a page of the links to an album.
    pub async fn shares(&self, album: &AlbumId, cursor: Option<&str>) -> Result<Page<Share>> {
        self.get_with(&format!("/v1/albums/{album}/shares"), &page(cursor))
            .await
    }

    /// Ends a link.
    pub async fn delete_share(&self, id: &ShareId) -> Result<()> {
        self.delete(&format!("/v1/shares/{id}")).await
    }
}

/// Photos.
impl Client {
    /// Returns those of these files that the caller already has: at most 500, by their SHA-256.
    pub async fn known_photos(&self, sha256: &[&str]) -> Result<Vec<KnownPhoto>> {
        let body = json!({ "sha256": sha256 });
        let known: KnownPhotos = self.post("/v1/photos/check", &body).await?;
        Ok(known.found)
    }

    /// Announces a file; the answer says where its bytes go, if they are not there.
    pub async fn announce(
        &self,
        album: &AlbumId,
        announcement: &Announcement<'_>,
    ) -> Result<Announced> {
        self.post(&format!("/v1/albums/{album}/photos"), announcement)
            .await
    }

    /// Returns a photo.
    pub async fn photo(&self, id: &PhotoId) -> Result<Photo> {
        self.get(&format!("/v1/photos/{id}")).await
    }

    /// Returns a page of an album's photos.
    pub async fn photos(&self, album: &AlbumId, cursor: Option<&str>) -> Result<Page<Photo>> {
        self.get_with(&format!("/v1/albums/{album}/photos"), &page(cursor))
            .await
    }

    /// Changes a photo.
    pub async fn update_photo(&self, id: &PhotoId, update: &PhotoUpdate) -> Result<Photo> {
        self.patch(&format!("/v1/photos/{id}"), update).await
    }

    /// Puts a photo of the caller's into one more of their albums.
    pub async fn add_to_album(&self, album: &AlbumId, id: &PhotoId) -> Result<()> {
        self.put(&format!("/v1/albums/{album}/photos/{id}")).await
    }

    /// Puts a photo into the trash.
    pub async fn delete_photo(&self, id: &PhotoId) -> Result<()> {
        self.delete(&format!("/v1/photos/{id}")).await
    }

    /// Takes a photo out of the trash.
    pub async fn restore_photo(&self, id: &PhotoId) -> Result<Photo> {
        self.post_empty(&format!("/v1/photos/{id}/restore")).await
    }

    /// Makes a photo a favourite of the caller.
    pub async fn add_favourite(&self, id: &PhotoId) -> Result<()> {
        self.put(&format!("/v1/photos/{id}/favourite")).await
    }

    /// Gives a photo a tag.
    pub async fn add_tag(&self, id: &PhotoId, tag: &str) -> Result<()> {
        let path = with_query(&format!("/v1/photos/{id}/tags"), &json!({ "tag": tag }))?;
        self.put(&path).await
    }

    /// Returns the parts of an upload that have arrived.
    pub async fn upload_progress(&self, id: &UploadId) -> Result<UploadProgress> {
        self.get(&format!("/v1/uploads/{id}")).await
    }

    /// Returns where these parts of an upload go: at most 100.
    pub async fn sign_parts(&self, id: &UploadId, parts: &[PartDigest]) -> Result<PartUploads> {
        let body = json!({ "parts": parts });
        self.post(&format!("/v1/uploads/{id}/parts"), &body).await
    }

    /// Completes an upload, all parts of which have arrived.
    pub async fn complete_upload(&self, id: &UploadId) -> Result<Photo> {
        self.post_empty(&format!("/v1/uploads/{id}/complete")).await
    }
}

/// Finding.
impl Client {
    /// Returns a page of the photos that a search finds.
    pub async fn search(&self, query: &SearchQuery<'_>) -> Result<Page<Photo>> {
        self.get_with("/v1/search", query).await
    }

    /// Returns a page of the trash.
    pub async fn trash(&self, cursor: Option<&str>) -> Result<Page<Trashed>> {
        self.get_with("/v1/trash", &page(cursor)).await
    }

    /// Returns what has changed since the cursor; everything without one.
    pub async fn changes(&self, cursor: Option<&str>) -> Result<Changes> {
        self.get_with("/v1/changes", &page(cursor)).await
    }
}
