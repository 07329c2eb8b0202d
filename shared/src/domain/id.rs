//! Identifiers: a UUIDv7 whose 12 `rand_a` bits (RFC 9562, section 5.7) are the logical shard,
//! written in the API as a [TypeID](https://github.com/jetify-com/typeid/tree/main/spec).
//!
//! Invariants: the id alone says which database holds the row (`every_id_keeps_its_shard`), and an
//! id read back from its text is the same id (`text_round_trips`).

use std::{fmt, str::FromStr};

use time::OffsetDateTime;
use type_safe_id::{DynamicType, StaticType, TypeSafeId};
use uuid::{Builder, Uuid, Version};

use super::schema::schemas;

/// A logical shard, 0–4095. The shard map says which cluster holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard(u16);

impl Shard {
    /// Number of logical shards: 12 bits.
    pub const COUNT: u16 = 4096;
    /// The first one, on which stands what there is one of over all accounts.
    pub const FIRST: Self = Self(0);

    /// The shard with this number; `None` from 4096 on.
    pub fn new(number: u16) -> Option<Self> {
        (number < Self::COUNT).then_some(Self(number))
    }

    /// A shard drawn evenly, for a new account.
    pub fn random() -> Self {
        Self(u16::from_be_bytes(random_bytes()) % Self::COUNT)
    }

    /// The number, 0–4095.
    pub fn number(self) -> u16 {
        self.0
    }
}

/// Bytes from the operating system's CSPRNG.
///
/// # Panics
/// When the operating system has no randomness to give: nothing secret can be made then.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// The seed of a fresh id, but for its shard: the same seed makes the same id. A request that
/// is repeated under one `Idempotency-Key` has one seed, so it cannot make a thing twice.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Seed([u8; 32]);

