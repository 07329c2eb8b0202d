//! Links that share an album.

use serde::{Deserialize, Serialize};

use crate::ids::{AlbumId, ShareId};

/// A new link; all that it may allow is off unless asked for.
#[derive(Clone, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NewShare<'a> {
    /// The link's name in the owner's list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// The password that guests are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<&'a str>,
    /// The moment at which it ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<&'a str>,
    /// True if guests may fetch originals.
    pub allow_original: bool,
    /// True if guests see places.
    pub show_location: bool,
    /// True if guests may add photos.
    pub allow_upload: bool,
}

/// A link.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[allow(clippy::struct_excessive_bools)] // as the API has them
pub struct Share {
    /// The link's id.
    pub id: ShareId,
    /// The album that it opens.
    pub album: AlbumId,
    /// Its name.
    pub name: String,
    /// True if it asks for a password.
    pub has_password: bool,
    /// True if guests may fetch originals.
    pub allow_original: bool,
    /// True if guests see places.
    pub show_location: bool,
    /// True if guests may add photos.
    pub allow_upload: bool,
    /// The moment at which it ends by itself.
    pub expires_at: Option<String>,
    /// The moment at which it was made.
    pub created_at: String,
}

/// A link that has just been made: only now is its secret shown.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShareWithToken {
    /// The link.
    #[serde(flatten)]
    pub share: Share,
    /// The secret of its address.
    pub token: String,
    /// Its address, to be passed on.
    pub url: String,
}
