//! The rule of who may sign up.

use schemars::JsonSchema;
use serde::Serialize;

use super::Email;

/// Those who may sign up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SignUpMode {
    /// Everybody.
    Open,
    /// Whoever has an invitation.
    Invited,
    /// Whoever has an address at one of some domains, or an invitation.
    Domains,
    /// Nobody.
    Closed,
}

/// The rule of who may sign up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUpRule {
    /// Those who may.
    pub mode: SignUpMode,
    /// The domains of [`SignUpMode::Domains`], as DNS has them.
    pub domains: Vec<String>,
}

impl SignUpRule {
    /// Reads the rule as the template gives it: a word, and domains with commas between them.
    ///
    /// # Errors
    /// A text that says what is wrong with it.
    pub fn parse(mode: &str, domains: &str) -> Result<Self, String> {
        let mode = match mode {
            "open" => SignUpMode::Open,
            "invited" => SignUpMode::Invited,
            "domains" => SignUpMode::Domains,
            "closed" => SignUpMode::Closed,
            other => return Err(format!("SIGN_UP is none of its words: {other}")),
        };
        let mut of_dns = Vec::new();
        if mode == SignUpMode::Domains {
            for domain in domains.split(',').map(str::trim) {
                if !domain.is_empty() {
                    of_dns.push(domain_of_dns(domain)?);
                }
            }
            if of_dns.is_empty() {
                return Err("SIGN_UP_DOMAINS names no domain".to_owned());
            }
        }
        Ok(Self { mode, domains: of_dns })
    }

    /// Returns true if whoever has this address may sign up, invited or not.
    pub fn admits(&self, email: &Email, invited: bool) -> bool {
        match self.mode {
            SignUpMode::Open => true,
            SignUpMode::Invited => invited,
            SignUpMode::Domains => invited || self.has_domain_of(email),
            SignUpMode::Closed => false,
        }
    }

    /// Returns true if an address counts only once a mail has shown that it is its user's.
    pub fn relies_on_addresses(&self) -> bool {
        self.mode == SignUpMode::Domains
    }

    fn has_domain_of(&self, email: &Email) -> bool {
        let normalised = email.normalised();
        let (_, domain) = normalised.rsplit_once('@').unwrap_or_default();
        self.domains.iter().any(|of_rule| of_rule == domain)
    }
}

/// The domain as addresses at it are compared.
fn domain_of_dns(domain: &str) -> Result<String, String> {
    let email = Email::try_from(format!("a@{domain}"))
        .map_err(|_| format!("SIGN_UP_DOMAINS has what is no domain: {domain}"))?;
    let normalised = email.normalised();
    let (_, domain) = normalised.rsplit_once('@').unwrap_or_default();
    Ok(domain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Email {
        Email::try_from(text.to_owned()).expect("an address")
    }

    #[test]
    fn an_invitation_opens_what_is_not_closed() {
        let ana = email("ana@example.org");
        let may = |mode: &str, invited| {
            let rule = SignUpRule::parse(mode, "example.com").expect("a rule");
            rule.admits(&ana, invited)
        };
        for (mode, alone, invited) in [
            ("open", true, true),
            ("invited", false, true),
            ("domains", false, true),
            ("closed", false, false),
        ] {
            assert_eq!((may(mode, false), may(mode, true)), (alone, invited), "{mode}");
        }
    }

    #[test]
    fn a_domain_is_one_however_it_is_written_and_no_part_of_another() {
        let rule =
            SignUpRule::parse("domains", " Example.org, b\u{fc}cher.example,").expect("a rule");
        for (address, may) in [
            ("ana@example.org", true),
            ("ana@EXAMPLE.ORG", true),
            ("ana@xn--bcher-kva.example", true),
            ("ana@sub.example.org", false),
            ("ana@notexample.org", false),
            ("\"ana@example.org\"@example.net", false),
        ] {
            assert_eq!(rule.admits(&email(address), false), may, "{address}");
        }
    }

    #[test]
    fn a_rule_that_says_nothing_is_none() {
        assert!(SignUpRule::parse("", "").is_err());
        assert!(SignUpRule::parse("domains", " , ").is_err());
        assert!(SignUpRule::parse("domains", "no domain").is_err());
        assert!(SignUpRule::parse("open", "no domain").is_ok());
    }
}
