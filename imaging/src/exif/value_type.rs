//! Types of values in a TIFF structure (TIFF 6.0, section 2; Exif 3.0, 4.6.2).

/// The type in which a value is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueType {
    Byte,
    SignedByte,
    Opaque,
    Text,
    Short,
    SignedShort,
    Long,
    SignedLong,
    LongLong,
    SignedLongLong,
    Ratio,
    SignedRatio,
    Float,
    Double,
}

impl ValueType {
    /// Returns the type of this number, as entries have it.
    pub(super) fn of(number: u16) -> Option<Self> {
        Some(match number {
            1 => Self::Byte,
            2 | 129 => Self::Text, // 129: UTF-8
            3 => Self::Short,
            4 | 13 => Self::Long, // 13: a directory's offset
            5 => Self::Ratio,
            6 => Self::SignedByte,
            7 => Self::Opaque,
            8 => Self::SignedShort,
            9 => Self::SignedLong,
            10 => Self::SignedRatio,
            11 => Self::Float,
            12 => Self::Double,
            16 | 18 => Self::LongLong, // of BigTIFF; 18: a directory's offset
            17 => Self::SignedLongLong,
            _ => return None,
        })
    }

    /// Returns true if its numbers may be negative.
    pub(super) fn is_signed(self) -> bool {
        matches!(
            self,
            Self::SignedByte
                | Self::SignedShort
                | Self::SignedLong
                | Self::SignedLongLong
                | Self::SignedRatio
                | Self::Float
                | Self::Double
        )
    }

    /// Returns the bytes of one value.
    pub(super) fn size(self) -> usize {
        match self {
            Self::Byte | Self::SignedByte | Self::Opaque | Self::Text => 1,
            Self::Short | Self::SignedShort => 2,
            Self::Long | Self::SignedLong | Self::Float => 4,
            Self::LongLong
            | Self::SignedLongLong
            | Self::Ratio
            | Self::SignedRatio
            | Self::Double => 8,
        }
    }
}
