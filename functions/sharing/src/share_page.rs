//! The page behind a link: the address, and the HTML.
//!
//! It runs no script and has no style of its own, so the one policy of all pages holds for it. What
//! leads on is a refresh: the token goes behind a hash, where it stands in the gallery.

use askama::Template;
use shared::{Result, domain::Language, error::Error, http::Reply};

use crate::card::Card;

/// The end of the path of a card's picture; no token has a full stop.
pub const PICTURE: &str = ".jpg";

/// The most letters of what is taken for a token.
const LONGEST: usize = 200;

#[derive(Template)]
#[template(path = "share.html")]
struct Page<'a> {
    origin: &'a str,
    token: &'a str,
    card: &'a Card,
    locale: &'static str,
    open: &'static str,
}

/// Returns the address that is passed on.
pub fn address(origin: &str, token: &str) -> String {
    format!("{origin}/s/{token}")
}

/// Returns true for what may be a token, whether any share has it or not.
pub fn is_token(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    !text.is_empty() && text.len() <= LONGEST && text.chars().all(is_letter)
}

/// Returns the page of this link with this card.
///
/// # Errors
/// When the template cannot be filled in.
pub fn reply(origin: &str, token: &str, card: &Card) -> Result<Reply> {
    let (locale, open) = match card.language {
        Language::English => ("en_GB", "Open the album"),
        Language::TraditionalChinese => ("zh_TW", "打開相簿"),
    };
    let page = Page { origin, token, card, locale, open };
    let html = page.render().map_err(Error::internal)?;
    let reply = Reply::ok_of_type("text/html; charset=utf-8", html.into_bytes());
    Ok(reply.with(http::HeaderName::from_static("x-robots-tag"), "noindex"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::CardPicture;

    fn page(token: &str, card: &Card) -> String {
        let reply = reply("https://albumen.example", token, card).expect("a page");
        String::from_utf8(reply.body).expect("text")
    }

    #[test]
    fn what_people_typed_stays_text() {
        let hostile = "\"><script>alert(1)</script><meta http-equiv=\"refresh\" content='0";
        let picture = CardPicture { width: 3, height: 2, alternative: hostile.to_owned() };
        let card = Card {
            title: hostile.to_owned(),
            description: hostile.to_owned(),
            picture: Some(picture),
            ..Card::unnamed()
        };
        let html = page("albumen_t", &card);
        assert!(!html.contains("<script") && !html.contains("alert(1)</"), "{html}");
        assert_eq!(html.matches("http-equiv").count(), 1 + 5, "{html}");
        assert_eq!(html.matches("<meta http-equiv").count(), 1, "{html}");
    }

    #[test]
    fn only_what_may_be_a_token_leads_anywhere() {
        assert!(is_token("albumen_Zm9v-_9"));
        for none in ["", "a.b", "a/b", "a\"b", "a b", "ä", &"a".repeat(LONGEST + 1)] {
            assert!(!is_token(none), "{none}");
        }
    }

    #[test]
    fn a_page_that_names_nothing_differs_by_its_token_alone() {
        let one = page("albumen_1", &Card::unnamed());
        let other = page("albumen_2", &Card::unnamed());
        assert_eq!(one.replace("albumen_1", "albumen_2"), other);
    }
}
