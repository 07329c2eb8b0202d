//! Numbers of a TIFF structure, in its byte order.

use crate::exif::value_type::ValueType;

/// The order of the bytes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    /// Reads 16 bits.
    pub(super) fn short(self, bytes: Option<&[u8]>) -> Option<u16> {
        let bytes = bytes?.try_into().ok()?;
        Some(match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        })
    }

    /// Reads 32 bits.
    pub(super) fn long(self, bytes: Option<&[u8]>) -> Option<u32> {
        let bytes = bytes?.try_into().ok()?;
        Some(match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        })
    }

    /// Reads 64 bits.
    pub(super) fn long_long(self, bytes: Option<&[u8]>) -> Option<u64> {
        let bytes = bytes?.try_into().ok()?;
        Some(match self {
            Self::Little => u64::from_le_bytes(bytes),
            Self::Big => u64::from_be_bytes(bytes),
        })
    }

    /// Reads a whole number; none of other types, or where it has more than 63 bits.
    pub(super) fn whole(self, value_type: ValueType, value: &[u8]) -> Option<i64> {
        match value_type {
            ValueType::Byte => Some(i64::from(*value.first()?)),
            ValueType::SignedByte => Some(i64::from(value.first()?.cast_signed())),
            ValueType::Short => Some(i64::from(self.short(Some(value))?)),
            ValueType::SignedShort => Some(i64::from(self.short(Some(value))?.cast_signed())),
            ValueType::Long => Some(i64::from(self.long(Some(value))?)),
            ValueType::SignedLong => Some(i64::from(self.long(Some(value))?.cast_signed())),
            ValueType::LongLong => i64::try_from(self.long_long(Some(value))?).ok(),
            ValueType::SignedLongLong => Some(self.long_long(Some(value))?.cast_signed()),
            ValueType::Opaque
            | ValueType::Text
            | ValueType::Ratio
            | ValueType::SignedRatio
            | ValueType::Float
            | ValueType::Double => None,
        }
    }

    /// Reads a number of any type; one that is divided by zero is none.
    #[expect(clippy::cast_precision_loss, reason = "a value of 64 bits needs no more than 53")]
    pub(super) fn real(self, value_type: ValueType, value: &[u8]) -> Option<f64> {
        match value_type {
            ValueType::Ratio => self.ratio(ValueType::Long, value),
            ValueType::SignedRatio => self.ratio(ValueType::SignedLong, value),
            ValueType::Float => Some(f32::from_bits(self.long(Some(value))?).into()),
            ValueType::Double => Some(f64::from_bits(self.long_long(Some(value))?)),
            _ => Some(self.whole(value_type, value)? as f64),
        }
    }

    /// Divides two whole numbers of this type.
    #[expect(clippy::cast_precision_loss, reason = "they have 32 bits")]
    fn ratio(self, value_type: ValueType, value: &[u8]) -> Option<f64> {
        let (above, below) = value.split_at_checked(4)?;
        let numerator = self.whole(value_type, above)?;
        let denominator = self.whole(value_type, below)?;
        if denominator == 0 {
            return None;
        }
        Some(numerator as f64 / denominator as f64)
    }
}
