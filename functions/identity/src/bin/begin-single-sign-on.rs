//! Lambda binary for `POST /v1/single-sign-on`: builds its clients once, then serves.

use identity::{BeginSingleSignOn, Provider};
use shared::{error::Cause, runtime};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(BeginSingleSignOn { provider: Provider::connect_if_any(&env)? }))
}
