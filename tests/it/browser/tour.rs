//! A tour of every page and dialog of the gallery, on every screen and in both themes: axe finds
//! nothing wrong with any, and nothing is wider than its screen. What was seen is kept where
//! artefacts go, a picture of each place in each look. Places take turns with the looks;
//! `ALBUMEN_WHOLE_TOUR` has each looked at in all of them.

mod account;
mod albums;
mod cast;
mod library;
pub mod looking;
mod newcomer;
mod signed_out;
mod uploads;

use serde_json::Value;
use tests::{System, person::PASSWORD, system::until};
use thirtyfour::{BrowserLogEntry, prelude::*};

use super::{
    PATIENCE, Page,
    chrome::{Screen, browse},
};
use looking::{DESKTOP, EVERY, IN_TURN, Looker, Looks, NARROW};

#[tokio::test]
async fn pages_of_whoever_is_not_signed_in_have_no_faults() {
    tour("signed-out", all(), "en", async |tour| {
        tour.signed_out().await?;
        tour.looker.assert_clean(18);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn pages_of_somebody_new_have_no_faults() {
    tour("newcomer", all(), "en", async |tour| {
        tour.newcomer().await?;
        tour.looker.assert_clean(22);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn albums_and_their_dialogs_have_no_faults() {
    tour("albums", all(), "en", async |tour| {
        tour.albums().await?;
        tour.looker.assert_clean(22);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn pages_of_a_library_have_no_faults() {
    tour("library", all(), "en", async |tour| {
        tour.library().await?;
        tour.looker.assert_clean(18);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn pages_without_photos_have_no_faults_in_chinese() {
    tour("chinese-without-photos", NARROW, "zh-TW", async |tour| {
        tour.signed_out().await?;
        tour.newcomer().await?;
        tour.looker.assert_clean(40);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn pages_with_photos_have_no_faults_in_chinese() {
    tour("chinese-with-photos", NARROW, "zh-TW", async |tour| {
        tour.albums().await?;
        tour.sign_out().await?;
        tour.library().await?;
        tour.looker.assert_clean(40);
        Ok(())
    })
    .await;
}

fn all() -> Looks {
    if std::env::var_os("ALBUMEN_WHOLE_TOUR").is_some() { EVERY } else { IN_TURN }
}

/// Goes through the page in a browser of its own.
async fn tour<F>(name: &'static str, looks: Looks, language: &'static str, way: F)
where
    F: AsyncFnOnce(&mut Tour) -> WebDriverResult<()> + 'static,
{
    let screen = Screen { name, width: 1440, height: 900, phone: false };
    browse(screen, |driver| async move {
        let looker = Looker::new(driver.clone(), name, &DESKTOP, looks).await?;
        let page = Page { driver, screen };
        let mut tour = Tour { page, looker, origin: System::shared().origin.clone() };
        tour.speak(language).await?;
        way(&mut tour).await?;
        tour.assert_no_mistakes().await
    })
    .await;
}

/// The way through the page: goes somewhere, and has it looked at. What is pressed is found by
/// what every language has: classes, names, places.
struct Tour {
    page: Page,
    looker: Looker,
    origin: String,
}

impl Tour {
    /// Opens an address of the page, and looks once this is there.
    async fn visit(&mut self, place: &str, hash: &str, shows: &str) -> WebDriverResult<()> {
        self.open(hash, shows).await?;
        self.looker.look(place).await
    }

    /// Opens an address of the page.
    async fn open(&self, hash: &str, shows: &str) -> WebDriverResult<()> {
        self.page
            .driver
            .goto(format!("{}/{hash}", self.origin))
            .await?;
        self.page.see(shows).await?;
        Ok(())
    }

    /// Presses something, and looks once this is there.
    async fn press(&mut self, place: &str, button: &str, brings: &str) -> WebDriverResult<()> {
        self.tap(button, brings).await?;
        self.looker.look(place).await
    }

    /// Presses something, by a script: some of it is to be seen only under a pointer.
    async fn tap(&self, button: &str, brings: &str) -> WebDriverResult<()> {
        let driver = &self.page.driver;
        let script = "const found = document.querySelectorAll(arguments[0]); \
            found[found.length - 1]?.click(); return found.length > 0";
        let pressed = async || {
            let found = driver.execute(script, vec![button.into()]).await.ok()?;
            found.convert::<bool>().ok()?.then_some(())
        };
        until(&format!("{button} is pressed"), PATIENCE, pressed).await;
        self.page.see(brings).await?;
        Ok(())
    }

    /// Closes all dialogs.
    async fn close(&self) -> WebDriverResult<()> {
        let script = "for (const one of document.querySelectorAll('dialog.dialog')) one.close()";
        self.page
            .driver
            .execute(script, Vec::<Value>::new())
            .await?;
        self.page.see_count("dialog.dialog", 0).await
    }

    /// Signs in by the form.
    async fn sign_in(&self, email: &str) -> WebDriverResult<()> {
        self.open("#/sign-in", "input[name='email']").await?;
        self.page.fill("email", email).await?;
        self.page.fill("password", PASSWORD).await?;
        self.tap("button[type='submit']", ".account").await
    }

    /// Signs out by the menu.
    async fn sign_out(&self) -> WebDriverResult<()> {
        self.tap(".account", ".menu .button.is-wide").await?;
        self.tap(".menu .button.is-wide", "input[autocomplete='current-password']")
            .await
    }

    /// Has the page speak a language from now on.
    async fn speak(&self, language: &str) -> WebDriverResult<()> {
        let driver = &self.page.driver;
        driver.goto(&self.origin).await?;
        let script = "localStorage.setItem('language', arguments[0])";
        driver.execute(script, vec![language.into()]).await?;
        driver.refresh().await?;
        self.page
            .see(&format!("html[lang='{language}'] h1"))
            .await?;
        Ok(())
    }

    /// No error in the console but of requests that the tour means to fail. What Chromium advises
    /// it says as `DEBUG`.
    async fn assert_no_mistakes(&self) -> WebDriverResult<()> {
        let meant = |line: &BrowserLogEntry| line.message.contains("Failed to load resource");
        let log = self.page.console().await?;
        let mistakes: Vec<_> = log
            .iter()
            .filter(|line| line.level != "DEBUG" && !meant(line))
            .collect();
        assert!(mistakes.is_empty(), "the console is quiet: {mistakes:#?}");
        Ok(())
    }
}
