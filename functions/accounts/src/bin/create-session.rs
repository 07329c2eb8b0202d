//! Lambda binary for `POST /v1/sessions`: builds its clients once, then serves.

use accounts::CreateSession;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Emails, KnownNetworks, Sessions},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let (emails, accounts) = (Emails::connect(&env)?, Accounts::connect(&env)?);
        let (sessions, networks) = (Sessions::connect(&env)?, KnownNetworks::connect(&env)?);
        Ok(CreateSession { emails, accounts, sessions, networks })
    })
}
