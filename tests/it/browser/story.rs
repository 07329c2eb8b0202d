//! One story from a new system to an account that is suspended and resumed: an administrator at a
//! desktop and whom they invite on a phone, each in a browser of their own, with nothing but the
//! page and the mails that come. Each step is kept where the tour keeps what it sees.

mod administrator;
mod invitee;

use serde_json::json;
use tests::{
    OwnSystem, System, identity_provider::IdentityProvider, mailbox::link_to, person::address,
};
use thirtyfour::prelude::*;

use super::{
    Page,
    chrome::{Screen, browse},
    tour::looking::{DARK_DESKTOP, DARK_PHONE, DESKTOP, Look, Looker, Looks, PHONE},
};

/// Each place on a desktop and on a phone, one of them in the dark.
const LOOKS: Looks = &[&[DESKTOP, DARK_PHONE], &[PHONE, DARK_DESKTOP]];

const ALBUM: &str = "Summer in Como";

#[tokio::test]
async fn an_account_lives_from_its_invitation_to_its_suspension_on_the_page() {
    let email = address();
    let accounts = json!({"ben": {"email": email, "email_verified": true, "name": "Ben"}});
    let provider = IdentityProvider::start(&accounts).await;
    let own = provider.system(&["LoginsPerMinute=1000"]).await;
    let screen = Screen { name: "story-administrator", width: 1440, height: 900, phone: false };
    browse(screen, |driver| first_part(driver, screen, own, email)).await;
}

async fn first_part(
    driver: WebDriver,
    screen: Screen,
    own: OwnSystem,
    email: String,
) -> WebDriverResult<()> {
    let mut administrator = Actor::new(driver, screen, &DESKTOP, &own).await?;
    let code = own.administrator_code().expect("a code that is new");
    administrator.signs_up().await?;
    administrator.claims(&code).await?;
    administrator.makes_album().await?;
    administrator.invites(&email).await?;
    let screen = Screen { name: "story-invitee", width: 360, height: 740, phone: true };
    browse(screen, |driver| async move {
        let invitee = Actor::new(driver, screen, &PHONE, &own).await?;
        second_part(administrator, invitee, &email).await
    })
    .await;
    Ok(())
}

async fn second_part(
    mut administrator: Actor,
    mut invitee: Actor,
    email: &str,
) -> WebDriverResult<()> {
    invitee.accepts(email).await?;
    invitee.opens_link_again(email).await?;
    administrator.finds_member().await?;

    invitee.makes_passkey().await?;
    invitee.signs_in_by_passkey().await?;
    invitee.forgets(email).await?;
    invitee.resets(email).await?;
    invitee.has_no_passkey().await?;
    invitee.signs_on().await?;

    administrator.suspends(email).await?;
    invitee.is_shut_out().await?;
    administrator.resumes().await?;
    invitee.comes_back().await?;
    administrator.looker.assert_clean(10);
    invitee.looker.assert_clean(14);
    Ok(())
}

/// Somebody in a browser of their own.
struct Actor {
    page: Page,
    looker: Looker,
    system: System,
}

impl Actor {
    async fn new(
        driver: WebDriver,
        screen: Screen,
        home: &'static Look,
        own: &OwnSystem,
    ) -> WebDriverResult<Self> {
        let looker = Looker::new(driver.clone(), screen.name, home, LOOKS).await?;
        Ok(Self { page: Page { driver, screen }, looker, system: own.system() })
    }

    /// Opens an address of the page.
    async fn open(&self, hash: &str) -> WebDriverResult<()> {
        let origin = &self.system.origin;
        self.page.driver.goto(format!("{origin}/{hash}")).await
    }

    /// Reads a mail, and opens its link as programs for mail do: in a page that is loaded anew.
    async fn follow(&self, email: &str, subject: &str) -> WebDriverResult<()> {
        let link = link_to(&self.system, email, subject).await;
        self.page.driver.goto("about:blank").await?;
        self.page.driver.goto(link).await
    }

    /// Opens the album from the list that it is in.
    async fn sees_album(&self) -> WebDriverResult<()> {
        self.page.click(".mount-link").await?;
        self.page.see_text("h1", ALBUM).await?;
        self.page.see_text(".album-count", "2 photos").await?;
        self.page
            .see_count(".tile[data-status='ready'] .photo-image.is-loaded", 2)
            .await
    }
}