impl Seed {
    /// A fresh one: the time in milliseconds, and 208 random bits.
    pub fn new() -> Self {
        let millis = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000;
        let mut bytes: [u8; 32] = random_bytes();
        bytes[..6].copy_from_slice(&u64::try_from(millis).unwrap_or(0).to_be_bytes()[2..]);
        Self(bytes)
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn uuid(self, shard: Shard) -> Uuid {
        let mut millis = [0; 8];
        millis[2..].copy_from_slice(&self.0[..6]);
        let mut random = [0; 10];
        random[..2].copy_from_slice(&shard.0.to_be_bytes());
        random[2..].copy_from_slice(&self.0[6..14]);
        Builder::from_unix_timestamp_millis(u64::from_be_bytes(millis), &random).into_uuid()
    }
}

impl From<[u8; 32]> for Seed {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl Default for Seed {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…") // secrets are derived from it
    }
}

/// An id of any kind.
pub trait Fresh {
    /// The id that this seed makes on this shard.
    fn seeded(shard: Shard, seed: Seed) -> Self;
}

fn shard_of(id: Uuid) -> Shard {
    let bytes = id.as_bytes();
    Shard(u16::from_be_bytes([bytes[6] & 0x0f, bytes[7]]))
}

/// An id that is not one: another prefix, another length, not base32, not a UUIDv7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this kind")]
pub struct NotAnId;

/// The id of something whose kind is known by its word alone, as the API writes it: `photo` →
/// `photo_01jd…`.
pub fn typed(kind: &str, id: Uuid) -> String {
    // Words of ours are all prefixes; what is none is written bare.
    DynamicType::new(kind).map_or_else(
        |_| id.to_string(),
        |kind| TypeSafeId::from_type_and_uuid(kind, id).to_string(),
    )
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $kind:ident $prefix:literal;)*) => {$(
        #[derive(Default)]
        struct $kind;

        impl StaticType for $kind {
            const TYPE: &'static str = $prefix;
        }

        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh id on this shard.
            pub fn new(shard: Shard) -> Self {
                Self(Seed::new().uuid(shard))
            }

            /// The logical shard of the row.
            pub fn shard(self) -> Shard {
                shard_of(self.0)
            }

            /// The bare UUID, for the stores.
            pub fn uuid(self) -> Uuid {
                self.0
            }

            /// The id a store holds as a bare UUID.
            pub fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl Fresh for $name {
            fn seeded(shard: Shard, seed: Seed) -> Self {
                Self(seed.uuid(shard))
            }
        }

        schemas! {
            // 26 letters of Crockford's base32, of which the first holds three bits.
            $name {"type": "string", "pattern": concat!("^", $prefix, "_[0-7][0-9a-hjkmnp-tv-z]{25}$")}
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                TypeSafeId::<$kind>::from_uuid(self.0).fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let id = text.parse::<TypeSafeId<$kind>>().map_err(|_| NotAnId)?.uuid();
                (id.get_version() == Some(Version::SortRand)).then_some(Self(id)).ok_or(NotAnId)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A person with an account; its shard is drawn at random when the account is made.
    UserId UserKind "user";
    /// A log-in or an API key; born on its user's shard.
    SessionId SessionKind "session";
    /// A passkey; born on its user's shard.
    PasskeyId PasskeyKind "passkey";
    /// An album; born on its owner's shard.
    AlbumId AlbumKind "album";
    /// A photo; born on its album's shard.
    PhotoId PhotoKind "photo";
    /// An upload in parts; born on its photo's shard.
    UploadId UploadKind "upload";
    /// A comment; born on its photo's shard.
    CommentId CommentKind "comment";
    /// A link that shows an album; born on its album's shard.
    ShareId ShareKind "share";
    /// An invitation: into an album, born on its album's shard; or to sign up, born on the first
    /// shard.
    InvitationId InvitationKind "invitation";
    /// A sending of an invitation, which one token belongs to; born on the invitation's shard.
    SendingId SendingKind "sending";
    /// An export of all that belongs to a user; born on the user's shard.
    ExportId ExportKind "export";
    /// A row of the record of activity; born on its owner's shard.
    ActivityId ActivityKind "activity";
    /// A job that archives a month of activity; born on the first shard of its cluster.
    ArchiveId ArchiveKind "archive";
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_id_keeps_its_shard(number in 0..Shard::COUNT) {
            let shard = Shard::new(number).expect("in range");
            prop_assert_eq!(AlbumId::new(shard).shard(), shard);
        }

        #[test]
        fn one_seed_is_one_id_on_each_shard(bytes: [u8; 32], number in 0..Shard::COUNT) {
            let (seed, shard) = (Seed::from(bytes), Shard::new(number).expect("in range"));
            let id = AlbumId::seeded(shard, seed);
            prop_assert_eq!(id, AlbumId::seeded(shard, seed));
            prop_assert_eq!((id.shard(), id.to_string().parse()), (shard, Ok(id)));
        }

        #[test]
        fn text_round_trips(number in 0..Shard::COUNT) {
            let id = PhotoId::new(Shard::new(number).expect("in range"));
            prop_assert_eq!(id.to_string().parse::<PhotoId>(), Ok(id));
            prop_assert_eq!(id.to_string().parse::<AlbumId>(), Err(NotAnId));
        }

        #[test]
        fn any_text_is_an_id_or_is_refused(text in ".{0,40}") {
            if let Ok(id) = text.parse::<AlbumId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }

    #[test]
    fn an_id_is_written_alike_whether_its_kind_is_a_type_or_a_word() {
        let id = PhotoId::new(Shard::random());
        assert_eq!(typed("photo", id.uuid()), id.to_string());
        assert_eq!(typed("no kind", id.uuid()), id.uuid().to_string());
    }

    #[test]
    fn ids_of_one_shard_sort_by_time() {
        let shard = Shard::random();
        let first = AlbumId::new(shard);
        std::thread::sleep(std::time::Duration::from_millis(2));
        assert!(first < AlbumId::new(shard));
    }

    #[test]
    fn another_version_of_uuid_is_no_id() {
        let text = TypeSafeId::<AlbumKind>::from_uuid(Uuid::nil()).to_string();
        assert_eq!(text.parse::<AlbumId>(), Err(NotAnId));
    }
}
