//! Pages for whoever is not signed in: the forms, links of mails, and albums that are shared by a
//! link.

use serde_json::Value;
use tests::{System, person::PASSWORD};
use thirtyfour::prelude::*;

use super::{Tour, cast::Cast};

/// A token as they are written, which nobody was given.
const NONE: &str = "albumen_nobody-was-given-this-token-0123456789ab";

impl Tour {
    pub async fn signed_out(&mut self) -> WebDriverResult<()> {
        let cast = &Cast::new(&System::shared()).await;
        self.forms().await?;
        self.links_of_mails(cast).await?;
        self.shared_albums(cast).await?;
        self.reference().await
    }

    async fn forms(&mut self) -> WebDriverResult<()> {
        self.visit("sign-in", "#/sign-in", ".sign-form form")
            .await?;
        self.press("sign-in-empty", "button[type='submit']", ".field-error:not(:empty)")
            .await?;
        self.page.fill("email", "nobody@example.org").await?;
        self.page.fill("password", PASSWORD).await?;
        self.press("sign-in-refused", "button[type='submit']", ".form-error:not(:empty)")
            .await?;
        self.visit("sign-up", "#/sign-up", "input[name='name']")
            .await?;
        self.page.fill("name", "Mária Ödegård").await?;
        self.page.fill("email", "maria@example.org").await?;
        self.page.fill("password", "password12").await?;
        self.press("sign-up-refused", "button[type='submit']", ".field-error:not(:empty)")
            .await?;
        self.visit("forgotten", "#/forgotten", "input[name='email']")
            .await?;
        self.page.fill("email", "nobody@example.org").await?;
        self.tap("button[type='submit']", ".sign-form").await?;
        self.page.see_count(".sign-form form", 0).await?;
        self.looker.look("forgotten-sent").await
    }

    async fn links_of_mails(&mut self, cast: &Cast) -> WebDriverResult<()> {
        let reset = format!("#/reset/{NONE}");
        self.visit("reset", &reset, "input[name='password']")
            .await?;
        self.page.fill("password", PASSWORD).await?;
        self.press("reset-ended", "button[type='submit']", ".form-error:not(:empty)")
            .await?;
        self.visit("verify", &format!("#/verify/{NONE}"), ".sign-form form")
            .await?;
        let invitation = format!("#/invitation/{}", cast.invitation);
        self.visit("invitation", &invitation, "input[name='name']")
            .await?;
        self.open("#/sign-in", ".sign-form form").await?;
        self.visit("invitation-ended", &format!("#/invitation/{NONE}"), ".sign-other a")
            .await?;
        self.visit("connected", "#/connected", ".sign-other a")
            .await
    }

    async fn shared_albums(&mut self, cast: &Cast) -> WebDriverResult<()> {
        self.visit("guest-locked", &format!("#/s/{}", cast.locked), ".guest-locked form")
            .await?;
        self.page
            .fill("password", "another quiet lighthouse")
            .await?;
        self.press("guest-refused", "button[type='submit']", ".field-error:not(:empty)")
            .await?;
        self.page.fill("password", PASSWORD).await?;
        self.press("guest-unlocked", "button[type='submit']", ".tile .is-loaded")
            .await?;
        let album = format!("#/s/{}", cast.link);
        self.visit("guest", &album, ".page-actions .is-primary")
            .await?;
        self.page.see(".tile .is-loaded").await?;
        let photo = format!("{album}/{}", cast.photo);
        self.visit("guest-viewer", &photo, ".viewer-slide.is-loaded")
            .await?;
        self.press("guest-details", ".viewer-bar [aria-expanded]", ".details dl")
            .await?;
        self.visit("guest-gone", &format!("#/s/{NONE}"), ".empty h1")
            .await
    }

    /// A search leaves a few operations. The others are hidden, and axe would take minutes for
    /// them all the same: they are taken away.
    async fn reference(&mut self) -> WebDriverResult<()> {
        self.open("reference.html", ".op").await?;
        let search = self.page.see("#search").await?;
        search.send_keys("post /v1/albums").await?;
        self.page.see("#createPhoto").await?;
        let script = "for (const one of document.querySelectorAll('[hidden]')) one.remove()";
        let driver = &self.page.driver;
        driver.execute(script, Vec::<Value>::new()).await?;
        self.looker.look("reference").await
    }
}
