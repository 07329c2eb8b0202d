//! The mails that were kept, for people and for tests: `/mail`, `/mail/{id}`, and
//! `/mail/messages?to=ana@example.org` in JSON.

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use uuid::Uuid;

use super::{KeptMail, MailServer};

/// A mail is shown as it is, and may load and run nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

#[derive(Deserialize)]
struct Filter {
    to: Option<String>,
}

/// Returns the pages.
pub(super) fn router(server: MailServer) -> Router {
    Router::new()
        .route("/mail", get(list))
        .route("/mail/messages", get(messages))
        .route("/mail/{id}", get(mail))
        .with_state(server)
}

async fn messages(State(server): State<MailServer>, Query(filter): Query<Filter>) -> Response {
    match server.mailbox.list(filter.to.as_deref()) {
        Ok(mails) => Json(mails).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn list(State(server): State<MailServer>, Query(filter): Query<Filter>) -> Response {
    let mails = match server.mailbox.list(filter.to.as_deref()) {
        Ok(mails) => mails,
        Err(error) => {
            return (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response();
        }
    };
    let mut rows = String::new();
    for mail in &mails {
        rows += &row(mail);
    }
    page(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Mail</title>\
         <h1>Mail</h1><p>Kept here instead of being sent; the newest first.</p>\
         <table><tr><th>Sent<th>To<th>Subject</tr>{rows}</table></html>"
    ))
}

fn row(mail: &KeptMail) -> String {
    format!(
        "<tr><td>{}<td>{}<td><a href=\"/mail/{}\">{}</a></tr>",
        escaped(&mail.sent_at),
        escaped(&mail.to.join(", ")),
        mail.id,
        escaped(&mail.subject)
    )
}

async fn mail(State(server): State<MailServer>, Path(id): Path<Uuid>) -> Response {
    match server.mailbox.find(id) {
        Some(mail) => page(mail.html),
        None => (StatusCode::NOT_FOUND, "no such mail\n").into_response(),
    }
}

fn page(html: String) -> Response {
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(html)).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
