//! Letters: words in the reader's language, put into the templates of text and page.

use askama::Template;
use shared::{
    Result,
    domain::Language,
    error::Error,
    stores::{Account, Letter},
};

use crate::{
    chinese, english,
    occasion::{Occasion, Words},
};

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    /// The greeting, with the reader's name where that is known.
    greeting: &'a str,
    words: &'a Words,
    url: &'a str,
    footer: &'a str,
    origin: &'a str,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Page<'a> {
    language: &'a str,
    greeting: &'a str,
    words: &'a Words,
    url: &'a str,
    footer: &'a str,
    origin: &'a str,
}

/// Returns the letter that tells this account's user of the occasion, or somebody whom they invite,
/// with links to `origin`.
pub(crate) fn letter(account: &Account, occasion: &Occasion, origin: &str) -> Result<Letter> {
    let language = account.language.unwrap_or_default();
    let greeting = match language {
        Language::English => english::GREETING,
        Language::TraditionalChinese => chinese::GREETING,
    };
    let footer = footer(occasion, language);
    let named = format!("{greeting} {}", account.name);
    let greeting = if occasion.is_for_anybody() { greeting } else { named.as_str() };
    let words = occasion.words(language);
    let url = format!("{origin}{}", words.path);
    let text = Text { greeting, words: &words, url: &url, footer, origin };
    let language = language.tag();
    let page = Page { language, greeting, words: &words, url: &url, footer, origin };
    Ok(Letter {
        subject: words.subject.to_owned(),
        text: text.render().map_err(Error::internal)?,
        html: page.render().map_err(Error::internal)?,
    })
}

/// Returns the words that say who writes, and why to this address.
fn footer(occasion: &Occasion, language: Language) -> &'static str {
    match (language, occasion) {
        (Language::English, Occasion::Invitation(_)) => english::FOOTER_OF_INVITATIONS,
        (Language::English, Occasion::PendingAddress(_)) => english::FOOTER_OF_NEW_ADDRESSES,
        (Language::English, _) => english::FOOTER,
        (Language::TraditionalChinese, Occasion::Invitation(_)) => chinese::FOOTER_OF_INVITATIONS,
        (Language::TraditionalChinese, Occasion::PendingAddress(_)) => {
            chinese::FOOTER_OF_NEW_ADDRESSES
        }
        (Language::TraditionalChinese, _) => chinese::FOOTER,
    }
}

#[cfg(test)]
mod tests {
    use shared::{
        domain::{Moment, Scopes, SessionId, Shard, UserId, sharing::MemberRole},
        stores::Session,
    };

    use super::*;
    use crate::occasion::{AdministrationTold, InvitationTold, SignUpInvitationTold};

    fn account(language: Option<Language>) -> Account {
        Account {
            id: UserId::new(Shard::random()),
            name: "Ana <b>".to_owned(),
            email: "ana@example.org".to_owned(),
            password_hash: String::new(),
            email_verified_at: None,
            language,
            created_at: Moment::from_micros(0),
            deletes_at: None,
            suspended_at: None,
            administrator_since: None,
            pending_address: None,
            version: 1,
        }
    }

    fn session() -> Session {
        Session {
            id: SessionId::new(Shard::random()),
            name: "<i>backup</i>".to_owned(),
            scopes: Scopes::all(),
            created_at: Moment::from_micros(1_784_021_400_000_000),
            expires_at: Moment::from_micros(1_784_107_800_000_000),
            current: false,
        }
    }

    fn invitation() -> Occasion {
        Occasion::Invitation(InvitationTold {
            inviter: "Ana <b>".to_owned(),
            title: "Como".to_owned(),
            role: MemberRole::Viewer,
            expires_at: Moment::from_micros(1_784_021_400_000_000),
            token: "albumen_t".to_owned(),
        })
    }

    fn sign_up_invitation() -> Occasion {
        Occasion::SignUpInvitation(SignUpInvitationTold {
            inviter: "Ana <b>".to_owned(),
            expires_at: Moment::from_micros(1_784_021_400_000_000),
            token: "albumen_t".to_owned(),
        })
    }

