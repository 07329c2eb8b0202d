//! Pages of somebody who has just signed up, where there is nothing yet; the second factor; what is
//! said when something does not exist, or cannot be reached.

use reqwest::Method;
use serde_json::json;
use shared::{domain::UserId, stores::Accounts};
use tests::{
    Person, System,
    authenticator::Authenticator,
    person::{PASSWORD, address},
    system::env,
};
use thirtyfour::prelude::*;

use super::Tour;

/// Links the account to an identity, as a single sign-on does.
async fn link_to_provider(person: &Person) {
    let acting = person.system.acting_as("CompleteSingleSignOn");
    let accounts = Accounts::connect(&env(&acting, &acting.dynamodb)).expect("accounts");
    let id = person.id().await;
    let user: UserId = id.parse().expect("an id");
    let linked = accounts.link(user, "https://id.example", &id).await;
    assert!(linked.expect("an identity"));
}

impl Tour {
    pub async fn newcomer(&mut self) -> WebDriverResult<()> {
        let person = Person::new(&System::shared()).await;
        let email = person.verified().await;
        self.sign_in(&email).await?;
        self.empty_pages().await?;
        self.linked_and_moving(&person).await?;
        self.first_album().await?;
        self.second_factor().await?;
        self.claim().await?;
        self.failures().await
    }

    async fn empty_pages(&mut self) -> WebDriverResult<()> {
        let pages = [
            ("albums", "#/"),
            ("photos", "#/photos"),
            ("search", "#/search"),
            ("sharing", "#/sharing"),
            ("favourites", "#/favourites"),
            ("map", "#/map"),
            ("tags", "#/tags"),
            ("on-this-day", "#/on-this-day"),
            ("trash", "#/trash"),
        ];
        for (name, hash) in pages {
            self.visit(&format!("empty-{name}"), hash, ".empty").await?;
        }
        self.visit("empty-me", "#/me", ".me-sections .lead").await
    }

    /// The account of somebody who signs on at a provider, and who has asked for another address.
    async fn linked_and_moving(&mut self, person: &Person) -> WebDriverResult<()> {
        link_to_provider(person).await;
        let wish = json!({"email": address(), "current_password": PASSWORD}).to_string();
        let asked = person.ask(Method::PATCH, "/v1/me", &[], Some(wish)).await;
        asked.expect(200);
        // Another page in between: the account is read anew.
        self.open("#/photos", ".empty").await?;
        self.visit("me-moving", "#/me", ".pending-address .button")
            .await?;
        self.press("unlink", ".unlink", "dialog [name='current_password']")
            .await?;
        self.close().await
    }

    async fn first_album(&mut self) -> WebDriverResult<()> {
        self.open("#/", ".empty .button").await?;
        self.press("new-album", ".empty .button", "dialog input[name='title']")
            .await?;
        self.press("new-album-refused", "dialog [type='submit']", ".field-error:not(:empty)")
            .await?;
        self.page.fill("title", "First things first").await?;
        self.press("empty-album", "dialog [type='submit']", ".album .empty")
            .await
    }

    async fn second_factor(&mut self) -> WebDriverResult<()> {
        self.open("#/me", ".second-factor .button").await?;
        self.press("factor-password", ".second-factor .button", "dialog input[name='password']")
            .await?;
        self.fill_last("password", PASSWORD).await?;
        self.press("factor-secret", "dialog [type='submit']", "dialog .qr-code")
            .await?;
        let secret = self.page.text("dialog .secret").await?.replace(' ', "");
        let mut app = Authenticator::new(&secret);
        self.fill_last("code", &app.code().await).await?;
        self.press("factor-codes", "dialog [type='submit']", "dialog .recovery-codes")
            .await?;
        self.close().await?;
        self.page.see_count(".second-factor .button", 2).await?;
        self.press("factor-new-codes", ".second-factor .button:first-of-type", "dialog form")
            .await?;
        self.close().await?;
        self.press("factor-off", ".second-factor .button:last-of-type", "dialog form")
            .await?;
        self.close().await
    }

    /// Fills in a field of the dialog on top: pages below it may have one of the same name.
    async fn fill_last(&self, name: &str, text: &str) -> WebDriverResult<()> {
        let field = format!("dialog [name='{name}']");
        self.page.see(&field).await?.send_keys(text).await
    }

    async fn claim(&mut self) -> WebDriverResult<()> {
        self.visit("claim", "#/administration", "input[name='code']")
            .await?;
        self.page.fill("code", &"aaaa-".repeat(8)).await?;
        self.press("claim-refused", "main [type='submit']", ".field-error:not(:empty)")
            .await
    }

    async fn failures(&mut self) -> WebDriverResult<()> {
        self.visit("missing", "#/nowhere", ".empty .button").await?;
        let album = "#/albums/album_01900000000070008000000000";
        self.visit("missing-album", album, ".empty .button").await?;
        self.visit("connect-incomplete", "#/connect?port=1", ".empty .button")
            .await?;
        // The service worker would answer from what it keeps.
        let tools = self.page.driver.cdp();
        tools.send_raw("Network.enable", json!({})).await?;
        tools
            .send_raw("Network.setBypassServiceWorker", json!({"bypass": true}))
            .await?;
        self.offline(true).await?;
        self.visit("offline", "#/favourites", ".failure").await?;
        self.offline(false).await
    }

    async fn offline(&self, offline: bool) -> WebDriverResult<()> {
        let conditions = json!({
            "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
        });
        let tools = self.page.driver.cdp();
        tools
            .send_raw("Network.emulateNetworkConditions", conditions)
            .await?;
        Ok(())
    }
}
