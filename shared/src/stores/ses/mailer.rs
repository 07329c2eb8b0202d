//! Sends mails.

use aws_sdk_sesv2::{
    Client,
    config::http::HttpResponse,
    error::SdkError,
    operation::send_email::SendEmailError,
    types::{Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag},
};

use crate::{
    domain::Email,
    env::Env,
    error::{Error, Of, Result},
};

/// The tag by which SES's events say of what kind a mail was.
pub const KIND_TAG: &str = "kind";

/// A mail as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// The same as a page.
    pub html: String,
}

/// The answer to a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handover {
    /// SES has taken it.
    Taken,
    /// SES takes none for such an address, whenever it is asked.
    Refused,
}

/// The sender of mails.
pub struct Mailer {
    client: Client,
    /// The address that they come from, with or without a name.
    from: String,
    /// The configuration set, which says who hears what became of them.
    configuration: String,
}

impl Mailer {
    /// Returns the sender from `MAIL_FROM`; `None` when that is empty, and the stack sends no mail.
    pub fn connect_if_any(env: &Env) -> Result<Option<Self>> {
        let from = env.get("MAIL_FROM")?;
        if from.is_empty() {
            return Ok(None);
        }
        let client = Client::new(env.sdk_beyond_the_network());
        Ok(Some(Self { client, from, configuration: env.get("MAIL_CONFIGURATION")? }))
    }

    /// Sends a letter of this kind.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when SES did not take it, and may take it later.
    pub async fn send(&self, to: &Email, kind: &str, letter: &Letter) -> Result<Handover> {
        let tag = MessageTag::builder().name(KIND_TAG).value(kind);
        let tag = tag.build().map_err(Error::internal)?;
        let content = EmailContent::builder().simple(message(letter)?).build();
        let destination = Destination::builder().to_addresses(deliverable(to)).build();
        let sent = self
            .client
            .send_email()
            .from_email_address(&self.from)
            .destination(destination)
            .content(content)
            .configuration_set_name(&self.configuration)
            .email_tags(tag)
            .send()
            .await;
        match sent {
            Ok(_) => Ok(Handover::Taken),
            Err(error) if is_of_the_address(&error) => Ok(Handover::Refused),
            Err(error) => Err(error).of("SES"),
        }
    }
}

/// Returns whether SES refuses the request itself, which is the same but for the address each time.
fn is_of_the_address(error: &SdkError<SendEmailError, HttpResponse>) -> bool {
    matches!(error.as_service_error(), Some(SendEmailError::BadRequestException(_)))
}

/// Returns the address with its domain as DNS has it: SES takes no other.
fn deliverable(to: &Email) -> String {
    let domain = to.normalised();
    let domain = domain.rsplit_once('@').map_or("", |(_, domain)| domain);
    let local = to.as_str().rsplit_once('@').map_or("", |(local, _)| local);
    format!("{local}@{domain}")
}

fn message(letter: &Letter) -> Result<Message> {
    let body = Body::builder()
        .text(content(&letter.text)?)
        .html(content(&letter.html)?)
        .build();
    // RFC 3834: answers of machines do not answer it.
    let automatic = MessageHeader::builder()
        .name("Auto-Submitted")
        .value("auto-generated")
        .build()
        .map_err(Error::internal)?;
    Ok(Message::builder()
        .subject(content(&letter.subject)?)
        .body(body)
        .headers(automatic)
        .build())
}

fn content(text: &str) -> Result<Content> {
    Content::builder()
        .data(text)
        .charset("UTF-8")
        .build()
        .map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_goes_to_the_domain_as_dns_has_it() {
        let to = |text: &str| deliverable(&Email::try_from(text.to_owned()).expect("valid"));
        assert_eq!(to("Ana@B\u{fc}cher.example"), "Ana@xn--bcher-kva.example");
        assert_eq!(to("ana@example.org"), "ana@example.org");
    }
}
