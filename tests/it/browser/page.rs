//! The page as a person uses it: what is seen, pressed and filled in.

use serde_json::Value;
use tests::system::until;
use thirtyfour::{BrowserLogEntry, extensions::query::ElementQuery, prelude::*};

use super::{
    INTERVAL, PATIENCE,
    chrome::{Screen, save_screenshot},
};

/// Ends once an element has been where it is for a dozen frames.
const REST: &str = "\
    const [element, done] = arguments; \
    const place = () => JSON.stringify(element.getBoundingClientRect()); \
    const look = (before, still) => requestAnimationFrame(() => { \
        const now = place(); \
        if (still > 12) done(); else look(now, now === before ? still + 1 : 0); \
    }); \
    look(place(), 0);";

/// The page as a person uses it.
pub struct Page {
    pub driver: WebDriver,
    pub screen: Screen,
}

impl Page {
    /// Nothing is wider than the screen.
    pub async fn assert_fits(&self) -> WebDriverResult<()> {
        let script = "return [document.documentElement.scrollWidth, innerWidth]";
        let (content, screen): (u32, u32) = self
            .driver
            .execute(script, Vec::<Value>::new())
            .await?
            .convert()?;
        assert_eq!(screen, self.screen.width);
        assert!(content <= screen, "{content} pixels on a screen of {screen}");
        Ok(())
    }

    /// Whoever is signed in, as the API says.
    pub async fn me(&self) -> WebDriverResult<Value> {
        let script = "return fetch('/v1/me').then((answer) => answer.json())";
        self.driver
            .execute(script, Vec::<Value>::new())
            .await?
            .convert()
    }

    /// The size of the picture in the viewer, in pixels of its own.
    pub async fn shown(&self) -> WebDriverResult<(u32, u32)> {
        let script = "const { naturalWidth, naturalHeight } = \
                      document.querySelector('.viewer-image'); \
                      return [naturalWidth, naturalHeight]";
        self.driver
            .execute(script, Vec::<Value>::new())
            .await?
            .convert()
    }

    /// Looks for elements for a while. The page may draw one anew while it is looked at.
    pub fn query(&self, css: &str) -> ElementQuery {
        self.driver
            .query(By::Css(css))
            .wait(PATIENCE, INTERVAL)
            .ignore_errors(true)
    }

    pub async fn see(&self, css: &str) -> WebDriverResult<WebElement> {
        self.query(css).and_displayed().first().await
    }

    pub async fn see_text(&self, css: &str, text: &str) -> WebDriverResult<()> {
        self.query(css).with_text(text.to_owned()).first().await?;
        Ok(())
    }

    pub async fn see_count(&self, css: &str, count: usize) -> WebDriverResult<()> {
        let found = async || {
            self.driver
                .find_all(By::Css(css))
                .await
                .ok()
                .filter(|all| all.len() == count)
        };
        until(&format!("there are {count} of {css}"), PATIENCE, found).await;
        Ok(())
    }

    pub async fn click(&self, css: &str) -> WebDriverResult<()> {
        self.query(css).and_clickable().first().await?.click().await
    }

    /// Clicks an element of a dialog, once that has stood still for a moment: while it opens and is
    /// filled by an answer, what is pressed may be beside what was found.
    pub async fn click_at_rest(&self, css: &str) -> WebDriverResult<()> {
        let element = self.query(css).and_clickable().first().await?;
        let argument = element.to_json()?;
        self.driver.execute_async(REST, vec![argument]).await?;
        // Found anew: what was found first may not have been the first.
        self.click(css).await
    }

    pub async fn text(&self, css: &str) -> WebDriverResult<String> {
        self.see(css).await?.text().await
    }

    pub async fn fill(&self, name: &str, text: &str) -> WebDriverResult<()> {
        let input = self.see(&format!("[name='{name}']")).await?;
        input.clear().await?;
        input.send_keys(text).await
    }

    /// Returns the lines of the console since it was last asked for. One is written before, which
    /// shows that they are read.
    pub async fn console(&self) -> WebDriverResult<Vec<BrowserLogEntry>> {
        self.driver
            .execute("console.error('the console is read')", Vec::<Value>::new())
            .await?;
        let log = self.driver.browser_log().await?;
        let (own, lines): (Vec<_>, Vec<_>) = log
            .into_iter()
            .partition(|line| line.message.contains("the console is read"));
        assert!(!own.is_empty(), "the console is read: {lines:#?}");
        Ok(lines)
    }

    pub async fn screenshot(&self, step: &str) {
        save_screenshot(&self.driver, &format!("page-{}-{step}", self.screen.name)).await;
    }
}
