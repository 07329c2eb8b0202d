//! The cost of a visit and its stillness, as far as that can be counted: how many requests an
//! album takes, and how far what is drawn is moved by what comes later. `./dev bench web` measures
//! times.

use serde::Deserialize;
use serde_json::Value;
use tests::{System, system::until};
use thirtyfour::prelude::*;

use super::{
    PATIENCE, Page, Photos,
    chrome::{Screen, browse},
};

/// The most requests of an album but those for images, the page itself included.
const MOST_REQUESTS: usize = 8;
/// The most that a page may be moved while it is drawn, as browsers measure it.
const MOST_SHIFT: f64 = 0.02;

#[tokio::test]
async fn an_album_takes_few_requests_and_no_page_moves() {
    let phone = Screen { name: "first-visit", width: 360, height: 740, phone: true };
    browse(phone, |driver| visits(Page { driver, screen: phone })).await;
}

async fn visits(page: Page) -> WebDriverResult<()> {
    let origin = &System::shared().origin;
    page.driver.goto(origin).await?;
    page.sign_up().await?;
    page.make_album("Two evenings at the lake").await?;
    page.add(&Photos::new()).await?;

    let album = page.driver.current_url().await?;
    let link = format!("{origin}/#/s/{}", page.share(album.as_str()).await?);
    let photos = format!("{origin}/#/photos");
    let albums = format!("{origin}/#/");
    for (width, height) in [(360, 740), (768, 1024), (1440, 900)] {
        page.resize(width, height).await?;
        for address in [album.as_str(), &albums, &photos, &link] {
            let visit = page.visit(address).await?;
            let Visit { shift, moved, .. } = &visit;
            assert!(*shift <= MOST_SHIFT, "{address} at {width} pixels moves {moved:?}: {shift}");
            let requests = visit.requests.len();
            let is_album = address == album.as_str();
            assert!(!is_album || requests <= MOST_REQUESTS, "{width} pixels: {visit:?}");
        }
    }
    Ok(())
}

/// The doings of a page until it came to rest.
#[derive(Debug, Deserialize)]
struct Visit {
    /// Paths of requests, but of those for images, and for the manifest, which a browser asks for
    /// when it thinks of offering to install the page.
    requests: Vec<String>,
    /// The sum of all layout shifts.
    shift: f64,
    /// Elements that were moved.
    moved: Vec<String>,
}

const LOOK: &str = "\
    const done = arguments[0]; \
    const visit = { requests: ['/'], shift: 0, moved: [] }; \
    for (const { name } of performance.getEntriesByType('resource')) { \
        const { pathname } = new URL(name); \
        if (!/^\\/media\\/|\\.(?:svg|webmanifest)$/.test(pathname)) visit.requests.push(pathname); \
    } \
    new PerformanceObserver((list) => { \
        for (const { value, sources } of list.getEntries()) { \
            visit.shift += value; \
            visit.moved.push(...sources.map(({ node }) => node?.className ?? 'gone')); \
        } \
    }).observe({ type: 'layout-shift', buffered: true }); \
    setTimeout(() => done(visit), 300);";

impl Page {
    /// Opens an address anew, and waits until the page has come to rest.
    async fn visit(&self, address: &str) -> WebDriverResult<Visit> {
        self.driver.goto(address).await?;
        self.driver.refresh().await?;
        self.see(".photo-image.is-loaded").await?;
        let at_rest = async || {
            let visit = self.look().await.ok()?;
            let last = visit
                .requests
                .iter()
                .any(|path| path.starts_with("/assets/start-"));
            last.then_some(visit)
        };
        Ok(until("what is done at last is there", PATIENCE, at_rest).await)
    }

    async fn look(&self) -> WebDriverResult<Visit> {
        let seen = self.driver.execute_async(LOOK, Vec::<Value>::new()).await?;
        seen.convert()
    }

    /// Shares the album of an address; returns the token of the link.
    async fn share(&self, album: &str) -> WebDriverResult<String> {
        let script = "\
            const [album, done] = arguments; \
            const headers = { 'content-type': 'application/json' }; \
            fetch(`/v1/albums/${album.split('/').at(-1)}/shares`, { method: 'POST', headers, body: '{}' }) \
                .then((answer) => answer.json()).then(({ token }) => done(token));";
        let token = self
            .driver
            .execute_async(script, vec![Value::from(album)])
            .await?;
        token.convert()
    }

    /// Looks at the page on a screen of another size.
    async fn resize(&self, width: u32, height: u32) -> WebDriverResult<()> {
        let tools = self.driver.cdp();
        tools
            .emulation()
            .set_device_metrics_override(width, height, 1.0, width < 700)
            .await?;
        Ok(())
    }
}
