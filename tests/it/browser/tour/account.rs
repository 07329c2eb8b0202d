//! The owner's account, and administration.

use tests::person::{PASSWORD, address};
use thirtyfour::prelude::*;

use super::Tour;

impl Tour {
    pub async fn account(&mut self) -> WebDriverResult<()> {
        self.open("#/me", ".year").await?;
        self.tap(".me-section summary", "details[open] .row")
            .await?;
        self.page.see(".me-section a[download]").await?;
        self.looker.look("me").await?;
        self.press("new-key", ".passkeys + .me-section > .button", "dialog [name='name']")
            .await?;
        self.page
            .see("dialog [name='name']")
            .await?
            .send_keys("Photo frame")
            .await?;
        self.page
            .see("dialog [name='password']")
            .await?
            .send_keys(PASSWORD)
            .await?;
        self.press("key-made", "dialog [type='submit']", "dialog input[readonly]")
            .await?;
        self.close().await?;
        self.press("close-account", ".me-section:last-child .button", "dialog .is-danger")
            .await?;
        self.close().await
    }

    pub async fn administration(&mut self) -> WebDriverResult<()> {
        self.visit("accounts", "#/administration", ".rows .row")
            .await?;
        self.press("account", ".rows .row .button", "dialog .dialog-actions")
            .await?;
        self.press(
            "account-suspend",
            "dialog .dialog-actions .button:first-child",
            "dialog:last-of-type .is-danger",
        )
        .await?;
        self.close().await?;
        self.tap(".rows .row .button", "dialog .dialog-actions")
            .await?;
        self.press("account-quota", "dialog .set-quota", "dialog [name='quota']")
            .await?;
        self.close().await?;
        self.tap(".rows .row .button", "dialog .appoint").await?;
        self.press("account-appoint", "dialog .appoint", "dialog [name='password']")
            .await?;
        self.close().await?;
        self.tap("main .invite", "dialog [name='email']").await?;
        self.page
            .see("dialog [name='email']")
            .await?
            .send_keys(address())
            .await?;
        self.press("sign-up-invitations", "dialog [type='submit']", "dialog .invited .row")
            .await?;
        self.close().await
    }
}
