//! A page of somebody's record, wherever its rows are: in the database, in the warehouse, or on
//! their way.
//!
//! Rows leave the database a month at a time, and never come back. What happened after the newest
//! month that has left is in the database alone, and is answered from there. What is older may be
//! in either, so both are asked, and a row that both have is there once. The warehouse is asked
//! first. When its answer is there, the database is read, and then whether any job has taken its
//! rows out since before the warehouse was asked: if none has, what was not loaded then is still in
//! the database, and no row is missing. Otherwise the warehouse is asked anew.

use std::{cmp::Reverse, collections::BTreeMap};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::{
    Result,
    domain::{Activity, ActivityKey, Limit, Moment, Page, UserId},
    error::Of,
    stores::{
        Activities, Statement, StatementProgress, Warehouse,
        activities::Archived,
        archived_activity::{archived_row, page_of_archived},
    },
};

/// The most reads of a page of the database while months leave it.
const TRIES: u32 = 5;
/// The most failures of the warehouse at a page.
const FAILURES: u32 = 5;
/// Seconds in which the same question is the same statement: whoever asks again in the meantime
/// asks for nothing new.
const SAME: i64 = 600;

/// The rows of the record, in the database and in the warehouse.
pub struct Pages {
    /// The database.
    pub activities: Activities,
    /// The warehouse; `None` where there is none.
    pub warehouse: Option<Warehouse>,
}

/// The page that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// The owner of the rows.
    pub owner: UserId,
    /// Done then or later.
    pub from: Moment,
    /// Those that come after this one, newest first.
    pub after: ActivityKey,
    /// The most rows of the page.
    pub limit: Limit,
}

/// A question to the warehouse. The caller keeps it, so it says which page it is of, and whose.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PageQuery {
    owner: UserId,
    from: Moment,
    after: ActivityKey,
    limit: u16,
    statement: Statement,
    /// The number of jobs that had taken their rows out of the database before it was asked.
    jobs: i64,
    /// Its failures so far.
    failures: u32,
}

/// A page, or where it will come from.
#[derive(Debug)]
pub enum PageResult {
    /// The page.
    Page {
        /// Newest first. It may be shorter than it was to be, and is not the last then.
        page: Page<Activity, ActivityKey>,
        /// The moment from which on there are all rows; `None` when there are all.
        complete_from: Option<Moment>,
    },
    /// The warehouse is at work.
    Asked(PageQuery),
}

impl PageQuery {
    /// Returns the owner of the page.
    pub fn owner(&self) -> UserId {
        self.owner
    }

    /// After which row its page begins.
    pub fn after(&self) -> ActivityKey {
        self.after
    }

    fn is_for(&self, wanted: &PageRequest) -> bool {
        let PageRequest { owner, from, after, limit } = *wanted;
        (self.owner, self.from, self.after, self.limit) == (owner, from, after, limit.get())
    }
}

impl Pages {
    /// The page, as far as it is there, after the warehouse was perhaps asked for it.
    pub async fn read(
        &self,
        wanted: &PageRequest,
        asked: Option<&PageQuery>,
    ) -> Result<PageResult> {
        match (asked.filter(|asked| asked.is_for(wanted)), &self.warehouse) {
            (Some(asked), Some(warehouse)) => self.old(wanted, asked, warehouse).await,
            _ => self.recent(wanted).await,
        }
    }

    /// From the database, unless only what is older is left.
    async fn recent(&self, wanted: &PageRequest) -> Result<PageResult> {
        let PageRequest { owner, from, after, limit } = *wanted;
        for _ in 0..TRIES {
            let gone = self.activities.archived(owner).await?;
            let until = if self.warehouse.is_some() { gone.until() } else { Moment::FIRST };
            let mut page = self
                .activities
                .of_owner(owner, from.max(until), Some(after), limit)
                .await?;
            if self.activities.archived(owner).await? != gone {
                continue; // rows have left since `until` was asked for
            }
            if let Some(warehouse) = &self.warehouse
                && from < until
                && from <= after.at
            {
                if page.items.is_empty() {
                    return ask(wanted, warehouse, gone.jobs, 0).await;
                }
                page.next = page.items.last().map(ActivityKey::of);
            }
            return Ok(self.answer(page, &gone));
        }
        Err("months kept leaving the database").of("activity")
    }

    /// From both, once the warehouse has answered.
    async fn old(
        &self,
        wanted: &PageRequest,
        asked: &PageQuery,
        warehouse: &Warehouse,
    ) -> Result<PageResult> {
        let PageRequest { owner, from, after, limit } = *wanted;
        match warehouse.progress(&asked.statement).await? {
            StatementProgress::Running => return Ok(PageResult::Asked(asked.clone())),
            StatementProgress::Finished { .. } => {}
            // Why it failed can have values of rows in it, and is no matter for a log.
            StatementProgress::Failed(_) if asked.failures < FAILURES => {
                tracing::warn!(
                    failures = asked.failures + 1,
                    "the warehouse failed at a page of activity"
                );
                return ask(wanted, warehouse, asked.jobs, asked.failures + 1).await;
            }
            StatementProgress::Failed(_) => {
                return Err("it kept failing at a page of activity").of("warehouse");
            }
        }
        let there = warehouse.all_rows(&asked.statement).await?;
        let there = there
            .iter()
            .map(|row| archived_row(row))
            .collect::<Result<Vec<_>>>()?;
        let here = self
            .activities
            .of_owner(owner, from, Some(after), limit)
            .await?;
        let gone = self.activities.archived(owner).await?;
        if gone.jobs != asked.jobs {
            return ask(wanted, warehouse, gone.jobs, 0).await;
        }
        Ok(self.answer(merged(there, here, limit), &gone))
    }

