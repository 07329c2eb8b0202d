//! SES: mail that leaves.

pub mod mailer;
