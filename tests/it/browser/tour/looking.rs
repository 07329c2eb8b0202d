//! The screens and themes that a place is looked at in, and what is looked for: axe's rules, and
//! content that is wider than the screen.

use std::{collections::BTreeMap, path::Path};

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};
use tests::person::text;
use thirtyfour::prelude::*;

use super::super::chrome::artifacts;

/// The rules of accessibility, one of the tools that the page is built and tested with.
const AXE: &str = "web/node_modules/axe-core/axe.min.js";

/// A screen and a theme.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Names its screenshots.
    name: &'static str,
    width: u32,
    height: u32,
    dark: bool,
}

/// Looks in turn: the first place is looked at in the first of them, the next in the next, and
/// after the last it begins anew. The first of a place asks for all rules, the others for those
/// whose outcome depends on the look.
pub type Looks = &'static [&'static [Look]];

const OF_THE_LOOK: &[&str] =
    &["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"];

pub const DESKTOP: Look = Look { name: "desktop-light", width: 1440, height: 900, dark: false };
pub const DARK_DESKTOP: Look = Look { name: "desktop-dark", dark: true, ..DESKTOP };
const TABLET: Look = Look { name: "tablet-light", width: 768, height: 1024, dark: false };
const DARK_TABLET: Look = Look { name: "tablet-dark", dark: true, ..TABLET };
pub const PHONE: Look = Look { name: "phone-light", width: 360, height: 740, dark: false };
pub const DARK_PHONE: Look = Look { name: "phone-dark", dark: true, ..PHONE };

/// Every screen and both themes at each place, every screen in both themes at two.
pub const IN_TURN: Looks = &[&[DESKTOP, DARK_TABLET, PHONE], &[DARK_PHONE, TABLET, DARK_DESKTOP]];

/// Every screen in both themes at each place, which takes twice as long.
pub const EVERY: Looks = &[&[DESKTOP, DARK_DESKTOP, TABLET, DARK_TABLET, PHONE, DARK_PHONE]];

/// The narrowest screen: enough to see what another language breaks.
pub const NARROW: Looks = &[&[PHONE]];

/// The answer of `look.js`.
#[derive(Debug, Deserialize)]
struct Seen {
    faults: Vec<String>,
    /// True where the contrast of some text was measured.
    contrasts: bool,
    /// The width of the content, in CSS pixels.
    width: u32,
}

/// Looks at pages, and keeps what is wrong with them.
pub struct Looker {
    driver: WebDriver,
    /// Names the folder of its screenshots.
    name: &'static str,
    /// The look in which the page is used.
    home: &'static Look,
    looks: Looks,
    /// The places at which each fault was seen, by the fault.
    faults: BTreeMap<String, Vec<String>>,
    /// The number of places.
    places: usize,
}

impl Looker {
    /// Prepares the browser; every page that is opened from now on has axe.
    pub async fn new(
        driver: WebDriver,
        name: &'static str,
        home: &'static Look,
        looks: Looks,
    ) -> WebDriverResult<Self> {
        let looker = Self { driver, name, home, looks, faults: BTreeMap::new(), places: 0 };
        looker
            .tell("Page.addScriptToEvaluateOnNewDocument", json!({"source": source(AXE)}))
            .await?;
        // Days are those of the system, wherever the test runs.
        looker
            .tell("Emulation.setTimezoneOverride", json!({"timezoneId": "UTC"}))
            .await?;
        looker.put_on(home).await?;
        Ok(looker)
    }

    /// Looks at what the browser shows, and leaves it in the look in which it is used.
    pub async fn look(&mut self, place: &str) -> WebDriverResult<()> {
        let looks = self.looks[self.places % self.looks.len()];
        self.places += 1;
        for (number, look) in looks.iter().enumerate() {
            self.put_on(look).await?;
            let rules = if number == 0 { Value::Null } else { json!(OF_THE_LOOK) };
            let seen = self.see(rules).await?;
            self.save(place, look).await?;
            self.note(place, look, seen);
        }
        self.put_on(self.home).await
    }

    /// Fails when anything was wrong anywhere.
    pub fn assert_clean(&self, least: usize) {
        assert!(self.places >= least, "{} places are too few to have seen all", self.places);
        let faults: Vec<_> = self
            .faults
            .iter()
            .map(|(fault, places)| format!("{fault}\n    in {}", places.join(", ")))
            .collect();
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    }

    /// Keeps what is wrong, and says what is new at once: a later step may fail.
    fn note(&mut self, place: &str, look: &Look, seen: Seen) {
        let mut faults = seen.faults;
        if !seen.contrasts {
            faults.push("no contrast was measured".to_owned());
        }
        if seen.width > look.width {
            faults.push(format!("{} pixels on a screen of {}", seen.width, look.width));
        }
        for fault in faults {
            let where_seen = format!("{place} ({})", look.name);
            let places = self.faults.entry(fault).or_insert_with_key(|fault| {
                eprintln!("{where_seen}: {fault}");
                Vec::new()
            });
            places.push(where_seen);
        }
    }

    /// Asks for these rules of axe; `null` for all.
    async fn see(&self, rules: Value) -> WebDriverResult<Seen> {
        let script = source("tests/it/browser/tour/look.js");
        self.driver
            .execute_async(script, vec![rules])
            .await?
            .convert()
    }

    async fn put_on(&self, look: &Look) -> WebDriverResult<()> {
        let phone = look.width < 700;
        let screen = json!({
            "width": look.width, "height": look.height, "deviceScaleFactor": 1, "mobile": phone,
        });
        self.tell("Emulation.setDeviceMetricsOverride", screen)
            .await?;
        self.tell("Emulation.setTouchEmulationEnabled", json!({"enabled": phone}))
            .await?;
        let theme = if look.dark { "dark" } else { "light" };
        let media = json!({"features": [
            {"name": "prefers-color-scheme", "value": theme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
            {"name": "prefers-reduced-transparency", "value": "reduce"},
        ]});
        self.tell("Emulation.setEmulatedMedia", media).await
    }

    /// Saves what the browser shows where artefacts go, for people to look at.
    async fn save(&self, place: &str, look: &Look) -> WebDriverResult<()> {
        let folder = artifacts().join("tour").join(self.name);
        std::fs::create_dir_all(&folder).expect("the folder for artefacts can be made");
        // As quick as can be: there are hundreds.
        let format = json!({"format": "jpeg", "quality": 80, "optimizeForSpeed": true});
        let tools = self.driver.cdp();
        let shot = tools.send_raw("Page.captureScreenshot", format).await?;
        let picture = BASE64.decode(text(&shot["data"]).as_bytes());
        let file = folder.join(format!("{place}-{}.jpg", look.name));
        std::fs::write(&file, picture.expect("a picture")).expect("a screenshot can be kept");
        Ok(())
    }

    async fn tell(&self, command: &str, parameters: Value) -> WebDriverResult<()> {
        self.driver.cdp().send_raw(command, parameters).await?;
        Ok(())
    }
}

/// Returns a script of the repository, or of what is installed in it.
fn source(path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    std::fs::read_to_string(&file).unwrap_or_else(|error| {
        panic!("{}: {error}: ./dev test installs what the page is tested with", file.display())
    })
}
