//! A link from the dialog that makes it to the album that it opens, for people who follow it: on a
//! desktop, and on a phone in the dark and in Chinese.

use serde_json::{Value, json};
use tests::{
    Person, System,
    person::{PASSWORD, text},
    photograph::jpeg,
};
use thirtyfour::prelude::*;

use super::{
    Page,
    chrome::{Screen, browse},
};
use crate::guests::ready;

/// Addresses that lead to somebody's album.
struct Links {
    open: String,
    locked: String,
}

impl Links {
    async fn new() -> Self {
        let ana = Person::new(&System::shared()).await;
        let album = ana.album("Two evenings at the lake").await;
        ready(&ana, &album, &jpeg(1200, 800, 40)).await;
        let shares = format!("/v1/albums/{album}/shares");
        let open = ana.post(&shares, json!({})).await.expect(201);
        let locked = json!({"password": PASSWORD});
        let locked = ana.post(&shares, locked).await.expect(201);
        Self { open: text(&open["url"]), locked: text(&locked["url"]) }
    }
}

#[tokio::test]
async fn who_follows_a_link_ends_in_the_album_on_a_desktop() {
    let screen = Screen { name: "links-desktop", width: 1280, height: 900, phone: false };
    let links = Links::new().await;
    browse(screen, |driver| follow(Page { driver, screen }, links)).await;
}

#[tokio::test]
async fn who_follows_a_link_ends_in_the_album_on_a_phone() {
    let screen = Screen { name: "links-phone", width: 360, height: 740, phone: true };
    let links = Links::new().await;
    browse(screen, |driver| follow(Page { driver, screen }, links)).await;
}

async fn follow(page: Page, links: Links) -> WebDriverResult<()> {
    if page.screen.phone {
        page.driver.goto(System::shared().origin.clone()).await?;
        page.be_dark_and_chinese().await?;
    }
    page.driver.goto(links.open.as_str()).await?;
    page.see_text("h1", "Two evenings at the lake").await?;
    page.see(".tile .is-loaded").await?;
    page.screenshot("1-album").await;
    let (address, referrer): (String, String) =
        page.ask("[location.href, document.referrer]").await?;
    assert_eq!(address, links.open.replace("/s/", "/#/s/"));
    assert_eq!(referrer, "", "the token leaks by no header");
    let former = links.open.replace("/s/", "/#/s/");
    page.driver.goto("about:blank").await?;
    page.driver.goto(former.as_str()).await?;
    page.see(".tile .is-loaded").await?;

    page.driver.goto(links.locked.as_str()).await?;
    page.see(".guest-locked form").await?;
    page.fill("password", PASSWORD).await?;
    page.click("button[type='submit']").await?;
    page.see(".tile .is-loaded").await?;
    page.see_alone(&links.open).await
}

impl Page {
    async fn ask<T: serde::de::DeserializeOwned>(&self, value: &str) -> WebDriverResult<T> {
        let script = format!("return {value}");
        self.driver
            .execute(script, Vec::<Value>::new())
            .await?
            .convert()
    }

    /// Looks at what is between the link and the album, as a browser shows it that leads nobody on.
    async fn see_alone(&self, link: &str) -> WebDriverResult<()> {
        self.driver.goto("about:blank").await?;
        let script = "const done = arguments[1]; fetch(arguments[0]).then((answer) => answer.text()).then(done)";
        self.driver.goto(System::shared().origin.clone()).await?;
        let html = self.driver.execute_async(script, vec![json!(link)]).await?;
        let html: String = html.convert()?;
        let stays = html.replace("http-equiv=\"refresh\"", "name=\"no-refresh\"");
        let address = format!("data:text/html;charset=utf-8;base64,{}", base64(&stays));
        self.driver.goto(address.as_str()).await?;
        self.see("a[href^='/#/s/']").await?;
        self.screenshot("2-between").await;
        self.assert_fits().await
    }
}

fn base64(text: &str) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(text)
}
