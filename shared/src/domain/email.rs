//! E-mail addresses, and which of them are the same.

use std::fmt;

use email_address::{EmailAddress, Options};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::schema::schemas;

schemas! {
    Email {"type": "string", "format": "email", "maxLength": 254}
}

/// An e-mail address, as its owner writes it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Email(String);

impl Email {
    /// The address as its owner writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two addresses are compared: NFC, lower case, and the domain as DNS has it
    /// (UTS 46), so that `bücher.example` and `xn--bcher-kva.example` are one.
    pub fn normalised(&self) -> String {
        let (local, domain) = self.parts();
        let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| lower(domain));
        format!("{}@{domain}", lower(local))
    }

    /// Every form under which the address may be kept: those too from before domains were compared
    /// as DNS has them, when one address could belong to two. So the one that was sent comes
    /// first.
    pub fn forms(&self) -> Vec<String> {
        let (local, domain) = self.parts();
        let (unicode, readable) = idna::domain_to_unicode(domain);
        let unicode = readable
            .is_ok()
            .then(|| format!("{}@{unicode}", lower(local)));
        let mut forms = vec![lower(&self.0)];
        for form in [Some(self.normalised()), unicode].into_iter().flatten() {
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
        forms
    }

    /// Returns whether this text, an account's, is the same address.
    pub fn is(&self, kept: &str) -> bool {
        Self::try_from(kept.to_owned()).is_ok_and(|kept| kept.normalised() == self.normalised())
    }

    /// Returns what stands before the last `@`, and behind it.
    fn parts(&self) -> (&str, &str) {
        self.0.rsplit_once('@').unwrap_or((&self.0, ""))
    }
}

fn lower(text: &str) -> String {
    text.to_lowercase().nfc().collect()
}

impl TryFrom<String> for Email {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text: String = text.trim().nfc().collect();
        let options = Options::default()
            .without_display_text()
            .without_domain_literal()
            .with_required_tld();
        let valid = text.len() <= 254 && EmailAddress::parse_with_options(&text, options).is_ok();
        valid
            .then_some(Self(text))
            .ok_or_else(|| "must be an e-mail address, such as ana@example.org".to_owned())
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…") // an e-mail address is never logged
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_are_compared_without_case() {
        let email = |text: &str| Email::try_from(text.to_owned());
        let ana = email("Ana@Example.ORG").expect("valid");
        assert_eq!(
            (ana.as_str(), ana.normalised().as_str()),
            ("Ana@Example.ORG", "ana@example.org")
        );
        for bad in [
            "",
            "ana",
            "ana@",
            "@example.org",
            "ana@localhost",
            "Ana <ana@example.org>",
            "a\0@example.org",
        ] {
            assert!(email(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_international_domain_is_one_address_however_it_is_written() {
        let email = |text: &str| Email::try_from(text.to_owned()).expect("valid");
        let ana = email("ana@b\u{fc}cher.example");
        assert_eq!(ana.normalised(), "ana@xn--bcher-kva.example");
        for same in
            ["ana@xn--bcher-kva.example", "Ana@BU\u{308}CHER.example", "ana@XN--BCHER-KVA.Example"]
        {
            assert_eq!(email(same).normalised(), ana.normalised(), "{same}");
            assert!(ana.is(same), "{same}");
        }
        assert!(!ana.is("ana@bucher.example") && !ana.is("") && !ana.is("b\u{fc}cher.example"));
        let (readable, encoded) = ("ana@b\u{fc}cher.example", "ana@xn--bcher-kva.example");
        assert_eq!(ana.forms(), [readable, encoded], "as it was sent first");
        assert_eq!(email(encoded).forms(), [encoded, readable]);
        assert_eq!(
            email("Ana@Example.org").forms(),
            ["ana@example.org"],
            "most addresses have one form"
        );
        // No domain that DNS could have: kept as it is written.
        assert_eq!(email("ana@xn--a.example").normalised(), "ana@xn--a.example");
    }
}
