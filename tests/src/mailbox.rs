//! Mails that the local system keeps instead of sending them.

use std::time::Duration;

use serde_json::Value;

use crate::{person::text, system::System, system::until};

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
/// When none comes within half a minute.
pub async fn mail_to(system: &System, address: &str, subject: &str) -> Value {
    until(&format!("a mail has the subject {subject}"), Duration::from_secs(30), async || {
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

/// Waits for a mail to this address with this subject; the token that its link carries.
///
/// # Panics
/// When none comes within half a minute, or it has no token.
pub async fn token_to(system: &System, address: &str, subject: &str) -> String {
    let mail = mail_to(system, address, subject).await;
    let letter = text(&mail["text"]);
    let (_, after) = letter.split_once("/albumen_").expect("a token");
    let token = after.split_whitespace().next().expect("its end");
    format!("albumen_{token}")
}
