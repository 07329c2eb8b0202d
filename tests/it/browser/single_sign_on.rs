//! Single sign-on on the page: its button, the provider, the account that is made, and the words
//! for who is not let in.

use serde_json::json;
use tests::{OwnSystem, identity_provider::IdentityProvider, person::address};
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
    let parameters = provider.parameters();
    let parameters: Vec<_> = parameters.iter().map(String::as_str).collect();
    let own = OwnSystem::start(&parameters).await;
    let origin = own.system().origin.clone();
    let screen = Screen { name: "single-sign-on", width: 1280, height: 900, phone: false };
    let page_of = origin.clone();
    browse(screen, |driver| let_in(Page { driver, screen }, page_of)).await;
    let screen = Screen { name: "single-sign-on-refused", width: 360, height: 740, phone: true };
    browse(screen, |driver| refused(Page { driver, screen }, origin)).await;
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
    page.sign_out().await
}

/// Somebody for whom the provider does not vouch is told why, in words.
async fn refused(page: Page, origin: String) -> WebDriverResult<()> {
    page.driver.goto(origin).await?;
    page.sign_on_as("ben").await?;
    page.see("a[href='#/sign-in']").await?;
    let lead = page.text(".sign .lead").await?;
    assert!(lead.starts_with("Your provider does not say that your e-mail address"), "{lead}");
    page.assert_fits().await?;
    page.screenshot("2-words").await;
    page.click("a[href='#/sign-in']").await?;
    page.see(".sign-on button").await?;
    Ok(())
}

impl Page {
    async fn sign_on_as(&self, name: &str) -> WebDriverResult<()> {
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
