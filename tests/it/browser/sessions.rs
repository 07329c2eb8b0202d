//! The page finds out about a session without asking: that a browser has none, and that it has
//! one though it has dropped all that the page keeps.

use serde_json::Value;
use tests::{System, person::text};
use thirtyfour::prelude::*;

use super::{
    Page,
    chrome::{Screen, browse},
};

/// Opens the page at this hash, after another one: a hash alone would load nothing.
async fn open(page: &Page, hash: &str) -> WebDriverResult<()> {
    let origin = &System::shared().origin;
    page.driver.goto("about:blank").await?;
    page.driver.goto(format!("{origin}/{hash}")).await
}

#[tokio::test]
async fn the_first_page_of_a_visitor_asks_for_nothing_that_fails() {
    let screen = Screen { name: "visitor", width: 360, height: 740, phone: true };
    browse(screen, |driver| visits(Page { driver, screen })).await;
}

async fn visits(page: Page) -> WebDriverResult<()> {
    for hash in ["", "#/photos", "#/albums/album_01900000000070008000000000"] {
        open(&page, hash).await?;
        page.see("input[autocomplete='current-password']").await?;
        let lines = page.console().await?;
        assert!(lines.is_empty(), "{hash}: {lines:#?}");
    }
    assert_eq!(page.cookie().await?, Value::Null, "nothing is left of how it finds out");
    Ok(())
}

#[tokio::test]
async fn somebody_whose_browser_has_dropped_what_the_page_keeps_is_still_signed_in() {
    let screen = Screen { name: "dropped", width: 1280, height: 900, phone: false };
    browse(screen, |driver| dropped(Page { driver, screen })).await;
}

async fn dropped(page: Page) -> WebDriverResult<()> {
    open(&page, "").await?;
    page.sign_up().await?;
    let user = text(&page.me().await?["id"]);
    let drop_all = "localStorage.clear(); sessionStorage.clear();";
    for hash in ["", "#/me"] {
        page.driver.execute(drop_all, Vec::<Value>::new()).await?;
        open(&page, hash).await?;
        page.see(".account").await?;
        assert_eq!(text(&page.me().await?["id"]), user, "the session is the same");
        assert_eq!(page.cookie().await?, Value::Null, "no script sees its cookie");
    }
    Ok(())
}

impl Page {
    /// The session's cookie as scripts see it: `null` where there is none, or only the browser does.
    async fn cookie(&self) -> WebDriverResult<Value> {
        let script = "const done = arguments[0]; \
            cookieStore.get('__Host-session').then((cookie) => done(cookie?.value ?? null));";
        self.driver
            .execute_async(script, Vec::<Value>::new())
            .await?
            .convert()
    }
}
