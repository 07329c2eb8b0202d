//! Lambda binary for the queue of SES's events: builds its clients once, then works.

use mail::RecordMailEvents;
use shared::{error::Cause, http::Signer, runtime, stores::MailStops};

fn main() -> Result<(), Cause> {
    runtime::work(async |env| {
        Ok(RecordMailEvents { stops: MailStops::connect(&env)?, signer: Signer::connect(&env)? })
    })
}
