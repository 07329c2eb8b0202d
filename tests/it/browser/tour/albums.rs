//! An album of the owner's, its dialogs, and the viewer.

use tests::System;
use thirtyfour::prelude::*;

use super::{Tour, cast::Cast};

impl Tour {
    pub async fn albums(&mut self) -> WebDriverResult<()> {
        let cast = &Cast::new(&System::shared()).await;
        self.sign_in(&cast.owner).await?;
        self.visit("albums", "#/", ".mount-picture .is-loaded")
            .await?;
        self.press("menu", ".account", ".menu .usage").await?;
        self.album(cast).await?;
        self.sharing().await?;
        self.choosing().await?;
        self.viewer(cast).await?;
        self.uploads(cast).await?;
        self.deleted().await?;
        self.handed_over().await?;
        self.interrupted().await
    }

    async fn album(&mut self, cast: &Cast) -> WebDriverResult<()> {
        let album = format!("#/albums/{}", cast.album);
        self.visit("album", &album, ".tile .is-loaded").await?;
        self.press("album-edit", &tool(3), "dialog textarea")
            .await?;
        self.close().await?;
        self.press("album-delete", &tool(5), "dialog .is-danger")
            .await?;
        self.close().await
    }

    async fn sharing(&mut self) -> WebDriverResult<()> {
        self.press("shares", &tool(1), "dialog .row").await?;
        self.press("share-made", "dialog [type='submit']", "dialog .made .qr-code")
            .await?;
        self.press("share-revoke", "dialog .row .button", "dialog .is-danger")
            .await?;
        self.close().await?;
        self.press("members", &tool(2), "dialog .row select")
            .await?;
        self.press("member-remove", "dialog .row select + .button", "dialog .is-danger")
            .await?;
        self.close().await
    }

    async fn choosing(&mut self) -> WebDriverResult<()> {
        self.press("chosen", ".tile-choose", ".selection-bar")
            .await?;
        self.press("choose-album", ".selection-bar > :nth-child(7)", "dialog .choice")
            .await?;
        self.close().await?;
        self.press("choose-tag", ".selection-bar > :nth-child(5)", "dialog input[name='tag']")
            .await?;
        self.close().await
    }

    async fn viewer(&mut self, cast: &Cast) -> WebDriverResult<()> {
        let photo = format!("#/albums/{}/photos/{}", cast.album, cast.photo);
        self.visit("viewer", &photo, ".viewer-slide.is-loaded")
            .await?;
        self.tap(".viewer-bar [aria-expanded]", ".comments .comment")
            .await?;
        self.page.see(".spot").await?;
        self.looker.look("details").await?;
        self.press("edit-photo", ".details-actions .button:first-child", "dialog [name='caption']")
            .await?;
        self.close().await?;
        self.press("edit-comment", ".comment-tools button:first-child", "dialog textarea")
            .await?;
        self.close().await?;
        self.press("delete-comment", ".comment-tools button:last-child", "dialog .is-danger")
            .await?;
        self.close().await
    }

    /// The photos that were chosen before are chosen still.
    async fn deleted(&mut self) -> WebDriverResult<()> {
        self.press("deleted", ".selection-bar > :last-child", ".notice .button")
            .await
    }
}

/// The button for something that is done with an album, by its place.
fn tool(number: usize) -> String {
    format!(".page-actions > button.is-icon:nth-of-type({number})")
}
