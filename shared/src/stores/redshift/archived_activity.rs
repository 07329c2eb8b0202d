//! Rows of activity in the warehouse: what it is asked for, and how its answer is read.

use uuid::Uuid;

use super::warehouse::Cell;
use crate::{
    domain::{Activity, ActivityId, ActivityKey, Limit, Moment, UserId},
    error::{Error, Result},
};

/// A page of an owner's rows, newest first, as the database answers with it; it ends with how many.
const PAGE_OF_ARCHIVED: &str = "\
    SELECT id, TO_CHAR(at, 'YYYY-MM-DD HH24:MI:SS.US'), owner_id, actor_id, action, subject_kind, subject_id, context \
    FROM activity \
    WHERE owner_id = :owner AND at >= CAST(:first AS TIMESTAMP) AND at <= CAST(:last AS TIMESTAMP) \
      AND (at < CAST(:last AS TIMESTAMP) OR id < :before) \
    ORDER BY at DESC, id DESC LIMIT ";

/// The query of the warehouse for an owner's rows since `from` that come after `after`, one more
/// than a page has; and its parameters.
pub fn page_of_archived(
    owner: UserId,
    from: Moment,
    after: ActivityKey,
    limit: Limit,
) -> (String, [(&'static str, String); 4]) {
    let id = |id: Uuid| id.simple().to_string();
    let parameters = [
        ("owner", id(owner.uuid())),
        ("first", from.sql()),
        ("last", after.at.sql()),
        ("before", id(after.id.uuid())),
    ];
    (format!("{PAGE_OF_ARCHIVED}{}", limit.one_more()), parameters)
}

/// A row of that query.
pub fn archived_row(row: &[Cell]) -> Result<Activity> {
    let text = |column: usize| row.get(column).and_then(Cell::text);
    let id = |column: usize| Uuid::try_parse(text(column)?).ok();
    let read = || {
        Some(Activity {
            id: ActivityId::from_uuid(id(0)?),
            at: Moment::of_sql(text(1)?)?,
            owner: UserId::from_uuid(id(2)?),
            actor: id(3).map(UserId::from_uuid),
            action: text(4)?.to_owned(),
            subject_kind: text(5)?.to_owned(),
            subject_id: id(6)?,
            context: text(7)?.to_owned(),
        })
    };
    // Not the row itself: it is no matter for a log.
    read().ok_or_else(|| Error::internal("a row of activity that cannot be read"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        activity::{self, ActivityFacts},
        domain::Shard,
    };

    #[test]
    fn a_row_of_the_warehouse_is_read_as_it_was_written() {
        let owner = UserId::new(Shard::random());
        let text = |text: &str| Cell::Text(text.to_owned());
        for actor in [None, Some(owner)] {
            let row = Activity {
                actor,
                ..activity::activity_entry(owner, "user", owner.uuid(), ActivityFacts::default())
            };
            let canonical = row.canonical();
            let cells: Vec<_> = canonical
                .splitn(8, '|')
                .map(|t| if t.is_empty() { Cell::Null } else { text(t) })
                .collect();
            assert_eq!(archived_row(&cells).expect("a row"), row);
            for column in [0, 1, 2, 4, 5, 6, 7] {
                let mut damaged = cells.clone();
                damaged[column] = Cell::Null;
                assert!(archived_row(&damaged).is_err(), "column {column}");
            }
        }
    }
}
