//! Administration on the page: who has no code is refused; an administrator finds an account,
//! suspends it, resumes it, and closes it.

use serde_json::Value;
use tests::{
    Person, System,
    person::{appoint, text},
    system::until,
};
use thirtyfour::prelude::*;

use super::{
    PATIENCE, Page,
    chrome::{Screen, browse},
};

#[tokio::test]
async fn accounts_are_administered_on_the_page() {
    let screen = Screen { name: "administration", width: 1280, height: 900, phone: false };
    browse(screen, |driver| story(Page { driver, screen })).await;
}

async fn story(page: Page) -> WebDriverResult<()> {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let email = text(&ana.get("/v1/me").await.expect(200)["email"]);
    let anyone = Person::anonymous(&system);
    page.driver.goto(system.origin.clone()).await?;
    page.sign_up().await?;
    page.driver
        .goto(format!("{}/#/administration", system.origin))
        .await?;
    page.fill("code", &"aaaa-".repeat(8)).await?;
    page.screenshot("1-claim").await;
    page.click("main button[type='submit']").await?;
    let refusal = page.text("input[name='code'] ~ .field-error").await?;
    assert_eq!(refusal, "This code is not right, or it was used before.");

    let script = "return fetch('/v1/me').then((answer) => answer.json())";
    let me: Value = page
        .driver
        .execute(script, Vec::<Value>::new())
        .await?
        .convert()?;
    appoint(&system, &text(&me["id"])).await;
    page.driver.refresh().await?;
    page.see(".rows .row").await?;
    page.screenshot("2-accounts").await;
    page.find_account(&email).await?;
    page.open_and_press("dialog .dialog-actions .button")
        .await?;
    page.click("dialog:last-of-type .is-danger").await?;
    page.see_in_row("suspended", true).await;
    assert_eq!(anyone.sign_in(&email).await.problem(403), "/problems/suspended");
    page.screenshot("3-suspended").await;
    page.open_and_press("dialog .dialog-actions .button")
        .await?;
    page.see_in_row("suspended", false).await;
    page.open_and_press("dialog .dialog-actions .is-danger")
        .await?;
    page.click("dialog:last-of-type .is-danger").await?;
    page.see_in_row("will be deleted", true).await;
    assert_eq!(anyone.sign_in(&email).await.problem(403), "/problems/closing");
    page.assert_fits().await
}

impl Page {
    /// Has the list show this account alone.
    async fn find_account(&self, email: &str) -> WebDriverResult<()> {
        self.fill("email", email).await?;
        self.click("main button[type='submit']").await?;
        self.see_count(".rows .row", 1).await?;
        self.see_in_row(email, true).await;
        Ok(())
    }

    /// Opens the first account, and presses this button.
    async fn open_and_press(&self, button: &str) -> WebDriverResult<()> {
        self.click(".rows .row .button").await?;
        self.click(button).await
    }

    /// Waits until the first row has these words, or has them no more.
    async fn see_in_row(&self, words: &str, wanted: bool) {
        let found = async || {
            let row = self.driver.find(By::Css(".row-detail")).await.ok()?;
            let told = row.text().await.ok()?;
            (told.contains(words) == wanted).then_some(())
        };
        until(&format!("the row has {words}: {wanted}"), PATIENCE, found).await;
    }
}
