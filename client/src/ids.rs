//! Ids as the API writes them: a prefix that says of what, and 26 letters and digits.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// The letters and digits of an id behind its prefix.
const SUFFIX_LENGTH: usize = 26;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(try_from = "String", into = "String")]
        #[cfg_attr(test, schemars(with = "String"))]
        pub struct $name(String);

        impl $name {
            /// Returns the id as the API writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                Self::try_from(text.to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(text: String) -> Result<Self, Error> {
                if is_id(&text, $prefix) {
                    Ok(Self(text))
                } else {
                    Err(Error::NoId { what: $prefix, text })
                }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// The id of an album.
    AlbumId = "album";
    /// The id of an export.
    ExportId = "export";
    /// The id of a photo.
    PhotoId = "photo";
    /// The id of a session.
    SessionId = "session";
    /// The id of a link that shares an album.
    ShareId = "share";
    /// The id of an upload in parts.
    UploadId = "upload";
    /// The id of a user.
    UserId = "user";
}

/// Returns whether the text is an id of this kind: such a text can stand in a path as it is.
fn is_id(text: &str, prefix: &str) -> bool {
    let Some(rest) = text.strip_prefix(prefix) else { return false };
    let Some(suffix) = rest.strip_prefix('_') else { return false };
    suffix.len() == SUFFIX_LENGTH
        && suffix
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_of_its_kind() {
        let text = "album_01jd2w8h7kf3y9b6c5xq4m0ntz";
        assert_eq!(text.parse::<AlbumId>().expect("an id").as_str(), text);
        assert!(text.parse::<PhotoId>().is_err());
        for text in ["", "album_", "album_01jd", "album_../../../../../../../me"] {
            assert!(text.parse::<AlbumId>().is_err(), "{text}");
        }
    }
}
