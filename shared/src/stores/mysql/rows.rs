//! Reads rows into types: a column into a type of the domain, and a row into a struct.
//!
//! The domain does not know the database, so the columns of its types are said here. [`from_row!`]
//! is [`sqlx::FromRow`] as `sqlx` derives it, without the crate that does: that one would have the
//! driver and its TLS compiled a second time, for the compiler.

use serde::de::DeserializeOwned;
use sqlx::{
    Decode, MySql, Type,
    error::BoxDynError,
    mysql::{MySqlTypeInfo, MySqlValueRef},
};
use time::PrimitiveDateTime;
use uuid::Uuid;

use crate::domain::{
    ActivityId, AlbumId, ArchiveId, CommentId, ExportId, InvitationId, Language, Moment, Month,
    PasskeyId, PhotoId, SendingId, Sha256, ShareId, UploadId, UserId,
    export::ExportState,
    invitations::InvitationState,
    sharing::MemberRole,
    statistics::CountedAction,
    view::{Role, Status},
};

/// Implements [`sqlx::FromRow`] for a struct: each field is the column of its own name, or of the
/// one behind the colon. `_` is a struct that is read from columns of the same row, and a function
/// in parentheses reads what takes more than one column, or more than a decoding.
macro_rules! from_row {
    ($struct:ident { $($field:ident $(: $column:tt)?),+ $(,)? }) => {
        impl<'row> sqlx::FromRow<'row, sqlx::mysql::MySqlRow> for $struct {
            fn from_row(row: &'row sqlx::mysql::MySqlRow) -> sqlx::Result<Self> {
                Ok(Self {
                    $($field: $crate::stores::mysql::rows::column!(row, $field $($column)?)?),+
                })
            }
        }
    };
}

/// Reads a field of [`from_row!`].
macro_rules! column {
    ($row:ident, $field:ident) => {
        sqlx::Row::try_get($row, stringify!($field))
    };
    ($row:ident, $field:ident _) => {
        sqlx::FromRow::from_row($row)
    };
    ($row:ident, $field:ident $column:literal) => {
        sqlx::Row::try_get($row, $column)
    };
    ($row:ident, $field:ident ($read:path)) => {
        $read($row)
    };
}

pub(super) use {column, from_row};

/// Says which column each of these types is, and how it is read from that.
macro_rules! columns {
    ($($type:ty: $column:ty => $read:expr;)+) => {$(
        impl Type<MySql> for $type {
            fn type_info() -> MySqlTypeInfo {
                <$column as Type<MySql>>::type_info()
            }

            fn compatible(column: &MySqlTypeInfo) -> bool {
                <$column as Type<MySql>>::compatible(column)
            }
        }

        impl<'row> Decode<'row, MySql> for $type {
            fn decode(value: MySqlValueRef<'row>) -> Result<Self, BoxDynError> {
                let read: fn($column) -> Result<Self, BoxDynError> = $read;
                read(<$column as Decode<MySql>>::decode(value)?)
            }
        }
    )+};
}

columns! {
    ActivityId: Uuid => |id| Ok(Self::from_uuid(id));
    AlbumId: Uuid => |id| Ok(Self::from_uuid(id));
    ArchiveId: Uuid => |id| Ok(Self::from_uuid(id));
    CommentId: Uuid => |id| Ok(Self::from_uuid(id));
    ExportId: Uuid => |id| Ok(Self::from_uuid(id));
    InvitationId: Uuid => |id| Ok(Self::from_uuid(id));
    PasskeyId: Uuid => |id| Ok(Self::from_uuid(id));
    PhotoId: Uuid => |id| Ok(Self::from_uuid(id));
    SendingId: Uuid => |id| Ok(Self::from_uuid(id));
    ShareId: Uuid => |id| Ok(Self::from_uuid(id));
    UploadId: Uuid => |id| Ok(Self::from_uuid(id));
    UserId: Uuid => |id| Ok(Self::from_uuid(id));
    Moment: PrimitiveDateTime => |utc| Ok(Self::from(utc.assume_utc()));
    Sha256: Vec<u8> => |sum| Ok(Self::from(<[u8; 32]>::try_from(sum).unwrap_or_default()));
    Month: String => |month| month.parse().map_err(|_| unknown("month", &month));
    Language: String => |tag| of_word(&tag);
    Role: String => |role| role.parse().map_err(|()| unknown("role", &role));
    CountedAction: String => |action| action.parse().map_err(|()| unknown("action", &action));
    Status: String => |status| of_word(&status);
    ExportState: String => |state| of_word(&state);
    InvitationState: String => |state| of_word(&state);
    MemberRole: String => |role| of_word(&role);
    Checksum: String => |sum| Ok(Self(sum.parse()?));
}

/// A checksum of rows, which the database holds as a decimal and says as text.
pub(super) struct Checksum(pub u128);

/// A column of JSON.
pub(super) struct Json<T>(pub T);

impl<T> Type<MySql> for Json<T> {
    fn type_info() -> MySqlTypeInfo {
        <String as Type<MySql>>::type_info()
    }

    fn compatible(column: &MySqlTypeInfo) -> bool {
        <String as Type<MySql>>::compatible(column)
    }
}

impl<'row, T: DeserializeOwned> Decode<'row, MySql> for Json<T> {
    fn decode(value: MySqlValueRef<'row>) -> Result<Self, BoxDynError> {
        let text = <&str as Decode<MySql>>::decode(value)?;
        Ok(Self(serde_json::from_str(text)?))
    }
}

/// Returns the value that is this word in JSON, too.
fn of_word<T: DeserializeOwned>(word: &str) -> Result<T, BoxDynError> {
    use serde::de::{IntoDeserializer, value::Error};

    T::deserialize(IntoDeserializer::<Error>::into_deserializer(word)).map_err(BoxDynError::from)
}

fn unknown(what: &str, word: &str) -> BoxDynError {
    format!("{word} is no {what}").into()
}
