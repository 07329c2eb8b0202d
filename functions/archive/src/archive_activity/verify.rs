//! Files are read back as S3 has them: what it answers is what anybody will find there.

use std::time::Instant;

use shared::{
    Result,
    domain::ActivitySums,
    error::Error,
    stores::activities::{ArchiveFile, ArchiveJobState, LockedJob},
};
use tokio::task;

use super::{ArchiveActivity, Next, file_key};
use crate::parquet::FileReader;

impl ArchiveActivity {
    /// Reads back the files that have not been read, and compares what they come to.
    pub(super) async fn read_back(&self, locked: &mut LockedJob, until: Instant) -> Result<Next> {
        let files = locked.files().await?;
        let sums = files
            .iter()
            .fold(ActivitySums::default(), |all, file| all.and(&file.sums));
        if sums != locked.job.sums {
            return self
                .fail(locked, format!("the files have {sums}, the job {}", locked.job.sums))
                .await;
        }
        let ends = std::iter::once(None).chain(files.iter().map(|file| file.end));
        for (file, after) in files.iter().zip(ends).filter(|(file, _)| !file.checked) {
            let key = file_key(&locked.job, file.number);
            match self.sums_of(&key, file).await {
                Ok(sums) if sums == file.sums => {}
                Ok(sums) => {
                    return self
                        .fail(locked, format!("{key} has {sums}, not {}", file.sums))
                        .await;
                }
                // Not an answer: it is asked again. What cannot be read is not what was written.
                Err(error @ Error::Unavailable { .. }) => return Err(error),
                Err(error) => {
                    return self
                        .fail(locked, format!("{key} cannot be read: {}", error.chain()))
                        .await;
                }
            }
            self.before("keep what statistics count of the file")?;
            locked.keep_tallies(file, after).await?;
            self.before("note that the file is right")?;
            locked.check_file(file.number).await?;
            if Instant::now() >= until {
                return Ok(Next::Later(0));
            }
        }
        self.move_on(locked, ArchiveJobState::Verified).await
    }

    /// Returns the sums of the rows in this object, which is read a row group at a time.
    async fn sums_of(&self, key: &str, file: &ArchiveFile) -> Result<ActivitySums> {
        let size = self.files.size(key).await?;
        if size != file.bytes {
            return Err(Error::internal(format!("{size} bytes, not {}", file.bytes)));
        }
        let tail = self.files.read(key, FileReader::tail(size)).await?;
        let mut reader = FileReader::open(size, tail)?;
        let mut sums = ActivitySums::default();
        for group in 0..reader.groups() {
            let bytes = self.files.read(key, reader.range(group)).await?;
            let read = task::spawn_blocking(move || {
                let mut of_group = ActivitySums::default();
                reader
                    .read(group, bytes)?
                    .iter()
                    .for_each(|row| of_group.count(row));
                Ok::<_, Error>((reader, of_group))
            });
            let (back, of_group) = read.await.map_err(Error::internal)??;
            reader = back;
            sums = sums.and(&of_group);
        }
        Ok(sums)
    }
}
