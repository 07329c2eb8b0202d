//! The files of a job, by the worker that has it locked: each is begun, made whole, and read back.

use sqlx::{Row, mysql::MySqlRow};
use uuid::Uuid;

use super::{jobs::perhaps, tallies, work::LockedJob};
use crate::{
    domain::{ActivitySums, Moment},
    error::{Error, Of, Result},
    stores::mysql::rows::from_row,
};

pub(super) const FILES: &str =
    "SELECT *, CAST(checksum AS CHAR) AS sum FROM archive_files WHERE job = ? ORDER BY number";
const BEGIN_FILE: &str = "\
    INSERT INTO archive_files (job, number, upload) VALUES (?, ?, ?) \
    ON DUPLICATE KEY UPDATE upload = VALUES(upload)";
const FINISH_FILE: &str = "\
    UPDATE archive_files SET done = TRUE, row_count = ?, bytes = ?, checksum = ?, \
                             first_at = ?, last_at = ?, end_id = ?, end_at = ? \
    WHERE job = ? AND number = ?";
const CHECK_FILE: &str = "UPDATE archive_files SET checked = TRUE WHERE job = ? AND number = ?";

/// A file of a job.
#[derive(Clone, Debug)]
pub struct ArchiveFile {
    /// Its number, from 1.
    pub number: u32,
    /// S3's upload in parts that makes it.
    pub upload: String,
    /// True if it is whole.
    pub done: bool,
    /// True if it was read back and is what was written.
    pub checked: bool,
    /// The sums of its rows.
    pub sums: ActivitySums,
    /// Its bytes.
    pub bytes: u64,
    /// Its last row.
    pub end: Option<RowPosition>,
}

from_row!(ArchiveFile { number, upload, done, checked, sums: _, bytes, end: (end) });

fn end(row: &MySqlRow) -> sqlx::Result<Option<RowPosition>> {
    let id: Option<Uuid> = row.try_get("end_id")?;
    let at: Option<Moment> = row.try_get("end_at")?;
    Ok(id.zip(at).map(|(id, at)| RowPosition { id, at }))
}

/// A row's place in the order in which rows are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowPosition {
    /// The row's id.
    pub id: Uuid,
    /// The moment of the write: the rest of its key.
    pub at: Moment,
}

impl LockedJob {
    /// The job's files, in order.
    pub async fn files(&mut self) -> Result<Vec<ArchiveFile>> {
        sqlx::query_as(FILES)
            .bind(self.job.id.uuid())
            .fetch_all(&mut *self.db)
            .await
            .of("activity")
    }

    /// Notes that this upload is to make the file with this number.
    pub async fn begin_file(&mut self, number: u32, upload: &str) -> Result<()> {
        sqlx::query(BEGIN_FILE)
            .bind(self.job.id.uuid())
            .bind(number)
            .bind(upload)
            .execute(&mut *self.db)
            .await
            .of("activity")?;
        Ok(())
    }

    /// Notes that this file is whole.
    pub async fn finish_file(&mut self, file: &ArchiveFile) -> Result<()> {
        let finished = sqlx::query(FINISH_FILE)
            .bind(file.sums.rows)
            .bind(file.bytes)
            .bind(file.sums.checksum.to_string())
            .bind(perhaps(file.sums.first))
            .bind(perhaps(file.sums.last))
            .bind(file.end.map(|end| end.id))
            .bind(file.end.map(|end| end.at.utc()))
            .bind(self.job.id.uuid())
            .bind(file.number)
            .execute(&mut *self.db)
            .await
            .of("activity")?;
        if finished.rows_affected() == 1 {
            Ok(())
        } else {
            Err(Error::internal("a file that was not begun"))
        }
    }

    /// Keeps what statistics count of the rows in this file, which come after those that end with
    /// `after`.
    pub async fn keep_tallies(
        &mut self,
        file: &ArchiveFile,
        after: Option<RowPosition>,
    ) -> Result<()> {
        let after = after.map_or(Uuid::nil(), |after| after.id);
        let end = file.end.map_or(Uuid::nil(), |end| end.id);
        let mut keep =
            tallies::keep(&self.job.table(), self.job.id.uuid(), file.number, (after, end));
        keep.build()
            .execute(&mut *self.db)
            .await
            .of("activity")
            .map(drop)
    }

    /// Notes that this file was read back.
    pub async fn check_file(&mut self, number: u32) -> Result<()> {
        sqlx::query(CHECK_FILE)
            .bind(self.job.id.uuid())
            .bind(number)
            .execute(&mut *self.db)
            .await
            .of("activity")?;
        Ok(())
    }
}
