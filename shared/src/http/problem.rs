//! What a failure looks like to a caller: RFC 9457 problem details with stable `type` URIs.

use http::StatusCode;
use serde::Serialize;

use crate::error::{Error, FieldError};

/// A failure as the caller reads it.
#[derive(Debug, Serialize)]
pub struct Problem {
    /// A stable URI reference; `docs/problems.md` explains each.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The kind of failure in a few words, always the same for one `type`.
    pub title: &'static str,
    /// The HTTP status code.
    pub status: u16,
    /// What happened this time, and what to do next.
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
        let (kind, title, status, detail) = parts(&error);
        let errors = match error {
            Error::Invalid(errors) => errors,
            _ => Vec::new(),
        };
        Self { kind, title, status: status.as_u16(), detail, request_id: request_id.to_owned(), errors }
    }
}

type Parts = (&'static str, &'static str, StatusCode, Option<String>);

fn parts(error: &Error) -> Parts {
    let some = |text: &str| Some(text.to_owned());
    match error {
        Error::NotJson { why } => {
            ("/problems/not-json", "The body is not a JSON object", StatusCode::BAD_REQUEST, some(why))
        }
        Error::Invalid(errors) => {
            let all: Vec<_> = errors.iter().map(|e| format!("{} {}", e.field, e.detail)).collect();
            let detail = Some(format!("{}.", all.join("; ")));
            ("/problems/invalid", "Some fields are not valid", StatusCode::UNPROCESSABLE_ENTITY, detail)
        }
        Error::TwoCredentials => (
            "/problems/two-credentials",
            "A cookie and a bearer token in one request",
            StatusCode::BAD_REQUEST,
            some("Send the session cookie or the Authorization header, not both."),
        ),
        Error::NotSignedIn => (
            "/problems/not-signed-in",
            "Not signed in",
            StatusCode::UNAUTHORIZED,
            some("Sign in with POST /v1/sessions and send the token as Authorization: Bearer."),
        ),
        Error::WrongCredentials => {
            ("/problems/wrong-credentials", "Wrong e-mail or password", StatusCode::UNAUTHORIZED, None)
        }
        Error::CrossSite => (
            "/problems/cross-site",
            "A write from another site",
            StatusCode::FORBIDDEN,
            some("Writes with the session cookie are taken from Albumen's own pages only."),
        ),
        Error::NotFound { what } => (
            "/problems/not-found",
            "Not found",
            StatusCode::NOT_FOUND,
            Some(format!("There is no such {what}, or it is not yours to see.")),
        ),
        Error::NotAllowed { needs } => (
            "/problems/not-allowed",
            "Not allowed",
            StatusCode::FORBIDDEN,
            Some(format!("This takes the role {needs} in the album; ask its owner.")),
        ),
        Error::Changed => (
            "/problems/changed",
            "It has changed since you saw it",
            StatusCode::PRECONDITION_FAILED,
            some("Read it again, and repeat the request with the new ETag in If-Match."),
        ),
        Error::InTrash => {
            ("/problems/in-trash", "The photo is in the trash", StatusCode::CONFLICT, some("Restore it first."))
        }
        Error::EmailTaken => (
            "/problems/email-taken",
            "The e-mail address is taken",
            StatusCode::CONFLICT,
            some("Sign in instead, or use another address."),
        ),
        Error::OverQuota { quota } => (
            "/problems/over-quota",
            "Over the quota",
            StatusCode::PAYLOAD_TOO_LARGE,
            Some(format!("The album's owner may keep {quota} bytes; remove photos first.")),
        ),
        Error::NotUploaded => (
            "/problems/not-uploaded",
            "The photo has not been uploaded",
            StatusCode::CONFLICT,
            some("Announce the photo again and send its bytes to the upload URL."),
        ),
        Error::Unavailable { .. } => ("/problems/unavailable", "Try again soon", StatusCode::SERVICE_UNAVAILABLE, None),
        Error::Internal(_) => ("/problems/internal", "Something went wrong", StatusCode::INTERNAL_SERVER_ERROR, None),
    }
}
