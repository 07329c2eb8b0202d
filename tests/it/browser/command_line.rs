//! `albumen login --browser`: the gallery begins a session for the program, and hands it over.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
};

use tests::{Albumen, System};
use thirtyfour::prelude::*;

use super::{
    PASSWORD, Page,
    chrome::{Screen, browse},
};

#[tokio::test]
async fn the_command_line_signs_in_by_the_browser() {
    let screen = Screen { name: "command-line", width: 1280, height: 900, phone: false };
    browse(screen, |driver| story(Page { driver, screen })).await;
}

async fn story(page: Page) -> WebDriverResult<()> {
    let origin = System::shared().origin.clone();
    page.driver.goto(origin.clone()).await?;
    page.sign_up().await?;

    let albumen = Albumen::signed_out();
    let mut login = albumen
        .command(&["login", &origin, "--browser", "--keep-in", "file"])
        // No program that would open a browser is found.
        .env("PATH", albumen.home())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    let address = address_of(&mut login, &origin);
    page.driver.goto(address.clone()).await?;
    page.see("input[name='password']").await?;
    page.screenshot("1-connect").await;

    page.fill("password", "another quiet lighthouse").await?;
    page.click("form button[type='submit']").await?;
    page.see("input[name='password'] ~ .field-error").await?;
    page.fill("password", PASSWORD).await?;
    page.click("form button[type='submit']").await?;
    page.see_text("h1", "Signed in").await?;
    page.screenshot("2-connected").await;
    let end = page.driver.current_url().await?;
    assert_eq!(end.as_str(), format!("{origin}/#/connected"), "no token in the address");

    assert!(login.wait().expect("its end").success());
    let me = page.me().await?;
    let (code, lines) = albumen.run(&["whoami"]);
    assert_eq!(code, 0, "{lines:?}");
    assert_eq!(lines[0]["user"]["email"], me["email"]);

    let (code, _) = albumen.run(&["logout"]);
    assert_eq!(code, 0);
    Ok(())
}

/// Returns the address that the program asks to open.
fn address_of(login: &mut Child, origin: &str) -> String {
    let errors = login.stderr.take().expect("what it says");
    for line in BufReader::new(errors).lines() {
        let line = line.expect("a line");
        let line = line.trim();
        if line.starts_with(&format!("{origin}/#/connect?")) {
            return line.to_owned();
        }
    }
    panic!("the program named no address")
}
