//! Photos that come by the address of the share sheet: of another site none are taken, and none are
//! sent before an album is chosen.

use axum::{Router, response::Html};
use serde_json::Value;
use tests::System;
use thirtyfour::prelude::*;

use super::{
    INTERVAL, PATIENCE, Page,
    chrome::{Screen, browse},
};

/// Puts a photo into a form of this page, and sends it as the share sheet does.
const SEND: &str = "\
    const [action] = arguments; \
    const canvas = document.createElement('canvas'); \
    const pen = canvas.getContext('2d'); \
    pen.fillStyle = '#3f6a2d'; \
    pen.fillRect(0, 0, canvas.width, canvas.height); \
    const drawn = atob(canvas.toDataURL('image/jpeg').split(',')[1]); \
    const photo = Uint8Array.from(drawn, (byte) => byte.charCodeAt(0)); \
    const form = document.createElement('form'); \
    Object.assign(form, { action, method: 'post', enctype: 'multipart/form-data' }); \
    const input = document.createElement('input'); \
    Object.assign(input, { type: 'file', name: 'photos' }); \
    const files = new DataTransfer(); \
    files.items.add(new File([photo], 'beach.jpg', { type: 'image/jpeg' })); \
    input.files = files.files; \
    form.append(input); \
    document.body.append(form); \
    form.submit();";

/// Resolves with how many hand-overs the device keeps.
const KEPT: &str = "\
    const done = arguments[0]; \
    const opening = indexedDB.open('albumen', 1); \
    opening.onupgradeneeded = () => opening.transaction.abort(); \
    opening.onerror = () => done(0); \
    opening.onsuccess = () => { \
        const { result } = opening; \
        const counting = result.transaction('shared').objectStore('shared').count(); \
        counting.onsuccess = () => { result.close(); done(counting.result); }; \
    };";

#[tokio::test]
async fn photos_of_another_site_are_not_taken() {
    let screen = Screen { name: "handed-over", width: 1440, height: 900, phone: false };
    browse(screen, |driver| story(Page { driver, screen })).await;
}

async fn story(page: Page) -> WebDriverResult<()> {
    let origin = System::shared().origin.clone();
    page.driver.goto(origin.clone()).await?;
    page.sign_up().await?;
    page.make_album("Beaches").await?;
    page.wait_for_worker().await?;

    // Another site that says where it is: the page opens as if nothing had come.
    page.driver.goto(other_site().await).await?;
    page.send_to(&origin).await?;
    page.see(".mounts .mount-link").await?;
    assert_eq!(page.kept().await?, 0, "nothing is kept");

    // Another site that hides it cannot be told from the share sheet: it is shown what came.
    page.driver.goto("data:text/html,<p>elsewhere").await?;
    page.send_to(&origin).await?;
    page.see("dialog .handed-over img").await?;
    page.see("dialog .choice").await?;
    page.screenshot("1-asked").await;
    assert_eq!(page.count(".tray .line").await?, 0, "nothing is sent");
    page.click("dialog [aria-label='Close']").await?;

    assert_eq!(page.kept().await?, 0, "what was not wanted does not come with what comes next");
    Ok(())
}

/// Serves a page at an origin of its own; its address.
async fn other_site() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    let pages = Router::new().fallback(async || Html("<p>elsewhere"));
    tokio::spawn(async move { axum::serve(listener, pages).await });
    format!("http://{address}/")
}

impl Page {
    pub(super) async fn wait_for_worker(&self) -> WebDriverResult<()> {
        let script = "const done = arguments[0]; \
            const controlled = () => navigator.serviceWorker.controller ? done() : setTimeout(controlled, 100); \
            controlled();";
        self.driver
            .execute_async(script, Vec::<Value>::new())
            .await?;
        Ok(())
    }

    /// Sends a photo to the share sheet's address from the page that is open.
    pub(super) async fn send_to(&self, origin: &str) -> WebDriverResult<()> {
        let action = Value::from(format!("{origin}/share"));
        self.driver.execute(SEND, vec![action]).await?;
        self.driver
            .query(By::Css("#app .header"))
            .wait(PATIENCE, INTERVAL)
            .first()
            .await?;
        Ok(())
    }

    async fn kept(&self) -> WebDriverResult<usize> {
        self.driver
            .execute_async(KEPT, Vec::<Value>::new())
            .await?
            .convert()
    }

    async fn count(&self, css: &str) -> WebDriverResult<usize> {
        Ok(self.driver.find_all(By::Css(css)).await?.len())
    }
}
