//! The cookie of a single sign-on: carries it from the page to the provider and back.
//!
//! It holds what the browser has begun, and after the provider's answer what that has proven, both
//! sealed. So nothing is kept of a sign-on that is never ended, and only the browser that has begun
//! one can end it.

use http::header;

use super::{Call, Reply, Signer};
use crate::{
    domain::single_sign_on::{BegunSignOn, ProvenIdentity},
    env::Env,
    error::{Error, Result},
};

const COOKIE: &str = "__Host-single-sign-on";
const BEGUN: &str = "begun single sign-on";
const PROVEN: &str = "identity of a single sign-on";

/// Returns the issuer that people sign on with; `None` where there is no single sign-on.
///
/// # Errors
/// When `SINGLE_SIGN_ON_ISSUER` is not set.
pub fn sign_on_issuer(env: &Env) -> Result<Option<String>> {
    let issuer = env.get("SINGLE_SIGN_ON_ISSUER")?;
    Ok(if issuer.is_empty() { None } else { Some(issuer) })
}

/// The refusal where there is no single sign-on.
pub fn no_sign_on() -> Error {
    Error::NotFound { what: "single sign-on" }
}

/// The values by which a provider's answer is held to its sign-on: keyed sums of the sign-on's
/// secret.
pub struct SignOnSums {
    /// Binds the answer to the browser.
    pub state: String,
    /// Binds the identity's token to the sign-on.
    pub nonce: String,
    /// Shown when the code is exchanged (RFC 7636).
    pub verifier: String,
    /// The sign-on's name, under which it is noted as used.
    pub name: String,
}

impl SignOnSums {
    /// Returns the sums of this sign-on.
    pub fn of(signer: &Signer, begun: &BegunSignOn) -> Self {
        let sum = |purpose: &str| signer.sum(purpose, begun.token.as_bytes());
        Self {
            state: sum("state of a single sign-on"),
            nonce: sum("nonce of a single sign-on"),
            verifier: sum("verifier of a single sign-on"),
            name: sum("name of a single sign-on"),
        }
    }
}

/// Returns the reply with the cookie of a sign-on that begins. It comes along when the provider
/// leads back here, which is another site: so it is `Lax`, and the session's stays `Strict`.
///
/// # Errors
/// When the function has no signing key.
pub fn with_begun(reply: Reply, call: &Call<'_>, begun: &BegunSignOn) -> Result<Reply> {
    let sealed = call.signer()?.seal(BEGUN, begun);
    let cookie = cookie(&sealed, BegunSignOn::LASTS, "Lax");
    Ok(reply.with(header::SET_COOKIE, &cookie))
}

/// Returns the cookie as this browser has sent it, whatever it says.
pub(super) fn sealed<'a>(call: &'a Call<'_>) -> Option<&'a str> {
    call.cookie(COOKIE)
}

/// Returns the sign-on that this browser has begun, if it may still come back.
///
/// # Errors
/// When the function has no signing key.
pub fn begun(call: &Call<'_>) -> Result<Option<BegunSignOn>> {
    let Some(sealed) = sealed(call) else { return Ok(None) };
    let begun: Option<BegunSignOn> = call.signer()?.open(BEGUN, sealed);
    Ok(begun.filter(BegunSignOn::is_open))
}

/// Returns the reply with the cookie of an identity that is proven.
///
/// # Errors
/// When the function has no signing key.
pub fn with_proven(reply: Reply, call: &Call<'_>, identity: &ProvenIdentity) -> Result<Reply> {
    let sealed = call.signer()?.seal(PROVEN, identity);
    let cookie = cookie(&sealed, ProvenIdentity::LASTS, "Strict");
    Ok(reply.with(header::SET_COOKIE, &cookie))
}

/// Returns the identity that the provider has shown to be this browser's, while it opens a session.
///
/// # Errors
/// When the function has no signing key.
pub fn proven(call: &Call<'_>) -> Result<Option<ProvenIdentity>> {
    let Some(sealed) = sealed(call) else { return Ok(None) };
    let identity: Option<ProvenIdentity> = call.signer()?.open(PROVEN, sealed);
    Ok(identity.filter(ProvenIdentity::is_open))
}

/// Returns the reply that takes the cookie away.
pub fn without_sign_on(reply: Reply) -> Reply {
    reply.with(header::SET_COOKIE, &cookie("", 0, "Strict"))
}

fn cookie(value: &str, seconds: i64, same_site: &str) -> String {
    format!("{COOKIE}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite={same_site}")
}