    fn answer(&self, page: Page<Activity, ActivityKey>, gone: &Archived) -> PageResult {
        PageResult::Page { page, complete_from: gone.complete_from(self.warehouse.is_some()) }
    }
}

/// Submits the page's query. A function that dies here has written nothing: asked again, it is the
/// same statement.
async fn ask(
    wanted: &PageRequest,
    warehouse: &Warehouse,
    jobs: i64,
    failures: u32,
) -> Result<PageResult> {
    let PageRequest { owner, from, after, limit } = *wanted;
    let (query, parameters) = page_of_archived(owner, from, after, limit);
    let limit = limit.get();
    let then = Moment::now().epoch() / SAME;
    let question =
        format!("{owner} {from} {} {} {limit} {jobs} {failures} {then}", after.at, after.id);
    let token = hex::encode(Sha256::digest(question));
    let statement = warehouse.submit(&[query], &parameters, &token).await?;
    Ok(PageResult::Asked(PageQuery { owner, from, after, limit, statement, jobs, failures }))
}

/// The newest of both sides, each row once; of a row that both have, the database's, which may have
/// been changed.
fn merged(
    there: Vec<Activity>,
    here: Page<Activity, ActivityKey>,
    limit: Limit,
) -> Page<Activity, ActivityKey> {
    let more = here.next.is_some();
    let rows: BTreeMap<_, _> = there
        .into_iter()
        .chain(here.items)
        .map(|row| (Reverse(ActivityKey::of(&row)), row))
        .collect();
    let mut page = Page::cut(rows.into_values().collect(), limit, ActivityKey::of);
    if more {
        page.next = page.items.last().map(ActivityKey::of);
    }
    page
}

#[cfg(test)]
mod tests {
    use shared::{
        activity::{ActivityFacts, activity_entry},
        domain::Shard,
    };

    use super::*;

    /// So many rows, newest first.
    fn rows(count: i64) -> Vec<Activity> {
        let owner = UserId::new(Shard::random());
        let row = |n| Activity {
            at: Moment::from_micros((count - n) * 1_000_000),
            ..activity_entry(owner, "user", owner.uuid(), ActivityFacts::default())
        };
        (0..count).map(row).collect()
    }

    fn page(rows: &[Activity], limit: Limit) -> Page<Activity, ActivityKey> {
        Page::cut(rows.to_vec(), limit, ActivityKey::of)
    }

    #[test]
    fn however_rows_are_spread_a_page_has_the_newest_of_them_once() {
        let (rows, limit): (_, Limit) = (rows(5), "3".parse().expect("a limit"));
        // Each row is here, there, or on both sides.
        for spread in 0..3_usize.pow(5) {
            let on = |side: usize| {
                let is_on =
                    |n: &usize| spread / 3_usize.pow(u32::try_from(*n).expect("small")) % 3 != side;
                (0..5)
                    .filter(is_on)
                    .map(|n| rows[n].clone())
                    .collect::<Vec<_>>()
            };
            let mut there = on(0);
            let here = on(1);
            there.truncate(4);
            let merged = merged(there, page(&here, limit), limit);
            assert_eq!(merged.items, rows[..3], "{spread}");
            assert_eq!(merged.next, Some(ActivityKey::of(&rows[2])), "{spread}");
        }
    }

    #[test]
    fn the_last_page_says_that_it_is() {
        let (rows, limit): (_, Limit) = (rows(3), "3".parse().expect("a limit"));
        for split in 0..=3 {
            let merged = merged(rows[..split].to_vec(), page(&rows[split..], limit), limit);
            assert_eq!((merged.items.len(), merged.next), (3, None), "{split}");
        }
    }

    #[test]
    fn what_was_asked_answers_that_page_and_no_other() {
        let row = &rows(1)[0];
        let after = ActivityKey::of(row);
        let limit = Limit::default();
        let wanted = PageRequest { owner: row.owner, from: Moment::FIRST, after, limit };
        let statement = Statement::of_id("s");
        let PageRequest { owner, from, .. } = wanted;
        let asked =
            PageQuery { owner, from, after, limit: limit.get(), statement, jobs: 1, failures: 0 };
        assert!(asked.is_for(&wanted));
        let others = [
            PageRequest { owner: UserId::new(Shard::random()), ..wanted },
            PageRequest { from: Moment::now(), ..wanted },
            PageRequest { after: ActivityKey::until(Moment::LAST), ..wanted },
            PageRequest { limit: "500".parse().expect("a limit"), ..wanted },
        ];
        for other in others {
            assert!(!asked.is_for(&other), "{other:?}");
        }
    }
}
