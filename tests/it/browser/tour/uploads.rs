//! Uploads on their way, over and refused; photos of the share sheet, and uploads of a former visit.

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::*;

use super::{Tour, cast::Cast};
use crate::browser::Photos;

/// Holds what is sent from now on, with half of it gone, until `letGo` is called.
const HOLD: &str = "\
    const { send } = XMLHttpRequest.prototype; \
    const held = []; \
    globalThis.letGo = () => { \
        XMLHttpRequest.prototype.send = send; \
        for (const go of held) go(); \
    }; \
    XMLHttpRequest.prototype.send = function hold(body) { \
        held.push(() => send.call(this, body)); \
        this.upload.dispatchEvent(new ProgressEvent('progress', { loaded: body.size / 2 })); \
    };";

/// Keeps uploads to an album on the device, as a tab that is killed leaves them.
const LEAVE_UPLOADS: &str = "\
    const [album, done] = arguments; \
    const opening = indexedDB.open('albumen', 1); \
    opening.onsuccess = () => { \
        const { result } = opening; \
        const keeping = result.transaction('uploads', 'readwrite'); \
        for (const name of ['The pier at night.jpg', 'The last ferry.jpg']) { \
            keeping.objectStore('uploads').add({ album, name, size: 5, modified: 7 }); \
        } \
        keeping.oncomplete = () => { result.close(); done(); }; \
    };";

impl Tour {
    /// The tray of uploads.
    pub async fn uploads(&mut self, cast: &Cast) -> WebDriverResult<()> {
        let photos = Photos::new();
        let driver = self.page.driver.clone();
        self.open(&format!("#/albums/{}", cast.album), ".tile .is-loaded")
            .await?;
        driver.execute(HOLD, Vec::<Value>::new()).await?;
        self.page.choose(&photos).await?;
        // The other one is in the album already, and need not be sent.
        self.page.see(".line[data-state='uploading']").await?;
        self.looker.look("uploads-on-their-way").await?;
        driver.execute("letGo()", Vec::<Value>::new()).await?;
        self.page.see(".tray.is-over").await?;
        self.looker.look("uploads").await?;
        self.choose_broken_file().await?;
        self.page.see(".tray.is-over").await?;
        self.looker.look("uploads-failed").await?;
        self.tap(".tray-head .is-quiet:not([aria-controls])", ".tile")
            .await
    }

    /// Chooses a file that ends before its picture, and waits until it is refused.
    async fn choose_broken_file(&self) -> WebDriverResult<()> {
        let folder = TempDir::new().expect("a folder for a file");
        let file = folder.path().join("A third of a file.jpg");
        std::fs::write(&file, b"not even a third").expect("a file");
        let chooser = self
            .page
            .driver
            .query(By::Css("main input[type='file'][multiple]"))
            .first()
            .await?;
        chooser.send_keys(file.display().to_string()).await?;
        // Until then the browser may still read it.
        self.page.see_count(".line[data-state='failed']", 1).await
    }

    /// Photos of the share sheet, for which an album is chosen.
    pub async fn handed_over(&mut self) -> WebDriverResult<()> {
        self.page.wait_for_worker().await?;
        self.page.driver.goto("data:text/html,<p>elsewhere").await?;
        self.page.send_to(&self.origin).await?;
        self.page.see("dialog .handed-over img").await?;
        self.page.see("dialog .choice-picture .is-loaded").await?;
        self.looker.look("handed-over").await?;
        self.close().await
    }

    /// The offer to go on with uploads of a former visit.
    pub async fn interrupted(&mut self) -> WebDriverResult<()> {
        let album = json!({"id": "album_1", "title": "Two evenings at the lake"});
        let driver = self.page.driver.clone();
        driver.execute_async(LEAVE_UPLOADS, vec![album]).await?;
        driver.refresh().await?;
        self.page.see(".interrupted .is-primary").await?;
        self.looker.look("interrupted").await?;
        self.tap(".interrupted .is-quiet", ".mounts").await?;
        self.page.see_count(".interrupted", 0).await
    }
}
