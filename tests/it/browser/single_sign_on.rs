//! Single sign-on on the page: its button, the provider, the account that is made, and the words
//! for who is not let in. Whoever signs in by a password then ends where they were going.

use serde_json::json;
use tests::{
    Person,
    identity_provider::IdentityProvider,
    person::{PASSWORD, address},
};
use thirtyfour::prelude::*;

use super::{
    Page,
    chrome::{Screen, browse},
};

#[tokio::test]
async fn somebody_signs_on_at_a_provider_and_comes_back() {
    let provider = IdentityProvider::start(&json!({
        "ana": {"email": address(), "email_verified": true, "name": "Ana"},
        "ben": {"email": address(), "email_verified": false, "name": "Ben"},
    }))
    .await;
    let own = provider.system(&[]).await;
    let system = own.system();
    let origin = system.origin.clone();
    let email = Person::new(&system).await.verified().await;
    let screen = Screen { name: "single-sign-on", width: 1280, height: 900, phone: false };
    let page_of = origin.clone();
    browse(screen, |driver| let_in(Page { driver, screen }, page_of)).await;
    let screen = Screen { name: "single-sign-on-refused", width: 360, height: 740, phone: true };
    let page_of = origin.clone();
    let email_of = email.clone();
    browse(screen, |driver| refused(Page { driver, screen }, page_of, email_of)).await;
    let screen = Screen { name: "single-sign-on-turned-back", ..screen };
    browse(screen, |driver| turned_back(Page { driver, screen }, origin, email)).await;
}

/// Somebody is let in, to where they were going.
async fn let_in(page: Page, origin: String) -> WebDriverResult<()> {
    page.driver.goto(format!("{origin}/#/me")).await?;
    page.sign_on_as("ana").await?;
    page.see_text("h1", "Ana").await?;
    let linked = page.text(".linked-sign-on .lead").await?;
    assert!(linked.starts_with("127.0.0.1:") && linked.contains("signs you in"), "{linked}");
    page.screenshot("2-account").await;
    page.driver.goto(format!("{origin}/#/")).await?;
    page.see(".empty").await?;
    // Who leaves is asked there whether they leave the provider, too, and comes back.
    page.click(".account").await?;
    page.click(".menu .button").await?;
    page.click("button[name='logout'][value='yes']").await?;
    page.see(".sign-on button").await?;
    // The next person at this browser is asked who they are.
    page.click(".sign-on button").await?;
    page.see("[name='login']").await?;
    Ok(())
}

/// Somebody for whom the provider does not vouch is told why, in words.
async fn refused(page: Page, origin: String, email: String) -> WebDriverResult<()> {
    page.driver.goto(format!("{origin}/#/me")).await?;
    page.sign_on_as("ben").await?;
    page.see("a[href='#/sign-in']").await?;
    let lead = page.text(".sign .lead").await?;
    assert!(lead.starts_with("Your provider does not say that your e-mail address"), "{lead}");
    page.assert_fits().await?;
    page.screenshot("2-words").await;
    page.sign_in_instead(&email).await
}

/// Somebody who does not want to sign in at the provider after all.
async fn turned_back(page: Page, origin: String, email: String) -> WebDriverResult<()> {
    page.driver.goto(format!("{origin}/#/me")).await?;
    page.click(".sign-on button").await?;
    page.click("a[href$='/abort']").await?;
    page.see_text(".sign .lead", "You were not let in there.")
        .await?;
    // What is only shown once more is no reason to forget it either.
    page.driver.refresh().await?;
    page.sign_in_instead(&email).await
}

impl Page {
    /// Signs in by a password after a sign-on that was refused, and ends at one's own account.
    async fn sign_in_instead(&self, email: &str) -> WebDriverResult<()> {
        self.click("a[href='#/sign-in']").await?;
        self.see(".sign-on button").await?;
        self.fill("email", email).await?;
        self.fill("password", PASSWORD).await?;
        self.click("main .button.is-primary").await?;
        self.see_text("h1", "Ana").await?;
        let address = self.driver.current_url().await?;
        assert_eq!(address.fragment(), Some("/me"), "{address}");
        Ok(())
    }

    pub(super) async fn sign_on_as(&self, name: &str) -> WebDriverResult<()> {
        assert_eq!(self.text(".sign-on button").await?, "Sign in with Example ID");
        self.screenshot("1-sign-in").await;
        self.click(".sign-on button").await?;
        self.fill("login", name).await?;
        self.fill("password", "any").await?;
        self.click("button[type='submit']").await?;
        // The provider asks whether it may say so.
        self.click("input[name='prompt'][value='consent'] + button")
            .await
    }
}
