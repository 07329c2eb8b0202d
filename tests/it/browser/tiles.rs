//! Maps of a stack that names a tile server: its tiles are drawn, whoever made them is named, and
//! without them the base map is there. On a desktop, and on a phone in the dark and in Chinese.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tests::{
    OwnSystem, Person, System,
    person::{PASSWORD, text},
    photograph::{jpeg, placed},
    system::until,
    tile_server::{COLOUR, TileServer},
};
use thirtyfour::prelude::*;

use super::{
    PATIENCE, Page,
    chrome::{Screen, browse},
};
use crate::guests::ready;

const ATTRIBUTION: &str = "© Example Maps, https://maps.example.org/copyright";

/// Somebody with a photo of a place, as they sign in.
struct Owner {
    origin: String,
    email: String,
}

impl Owner {
    async fn new(system: &System) -> Self {
        let ana = Person::new(system).await;
        let album = ana.album("Places").await;
        ready(&ana, &album, &placed(&jpeg(60, 40, 1))).await;
        let email = text(&ana.get("/v1/me").await.expect(200)["email"]);
        Self { origin: system.origin.clone(), email }
    }
}

#[tokio::test]
async fn maps_are_drawn_of_the_stack_s_tiles_and_without_them_of_the_base_map() {
    let server = TileServer::start().await;
    let tiles = format!("MapTiles={}/{{z}}/{{x}}/{{y}}{{r}}.png", server.origin);
    let attribution = format!("MapTilesAttribution={ATTRIBUTION}");
    let own = OwnSystem::start(&[&tiles, &attribution]).await;
    let system = own.system();
    let owner = Owner::new(&system).await;
    let screen = Screen { name: "tiles-desktop", width: 1280, height: 900, phone: false };
    browse(screen, |driver| drawn(Page { driver, screen }, owner)).await;
    for asked in server.asked() {
        assert!(!asked.path.contains('@'), "{asked:?}");
        assert_eq!(asked.referrer, format!("{}/", system.origin), "the origin alone");
    }
    let owner = Owner::new(&system).await;
    let screen = Screen { name: "tiles-phone", width: 360, height: 740, phone: true };
    browse(screen, |driver| drawn(Page { driver, screen }, owner)).await;
    let asked = server.asked();
    assert!(!asked.is_empty() && asked.iter().all(|tile| tile.path.contains("@2x")), "{asked:?}");

    server.fail();
    let owner = Owner::new(&system).await;
    let screen = Screen { name: "tiles-failing", width: 1280, height: 900, phone: false };
    browse(screen, |driver| left_out(Page { driver, screen }, owner)).await;
    assert!(!server.asked().is_empty(), "they were asked for");
}

async fn drawn(page: Page, owner: Owner) -> WebDriverResult<()> {
    if page.screen.phone {
        page.driver.goto(owner.origin.as_str()).await?;
        page.be_dark_and_chinese().await?;
    }
    page.open_map(&owner).await?;
    page.await_corner("tiles are drawn", true).await;
    let source = page.text(".map-source").await?;
    assert_eq!(source, "© Example Maps, maps.example.org/copyright");
    page.see(".map-source a[href='https://maps.example.org/copyright']")
        .await?;
    page.screenshot("1-map").await;
    page.assert_fits().await?;
    page.assert_policy_kept().await
}

async fn left_out(page: Page, owner: Owner) -> WebDriverResult<()> {
    page.open_map(&owner).await?;
    page.await_corner("the base map is drawn", false).await;
    page.screenshot("1-map").await;
    page.see(".map-pin .is-loaded").await.map(drop)
}

#[tokio::test]
async fn without_a_tile_server_no_map_asks_a_third_party() {
    let system = System::shared();
    let anyone = Person::anonymous(&system);
    let rule = anyone.get("/v1/sign-up").await.expect(200);
    assert_eq!(rule["map_tiles"], Value::Null);
    let page = anyone.get("/").await;
    let policy = page.headers["content-security-policy"]
        .to_str()
        .expect("text");
    let images = policy
        .split("; ")
        .find_map(|directive| directive.strip_prefix("img-src "))
        .expect("a rule for images");
    let sources: Vec<_> = images.split(' ').collect();
    assert_eq!(&sources[..3], ["'self'", "data:", "blob:"]);
    assert_eq!(sources.len(), 4, "the bucket, and no tile server: {images}");
}

impl Page {
    async fn open_map(&self, owner: &Owner) -> WebDriverResult<()> {
        self.driver
            .goto(format!("{}/#/sign-in", owner.origin))
            .await?;
        self.fill("email", &owner.email).await?;
        self.fill("password", PASSWORD).await?;
        self.click("button[type='submit']").await?;
        self.see(".account").await?;
        self.driver.goto(format!("{}/#/map", owner.origin)).await?;
        self.see(".map-pin .is-loaded").await.map(drop)
    }

    /// Waits until the corner of the map has the colour of the tiles, or for a second that it has
    /// not.
    async fn await_corner(&self, what: &str, has_tiles: bool) {
        if !has_tiles {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
        let seen = async || {
            let colour = self.corner().await.ok()?;
            let is_tile = colour
                .iter()
                .zip(COLOUR)
                .all(|(seen, tile)| seen.abs_diff(tile) < 12);
            (is_tile == has_tiles).then_some(())
        };
        until(what, PATIENCE, seen).await;
    }

    /// Returns the colour near the south-western corner of the map: a canvas with pictures of
    /// elsewhere shows it to no script.
    async fn corner(&self) -> WebDriverResult<[u8; 3]> {
        let script = "const { left, bottom } = document.querySelector('.map').getBoundingClientRect(); \
            return [left + 20, bottom - 80].map((place) => Math.round(place * devicePixelRatio))";
        let place = self.driver.execute(script, Vec::<Value>::new()).await?;
        let (x, y): (usize, usize) = place.convert()?;
        let wanted = json!({"format": "jpeg", "quality": 95});
        let tools = self.driver.cdp();
        let taken = tools.send_raw("Page.captureScreenshot", wanted).await?;
        let bytes = STANDARD.decode(text(&taken["data"])).expect("base64");
        let image = turbojpeg::decompress(&bytes, turbojpeg::PixelFormat::RGB).expect("a JPEG");
        let at = y * image.pitch + x * 3;
        Ok([image.pixels[at], image.pixels[at + 1], image.pixels[at + 2]])
    }

    /// Nothing was refused by the content security policy.
    async fn assert_policy_kept(&self) -> WebDriverResult<()> {
        let log = self.driver.browser_log().await?;
        let refused: Vec<_> = log
            .iter()
            .filter(|line| line.message.contains("Content Security Policy"))
            .collect();
        assert!(refused.is_empty(), "{refused:#?}");
        Ok(())
    }
}
