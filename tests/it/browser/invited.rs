//! The way of an invitation on the page: its link, an account that is made there, the album.

use serde_json::json;
use tests::{Person, System, mailbox::token_to, person::address};
use thirtyfour::prelude::*;

use super::{
    PASSWORD, Page,
    chrome::{Screen, browse},
};
use crate::{administration::invitations_to_sign_up, invitations::INVITED};

#[tokio::test]
async fn who_is_invited_signs_up_by_the_link_and_ends_in_the_album() {
    let screen = Screen { name: "invited", width: 1440, height: 900, phone: false };
    browse(screen, |driver| invited(Page { driver, screen })).await;
}

async fn invited(page: Page) -> WebDriverResult<()> {
    let (system, email) = (System::shared(), address());
    let ana = Person::new(&system).await;
    let album = ana.album("Summer in Como").await;
    ana.invite(&album, &email, "editor").await.expect(201);
    let token = token_to(&system, &email, INVITED).await;
    let link = format!("{}/#/invitation/{token}", system.origin);
    page.driver.goto(link).await?;
    let lead = page.text(".lead").await?;
    assert!(lead.starts_with("Ana invites you into the album “Summer in Como”."), "{lead}");
    page.fill("name", "Ben").await?;
    page.fill("password", PASSWORD).await?;
    page.screenshot("1-invitation").await;
    page.click("button[type='submit']").await?;
    page.see(".album .empty").await?;
    assert_eq!(page.text("h1").await?, "Summer in Como");
    page.screenshot("2-album").await;

    // Another one waits where albums of others are.
    let winter = ana.album("Winter").await;
    ana.invite(&winter, &email, "viewer").await.expect(201);
    let sharing = format!("{}/#/sharing", system.origin);
    page.driver.goto(sharing).await?;
    page.see(".row .is-primary").await?;
    page.screenshot("3-sharing").await;
    page.click(".row .is-primary").await?;
    page.see(".album .empty").await?;
    assert_eq!(page.text("h1").await?, "Winter");
    page.assert_quiet_console().await
}

#[tokio::test]
async fn whom_an_administrator_invites_makes_an_account_by_the_link() {
    let screen = Screen { name: "signing-up", width: 390, height: 844, phone: true };
    browse(screen, |driver| signing_up(Page { driver, screen })).await;
}

async fn signing_up(page: Page) -> WebDriverResult<()> {
    let (system, email) = (System::shared(), address());
    let administrator = Person::administrator(&system).await;
    let path = "/v1/sign-up/invitations";
    let sent = administrator.post(path, json!({"email": email})).await;
    sent.expect(201);
    let token = token_to(&system, &email, invitations_to_sign_up::INVITED).await;
    let link = format!("{}/#/invitation/{token}", system.origin);
    page.driver.goto(link).await?;
    let lead = page.text(".lead").await?;
    assert!(lead.starts_with("Ana, an administrator of this Albumen, invites you"), "{lead}");
    page.fill("name", "Ben").await?;
    page.fill("password", "seven quiet orange lighthouses")
        .await?;
    page.screenshot("1-invitation").await;
    page.click("button[type='submit']").await?;
    page.see(".account").await?;
    page.assert_fits().await?;
    page.assert_quiet_console().await
}
