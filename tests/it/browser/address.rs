//! Another address on the page: asked for, taken back, asked for again, and confirmed by its mail.

use tests::{System, mailbox::token_to, person::address};
use thirtyfour::prelude::*;

use super::{
    Page,
    chrome::{Screen, browse},
};

const PASSWORD: &str = "seven quiet orange lighthouses";

#[tokio::test]
async fn another_address_is_confirmed_on_a_desktop() {
    let screen = Screen { name: "address-desktop", width: 1280, height: 900, phone: false };
    browse(screen, |driver| story(Page { driver, screen })).await;
}

#[tokio::test]
async fn another_address_is_confirmed_on_a_phone() {
    let screen = Screen { name: "address-phone", width: 360, height: 740, phone: true };
    browse(screen, |driver| story(Page { driver, screen })).await;
}

async fn story(page: Page) -> WebDriverResult<()> {
    let system = System::shared();
    let origin = system.origin.clone();
    page.driver.goto(origin.clone()).await?;
    page.sign_up().await?;
    page.driver.goto(format!("{origin}/#/me")).await?;
    let (first, second) = (address(), address());
    page.ask_for(&first).await?;
    page.screenshot("1-waiting").await;
    page.assert_fits().await?;
    page.tap(".pending-address .button:first-of-type").await?;
    page.tap(".pending-address .button:last-of-type").await?;
    page.see_count(".pending-address", 0).await?;

    page.ask_for(&second).await?;
    let token = token_to(&system, &second, "Confirm your new address").await;
    page.driver
        .goto(format!("{origin}/#/verify/{token}"))
        .await?;
    page.tap(".sign-form [type='submit']").await?;
    page.see_count(".sign-form [type='submit']", 0).await?;
    page.screenshot("2-confirmed").await;
    page.driver.goto(format!("{origin}/#/me")).await?;
    page.see(&format!("input[name='email'][value='{second}']"))
        .await?;
    page.see_count(".pending-address", 0).await
}

impl Page {
    /// Asks for another address, and sees that it waits.
    async fn ask_for(&self, email: &str) -> WebDriverResult<()> {
        self.fill("email", email).await?;
        self.fill("current_password", PASSWORD).await?;
        self.tap("form:has([name='email']) [type='submit']").await?;
        let lead = self.text(".pending-address .lead").await?;
        assert!(lead.starts_with(email), "{lead}");
        Ok(())
    }

    /// Presses in the middle of the screen: at its edges a phone has its own bars.
    async fn tap(&self, css: &str) -> WebDriverResult<()> {
        self.see(css).await?.scroll_into_view().await?;
        self.click(css).await
    }
}
