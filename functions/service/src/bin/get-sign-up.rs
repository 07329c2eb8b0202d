//! Lambda binary for `GET /v1/sign-up`: reads its settings once, then serves.

use service::GetSignUp;
use shared::{error::Cause, http::sign_up_rule, runtime};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(GetSignUp { rule: sign_up_rule(&env)?, sends_mail: env.sends_mail()? })
    })
}