    fn administration(given: bool, by_reader: bool) -> Occasion {
        Occasion::Administration(AdministrationTold {
            given,
            by_reader,
            other: "Ben <i>".to_owned(),
        })
    }

    const ORIGIN: &str = "https://albumen.example";

    #[test]
    fn a_page_shows_what_people_typed_and_a_text_has_it_as_it_is() {
        let letter = letter(&account(None), &Occasion::Key(session()), ORIGIN).expect("a letter");
        assert!(letter.text.contains("Hello Ana <b>,"), "{}", letter.text);
        assert!(letter.text.contains("“<i>backup</i>”"), "{}", letter.text);
        assert!(letter.text.contains("2026-07-14 09:30 UTC"), "{}", letter.text);
        assert!(letter.text.contains("https://albumen.example/\n"), "{}", letter.text);
        assert!(!letter.html.contains("<b>") && !letter.html.contains("<i>"), "{}", letter.html);
        assert!(letter.html.contains("lang=\"en\""), "{}", letter.html);
    }

    #[test]
    fn every_occasion_is_told_in_every_language() {
        let occasions = [
            Occasion::LogIn(session()),
            Occasion::Key(session()),
            Occasion::Verification("albumen_t".to_owned()),
            Occasion::PasswordReset("albumen_t".to_owned()),
            Occasion::PendingAddress("albumen_t".to_owned()),
            Occasion::AddressChangeBegun("new@example.org".to_owned()),
            Occasion::AddressChanged,
            Occasion::Closing(Moment::from_micros(1_784_021_400_000_000)),
            Occasion::ClosedByAdministrator(Moment::from_micros(1_784_021_400_000_000)),
            Occasion::FactorOn,
            Occasion::FactorOff,
            Occasion::RecoveryCode(9),
            Occasion::SignOnLinked("https://id.example".to_owned()),
            Occasion::SignOnUnlinked("https://id.example".to_owned()),
            Occasion::Passkey("Telephone".to_owned(), Moment::from_micros(1_784_021_400_000_000)),
            Occasion::PasskeyRemoved,
            invitation(),
            sign_up_invitation(),
            administration(true, true),
            administration(true, false),
            administration(false, true),
            administration(false, false),
        ];
        for occasion in occasions {
            let told = |language| letter(&account(language), &occasion, ORIGIN).expect("a letter");
            let english = told(Some(Language::English));
            assert_eq!(english, told(None), "English unless the user says otherwise");
            let chinese = told(Some(Language::TraditionalChinese));
            assert!(english.subject.is_ascii() && !chinese.subject.is_ascii());
            assert!(chinese.html.contains("lang=\"zh-Hant\""), "{}", chinese.html);
            let greeting = if occasion.is_for_anybody() { "您好," } else { "您好 Ana" };
            assert!(chinese.text.starts_with(greeting), "{}", chinese.text);
        }
    }

    /// It may have been mistyped, and be a stranger's.
    #[test]
    fn a_new_address_is_told_no_name() {
        let occasion = Occasion::PendingAddress("albumen_t".to_owned());
        let letter = letter(&account(None), &occasion, ORIGIN).expect("a letter");
        assert!(letter.text.starts_with("Hello,\n"), "{}", letter.text);
        assert!(!letter.text.contains("Ana"), "{}", letter.text);
        assert!(!letter.text.contains("has an account"), "{}", letter.text);
        assert!(
            letter
                .text
                .contains("https://albumen.example/#/verify/albumen_t\n")
        );
    }

    #[test]
    fn an_invitation_names_who_invites_and_nobody_else() {
        let letter = letter(&account(None), &invitation(), ORIGIN).expect("a letter");
        assert!(letter.text.starts_with("Hello,\n"), "{}", letter.text);
        assert!(
            letter
                .text
                .contains("Ana <b> invites you into the album “Como”")
        );
        assert!(
            letter
                .text
                .contains("https://albumen.example/#/invitation/albumen_t\n")
        );
        assert!(!letter.text.contains("has an account"), "{}", letter.text);
        assert!(!letter.html.contains("<b>"), "{}", letter.html);
    }
}
