//! Statements of the warehouse for an archive job: they load its files, and say what has come of
//! them.

use super::warehouse::Cell;
use crate::domain::{ActivitySums, Moment};

/// The sums of a job's rows, as they are there. The first 15 of a sum's 32 digits are its first
/// 60 bits.
const VERIFY: &str = "\
    SELECT COUNT(*), TO_CHAR(MIN(at), 'YYYY-MM-DD HH24:MI:SS.US'), TO_CHAR(MAX(at), 'YYYY-MM-DD HH24:MI:SS.US'), \
           SUM(STRTOL(SUBSTRING(MD5(id || '|' || TO_CHAR(at, 'YYYY-MM-DD HH24:MI:SS.US') || '|' || owner_id || '|' || \
                                    COALESCE(actor_id, '') || '|' || action || '|' || subject_kind || '|' || \
                                    subject_id || '|' || context), 1, 15), 16)::DECIMAL(38,0)) \
    FROM activity WHERE job = :job";

/// Loads the files of this manifest, in one transaction. Rows take the place of those that are
/// there with the same ids, so that a load that is repeated changes nothing; they are looked for
/// between the first and the last of the rows that come, because the table is sorted by time.
/// Without a role, the warehouse's own reads the files.
pub fn load(manifest: &str, role: &str, rows: &ActivitySums) -> Vec<String> {
    let [first, last] =
        [rows.first.unwrap_or(Moment::FIRST), rows.last.unwrap_or(Moment::LAST)].map(Moment::sql);
    let role = if role.is_empty() {
        "default".to_owned()
    } else {
        format!("'{}'", role.replace('\'', "''"))
    };
    vec![
        "CREATE TEMP TABLE staging (LIKE activity)".to_owned(),
        format!("COPY staging FROM '{manifest}' IAM_ROLE {role} FORMAT AS PARQUET MANIFEST"),
        format!(
            "DELETE FROM activity USING staging \
             WHERE activity.id = staging.id AND activity.at BETWEEN '{first}' AND '{last}'"
        ),
        "INSERT INTO activity SELECT * FROM staging".to_owned(),
        "DROP TABLE staging".to_owned(),
    ]
}

/// Asks what the job with this name has brought: the query, and its parameters. [`sums`] reads its
/// row.
pub fn verify(job: &str) -> (String, [(&'static str, String); 1]) {
    (VERIFY.to_owned(), [("job", job.to_owned())])
}

/// The row that [`verify`] comes to; `None` for another.
pub fn sums(row: &[Cell]) -> Option<ActivitySums> {
    let [rows, first, last, checksum] = row else { return None };
    let rows = rows.whole()?;
    let checksum = if rows == 0 { 0 } else { checksum.whole()? };
    let moment = |cell: &Cell| match cell.text() {
        Some(text) => Moment::of_sql(text).map(Some),
        None => Some(None),
    };
    Some(ActivitySums { rows, checksum, first: moment(first)?, last: moment(last)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_warehouse_says_is_read_as_it_writes_it() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let (first, last) =
            (text("2026-07-01 00:00:00.000000"), text("2026-07-31 23:59:59.999999"));
        let sums = sums(&[Cell::Integer(2), first, last, text("12")]).expect("sums");
        assert_eq!((sums.rows, sums.checksum), (2, 12));
        assert_eq!(sums.first.expect("a moment").to_string(), "2026-07-01T00:00:00.000000Z");
        assert_eq!(sums.last.expect("a moment").to_string(), "2026-07-31T23:59:59.999999Z");
        let none = [Cell::Integer(0), Cell::Null, Cell::Null, Cell::Null];
        assert_eq!(super::sums(&none), Some(ActivitySums::default()));
        assert_eq!(super::sums(&[Cell::Null]), None, "another row");
        assert_eq!(
            super::sums(&[Cell::Integer(1), Cell::Null, Cell::Null, text("x")]),
            None,
            "no checksum"
        );
    }

    #[test]
    fn a_role_is_named_or_the_warehouse_s_own() {
        let copy = |role| load("s3://archive/manifest", role, &ActivitySums::default())[1].clone();
        assert!(
            copy("arn:aws:iam::1:role/copy").contains("IAM_ROLE 'arn:aws:iam::1:role/copy' FORMAT")
        );
        assert!(copy("").contains("IAM_ROLE default FORMAT"));
    }
}
