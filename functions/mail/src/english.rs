//! Mails in English.

mod addresses;
mod administration;

use shared::{
    domain::{Moment, sharing::MemberRole},
    stores::Session,
};

use crate::occasion::{InvitationTold, Occasion, Words, to_the_minute};

/// The words by which a mail addresses its reader.
pub(crate) const GREETING: &str = "Hello";
/// The words that say who writes, and why.
pub(crate) const FOOTER: &str = "Albumen writes to you because this address has an account. \
    Nobody reads answers to this mail.";
/// The same, to an address that is to be an account's.
pub(crate) const FOOTER_OF_NEW_ADDRESSES: &str = "Albumen writes to you because somebody has typed this address as that of their account. \
     Nobody reads answers to this mail.";
/// The same, to somebody who may have no account.
pub(crate) const FOOTER_OF_INVITATIONS: &str = "Albumen writes to you because somebody has typed this address to invite you. \
     Nobody reads answers to this mail.";

const CHANGE_PASSWORD: &str =
    "If it was not you, change your password: that ends all other log-ins and all keys.";

/// Returns the words of a mail.
pub(crate) fn words(occasion: &Occasion) -> Words {
    match occasion {
        Occasion::LogIn(session) => log_in(session),
        Occasion::Key(session) => key(session),
        Occasion::Verification(token) => addresses::verification(token),
        Occasion::PasswordReset(token) => password_reset(token),
        Occasion::PendingAddress(token) => addresses::pending_address(token),
        Occasion::AddressChangeBegun(email) => addresses::address_change_begun(email),
        Occasion::AddressChanged => addresses::address_changed(),
        Occasion::Closing(deletes_at) => closing(*deletes_at),
        Occasion::ClosedByAdministrator(deletes_at) => closed_by_administrator(*deletes_at),
        Occasion::FactorOn => factor_on(),
        Occasion::FactorOff => factor_off(),
        Occasion::RecoveryCode(left) => recovery_code(*left),
        Occasion::SignOnLinked(issuer) => sign_on_linked(issuer),
        Occasion::SignOnUnlinked(issuer) => sign_on_unlinked(issuer),
        Occasion::Passkey(name, at) => passkey(name, *at),
        Occasion::PasskeyRemoved => passkey_removed(),
        Occasion::Invitation(told) => invitation(told),
        Occasion::SignUpInvitation(told) => administration::invitation(told),
        Occasion::Administration(told) => administration::appointment(told),
    }
}

fn log_in(session: &Session) -> Words {
    let at = to_the_minute(session.created_at);
    Words {
        subject: "Somebody has logged in to your account",
        paragraphs: vec![
            format!(
                "On {at} somebody logged in to your account with a browser or program, and from a \
                 network, that you have not used before."
            ),
            "If it was you, there is nothing to do.".to_owned(),
            CHANGE_PASSWORD.to_owned(),
        ],
        link: "Open Albumen",
        path: "/".to_owned(),
    }
}

fn key(session: &Session) -> Words {
    let at = to_the_minute(session.created_at);
    let until = to_the_minute(session.expires_at);
    let name = &session.name;
    let scopes = session.scopes.words();
    Words {
        subject: "Your account has a new key",
        paragraphs: vec![
            format!(
                "On {at} a key with the name “{name}” was made with your password or a \
                 passkey. Until {until} whoever has it may use your account: {scopes}."
            ),
            CHANGE_PASSWORD.to_owned(),
        ],
        link: "Open Albumen",
        path: "/".to_owned(),
    }
}

fn password_reset(token: &str) -> Words {
    Words {
        subject: "Choose a new password",
        paragraphs: vec![
            "Somebody has asked for a new password for the account with this address. Open this \
             link to choose one. It is good for an hour, and for one use; then all log-ins end."
                .to_owned(),
            "If it was not you, there is nothing to do: your password stays as it is.".to_owned(),
        ],
        link: "Choose a new password",
        path: format!("/#/reset/{token}"),
    }
}

fn closing(deletes_at: Moment) -> Words {
    let at = to_the_minute(deletes_at);
    Words {
        subject: "Your account is closed",
        paragraphs: vec![
            format!(
                "Your account was closed, with your password or a passkey. On {at} it will be \
                 deleted, with all of your photos, and nobody can bring it back."
            ),
            "Until then you can take that back: log in, and say that you want to keep it."
                .to_owned(),
        ],
        link: "Log in and keep the account",
        path: "/".to_owned(),
    }
}

