//! Lambda binary for `GET /v1/sign-up`: reads its settings once, then serves.

use service::GetSignUp;
use shared::{
    error::Cause,
    http::{sign_on::sign_on_issuer, sign_up_rule},
    runtime,
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let single_sign_on = match sign_on_issuer(&env)? {
            Some(_) => Some(env.get("SINGLE_SIGN_ON_NAME")?),
            None => None,
        };
        Ok(GetSignUp { rule: sign_up_rule(&env)?, sends_mail: env.sends_mail()?, single_sign_on })
    })
}
