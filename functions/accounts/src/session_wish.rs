//! The session that somebody wants to begin: a log-in to look around, or a key to keep.

use shared::{
    Result,
    domain::{Moment, Name, Scopes},
    error::Error,
};

use crate::session_start::{LASTS, Wanted};

/// The most seconds for which a session lasts: a year.
const LONGEST: i64 = 366 * 24 * 3600;

/// The wish for a session, as the request has it.
pub(crate) struct SessionWish<'a> {
    /// True for a cookie, as pages want it.
    pub cookie: Option<bool>,
    /// The session's name.
    pub name: Option<&'a Name>,
    /// Its scopes; all when left out.
    pub scopes: Option<&'a Scopes>,
    /// The moment at which it ends by itself.
    pub expires_at: Option<Moment>,
}

impl<'a> SessionWish<'a> {
    /// Returns the session that is wanted, of somebody who was not here before.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an end that may not be.
    pub fn wanted(&self) -> Result<Wanted<'a>> {
        Ok(Wanted {
            name: self.name.map_or("Log-in", |name| name.as_str()),
            scopes: self.scopes.cloned().unwrap_or_else(Scopes::all),
            expires_at: expiry(self.expires_at)?,
            cookie: self.cookie.unwrap_or(false),
            is_key: self.is_key(),
            was_here: false,
            logout: None,
        })
    }

    /// Returns true for what is made to be kept, and not to look at the page.
    fn is_key(&self) -> bool {
        let is_page = self.cookie.unwrap_or(false);
        !is_page && (self.name.is_some() || self.scopes.is_some() || self.expires_at.is_some())
    }
}

/// 30 days unless asked for otherwise, and at most a year.
fn expiry(asked: Option<Moment>) -> Result<Moment> {
    let now = Moment::now();
    let Some(at) = asked else { return Ok(now.plus(LASTS)) };
    let good = at > now && at <= now.plus(LONGEST);
    if good {
        Ok(at)
    } else {
        Err(Error::field("expires_at", "must be in the future, and within a year"))
    }
}
