//! The administrator's part of the story.

use tests::person::text;
use thirtyfour::prelude::*;

use super::{ALBUM, Actor};
use crate::browser::Photos;

impl Actor {
    /// Signs up, and confirms the address.
    pub async fn signs_up(&mut self) -> WebDriverResult<()> {
        self.open("").await?;
        self.page.sign_up().await?;
        self.looker.look("01-signed-up").await?;
        let email = text(&self.page.me().await?["email"]);
        self.follow(&email, "Confirm your address").await?;
        self.page.see_text("h1", "Your address").await?;
        self.looker.look("02-confirm").await?;
        self.page.click("main button[type='submit']").await?;
        self.page
            .see_text(".lead", "The address is confirmed. Thank you.")
            .await?;
        self.looker.look("03-confirmed").await?;
        self.page.click(".sign-other a").await?;
        self.page.see_text("h1", "Albums").await
    }

    /// Becomes an administrator by the code of the system.
    pub async fn claims(&mut self, code: &str) -> WebDriverResult<()> {
        self.open("#/administration").await?;
        self.page.fill("code", code).await?;
        self.looker.look("04-claim").await?;
        self.page.click("main button[type='submit']").await?;
        self.page.see_in_row("administrator", true).await;
        self.looker.look("05-administrator").await
    }

    pub async fn makes_album(&mut self) -> WebDriverResult<()> {
        self.page.click(".brand").await?;
        self.page.make_album(ALBUM).await?;
        self.page.add(&Photos::new()).await?;
        self.looker.look("06-album").await
    }

    pub async fn invites(&mut self, email: &str) -> WebDriverResult<()> {
        self.page
            .click(".page-actions [aria-label='Members']")
            .await?;
        self.page.fill_in_dialog("email", email).await?;
        self.looker.look("07-invite").await?;
        self.page.click("dialog button[type='submit']").await?;
        self.page.see_text("dialog .row-title", email).await?;
        self.looker.look("08-invited").await?;
        self.page.click("dialog [aria-label='Close']").await?;
        self.page.see_count("dialog", 0).await
    }

    /// Finds who has accepted among the members, and no invitation any more.
    pub async fn finds_member(&mut self) -> WebDriverResult<()> {
        self.page
            .click(".page-actions [aria-label='Members']")
            .await?;
        self.page.see_text("dialog .row-title", "Ben").await?;
        self.page.see_count("dialog h3", 0).await?;
        self.looker.look("09-member").await?;
        self.page.click("dialog [aria-label='Close']").await?;
        self.page.see_count("dialog", 0).await
    }

    pub async fn suspends(&mut self, email: &str) -> WebDriverResult<()> {
        self.page.click(".account").await?;
        self.page.click(".menu a[href='#/administration']").await?;
        self.page.find_account(email).await?;
        self.page
            .open_and_press("dialog .dialog-actions .button")
            .await?;
        self.page.see("dialog:last-of-type .is-danger").await?;
        self.looker.look("10-suspend").await?;
        self.page.click("dialog:last-of-type .is-danger").await?;
        self.page.see_in_row("suspended", true).await;
        self.looker.look("11-suspended").await
    }

    pub async fn resumes(&mut self) -> WebDriverResult<()> {
        self.page
            .open_and_press("dialog .dialog-actions .button")
            .await?;
        self.page.see_in_row("suspended", false).await;
        self.looker.look("12-resumed").await
    }
}
