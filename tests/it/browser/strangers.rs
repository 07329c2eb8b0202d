//! Tests the page against those whom it does not trust: the next person in the same tab, and text
//! that wants to be markup.

use serde_json::Value;
use tests::System;
use thirtyfour::prelude::*;

use super::{
    INTERVAL, PATIENCE, Page, Photos,
    chrome::{Screen, browse},
};

#[tokio::test]
async fn the_next_person_in_the_tab_finds_nothing_of_the_one_before() {
    let screen = Screen { name: "next-person", width: 1440, height: 900, phone: false };
    browse(screen, |driver| next_person(Page { driver, screen })).await;
}

async fn next_person(page: Page) -> WebDriverResult<()> {
    let photos = Photos::new();
    page.driver.goto(System::shared().origin.clone()).await?;
    page.sign_up().await?;
    page.make_album("A plan that nobody knows").await?;
    page.choose(&photos).await?;
    page.see(".tray.is-over").await?;
    assert!(page.keeps_something_of_the_first().await?, "what is looked for is there at first");

    // The session ends elsewhere, and the page finds out.
    page.driver.delete_all_cookies().await?;
    // It may do so by itself before: then there is nothing to press any more.
    let look = "document.querySelector('.account')?.click()";
    page.driver.execute(look, Vec::<Value>::new()).await?;
    page.see("input[autocomplete='current-password']").await?;
    page.driver
        .query(By::Css(".tray"))
        .wait(PATIENCE, INTERVAL)
        .and_not_displayed()
        .first()
        .await?;
    assert!(!page.keeps_something_of_the_first().await?, "while nobody is signed in");
    page.sign_up().await?;
    assert!(!page.keeps_something_of_the_first().await?, "when somebody else is");
    Ok(())
}

#[tokio::test]
async fn no_script_makes_markup_of_text() {
    let screen = Screen { name: "policy", width: 1440, height: 900, phone: false };
    browse(screen, |driver| policy(Page { driver, screen })).await;
}

async fn policy(page: Page) -> WebDriverResult<()> {
    let origin = System::shared().origin.clone();
    for path in ["/", "/reference.html"] {
        page.driver.goto(format!("{origin}{path}")).await?;
        let made = "trustedTypes.createPolicy('default', { createHTML: (text) => text })";
        assert_eq!(page.refused(made).await?, "TypeError", "{path}: a policy can be made");
        let written = "document.createElement('p').innerHTML = '<b>bold</b>'";
        assert_eq!(page.refused(written).await?, "TypeError", "{path}: text becomes markup");
    }
    Ok(())
}

impl Page {
    /// Returns whether a file's name, the album's title or a signature is left anywhere in the page
    /// or its storage.
    async fn keeps_something_of_the_first(&self) -> WebDriverResult<bool> {
        let script = "\
            const kept = document.documentElement.outerHTML + JSON.stringify({ \
            ...sessionStorage, ...localStorage }); \
            return ['lying.jpg', 'standing.jpg', 'A plan that', 'Signature'].some((word) => kept.includes(word));";
        self.driver
            .execute(script, Vec::<Value>::new())
            .await?
            .convert()
    }

    /// The name of the error with which the browser refuses to run this; empty when it does not.
    async fn refused(&self, script: &str) -> WebDriverResult<String> {
        let script =
            format!("try {{ {script}; return ''; }} catch (error) {{ return error.name; }}");
        self.driver
            .execute(script, Vec::<Value>::new())
            .await?
            .convert()
    }
}
