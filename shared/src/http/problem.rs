//! Failures as a caller sees them: RFC 9457 problem details with stable `type` URIs.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    domain::SignUpMode,
    error::{Error, FieldError},
};

/// A failure as the caller reads it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Problem {
    /// A stable URI reference; `docs/problems.md` explains each.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of failure in a few words, always the same for one `type`.
    pub title: &'static str,
    /// The HTTP status code.
    pub status: u16,
    /// The particulars of this occurrence, and what to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The request's id, to quote when asking for help.
    pub request_id: String,
    /// Every bad field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

impl Problem {
    /// The problem that this error is to the caller. A 5xx never explains itself.
    pub fn of(error: Error, request_id: &str) -> Self {
        let (kind, detail) = kind_and_detail(&error);
        let errors = match error {
            Error::Invalid(errors) => errors,
            _ => Vec::new(),
        };
        Self {
            kind: kind.uri(),
            title: kind.title,
            status: kind.status,
            detail,
            request_id: request_id.to_owned(),
            errors,
        }
    }
}

/// A kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProblemKind {
    /// The last part of its `type`.
    pub name: &'static str,
    /// Its HTTP status code.
    pub status: u16,
    /// Its title.
    pub title: &'static str,
}

impl ProblemKind {
    /// Its `type`.
    pub fn uri(&self) -> String {
        format!("/problems/{}", self.name)
    }
}

macro_rules! kinds {
    ($($constant:ident $status:literal $name:literal $title:literal;)*) => {
        $(const $constant: ProblemKind =
            ProblemKind { name: $name, status: $status, title: $title };)*

        impl ProblemKind {
            /// All there are, by status.
            pub const ALL: &'static [Self] = &[$($constant),*];
        }
    };
}

kinds! {
    NOT_JSON 400 "not-json" "The body is not a JSON object";
    TWO_CREDENTIALS 400 "two-credentials" "A cookie and a bearer token in one request";
    NOT_SIGNED_IN 401 "not-signed-in" "Not signed in";
    SECOND_FACTOR_NEEDED 401 "second-factor-needed" "The log-in takes a code";
    SHARE_LOCKED 401 "share-locked" "The share takes its password";
    WRONG_CREDENTIALS 401 "wrong-credentials" "Wrong e-mail or password";
    ADDRESS_NOT_VERIFIED 403 "address-not-verified" "The address has not been verified";
    CLOSING 403 "closing" "The account is going to be deleted";
    CROSS_SITE 403 "cross-site" "A write from another site";
    MISSING_SCOPE 403 "missing-scope" "The session is not good for this";
    NOT_ALLOWED 403 "not-allowed" "Not allowed";
    NOT_AN_ADMINISTRATOR 403 "not-an-administrator" "Not an administrator";
    SIGN_ON_UNVERIFIED 403 "sign-on-unverified" "The provider has not verified the address";
    SIGN_UP_REFUSED 403 "sign-up-refused" "Not everybody may sign up here";
    SUSPENDED 403 "suspended" "The account is suspended";
    NOT_FOUND 404 "not-found" "Not found";
    ALREADY_READY 409 "already-ready" "The photo is ready";
    ALREADY_UPLOADED 409 "already-uploaded" "The bytes are there";
    EMAIL_TAKEN 409 "email-taken" "The e-mail address is taken";
    FAILS_AGAIN 409 "fails-again" "The photo would fail again";
    FULL 409 "full" "There are as many as there may be";
    IN_FLIGHT 409 "in-flight" "The same request is being worked on";
    IN_TRASH 409 "in-trash" "The photo is in the trash";
    NOT_UPLOADED 409 "not-uploaded" "The photo has not been uploaded";
    PARTS_MISSING 409 "parts-missing" "Parts have not arrived";
    SECOND_FACTOR_ON 409 "second-factor-on" "The second factor is on";
    SIGN_ON_TAKEN 409 "sign-on-taken" "Somebody else signs on to the account";
    SIGN_ON_UNPROVEN 409 "sign-on-unproven" "The account has not verified its address";
    TOO_MANY_ALBUMS 409 "too-many-albums" "The photo stands in too many albums";
    TOO_LATE 409 "too-late" "The time to change it is over";
    LINK_ENDED 410 "link-ended" "The link has ended";
    SIGN_ON_ENDED 410 "sign-on-ended" "The single sign-on has ended";
    CHANGED 412 "changed" "It has changed since you saw it";
    OVER_QUOTA 413 "over-quota" "Over the quota";
    ANSWER_TOO_LONG 422 "answer-too-long" "The answer is too long";
    INVALID 422 "invalid" "Some fields are not valid";
    KEY_REUSED 422 "key-reused" "The Idempotency-Key has come with another request";
    TOO_MANY 429 "too-many" "Too many requests";
    INTERNAL 500 "internal" "Something went wrong";
    UNAVAILABLE 503 "unavailable" "Try again soon";
}

