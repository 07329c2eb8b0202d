//! Administration on the page: who has no code is refused; an administrator finds an account,
//! suspends it, resumes it, sets its quota, makes its user an administrator and takes that back, and
//! closes it; and invites people.

use tests::{
    Person, System,
    mailbox::token_to,
    person::{address, appoint, text},
    system::until,
};
use thirtyfour::prelude::*;

use super::{
    PATIENCE, Page,
    chrome::{Screen, browse},
};
use crate::administration::invitations_to_sign_up::INVITED;

/// The password of whoever signs up on the page.
const OWN_PASSWORD: &str = "seven quiet orange lighthouses";

#[tokio::test]
async fn accounts_are_administered_on_the_page() {
    let screen = Screen { name: "administration", width: 1280, height: 900, phone: false };
    browse(screen, |driver| story(Page { driver, screen })).await;
}

async fn story(page: Page) -> WebDriverResult<()> {
    let system = System::shared();
    let ana = Person::new(&system).await;
    ana.verified().await;
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

    appoint(&system, &text(&page.me().await?["id"])).await;
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
    page.changes_of_an_account().await?;
    page.open_and_press("dialog .dialog-actions .is-danger")
        .await?;
    page.click("dialog:last-of-type .is-danger").await?;
    page.see_in_row("will be deleted", true).await;
    assert_eq!(anyone.sign_in(&email).await.problem(403), "/problems/closing");
    page.invitations(&system).await?;
    page.assert_fits().await
}

impl Page {
    /// Sets the quota of the account, makes its user an administrator, and takes that back.
    async fn changes_of_an_account(&self) -> WebDriverResult<()> {
        self.open_and_press("dialog .set-quota").await?;
        self.fill("quota", "2.5").await?;
        self.screenshot("4-quota").await;
        self.click("dialog:last-of-type [type='submit']").await?;
        self.see_count("dialog.dialog", 0).await?;
        self.click(".rows .row .button").await?;
        let notes = async || {
            let notes = self
                .driver
                .find_all(By::Css("dialog .dialog-note"))
                .await
                .ok()?;
            notes
                .get(1)?
                .text()
                .await
                .ok()?
                .contains("2.5 GB")
                .then_some(())
        };
        until("the quota is told", PATIENCE, notes).await;
        self.click("dialog .appoint").await?;
        self.fill("password", "another quiet lighthouse").await?;
        self.click("dialog:last-of-type [type='submit']").await?;
        let refusal = self.text("input[name='password'] ~ .field-error").await?;
        assert!(refusal.ends_with("is not right."), "{refusal}");
        self.screenshot("5-appoint").await;
        self.appoint_with_password().await?;
        self.see_in_row("administrator", true).await;
        self.open_and_press("dialog .appoint").await?;
        self.appoint_with_password().await?;
        self.see_in_row("administrator", false).await;
        Ok(())
    }

    /// Types the password of whoever signs up on the page, and sends it.
    async fn appoint_with_password(&self) -> WebDriverResult<()> {
        self.fill("password", OWN_PASSWORD).await?;
        self.click("dialog:last-of-type [type='submit']").await?;
        self.see_count("dialog.dialog", 0).await
    }

    /// Invites two addresses, and takes the first invitation back.
    async fn invitations(&self, system: &System) -> WebDriverResult<()> {
        let (email, other) = (address(), address());
        self.click("main .invite").await?;
        for invited in [&other, &email] {
            let field = self.see("dialog [name='email']").await?;
            field.clear().await?;
            field.send_keys(invited).await?;
            self.click("dialog [type='submit']").await?;
            until("the invitation is listed", PATIENCE, async || {
                let rows = self
                    .driver
                    .find_all(By::Css("dialog .row-title"))
                    .await
                    .ok()?;
                (rows.first()?.text().await.ok()? == *invited).then_some(())
            })
            .await;
        }
        self.screenshot("6-invitations").await;
        let unused = token_to(system, &other, INVITED).await;
        self.click("dialog .row:nth-child(2) .row-actions .button:last-child")
            .await?;
        self.click("dialog:last-of-type .is-danger").await?;
        let anyone = Person::anonymous(system);
        until("it is taken back", PATIENCE, async || {
            let answer = anyone.get(&format!("/v1/invited/{unused}")).await;
            (answer.status == 410).then_some(())
        })
        .await;
        self.click("dialog .dialog-head .is-icon").await
    }

    /// Has the list show this account alone.
    pub(super) async fn find_account(&self, email: &str) -> WebDriverResult<()> {
        self.fill("email", email).await?;
        self.click("main button[type='submit']").await?;
        self.see_count(".rows .row", 1).await?;
        self.see_in_row(email, true).await;
        Ok(())
    }

    /// Opens the first account, and presses this button.
    pub(super) async fn open_and_press(&self, button: &str) -> WebDriverResult<()> {
        self.click(".rows .row .button").await?;
        self.click_at_rest(button).await
    }

    /// Waits until the first row has these words, or has them no more.
    pub(super) async fn see_in_row(&self, words: &str, wanted: bool) {
        let found = async || {
            let row = self.driver.find(By::Css(".row-detail")).await.ok()?;
            let told = row.text().await.ok()?;
            (told.contains(words) == wanted).then_some(())
        };
        until(&format!("the row has {words}: {wanted}"), PATIENCE, found).await;
    }
}
