//! Rows that have left the database: what is known of that there, what the warehouse is asked for,
//! and how its answer is read.

use uuid::Uuid;

use super::{Activities, ActivityKey};
use crate::{
    domain::{Activity, ActivityId, Limit, Moment, Month, UserId},
    error::{Error, Of, Result},
    stores::Cell,
};

/// One row: how many jobs have brought their rows elsewhere, and the newest month of them, by where
/// that is.
const ELSEWHERE: &str = "\
    SELECT COUNT(*), MAX(CASE WHEN target = 'redshift' THEN month END), MAX(CASE WHEN target = 's3' THEN month END) \
    FROM archive_jobs WHERE state IN ('verified', 'dropped')";

/// A page of an owner's rows, newest first, as the database answers with it; it ends with how many.
const PAGE_OF_ARCHIVED: &str = "\
    SELECT id, TO_CHAR(at, 'YYYY-MM-DD HH24:MI:SS.US'), owner_id, actor_id, action, subject_kind, subject_id, context \
    FROM activity \
    WHERE owner_id = :owner AND at >= CAST(:first AS TIMESTAMP) AND at <= CAST(:last AS TIMESTAMP) \
      AND (at < CAST(:last AS TIMESTAMP) OR id < :before) \
    ORDER BY at DESC, id DESC LIMIT ";

/// What has left the database of a cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Archived {
    /// How many jobs have brought their rows elsewhere. It only grows, and while it is the same
    /// nothing has left.
    pub jobs: i64,
    in_warehouse: Option<Month>,
    in_files: Option<Month>,
}

impl Archived {
    /// What happened before this moment may be in the warehouse.
    pub fn until(&self) -> Moment {
        begins_after(self.in_warehouse).unwrap_or(Moment::FIRST)
    }

    /// The moment from which on every row can be read, in the database or in the warehouse if there
    /// is one; `None` when all can.
    pub fn complete_from(&self, has_warehouse: bool) -> Option<Moment> {
        begins_after(if has_warehouse {
            self.in_files
        } else {
            self.in_files.max(self.in_warehouse)
        })
    }
}

fn begins_after(month: Option<Month>) -> Option<Moment> {
    month.map(|month| month.next().begins())
}

impl Activities {
    /// What has left the database of this owner's cluster.
    pub async fn archived(&self, owner: UserId) -> Result<Archived> {
        let elsewhere = sqlx::query_as::<_, (i64, Option<String>, Option<String>)>(ELSEWHERE);
        let elsewhere = elsewhere.fetch_one(self.db.writer(owner.shard())?).await;
        let (jobs, in_warehouse, in_files) = elsewhere.of("activity")?;
        let month = |text: Option<String>| {
            let month = text.map(|text| text.parse::<Month>()).transpose();
            month.map_err(|_| Error::internal("an archive job of no month"))
        };
        Ok(Archived { jobs, in_warehouse: month(in_warehouse)?, in_files: month(in_files)? })
    }
}

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
        activity::{self, Facts},
        domain::Shard,
    };

    #[test]
    fn a_row_of_the_warehouse_is_read_as_it_was_written() {
        let owner = UserId::new(Shard::random());
        let text = |text: &str| Cell::Text(text.to_owned());
        for actor in [None, Some(owner)] {
            let row =
                Activity { actor, ..activity::deed(owner, "user", owner.uuid(), Facts::default()) };
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

    #[test]
    fn what_can_be_read_is_told_by_where_the_months_went() {
        let month = |text: &str| Some(text.parse::<Month>().expect("a month"));
        let begins = |text: &str| month(text).expect("a month").begins();
        let none = Archived::default();
        assert_eq!(
            (none.until(), none.complete_from(true), none.complete_from(false)),
            (Moment::FIRST, None, None)
        );
        let both = Archived { jobs: 5, in_warehouse: month("2026-03"), in_files: month("2025-12") };
        assert_eq!(both.until(), begins("2026-04"));
        assert_eq!(both.complete_from(true), Some(begins("2026-01")));
        assert_eq!(both.complete_from(false), Some(begins("2026-04")), "the warehouse has gone");
        let files = Archived { in_warehouse: None, ..both };
        assert_eq!(
            (files.until(), files.complete_from(false)),
            (Moment::FIRST, Some(begins("2026-01")))
        );
    }
}
