//! Mails that the local system keeps instead of sending them.

use std::time::Duration;

use serde_json::Value;

use crate::{person::text, system::System, system::until};

/// The time that a mail is waited for. Its message returns to the queue for a quarter of a minute
/// when it comes before its matter is there, which on a slow machine happens more than once.
const PATIENCE: Duration = Duration::from_secs(90);

/// Returns the mails to this address, the newest first.
///
/// # Panics
/// When the system does not answer.
pub async fn mails_to(system: &System, address: &str) -> Vec<Value> {
    let to = address.replace('+', "%2B");
    let url = format!("{}/mail/messages?to={to}", system.origin);
    let answer = reqwest::get(url).await.expect("an answer");
    answer.json().await.expect("mails")
}

/// Waits for a mail to this address with this subject.
///
/// # Panics
/// When none comes within a minute and a half.
pub async fn mail_to(system: &System, address: &str, subject: &str) -> Value {
    until(&format!("a mail has the subject {subject}"), PATIENCE, async || {
        let mails = mails_to(system, address).await;
        mails
            .into_iter()
            .find(|mail| text(&mail["subject"]) == subject)
    })
    .await
}

/// Returns the number of mails to this address with this subject.
///
/// # Panics
/// When the system does not answer.
pub async fn count_mails(system: &System, address: &str, subject: &str) -> usize {
    let mails = mails_to(system, address).await;
    mails
        .iter()
        .filter(|mail| text(&mail["subject"]) == subject)
        .count()
}

/// Waits for a mail to this address with this subject; its link, which carries a token.
///
/// # Panics
/// When none comes within a minute and a half, or it has no such link.
pub async fn link_to(system: &System, address: &str, subject: &str) -> String {
    let mail = mail_to(system, address, subject).await;
    let letter = text(&mail["text"]);
    let mut words = letter.split_whitespace();
    let link = words.find(|word| word.contains("/albumen_"));
    link.expect("a link").to_owned()
}

/// Waits for a mail to this address with this subject; the token that its link carries.
///
/// # Panics
/// When none comes within a minute and a half, or it has no token.
pub async fn token_to(system: &System, address: &str, subject: &str) -> String {
    let link = link_to(system, address, subject).await;
    let token = link.rsplit('/').next();
    token.expect("a token").to_owned()
}
