//! Lambda binary for `GET /v1/single-sign-on/callback`: builds its clients once, then serves.

use identity::{Provider, ReceiveSingleSignOn};
use shared::{error::Cause, runtime, stores::SignOns};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(ReceiveSingleSignOn {
            provider: Provider::connect_if_any(&env)?,
            sign_ons: SignOns::connect(&env)?,
            origin: env.get("PUBLIC_ORIGIN")?,
        })
    })
}