fn closed_by_administrator(deletes_at: Moment) -> Words {
    let at = to_the_minute(deletes_at);
    Words {
        subject: "Your account was closed by an administrator",
        paragraphs: vec![
            format!(
                "An administrator of this Albumen has closed your account. On {at} it will be \
                 deleted, with all of your photos, and nobody can bring it back."
            ),
            "Until then you can take that back, unless the account was suspended before: log in, \
             and say that you want to keep it."
                .to_owned(),
        ],
        link: "Log in and keep the account",
        path: "/".to_owned(),
    }
}

fn factor_on() -> Words {
    Words {
        subject: "Your log-ins take a code now",
        paragraphs: vec![
            "The second factor of your account was switched on. Log-ins and dangerous changes with \
             your password take a code of your app from now on."
                .to_owned(),
            "Keep the recovery codes where you find them without your phone: without app and codes \
             nobody can bring the account back."
                .to_owned(),
            "If it was not you, tell whoever runs this Albumen at once.".to_owned(),
        ],
        link: "Open your account",
        path: "/#/me".to_owned(),
    }
}

fn factor_off() -> Words {
    Words {
        subject: "Your log-ins take no code any more",
        paragraphs: vec![
            "The second factor of your account was switched off, with your password and a code, or \
             with a passkey. The password alone opens the account now."
                .to_owned(),
            CHANGE_PASSWORD.to_owned(),
        ],
        link: "Open your account",
        path: "/#/me".to_owned(),
    }
}

fn recovery_code(left: i64) -> Words {
    Words {
        subject: "A recovery code of yours was used",
        paragraphs: vec![
            format!(
                "Somebody has used a recovery code of your account, with your password. Codes that \
                 are left: {left}."
            ),
            "If it was you, you can make other ones in your account.".to_owned(),
            CHANGE_PASSWORD.to_owned(),
        ],
        link: "Open your account",
        path: "/#/me".to_owned(),
    }
}

fn sign_on_linked(issuer: &str) -> Words {
    Words {
        subject: "You can log in by single sign-on now",
        paragraphs: vec![
            format!(
                "Somebody who has shown {issuer} that this address is theirs has logged in to your \
                 account, and can do so from now on. Your password stays good, too."
            ),
            "If it was you, there is nothing to do.".to_owned(),
            "If it was not you, tell whoever runs this Albumen at once.".to_owned(),
        ],
        link: "Open your account",
        path: "/#/me".to_owned(),
    }
}

fn sign_on_unlinked(issuer: &str) -> Words {
    Words {
        subject: "Single sign-on opens your account no more",
        paragraphs: vec![
            format!(
                "The link of your account to {issuer} was ended, with your password or a \
                 passkey. Log-ins take the password now, or a passkey."
            ),
            CHANGE_PASSWORD.to_owned(),
        ],
        link: "Open your account",
        path: "/#/me".to_owned(),
    }
}

fn passkey(name: &str, added_at: Moment) -> Words {
    let at = to_the_minute(added_at);
    Words {
        subject: "Your account has a new passkey",
        paragraphs: vec![
            format!(
                "On {at} a passkey with the name “{name}” was added with your password or \
                 another passkey. It opens your account without password and code."
            ),
            "If it was not you, remove it in your account, then change your password: that ends \
             all other log-ins and all keys."
                .to_owned(),
        ],
        link: "Open your account",
        path: "/#/me".to_owned(),
    }
}

fn passkey_removed() -> Words {
    Words {
        subject: "A passkey of your account was removed",
        paragraphs: vec![
            "A passkey was removed from your account. It logs in no more; whoever keeps it for you \
             may still show it, and you can delete it there."
                .to_owned(),
            CHANGE_PASSWORD.to_owned(),
        ],
        link: "Open your account",
        path: "/#/me".to_owned(),
    }
}

fn invitation(told: &InvitationTold) -> Words {
    let InvitationTold { inviter, title, role, expires_at, token } = told;
    let may = match role {
        MemberRole::Viewer => "see its photos and comment on them",
        MemberRole::Editor => "see its photos, comment on them, add photos and change them",
    };
    let at = to_the_minute(*expires_at);
    Words {
        subject: "You are invited into an album",
        paragraphs: vec![
            format!("{inviter} invites you into the album “{title}”. As a member you may {may}."),
            format!(
                "Open this link to accept or to decline. It is good until {at}. If you have no \
                 account with this address yet, you can make one there."
            ),
            "If you know nobody of this name, there is nothing to do: nobody becomes a member who \
             does not accept. Do not pass this mail on: its link is yours."
                .to_owned(),
        ],
        link: "See the invitation",
        path: format!("/#/invitation/{token}"),
    }
}
