//! The part of the story that whoever is invited has.

use thirtyfour::prelude::*;

use super::{ALBUM, Actor};
use crate::{browser::PASSWORD, invitations::INVITED};

impl Actor {
    /// Follows the invitation, and makes an account on the way.
    pub async fn accepts(&mut self, email: &str) -> WebDriverResult<()> {
        self.follow(email, INVITED).await?;
        let lead = self.page.text(".sign .lead").await?;
        let told = format!("Mária Ödegård invites you into the album “{ALBUM}”.");
        assert!(lead.starts_with(&told), "{lead}");
        self.page.fill("name", "Ben").await?;
        self.page.fill("password", PASSWORD).await?;
        self.looker.look("01-invitation").await?;
        self.page.press("main button[type='submit']").await?;
        self.page.see_text("h1", ALBUM).await?;
        self.page
            .see_count(".tile[data-status='ready'] .photo-image.is-loaded", 2)
            .await?;
        self.looker.look("02-joined").await
    }

    /// Opens the mail's link once more, which has done what it was for, and leads on.
    pub async fn opens_link_again(&mut self, email: &str) -> WebDriverResult<()> {
        self.follow(email, INVITED).await?;
        let lead = self.page.text(".sign .lead").await?;
        assert!(lead.starts_with("This invitation was answered"), "{lead}");
        self.looker.look("03-link-again").await?;
        self.page.click(".sign-other a").await?;
        self.sees_album().await
    }

    pub async fn makes_passkey(&mut self) -> WebDriverResult<()> {
        self.page.add_authenticator().await?;
        self.open("#/me").await?;
        self.page.add_passkey().await?;
        self.looker.look("04-passkey").await
    }

    /// Signs out and in, without typing anything, and finds the album among what others share.
    pub async fn signs_in_by_passkey(&mut self) -> WebDriverResult<()> {
        self.page.leave(&self.system.origin).await?;
        self.looker.look("05-signed-out").await?;
        self.page.press(".passkey-sign-in .button").await?;
        self.page.see(".account").await?;
        self.page.see(".empty a[href='#/sharing']").await?;
        self.looker.look("06-signed-in").await?;
        self.page.click(".empty a[href='#/sharing']").await?;
        self.page.see(".mount-picture .is-loaded").await?;
        self.looker.look("07-sharing").await?;
        self.sees_album().await
    }

    /// Signs out, and asks for a mail.
    pub async fn forgets(&mut self, email: &str) -> WebDriverResult<()> {
        self.page.leave(&self.system.origin).await?;
        self.page.press("a[href='#/forgotten']").await?;
        self.page.see_text("h1", "Forgot your password?").await?;
        self.page.fill("email", email).await?;
        self.looker.look("08-forgotten").await?;
        self.page.click("main button[type='submit']").await?;
        self.page.see_count(".sign-form form", 0).await?;
        self.looker.look("09-mail-sent").await
    }

    /// Chooses another password by the mail, and is led to signing in.
    pub async fn resets(&mut self, email: &str) -> WebDriverResult<()> {
        self.follow(email, "Choose a new password").await?;
        self.page
            .fill("password", "eight loud purple windmills")
            .await?;
        self.looker.look("10-new-password").await?;
        self.page.click("main button[type='submit']").await?;
        self.page.see_count(".sign-form form", 0).await?;
        self.looker.look("11-password-set").await?;
        self.page.click(".sign-other a").await?;
        self.page.see_text("h1", "Sign in").await
    }

    /// The new password has ended all passkeys.
    pub async fn has_no_passkey(&mut self) -> WebDriverResult<()> {
        self.page.press(".passkey-sign-in .button").await?;
        let refusal = self
            .page
            .text(".passkey-sign-in .form-error:not(:empty)")
            .await?;
        assert!(refusal.starts_with("This passkey opens no account here."), "{refusal}");
        self.looker.look("12-passkey-refused").await
    }

    /// Signs on at the provider, who vouches for the same address.
    pub async fn signs_on(&mut self) -> WebDriverResult<()> {
        self.page.sign_on_as("ben").await?;
        self.page.see(".account").await?;
        self.page.click(".nav a[href='#/sharing']").await?;
        self.sees_album().await?;
        self.looker.look("13-signed-on").await?;
        self.open("#/me").await?;
        let linked = self.page.text(".linked-sign-on .lead").await?;
        assert!(linked.contains("signs you in"), "{linked}");
        self.page
            .see_text(".passkeys .lead", "There is no passkey yet.")
            .await?;
        self.looker.look("14-linked").await
    }

    /// The session has ended, and no other begins: the page says why.
    pub async fn is_shut_out(&mut self) -> WebDriverResult<()> {
        self.page.click(".nav a[href='#/sharing']").await?;
        self.page.see_text("h1", "Sign in").await?;
        self.looker.look("15-session-ended").await?;
        self.page.press(".sign-on button").await?;
        let lead = "An administrator has suspended this account. Ask whoever runs this Albumen.";
        self.page.see_text(".sign .lead", lead).await?;
        self.looker.look("16-suspended").await
    }

    /// Signs on again, to where the page was going: the session that has ended does not come back by
    /// itself.
    pub async fn comes_back(&mut self) -> WebDriverResult<()> {
        self.page.click("a[href='#/sign-in']").await?;
        self.page.see_text("h1", "Sign in").await?;
        self.page.press(".sign-on button").await?;
        self.sees_album().await?;
        self.looker.look("17-back").await
    }
}
