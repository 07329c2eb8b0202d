//! The rule of who may sign up, as the template gives it to functions.

use crate::{
    domain::SignUpRule,
    env::Env,
    error::{Error, Result},
};

/// Returns the rule of `SIGN_UP` and `SIGN_UP_DOMAINS`.
///
/// # Errors
/// When it is none.
pub fn sign_up_rule(env: &Env) -> Result<SignUpRule> {
    let (mode, domains) = (env.get("SIGN_UP")?, env.get("SIGN_UP_DOMAINS")?);
    SignUpRule::parse(&mode, &domains).map_err(Error::internal)
}
