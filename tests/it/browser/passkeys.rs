//! Passkeys on the page, with an authenticator of Chromium's own: one is added, renamed, signs in,
//! is removed, and signs in no more. On a desktop, and on a phone in the dark and in Chinese.

use serde_json::{Value, json};
use tests::System;
use thirtyfour::prelude::*;

use super::{
    PASSWORD, Page,
    chrome::{Screen, browse},
};

#[tokio::test]
async fn a_passkey_signs_in_on_a_desktop() {
    let screen = Screen { name: "passkeys-desktop", width: 1280, height: 900, phone: false };
    browse(screen, |driver| story(Page { driver, screen })).await;
}

#[tokio::test]
async fn a_passkey_signs_in_on_a_phone() {
    let screen = Screen { name: "passkeys-phone", width: 360, height: 740, phone: true };
    browse(screen, |driver| story(Page { driver, screen })).await;
}

async fn story(page: Page) -> WebDriverResult<()> {
    let origin = System::shared().origin.clone();
    page.driver.goto(origin.clone()).await?;
    page.sign_up().await?;
    if page.screen.phone {
        page.be_dark_and_chinese().await?;
    }
    page.add_authenticator().await?;
    page.driver.goto(format!("{origin}/#/me")).await?;
    page.add_passkey().await?;
    page.press(".passkeys .row .button").await?;
    page.fill_in_dialog("name", "Key ring").await?;
    page.click("dialog button[type='submit']").await?;
    page.see_text(".passkeys .row-title", "Key ring").await?;
    page.see_count("dialog", 0).await?;
    page.make_key_by_passkey().await?;

    page.leave(&origin).await?;
    page.screenshot("3-sign-in").await;
    page.assert_fits().await?;
    page.press(".passkey-sign-in .button").await?;
    page.see(".account").await?;

    page.driver.goto(format!("{origin}/#/me")).await?;
    page.see(".passkeys .row").await?;
    page.screenshot("4-used").await;
    page.press(".passkeys .row .button:last-of-type").await?;
    page.click("dialog .is-danger").await?;
    page.see_count(".passkeys .row", 0).await?;
    page.leave(&origin).await?;
    page.press(".passkey-sign-in .button").await?;
    let refusal = page
        .text(".passkey-sign-in .form-error:not(:empty)")
        .await?;
    let told =
        if page.screen.phone { "這把通行密鑰" } else { "This passkey opens no account" };
    assert!(refusal.starts_with(told), "{refusal}");
    page.screenshot("5-refused").await;
    Ok(())
}

impl Page {
    /// Gives the browser an authenticator that verifies its user by itself. It is asked by the
    /// button alone: among what the browser fills in, it would sign in at once.
    pub(super) async fn add_authenticator(&self) -> WebDriverResult<()> {
        let tools = self.driver.cdp();
        tools.send_raw("WebAuthn.enable", json!({})).await?;
        let options = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
            "hasUserVerification": true, "isUserVerified": true,
            "automaticPresenceSimulation": true,
        });
        tools
            .send_raw("WebAuthn.addVirtualAuthenticator", json!({"options": options}))
            .await?;
        let script = "PublicKeyCredential.isConditionalMediationAvailable = async () => false";
        let of_pages = json!({"source": script});
        tools
            .send_raw("Page.addScriptToEvaluateOnNewDocument", of_pages)
            .await?;
        self.driver
            .execute(script, Vec::<Value>::new())
            .await
            .map(drop)
    }

    /// Clicks in the middle of the screen: at its edges a phone has its own bars.
    pub(super) async fn press(&self, css: &str) -> WebDriverResult<()> {
        self.see(css).await?.scroll_into_view().await?;
        self.click(css).await
    }

    pub(super) async fn add_passkey(&self) -> WebDriverResult<()> {
        self.press(".passkeys > .button").await?;
        self.fill_in_dialog("name", "Telephone").await?;
        self.fill_in_dialog("password", PASSWORD).await?;
        self.screenshot("1-add").await;
        self.click("dialog button[type='submit']").await?;
        self.see_text(".passkeys .row-title", "Telephone").await?;
        self.screenshot("2-passkeys").await;
        self.assert_fits().await
    }

    /// Makes a key, for which the passkey takes the place of the password.
    async fn make_key_by_passkey(&self) -> WebDriverResult<()> {
        self.press(".passkeys + .me-section > .button").await?;
        self.fill_in_dialog("name", "Photo frame").await?;
        self.click("dialog .use-passkey").await?;
        self.see_count("dialog [name='password']", 0).await?;
        self.screenshot("2-key").await;
        self.assert_fits().await?;
        self.click("dialog button[type='submit']").await?;
        self.see("dialog input[readonly]").await?;
        let script = "for (const one of document.querySelectorAll('dialog.dialog')) one.close()";
        self.driver.execute(script, Vec::<Value>::new()).await?;
        self.see_count("dialog.dialog", 0).await
    }

    /// Signs out. The browser fills nothing in meanwhile: its authenticator would sign in at once.
    pub(super) async fn leave(&self, origin: &str) -> WebDriverResult<()> {
        let script = "PublicKeyCredential.isConditionalMediationAvailable = async () => false";
        self.driver.execute(script, Vec::<Value>::new()).await?;
        self.driver.goto(format!("{origin}/#/")).await?;
        self.see(".empty").await?;
        self.sign_out().await?;
        self.see(".passkey-sign-in .button").await.map(drop)
    }

    pub(super) async fn be_dark_and_chinese(&self) -> WebDriverResult<()> {
        let dark = json!({"features": [{"name": "prefers-color-scheme", "value": "dark"}]});
        let tools = self.driver.cdp();
        tools.send_raw("Emulation.setEmulatedMedia", dark).await?;
        let script = "localStorage.setItem('language', 'zh-TW')";
        self.driver.execute(script, Vec::<Value>::new()).await?;
        self.driver.refresh().await
    }
}
