//! Tries of a password, counted so that strangers lock nobody out.
//!
//! Strangers' tries of one address have one bucket in common: from however many places they come,
//! they get through it no faster. Whoever has logged in before is counted apart from them: by
//! network, which is all that a client has, and by a cookie of the browser, which goes along into
//! any network. So these get in while strangers try. After OWASP's [device
//! cookies](https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).

use shared::{
    Result,
    domain::{Email, SessionId, UserId},
    http::{Call, Policy},
    stores::KnownNetworks,
};

/// The cookie of a browser that somebody has logged in with. Carries the session that it is from,
/// for one user.
const COOKIE: &str = "__Host-device";

/// Seconds for which a browser keeps it: a year.
const LASTS: i64 = 365 * 24 * 3600;

/// Counts a try of this address, which `user` has, or nobody, if that is no user's id. It takes as
/// long for nobody. Returns true if the user has logged in before, with this browser or from this
/// network.
///
/// # Errors
/// [`shared::error::Error::TooMany`].
pub async fn count_attempt(
    call: &Call<'_>,
    networks: &KnownNetworks,
    email: &Email,
    user: UserId,
) -> Result<bool> {
    let known = known(call, networks, user).await?;
    let was_here = known.is_some();
    let who = match known {
        Some(who) => who,
        None => sum(call, "address", &email.normalised())?,
    };
    call.limit(Policy::LogIn, &who).await?;
    Ok(was_here)
}

/// Returns true if the user has logged in before, with this browser or from this network.
pub async fn was_here(call: &Call<'_>, networks: &KnownNetworks, user: UserId) -> Result<bool> {
    Ok(known(call, networks, user).await?.is_some())
}

/// Returns the name of the browser or the network with which the user has logged in before.
async fn known(call: &Call<'_>, networks: &KnownNetworks, user: UserId) -> Result<Option<String>> {
    if let Some(session) = device(call, user)? {
        return Ok(Some(session.to_string()));
    }
    let network = network(call, user)?;
    Ok(networks.knows(user, &network).await?.then_some(network))
}

/// Counts a request for a mail to this address, whether or not it has an account, from wherever it
/// comes.
///
/// # Errors
/// [`shared::error::Error::TooMany`].
pub async fn count_mail_request(call: &Call<'_>, email: &Email) -> Result<()> {
    let who = sum(call, "mailed address", &email.normalised())?;
    call.limit(Policy::LogIn, &who).await
}

/// Remembers from where this user has signed up or logged in. Not that they have: a failure is no
/// reason to refuse them.
pub async fn remember_network(
    call: &Call<'_>,
    networks: &KnownNetworks,
    user: UserId,
) -> Result<()> {
    if let Err(error) = networks.remember(user, &network(call, user)?).await {
        tracing::warn!(error = error.chain(), "a network is not remembered");
    }
    Ok(())
}

/// The `Set-Cookie` that remembers the browser.
///
/// # Errors
/// When the function has no signing key.
pub fn set_device(call: &Call<'_>, user: UserId, session: SessionId) -> Result<String> {
    let device = call.signer()?.seal(&purpose(user), &session);
    Ok(format!("{COOKIE}={device}; Path=/; Max-Age={LASTS}; Secure; HttpOnly; SameSite=Strict"))
}

/// The session that the browser's cookie is from, if it is this user's.
fn device(call: &Call<'_>, user: UserId) -> Result<Option<SessionId>> {
    let Some(cookie) = call.cookie(COOKIE) else { return Ok(None) };
    Ok(call.signer()?.open(&purpose(user), cookie))
}

fn purpose(user: UserId) -> String {
    format!("device of {user}")
}

fn network(call: &Call<'_>, user: UserId) -> Result<String> {
    sum(call, "network", &format!("{user} {}", call.address()))
}

/// Neither addresses nor networks are kept where they are counted.
fn sum(call: &Call<'_>, purpose: &str, text: &str) -> Result<String> {
    Ok(call.signer()?.sum(purpose, text.as_bytes()))
}
