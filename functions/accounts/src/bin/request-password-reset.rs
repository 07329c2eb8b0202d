//! Lambda binary for `POST /v1/password-resets`: builds its clients once, then serves.

use accounts::RequestPasswordReset;
use shared::{error::Cause, runtime, stores::MailQueue};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(RequestPasswordReset { mail_queue: MailQueue::connect(&env)? }))
}
