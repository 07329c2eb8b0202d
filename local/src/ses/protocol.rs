//! `SendEmail` of SES v2, with simple content: the one operation that the functions use.
//!
//! <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html>

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderName, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use serde::Deserialize;
use serde_json::json;

use super::{KeptMail, MailServer, events};

/// The header in which SES names an error.
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendEmail {
    from_email_address: Option<String>,
    #[serde(default)]
    destination: Destination,
    content: EmailContent,
    #[serde(default)]
    email_tags: Vec<MessageTag>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Destination {
    to_addresses: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EmailContent {
    simple: Option<SimpleContent>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SimpleContent {
    subject: Content,
    body: Body,
    #[serde(default)]
    headers: Vec<MessageHeader>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    text: Option<Content>,
    html: Option<Content>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Content {
    data: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MessageHeader {
    name: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MessageTag {
    name: String,
    value: String,
}

/// Returns the API.
pub(super) fn router(server: MailServer) -> Router {
    Router::new()
        .route("/v2/email/outbound-emails", post(send_email))
        .with_state(server)
}

async fn send_email(State(server): State<MailServer>, body: Bytes) -> Response {
    let request: SendEmail = match serde_json::from_slice(&body) {
        Ok(request) => request,
        Err(why) => return refusal(&format!("The request is not SendEmail: {why}")),
    };
    let mail = match accepted(request) {
        Ok(mail) => mail,
        Err(why) => return refusal(&why),
    };
    if let Err(error) = server.mailbox.keep(&mail) {
        return failure(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalServiceErrorException",
            &error.to_string(),
        );
    }
    events::tell(&server, &mail).await;
    Json(json!({ "MessageId": mail.id })).into_response()
}

/// Returns the mail, if SES would take it.
fn accepted(request: SendEmail) -> Result<KeptMail, String> {
    let Some(from) = request.from_email_address else {
        return Err("FromEmailAddress is missing.".to_owned());
    };
    let Some(simple) = request.content.simple else {
        return Err("Only simple content is available locally.".to_owned());
    };
    let to = request.destination.to_addresses;
    if to.is_empty() {
        return Err("There is no destination.".to_owned());
    }
    for address in &to {
        // SES takes ASCII alone: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Destination.html
        if !address.is_ascii() {
            return Err("Local address contains control or non-ASCII characters.".to_owned());
        }
    }
    let mut mail = KeptMail::taken_now();
    mail.from = from;
    mail.to = to;
    mail.subject = simple.subject.data;
    mail.text = simple.body.text.unwrap_or_default().data;
    mail.html = simple.body.html.unwrap_or_default().data;
    for header in simple.headers {
        mail.headers.push((header.name, header.value));
    }
    for tag in request.email_tags {
        mail.tags.push((tag.name, tag.value));
    }
    Ok(mail)
}

fn refusal(why: &str) -> Response {
    failure(StatusCode::BAD_REQUEST, "BadRequestException", why)
}

fn failure(status: StatusCode, kind: &'static str, why: &str) -> Response {
    (status, [(ERROR_TYPE, kind)], Json(json!({ "message": why }))).into_response()
}