/// Names every bad field and what is wrong with it.
fn sentence_of(errors: &[FieldError]) -> String {
    let mut clauses = Vec::new();
    for error in errors {
        clauses.push(format!("{} {}", error.field, error.detail));
    }
    format!("{}.", clauses.join("; "))
}

/// Says what is left to do for whoever may not sign up.
fn sign_up_advice(mode: SignUpMode) -> &'static str {
    match mode {
        SignUpMode::Domains => {
            "Use an address at one of the domains that GET /v1/sign-up names, or ask somebody who \
             has an account for an invitation, and sign up by its link."
        }
        SignUpMode::Invited => {
            "Ask somebody who has an account for an invitation, and sign up by its link."
        }
        SignUpMode::Open | SignUpMode::Closed => "Ask whoever runs this Albumen.",
    }
}

/// The kind of problem that an error is, and its particulars.
fn kind_and_detail(error: &Error) -> (ProblemKind, Option<String>) {
    let (kind, detail) = match error {
        Error::NotJson { why } => (NOT_JSON, why.clone()),
        Error::Invalid(errors) => (INVALID, sentence_of(errors)),
        Error::TwoCredentials => (
            TWO_CREDENTIALS,
            "Send the session cookie or the Authorization header, not both.".into(),
        ),
        Error::NotSignedIn => (
            NOT_SIGNED_IN,
            "Sign in with POST /v1/sessions and send the token as Authorization: Bearer.".into(),
        ),
        Error::WrongCredentials => return (WRONG_CREDENTIALS, None),
        Error::SecondFactorNeeded => {
            (SECOND_FACTOR_NEEDED, "Send a code of the app, or a recovery code, as `code`.".into())
        }
        Error::SecondFactorOn => {
            (SECOND_FACTOR_ON, "Switch it off before you set up another app.".into())
        }
        Error::MissingScope { needs } => (
            MISSING_SCOPE,
            format!("This takes a session with the scope {needs}; sign in, or use another key."),
        ),
        Error::Closing { at } => (
            CLOSING,
            format!(
                "It will be deleted on {at}. POST /v1/me/restore with e-mail and password keeps it."
            ),
        ),
        Error::TooMany { after, .. } => (TOO_MANY, format!("Try again in {after} seconds.")),
        Error::InFlight => (
            IN_FLIGHT,
            "A request with this Idempotency-Key is still being worked on; try again soon.".into(),
        ),
        Error::KeyReused => {
            (KEY_REUSED, "Send each request with an Idempotency-Key of its own.".into())
        }
        Error::CrossSite => (
            CROSS_SITE,
            "Writes with the session cookie are taken from Albumen's own pages only.".into(),
        ),
        Error::NotFound { what } => {
            (NOT_FOUND, format!("There is no such {what}, or it is not yours to see."))
        }
        Error::NotAllowed { needs } => {
            (NOT_ALLOWED, format!("This takes the role {needs} in the album; ask its owner."))
        }
        Error::NotAnAdministrator => {
            (NOT_AN_ADMINISTRATOR, "Administrators of this Albumen do this.".into())
        }
        Error::OwnAccount => {
            (NOT_ALLOWED, "It is your own account: another administrator does this.".into())
        }
        Error::Suspended => (SUSPENDED, "Ask whoever runs this Albumen.".into()),
        Error::NotAuthor => (NOT_ALLOWED, "Somebody else wrote it.".into()),
        Error::TooLate { minutes } => {
            (TOO_LATE, format!("It could be changed for {minutes} minutes."))
        }
        Error::Full { what, most } => {
            (FULL, format!("There may be at most {most} {what}; remove one first."))
        }
        Error::Changed => {
            (CHANGED, "Read it again, and repeat the request with the new ETag in If-Match.".into())
        }
        Error::InTrash => (IN_TRASH, "Restore it first.".into()),
        Error::ShareLocked => {
            let unlock = "Send the password to the share's /unlock, and the key that it answers \
                          as Albumen-Share-Key.";
            (SHARE_LOCKED, unlock.into())
        }
        Error::LinkEnded => {
            (LINK_ENDED, "It was used, or its time is over; ask for another mail.".into())
        }
        Error::SignOnEnded => {
            (SIGN_ON_ENDED, "It was used, or its time is over; begin it again.".into())
        }
        Error::SignOnUnverified => (
            SIGN_ON_UNVERIFIED,
            "Verify your address there, or ask whoever runs this Albumen.".into(),
        ),
        Error::SignOnUnproven => (
            SIGN_ON_UNPROVEN,
            "Sign in with the password and verify the address, or replace the password by mail; \
             then sign on again."
                .into(),
        ),
        Error::SignOnTaken => (
            SIGN_ON_TAKEN,
            "The account with this address belongs to another identity of the same provider; ask \
             whoever runs this Albumen."
                .into(),
        ),
        Error::SignUpRefused { mode } => (SIGN_UP_REFUSED, sign_up_advice(*mode).into()),
        Error::AddressNotVerified => (
            ADDRESS_NOT_VERIFIED,
            "Open the link of the mail that came after sign-up. POST /v1/me/verification sends it \
             again to who is signed in; the mail with which a password is replaced verifies the \
             address, too."
                .into(),
        ),
        Error::EmailTaken => (EMAIL_TAKEN, "Sign in instead, or use another address.".into()),
        Error::OverQuota { quota } => {
            (OVER_QUOTA, format!("The album's owner may keep {quota} bytes; remove photos first."))
        }
        Error::NoRoom { bytes } => (
            OVER_QUOTA,
            format!(
                "Who is not the album's owner may send {bytes} bytes here; \
                 ask its owner to make room."
            ),
        ),
        Error::TooManyOpen { most } => (
            TOO_MANY,
            format!("{most} photos have been announced and not sent; send their bytes first."),
        ),
        Error::TooManyToday { what, most, after } => (
            TOO_MANY,
            format!("There may be at most {most} {what} a day. Try again in {after} seconds."),
        ),
        Error::FailsAgain => (
            FAILS_AGAIN,
            "Its bytes are the reason, as its `error` says; upload another copy.".into(),
        ),
        Error::NotUploaded => {
            (NOT_UPLOADED, "Announce the photo again and send its bytes to the upload URL.".into())
        }
        Error::AlreadyReady => (ALREADY_READY, "There is nothing to work on again.".into()),
        Error::AlreadyUploaded => (ALREADY_UPLOADED, "There are no parts to send any more.".into()),
        Error::PartsMissing(numbers) => {
            let numbers: Vec<_> = numbers.iter().map(u16::to_string).collect();
            let missing = numbers.join(", ");
            (PARTS_MISSING, format!("Send the parts {missing}, then complete the upload."))
        }
        Error::TooManyAlbums => (
            TOO_MANY_ALBUMS,
            format!(
                "A photo stands in at most {} albums; take it out of one first.",
                crate::stores::library::MOST_ALBUMS
            ),
        ),
        Error::AnswerTooLong => (ANSWER_TOO_LONG, "Ask for fewer items with `limit`.".into()),
        Error::Unavailable { .. } => return (UNAVAILABLE, None),
        Error::Internal(_) => return (INTERNAL, None),
    };
    (kind, Some(detail))
}
