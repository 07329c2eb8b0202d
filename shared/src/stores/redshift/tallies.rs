//! Counts in the warehouse that statistics are made of.

use uuid::Uuid;

use super::warehouse::Cell;
use crate::{
    domain::{
        UserId, UserRange,
        statistics::{CountedAction, Tally},
    },
    error::{Error, Result},
};

/// Has the warehouse count the rows of these jobs, each job once: what is counted does not change.
/// In one transaction.
pub fn tally_jobs(jobs: &[Uuid]) -> [String; 2] {
    let [added, removed] =
        [CountedAction::Added, CountedAction::Removed].map(CountedAction::action);
    let [commented, favoured, unfavoured] =
        [CountedAction::Commented, CountedAction::Favoured, CountedAction::Unfavoured]
            .map(CountedAction::action);
    let fresh = format!(
        "job IN ({}) AND job NOT IN (SELECT job FROM tallies WHERE owner_id = '')",
        list(jobs)
    );
    // Photos count with their bytes: an attempt that failed has none. Of the rest, what others did
    // counts.
    let tallies = format!(
        "INSERT INTO tallies \
         SELECT job, owner_id, TO_CHAR(at, 'YYYY-MM') AS month, action, \
         COALESCE(JSON_EXTRACT_PATH_TEXT(context, 'camera'), '') AS camera, COUNT(*) AS n, \
         SUM(CAST(COALESCE(NULLIF(JSON_EXTRACT_PATH_TEXT(context, 'bytes'), ''), '0') AS BIGINT)) AS bytes \
         FROM activity WHERE {fresh} \
         AND ((action IN ('{added}', '{removed}') AND NULLIF(JSON_EXTRACT_PATH_TEXT(context, 'bytes'), '') IS NOT NULL) \
         OR (action IN ('{commented}', '{favoured}', '{unfavoured}') AND actor_id <> owner_id)) \
         GROUP BY 1, 2, 3, 4, 5"
    );
    let counted = format!(
        "INSERT INTO tallies SELECT DISTINCT job, '', '', '', '', 0, 0 FROM activity WHERE {fresh}"
    );
    [tallies, counted]
}

/// The query of the warehouse for tallies of these users, from rows that these jobs have brought:
/// those that MySQL's share does not count. Sorted by owner.
pub fn tallies_between(users: UserRange, jobs: &[Uuid]) -> String {
    let id = |user: UserId| user.uuid().simple().to_string();
    // Ids are hexadecimal: nothing comes after `g`, and what is counted has an id.
    let (after, last) =
        (users.after.map_or(String::new(), id), users.last.map_or_else(|| "g".to_owned(), id));
    format!(
        "SELECT owner_id, month, action, NULLIF(camera, '') AS camera, SUM(n) AS n, SUM(bytes) AS bytes \
         FROM (SELECT DISTINCT job, owner_id, month, action, camera, n, bytes FROM tallies \
         WHERE owner_id > '{after}' AND owner_id <= '{last}' AND job IN ({})) AS counted \
         GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        list(jobs)
    )
}

fn list(jobs: &[Uuid]) -> String {
    jobs.iter()
        .map(|job| format!("'{}'", job.simple()))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A row of [`tallies_between`]: whose it is, and what it says.
pub fn tally(row: &[Cell]) -> Result<(UserId, Tally)> {
    let text = |column: usize| row.get(column).and_then(Cell::text);
    let whole = |column: usize| row.get(column).and_then(Cell::whole::<u64>);
    let read = || {
        let owner = UserId::from_uuid(Uuid::try_parse(text(0)?).ok()?);
        let (month, action) = (text(1)?.parse().ok()?, text(2)?.parse().ok()?);
        Some((
            owner,
            Tally {
                month,
                action,
                camera: text(3).map(str::to_owned),
                count: whole(4)?,
                bytes: whole(5)?,
            },
        ))
    };
    read().ok_or_else(|| Error::internal(format!("a row of tallies that cannot be read: {row:?}")))
}
