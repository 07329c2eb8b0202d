//! Mails about acts of administrators, in English.

use super::CHANGE_PASSWORD;
use crate::occasion::{AdministrationTold, SignUpInvitationTold, Words, to_the_minute};

/// Returns the words of an invitation to sign up.
pub(super) fn invitation(told: &SignUpInvitationTold) -> Words {
    let SignUpInvitationTold { inviter, expires_at, token } = told;
    let at = to_the_minute(*expires_at);
    Words {
        subject: "You are invited to Albumen",
        paragraphs: vec![
            format!(
                "{inviter}, an administrator of this Albumen, invites you to make an account. \
                 Albumen keeps your photos in albums, which you show to whom you like."
            ),
            format!(
                "Open this link to sign up with this address. It is good until {at}, and for one \
                 account."
            ),
            "If you know nobody of this name, there is nothing to do. Do not pass this mail on: \
             its link is yours."
                .to_owned(),
        ],
        link: "Sign up",
        path: format!("/#/invitation/{token}"),
    }
}

/// Returns the words that tell of administration which was given or taken.
pub(super) fn appointment(told: &AdministrationTold) -> Words {
    let AdministrationTold { given, by_reader, other } = told;
    let (subject, what): (&'static str, String) = match (given, by_reader) {
        (true, false) => (
            "You are an administrator now",
            format!(
                "{other} has made you an administrator of this Albumen. You can suspend and close \
                 accounts, set their quotas, invite people, and make others administrators. \
                 Nobody's photos are shown to you by that."
            ),
        ),
        (false, false) => (
            "You are no administrator any more",
            format!(
                "{other} has taken administration of this Albumen from you. Your account and your \
                 photos stay as they are."
            ),
        ),
        (true, true) => (
            "You have made somebody an administrator",
            format!("With your password {other} was made an administrator of this Albumen."),
        ),
        (false, true) => (
            "You have taken administration from somebody",
            format!("With your password administration of this Albumen was taken from {other}."),
        ),
    };
    let mut paragraphs = vec![what];
    if *by_reader {
        paragraphs.push(CHANGE_PASSWORD.to_owned());
    }
    Words { subject, paragraphs, link: "Open Albumen", path: "/".to_owned() }
}
