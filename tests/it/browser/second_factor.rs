//! The second factor on the page: switched on with an app, asked for at the next log-in, switched
//! off.

use tests::{System, authenticator::Authenticator, person::text};
use thirtyfour::prelude::*;

use super::{
    PASSWORD, Page,
    chrome::{Screen, browse},
};

#[tokio::test]
async fn a_second_factor_is_switched_on_asked_for_and_switched_off() {
    let screen = Screen { name: "second-factor", width: 1280, height: 900, phone: false };
    browse(screen, |driver| story(Page { driver, screen })).await;
}

async fn story(page: Page) -> WebDriverResult<()> {
    let origin = System::shared().origin.clone();
    page.driver.goto(origin.clone()).await?;
    page.sign_up().await?;
    let email = text(&page.me().await?["email"]);
    page.driver.goto(format!("{origin}/#/me")).await?;
    let (mut app, recovery) = page.switch_on().await?;

    page.driver.goto(format!("{origin}/#/")).await?;
    page.see(".empty").await?;
    page.sign_out().await?;
    page.fill("email", &email).await?;
    page.fill("password", PASSWORD).await?;
    page.click("button[type='submit']").await?;
    page.fill("code", &app.wrong()).await?;
    page.screenshot("3-sign-in").await;
    page.click("button[type='submit']").await?;
    let refusal = page.text("input[name='code'] ~ .field-error").await?;
    assert_eq!(refusal, "Code is not right.");
    page.fill("code", &app.code().await).await?;
    page.click("button[type='submit']").await?;
    page.see(".account").await?;

    page.driver.goto(format!("{origin}/#/me")).await?;
    page.click(".second-factor .button:last-of-type").await?;
    page.fill_in_dialog("password", PASSWORD).await?;
    page.fill_in_dialog("code", &recovery).await?;
    page.click("dialog button[type='submit']").await?;
    // What is counted is asked for anew each time: the buttons are drawn again meanwhile.
    page.see_count(".second-factor .button", 1).await
}

impl Page {
    /// Switches the second factor on; the app, and a recovery code.
    async fn switch_on(&self) -> WebDriverResult<(Authenticator, String)> {
        self.click(".second-factor .button").await?;
        self.fill_in_dialog("password", PASSWORD).await?;
        self.click("dialog button[type='submit']").await?;
        let secret = self.text("dialog .secret").await?.replace(' ', "");
        let mut app = Authenticator::new(&secret);
        self.see("dialog .qr-code").await?;
        self.screenshot("1-secret").await;
        self.fill_in_dialog("code", &app.code().await).await?;
        self.click("dialog button[type='submit']").await?;
        let recovery = self.text("dialog .recovery-codes code").await?;
        self.screenshot("2-recovery-codes").await;
        self.click("dialog [aria-label='Close']").await?;
        self.see_count(".second-factor .button", 2).await?;
        Ok((app, recovery))
    }

    pub(super) async fn fill_in_dialog(&self, name: &str, text: &str) -> WebDriverResult<()> {
        let input = self.see(&format!("dialog input[name='{name}']")).await?;
        input.clear().await?;
        input.send_keys(text).await
    }
}
