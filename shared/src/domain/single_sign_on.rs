//! Single sign-on: what a browser has begun, and what the provider says of whom it brings back.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Email, Moment, Name};

/// A sign-on that a browser has begun.
#[derive(Serialize, Deserialize)]
pub struct BegunSignOn {
    /// The secret that all else of it is made of.
    pub token: String,
    /// The moment until which the browser may come back, in microseconds of Unix time.
    pub until: i64,
}

impl BegunSignOn {
    /// Seconds in which somebody signs in at their provider.
    pub const LASTS: i64 = 600;

    /// Returns a sign-on with this secret, which begins now.
    pub fn new(token: String) -> Self {
        Self { token, until: Moment::now().plus(Self::LASTS).micros() }
    }

    /// Returns true if the browser may still come back.
    pub fn is_open(&self) -> bool {
        self.until > Moment::now().micros()
    }
}

impl fmt::Debug for BegunSignOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// An identity that the provider has shown to be that of whoever has the browser.
#[derive(Serialize, Deserialize)]
pub struct ProvenIdentity {
    /// The name of the sign-on that it comes from: it opens one session.
    pub sign_on: String,
    /// The provider.
    pub issuer: String,
    /// The provider's own name of the person, which never changes.
    pub subject: String,
    /// The address, as the provider has it.
    pub email: Option<String>,
    /// True if the provider says that the address is the person's.
    pub email_verified: bool,
    /// The person's name, as the provider has it.
    pub name: Option<String>,
    /// True if the claim that makes administrators is there.
    pub administrator: bool,
    /// The provider's address at which the browser ends its session there; `None` if it has none.
    #[serde(default)]
    pub logout: Option<String>,
    /// The moment until which it opens a session, in microseconds of Unix time.
    pub until: i64,
}

impl ProvenIdentity {
    /// Seconds in which the page asks for the session. A code of a second factor is typed within
    /// them.
    pub const LASTS: i64 = 300;
    /// The most bytes of a provider's name of a person: OpenID Connect Core, section 2.
    pub const LONGEST_SUBJECT: usize = 255;

    /// Returns true if it still opens a session.
    pub fn is_open(&self) -> bool {
        self.until > Moment::now().micros()
    }

    /// Returns the address, if the provider says that it is the person's.
    pub fn verified_email(&self) -> Option<Email> {
        let email = self.email.as_ref().filter(|_| self.email_verified)?;
        Email::try_from(email.clone()).ok()
    }

    /// Returns the name that an account gets that is made for the person with this address.
    pub fn account_name(&self, email: &Email) -> Option<Name> {
        let given = self.name.as_deref().unwrap_or_default();
        let local_part = email.as_str().split('@').next().unwrap_or_default();
        valid_name(given).or_else(|| valid_name(local_part))
    }

    /// Returns the bytes by whose sum it is found: no two identities have the same.
    pub fn key(issuer: &str, subject: &str) -> Vec<u8> {
        // No address has a line's end in it.
        format!("{issuer}\n{subject}").into_bytes()
    }
}

impl fmt::Debug for ProvenIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Returns a name of somebody else's making, cut to what is one here.
fn valid_name(text: &str) -> Option<Name> {
    /// The most characters that are taken of it.
    const MOST: usize = 100;
    let mut cleaned = String::new();
    for letter in text.chars().filter(|letter| !letter.is_control()) {
        if cleaned.chars().count() < MOST {
            cleaned.push(letter);
        }
    }
    Name::try_from(cleaned.trim().to_owned()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(email: Option<&str>, email_verified: bool, name: Option<&str>) -> ProvenIdentity {
        ProvenIdentity {
            sign_on: "s".to_owned(),
            issuer: "https://id.example".to_owned(),
            subject: "1".to_owned(),
            email: email.map(str::to_owned),
            email_verified,
            name: name.map(str::to_owned),
            administrator: false,
            logout: None,
            until: 0,
        }
    }

    #[test]
    fn an_address_counts_if_the_provider_has_verified_it() {
        let email = Some("ana@example.org");
        assert!(identity(email, true, None).verified_email().is_some());
        assert!(identity(email, false, None).verified_email().is_none());
        assert!(identity(None, true, None).verified_email().is_none());
        assert!(
            identity(Some("no address"), true, None)
                .verified_email()
                .is_none()
        );
    }

    #[test]
    fn an_account_has_a_name_whatever_the_provider_says() {
        let email = Email::try_from("ana@example.org".to_owned()).expect("an address");
        let named = |name| {
            let name = identity(None, true, name).account_name(&email);
            name.map(|name| name.as_str().to_owned())
        };
        assert_eq!(named(Some("Ana")).as_deref(), Some("Ana"));
        assert_eq!(named(Some(" \u{7} ")).as_deref(), Some("ana"));
        assert_eq!(named(None).as_deref(), Some("ana"));
        let long = "ä".repeat(300);
        assert_eq!(named(Some(&long)).map(|name| name.chars().count()), Some(100));
    }

    #[test]
    fn what_a_browser_brings_back_is_not_printed() {
        assert_eq!(format!("{:?}", BegunSignOn::new("secret".to_owned())), "…");
        assert_eq!(format!("{:?}", identity(Some("ana@example.org"), true, None)), "…");
    }
}
