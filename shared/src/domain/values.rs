//! Values that callers send, parsed at the door: what is held here is valid.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    schema::schemas,
    text::{self, Controls},
};

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident $least:literal..=$most:literal $controls:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// The fewest and the most characters.
            pub const LENGTH: std::ops::RangeInclusive<usize> = $least..=$most;

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                text::schema(&Self::LENGTH, Controls::$controls)
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                text::parse(&text, Self::LENGTH, Controls::$controls).map(Self)
            }
        }
    )*};
}

texts! {
    /// A person's name.
    Name 1..=100 Refused;
    /// An album's title.
    Title 1..=200 Refused;
    /// An album's description; may be empty, may have several lines.
    Description 0..=2000 Lines;
    /// A photo's caption; may be empty, may have several lines.
    Caption 0..=2000 Lines;
    /// The name a photo's file had on the caller's side. What cannot be shown of it is left out.
    FileName 1..=255 Cleaned;
    /// A word or two that a photo is found by. Its case is kept, and neither case nor accents count when tags are compared.
    Tag 1..=50 Refused;
    /// The text of a comment on a photo; may have several lines.
    CommentText 1..=2000 Lines;
}

schemas! {
    Sha256 {"type": "string", "pattern": "^[0-9a-fA-F]{64}$"}
    Size {"type": "integer", "minimum": 1, "maximum": Size::MOST}
    QuotaBytes {"type": "integer", "minimum": 0, "maximum": QuotaBytes::MOST}
    ContentType {"type": "string", "pattern": "^image/[A-Za-z0-9.+-]{1,60}$"}
}

/// The SHA-256 of a photo's bytes; 64 hexadecimal digits in the API.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// The sum of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        use sha2::Digest;
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// The 32 bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A [`Sha256`] of bytes that come one after the other.
#[derive(Default)]
pub struct Summing(sha2::Sha256);

impl Summing {
    /// Takes the next bytes in.
    pub fn add(&mut self, bytes: &[u8]) {
        sha2::Digest::update(&mut self.0, bytes);
    }

    /// The sum of all of them.
    pub fn sum(self) -> Sha256 {
        Sha256(sha2::Digest::finalize(self.0).into())
    }
}

impl From<[u8; 32]> for Sha256 {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl From<Sha256> for String {
    fn from(sum: Sha256) -> Self {
        hex::encode(sum.0)
    }
}

impl TryFrom<String> for Sha256 {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut bytes = [0; 32];
        match hex::decode_to_slice(&text, &mut bytes) {
            Ok(()) => Ok(Self(bytes)),
            Err(_) => Err("must be 64 hexadecimal digits".to_owned()),
        }
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// The size of a photo's file in bytes: 1 byte to 200 MB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "serde_json::Value")]
pub struct Size(u64);

impl Size {
    /// The most that one photo may have, in bytes.
    pub const MOST: u64 = 200_000_000;

    /// The number of bytes.
    pub fn bytes(self) -> u64 {
        self.0
    }
}

impl TryFrom<serde_json::Value> for Size {
    type Error = String;

    fn try_from(value: serde_json::Value) -> Result<Self, String> {
        match value.as_u64() {
            Some(bytes @ 1..=Self::MOST) => Ok(Self(bytes)),
            _ => Err(format!("must be a whole number of bytes from 1 to {}", Self::MOST)),
        }
    }
}

/// Bytes that an owner may keep, as an administrator says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "serde_json::Value")]
pub struct QuotaBytes(u64);

impl QuotaBytes {
    /// The most that can be said: a whole number that every reader of JSON takes as it is (RFC
    /// 8259, section 6), 9 PB.
    pub const MOST: u64 = (1 << 53) - 1;

    /// The number of bytes.
    pub fn bytes(self) -> u64 {
        self.0
    }
}

impl TryFrom<serde_json::Value> for QuotaBytes {
    type Error = String;

    fn try_from(value: serde_json::Value) -> Result<Self, String> {
        match value.as_u64() {
            Some(bytes @ 0..=Self::MOST) => Ok(Self(bytes)),
            _ => Err(format!("must be a whole number of bytes up to {}", Self::MOST)),
        }
    }
}

/// The media type of an upload; the worker looks at the bytes, not at this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct ContentType(String);

impl ContentType {
    /// The type and subtype.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ContentType {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text = text.to_ascii_lowercase();
        let subtype = text.strip_prefix("image/").unwrap_or_default();
        let token = |c: u8| c.is_ascii_alphanumeric() || b"-+.".contains(&c);
        let valid = (1..=60).contains(&subtype.len()) && subtype.bytes().all(token);
        valid
            .then_some(Self(text))
            .ok_or_else(|| "must be the media type of an image, such as image/jpeg".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_normalised_and_bounded() {
        let title = |text: &str| Title::try_from(text.to_owned());
        assert_eq!(title(" Cafe\u{301} ").expect("valid").as_str(), "Café");
        assert!(title("").is_err() && title("   ").is_err() && title(&"x".repeat(10_000)).is_err());
        assert!(title("a\u{0}b").is_err() && title("a\nb").is_err());
        assert_eq!(title("a\u{202e}b").expect("valid").as_str(), "ab");
        let file = FileName::try_from("\u{200f}invoice\u{202e}gpj.\u{0}exe\n".to_owned());
        assert_eq!(file.expect("valid").as_str(), "invoicegpj.exe");
        assert!(Description::try_from("a\nb".to_owned()).is_ok());
        assert_eq!(Caption::try_from(String::new()).expect("valid").as_str(), "");
    }

    #[test]
    fn sizes_types_and_sums_outside_their_range_are_refused() {
        let size = |v: serde_json::Value| Size::try_from(v);
        assert!(size(1.into()).is_ok() && size(Size::MOST.into()).is_ok());
        assert!(size(0.into()).is_err() && size((-1).into()).is_err() && size("5".into()).is_err());
        assert!(
            ContentType::try_from("image/JPEG".to_owned())
                .is_ok_and(|t| t.as_str() == "image/jpeg")
        );
        assert!(ContentType::try_from("text/html".to_owned()).is_err());
        assert!(
            Sha256::try_from("ab".repeat(32)).is_ok() && Sha256::try_from("ab".repeat(31)).is_err()
        );
    }
}
