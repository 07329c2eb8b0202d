//! The reference of the API in a browser: all operations of `/openapi.json`, found by searching.

use std::collections::BTreeSet;

use serde_json::Value;
use tests::{Person, System, person::text, system::until};
use thirtyfour::prelude::*;

use super::{
    INTERVAL, PATIENCE, Page,
    chrome::{Screen, browse},
};

#[tokio::test]
async fn the_reference_has_every_operation_on_a_desktop() {
    let screen = Screen { name: "desktop", width: 1440, height: 900, phone: false };
    browse(screen, |driver| look_up(driver, screen)).await;
}

#[tokio::test]
async fn the_reference_has_every_operation_on_a_phone() {
    let screen = Screen { name: "phone", width: 360, height: 740, phone: true };
    browse(screen, |driver| look_up(driver, screen)).await;
}

async fn look_up(driver: WebDriver, screen: Screen) -> WebDriverResult<()> {
    let system = System::shared();
    let page = Page { driver, screen };
    page.driver.goto(&system.origin).await?;
    page.click("a[href='/reference.html']").await?;
    page.see(".op").await?;
    let operations = operations(&system).await;
    assert_eq!(
        page.shown_operations().await?,
        operations,
        "every operation of the document is on the page"
    );
    page.assert_fits().await?;
    page.screenshot("reference").await;

    page.driver.action_chain().send_keys("/").perform().await?;
    page.driver
        .action_chain()
        .send_keys("post createSession")
        .perform()
        .await?;
    page.shows(&BTreeSet::from(["createSession".to_owned()]))
        .await;
    page.see("#createSession [data-method='POST']").await?;
    assert!(
        page.text("#createSession pre")
            .await?
            .contains("/v1/sessions"),
        "a line for the shell"
    );
    page.screenshot("reference-search").await;

    page.driver
        .goto(format!("{}/reference.html#getMe", system.origin))
        .await?;
    let focused = page.driver.query(By::Css("#getMe-title:focus"));
    focused
        .wait(PATIENCE, INTERVAL)
        .and_displayed()
        .first()
        .await?;
    page.shows(&operations).await;
    page.assert_fits().await?;
    page.assert_empty_console().await
}

/// The ids of the operations that the system says it has.
async fn operations(system: &System) -> BTreeSet<String> {
    let document = Person::anonymous(system)
        .get("/openapi.json")
        .await
        .expect(200);
    let paths = document["paths"].as_object().expect("paths").values();
    let all: BTreeSet<_> = paths
        .flat_map(|path| path.as_object().expect("operations").values())
        .map(|operation| text(&operation["operationId"]))
        .collect();
    assert!(all.len() > 10, "found too little to check");
    all
}

impl Page {
    /// The ids of the operations that are to be seen.
    async fn shown_operations(&self) -> WebDriverResult<BTreeSet<String>> {
        let script = "return [...document.querySelectorAll('.op')].filter((one) => \
            one.checkVisibility()).map((one) => one.id)";
        let ids: Vec<String> = self
            .driver
            .execute(script, Vec::<Value>::new())
            .await?
            .convert()?;
        Ok(ids.into_iter().collect())
    }

    async fn shows(&self, wanted: &BTreeSet<String>) {
        let found = async || {
            self.shown_operations()
                .await
                .ok()
                .filter(|shown| shown == wanted)
        };
        until(&format!("the page shows only {wanted:?}"), PATIENCE, found).await;
    }

    /// Nothing in the console, of the gallery either, which was gone through first.
    async fn assert_empty_console(&self) -> WebDriverResult<()> {
        let lines = self.console().await?;
        assert!(lines.is_empty(), "the console is quiet: {lines:#?}");
        Ok(())
    }
}
