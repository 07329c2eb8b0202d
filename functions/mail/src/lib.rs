//! Workers of mail: one that sends it, and one that hears what became of it.

mod chinese;
mod english;
mod letter;
mod occasion;
mod record_mail_events;
mod search;
mod send_mail;

pub use record_mail_events::RecordMailEvents;
pub use send_mail::SendMail;
