//! Users and their sessions.

use serde::{Deserialize, Serialize};

use crate::ids::{SessionId, UserId};

/// A new account.
#[derive(Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NewUser<'a> {
    /// The name that others see.
    pub name: &'a str,
    /// The e-mail address.
    pub email: &'a str,
    /// The password.
    pub password: &'a str,
}

/// A user, as they are when they have signed up.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct User {
    /// The user's id.
    pub id: UserId,
    /// The name that others see.
    pub name: String,
    /// The e-mail address.
    pub email: String,
}

/// A log-in.
#[derive(Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NewSession<'a> {
    /// The account's address.
    pub email: &'a str,
    /// The account's password.
    pub password: &'a str,
    /// The session's name, by which it is known in the list of sessions.
    pub name: &'a str,
    /// A code of the second factor, where the account has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'a str>,
}

/// A session that has just begun.
#[derive(Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BegunSession {
    /// The session's id.
    pub id: SessionId,
    /// The moment at which it ends by itself.
    pub expires_at: String,
    /// Its secret.
    pub token: Option<String>,
}

/// The caller.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Me {
    /// The user's id.
    pub id: UserId,
    /// The name that others see.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// The session of this request.
    pub session: SessionId,
    /// The scopes of the session: `read`, `write`, `account`.
    pub scopes: Vec<String>,
    /// The photos and bytes that the user keeps.
    pub usage: Usage,
    /// The bytes that the user may keep.
    pub quota: Quota,
}

/// The photos and bytes that a user keeps.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Usage {
    /// Photos.
    pub photos: u64,
    /// Bytes of their originals.
    pub bytes: u64,
}

/// The bytes that a user may keep.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Quota {
    /// Bytes of originals.
    pub bytes: u64,
}
