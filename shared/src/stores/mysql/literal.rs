//! Values as SQL reads them, of digits alone: a text is written by the digits of its bytes. So no
//! value can be taken for SQL, whatever it says, and nothing has to be quoted.

use std::fmt::Write as _;

use time::PrimitiveDateTime;
use uuid::Uuid;

/// A value that a statement can hold.
pub(super) trait Literal: Sync {
    /// Writes the value as SQL reads it.
    fn write(&self, sql: &mut String);
}

/// Values that SQL writes as Rust does.
macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl Literal for $number {
            fn write(&self, sql: &mut String) {
                // To a string nothing fails to be written.
                let _ = write!(sql, "{self}");
            }
        }
    )+};
}

numbers!(bool, i16, i64, u8, u32, u64);

impl Literal for f64 {
    /// With an exponent, because without one it would be a decimal.
    fn write(&self, sql: &mut String) {
        let _ = write!(sql, "{self:e}");
    }
}

impl Literal for [u8] {
    fn write(&self, sql: &mut String) {
        sql.push_str("x'");
        sql.push_str(&hex::encode(self));
        sql.push('\'');
    }
}

impl Literal for &[u8] {
    fn write(&self, sql: &mut String) {
        (**self).write(sql);
    }
}

impl Literal for Vec<u8> {
    fn write(&self, sql: &mut String) {
        self.as_slice().write(sql);
    }
}

impl Literal for Uuid {
    fn write(&self, sql: &mut String) {
        self.as_bytes().as_slice().write(sql);
    }
}

impl Literal for &str {
    fn write(&self, sql: &mut String) {
        sql.push_str("_utf8mb4 ");
        self.as_bytes().write(sql);
    }
}

impl Literal for String {
    fn write(&self, sql: &mut String) {
        self.as_str().write(sql);
    }
}

impl Literal for PrimitiveDateTime {
    fn write(&self, sql: &mut String) {
        let (hour, minute, second, micros) = self.as_hms_micro();
        let date = self.date();
        let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
        let _ = write!(
            sql,
            "'{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{micros:06}'"
        );
    }
}

impl<T: Literal> Literal for Option<T> {
    fn write(&self, sql: &mut String) {
        match self {
            Some(value) => value.write(sql),
            None => sql.push_str("NULL"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    fn sql(value: &dyn Literal) -> String {
        let mut sql = String::new();
        value.write(&mut sql);
        sql
    }

    #[test]
    fn values_are_written_as_sql_reads_them() {
        let id = Uuid::from_u128(0xab);
        assert_eq!(sql(&id), "x'000000000000000000000000000000ab'");
        assert_eq!(sql(&None::<u32>), "NULL");
        assert_eq!(sql(&Some(-3_i16)), "-3");
        assert_eq!(sql(&true), "true");
        assert_eq!(sql(&-0.5), "-5e-1");
        assert_eq!(sql(&1e21), "1e21");
        let at = datetime!(2026-07-04 09:30:00.000012);
        assert_eq!(sql(&at), "'2026-07-04 09:30:00.000012'");
        assert_eq!(sql(&""), "_utf8mb4 x''");
    }

    proptest! {
        #[test]
        fn no_text_is_taken_for_sql(text in "\\PC*|['\"\\\\;?-]*") {
            let written = sql(&text);
            let digits = written
                .strip_prefix("_utf8mb4 x'")
                .and_then(|rest| rest.strip_suffix('\''))
                .expect("a literal");
            prop_assert!(digits.bytes().all(|digit| digit.is_ascii_hexdigit()), "{}", written);
            prop_assert_eq!(hex::decode(digits).expect("bytes"), text.as_bytes());
        }
    }
}
