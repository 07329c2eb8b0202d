//! Sharing: an album's members, and links that show it to whoever has them.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AlbumId, Email, Moment, ShareId, UserId, view::Role};

/// Somebody who may see an album, as the album knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The member.
    pub user: UserId,
    /// The member's role.
    pub role: Role,
    /// Since when.
    pub added_at: Moment,
}

/// Somebody who may see an album, as the API shows them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Member")]
pub struct MemberView {
    /// The member.
    pub user: UserId,
    /// Their name; `null` when the account is gone.
    pub name: Option<String>,
    /// The member's role.
    pub role: Role,
    /// Since when.
    pub added_at: Moment,
}

impl MemberView {
    /// The member under this name.
    pub fn of(member: &Member, name: Option<String>) -> Self {
        Self { user: member.user, name, role: member.role, added_at: member.added_at }
    }
}

/// A user as a path names them: by an id, an e-mail address, or `me`.
#[derive(Clone, Debug)]
pub enum UserReference {
    /// The caller.
    Me,
    /// The user with this id.
    User(UserId),
    /// The user with this address.
    Email(Email),
}

impl FromStr for UserReference {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text == "me" {
            return Ok(Self::Me);
        }
        let id = text.parse().map(Self::User).map_err(drop);
        id.or_else(|()| {
            Email::try_from(text.to_owned())
                .map(Self::Email)
                .map_err(drop)
        })
    }
}

/// The role of a member: the owner's is nobody else's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MemberRole {
    /// Adds and changes photos.
    Editor,
    /// Looks.
    Viewer,
}

impl From<MemberRole> for Role {
    fn from(role: MemberRole) -> Self {
        match role {
            MemberRole::Editor => Self::Editor,
            MemberRole::Viewer => Self::Viewer,
        }
    }
}

/// Permissions of a share beyond looking; none unless its maker says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allows {
    /// To have originals, as they were uploaded: with all that their files say, the place
    /// included.
    pub originals: bool,
    /// To see where photos were taken.
    pub places: bool,
    /// To add photos, at the expense of the album's owner.
    pub uploads: bool,
}

/// Limits of what the guests of a share may send; the usual where its maker says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UploadBounds {
    /// Bytes in all.
    pub bytes: Option<u64>,
    /// Photos that are announced and not there, at a time.
    pub open: Option<u32>,
}

/// A link that shows an album to whoever has it, as the stores know it.
#[derive(Clone, PartialEq, Eq)]
pub struct Share {
    /// The share.
    pub id: ShareId,
    /// The album that it shows.
    pub album: AlbumId,
    /// The owner of the album.
    pub owner: UserId,
    /// The hash of its token, hexadecimal.
    pub token: String,
    /// The hash of its password.
    pub password: Option<String>,
    /// Its permissions.
    pub allows: Allows,
    /// The moment at which it ends by itself.
    pub expires_at: Option<Moment>,
    /// The moment at which its owner ended it.
    pub revoked_at: Option<Moment>,
    /// Counts its changes.
    pub version: u32,
}

impl Share {
    /// Returns true if it can be used at this moment.
    pub fn lasts(&self, now: Moment) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| end > now)
    }
}

impl fmt::Debug for Share {
    /// Without what must not be logged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Share")
            .field("id", &self.id)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// A share as the album's owner sees it. Its link is shown once, when it is made.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Share")]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the JSON")]
pub struct ShareView {
    /// The share.
    pub id: ShareId,
    /// The album that it shows.
    pub album: AlbumId,
    /// The name that its owner gave it; may be empty.
    pub name: String,
    /// True if it takes a password.
    pub has_password: bool,
    /// True if guests may have originals.
    pub allow_original: bool,
    /// True if guests see where photos were taken.
    pub show_location: bool,
    /// True if guests may add photos.
    pub allow_upload: bool,
    /// Bytes that guests may send by it in all; `null` for a quarter of the owner's quota.
    pub upload_bytes: Option<u64>,
    /// Photos that guests may have announced and not sent, at a time; `null` for 100.
    pub open_uploads: Option<u32>,
    /// The moment at which it ends; `null` for never.
    pub expires_at: Option<Moment>,
    /// The moment at which it was made.
    pub created_at: Moment,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Shard;

    #[test]
    fn a_path_names_a_user_by_id_by_address_or_as_me() {
        let id = UserId::new(Shard::random());
        assert!(matches!("me".parse(), Ok(UserReference::Me)));
        assert!(matches!(id.to_string().parse(), Ok(UserReference::User(user)) if user == id));
        assert!(matches!("ana@example.org".parse(), Ok(UserReference::Email(_))));
        for nobody in ["", "you", "user_", "@"] {
            assert!(nobody.parse::<UserReference>().is_err(), "{nobody}");
        }
    }
}
