//! The position of a row in the record of activity.

use uuid::Uuid;

use super::{Activity, ActivityId, Moment};

/// The last id that there can be: a UUIDv7 like all.
const LAST_ID: Uuid = Uuid::from_u128(0xffff_ffff_ffff_7fff_bfff_ffff_ffff_ffff);

/// The position of a row among an owner's rows.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct ActivityKey {
    /// The moment of the row.
    pub at: Moment,
    /// The row: tells rows of one moment apart.
    pub id: ActivityId,
}

impl ActivityKey {
    /// The place of this row.
    pub fn of(row: &Activity) -> Self {
        Self { at: row.at, id: row.id }
    }

    /// The place after which come the rows of this moment and all that are older.
    pub fn until(at: Moment) -> Self {
        Self { at, id: ActivityId::from_uuid(LAST_ID) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Shard;

    #[test]
    fn the_end_of_a_moment_is_after_all_its_rows_and_survives_a_cursor() {
        let (at, id) = (Moment::now(), ActivityId::new(Shard::random()));
        let end = ActivityKey::until(at);
        assert!(end > ActivityKey { at, id } && end < ActivityKey { at: at.plus(1), id });
        let json = serde_json::to_string(&end).expect("JSON");
        assert_eq!(serde_json::from_str::<ActivityKey>(&json).expect("a key"), end);
    }
}
