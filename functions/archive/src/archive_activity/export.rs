//! From the job's table into files.
//!
//! While a row group is encoded and compressed in a thread, the rows of the next are fetched: two
//! groups are held at most, and one part of an upload, whatever the number of rows.

use std::time::Instant;

use bytes::Bytes;
use serde_json::json;
use shared::{
    Result,
    domain::{Activity, ActivitySums},
    error::Error,
    stores::{
        ArchivePart,
        activities::{ArchiveFile, ArchiveJob, ArchiveJobState, LockedJob, RowPosition},
    },
};
use tokio::task::{self, JoinHandle};

use super::{ArchiveActivity, Next, file_key, key};
use crate::parquet::FileWriter;

/// Bytes from which on a part is sent; S3 takes none of less than 5 MiB but the last.
const PART: usize = 8 << 20;
/// Rows of a query.
const PAGE: u32 = 4096;
/// Bytes of a row beside its texts.
const ROW: usize = 160;

/// An upload in parts that is going on.
struct Sending<'a> {
    worker: &'a ArchiveActivity,
    key: String,
    upload: String,
    waiting: Vec<u8>,
    parts: Vec<ArchivePart>,
    bytes: u64,
}

impl Sending<'_> {
    async fn add(&mut self, bytes: Vec<u8>) -> Result<()> {
        if self.waiting.is_empty() {
            self.waiting = bytes;
        } else {
            self.waiting.extend(bytes);
        }
        if self.waiting.len() >= PART { self.send().await } else { Ok(()) }
    }

    async fn send(&mut self) -> Result<()> {
        let bytes = Bytes::from(std::mem::take(&mut self.waiting));
        self.bytes += bytes.len() as u64;
        self.worker.before("send a part")?;
        let number = i32::try_from(self.parts.len() + 1).map_err(Error::internal)?;
        self.parts.push(
            self.worker
                .files
                .part(&self.key, &self.upload, number, bytes)
                .await?,
        );
        Ok(())
    }

    async fn finish(mut self) -> Result<u64> {
        if !self.waiting.is_empty() {
            self.send().await?;
        }
        self.worker.before("complete the file")?;
        self.worker
            .files
            .complete(&self.key, &self.upload, &self.parts)
            .await?;
        Ok(self.bytes)
    }
}

impl ArchiveActivity {
    /// Writes the job's files from the first that is not whole on, and then says what they come to.
    pub(super) async fn export(&self, locked: &mut LockedJob, until: Instant) -> Result<Next> {
        let mut files = locked.files().await?;
        let unfinished = files.pop_if(|file| !file.done);
        if let Some(file) = &unfinished {
            self.before("give an upload up")?;
            self.files
                .give_up(&file_key(&locked.job, file.number), &file.upload)
                .await?;
        }
        loop {
            let last = files.last();
            if last.is_some_and(|last| last.sums.rows < self.limits.file_rows) {
                break; // what came after it was nothing
            }
            let number = last.map_or(1, |last| last.number + 1);
            let after = last.and_then(|last| last.end);
            let Some(file) = self.file(locked, number, after).await? else { break };
            files.push(file);
            if Instant::now() >= until {
                return Ok(Next::Later(0));
            }
        }
        self.finish_export(locked, &files).await
    }

    async fn finish_export(&self, locked: &mut LockedJob, files: &[ArchiveFile]) -> Result<Next> {
        let mut sums = ActivitySums::default();
        let mut bytes = 0;
        for file in files {
            sums = sums.and(&file.sums);
            bytes += file.bytes;
        }
        let counted = locked.counted().await?;
        if (ActivitySums { checksum: 0, ..sums }) != counted {
            let reason = format!("the files have {sums}, the table {counted}");
            return self.fail(locked, reason).await;
        }
        self.put_manifest(&locked.job, files).await?;
        self.put_sums(&locked.job, files, &sums).await?;
        self.record(locked, |job| {
            job.state = ArchiveJobState::Exported;
            job.sums = sums;
            job.bytes = bytes;
        })
        .await?;
        Ok(Next::Step)
    }

    /// Puts the manifest that the warehouse loads by, in Redshift's form.
    async fn put_manifest(&self, job: &ArchiveJob, files: &[ArchiveFile]) -> Result<()> {
        let mut entries = Vec::new();
        for file in files {
            entries.push(json!({
                "url": self.files.url(&file_key(job, file.number)),
                "mandatory": true,
                "meta": {"content_length": file.bytes, "record_count": file.sums.rows},
            }));
        }
        let manifest = json!({"entries": entries}).to_string();
        self.before("put the manifest")?;
        self.files
            .put(&key(job, "manifest"), manifest.into_bytes())
            .await
    }

    /// Puts the sums of the job and of each file, for whoever reads the files otherwise.
    async fn put_sums(
        &self,
        job: &ArchiveJob,
        files: &[ArchiveFile],
        sums: &ActivitySums,
    ) -> Result<()> {
        let mut of_files = Vec::new();
        for file in files {
            of_files.push(json!({
                "file": format!("{:05}.parquet", file.number),
                "bytes": file.bytes,
                "rows": file.sums.rows,
                "checksum": file.sums.checksum.to_string(),
            }));
        }
        let of_job = json!({
            "month": job.month.to_string(),
            "generation": job.generation,
            "rows": sums.rows,
            "first": sums.first,
            "last": sums.last,
            "checksum": sums.checksum.to_string(),
            "files": of_files,
        });
        self.before("put the sums")?;
        self.files
            .put(&key(job, "sums.json"), of_job.to_string().into_bytes())
            .await
    }

    /// Writes the file with this number, of the rows after this one; `None` when there are none.
    async fn file(
        &self,
        locked: &mut LockedJob,
        number: u32,
        after: Option<RowPosition>,
    ) -> Result<Option<ArchiveFile>> {
        let mut rows =
            Rows { after, left: self.limits.file_rows, group_bytes: self.limits.group_bytes };
        let first_group = rows.group(locked).await?;
        if first_group.is_empty() {
            return Ok(None);
        }
        let key = file_key(&locked.job, number);
        self.before("begin an upload")?;
        let upload = self.files.begin(&key).await?;
        self.before("note the upload")?;
        locked.begin_file(number, &upload).await?;
        let sending = Sending {
            worker: self,
            key,
            upload: upload.clone(),
            waiting: Vec::new(),
            parts: Vec::new(),
            bytes: 0,
        };
        let (bytes, sums) = send_rows(locked, &mut rows, first_group, sending).await?;
        let end = rows.after;
        let file = ArchiveFile { number, upload, done: true, checked: false, sums, bytes, end };
        self.before("note the file")?;
        locked.finish_file(&file).await?;
        Ok(Some(file))
    }
}

/// Encodes the rows group by group, and sends what comes of it. Returns the file's bytes and the
/// sums of its rows.
async fn send_rows(
    locked: &mut LockedJob,
    rows: &mut Rows,
    first_group: Vec<Activity>,
    mut sending: Sending<'_>,
) -> Result<(u64, ActivitySums)> {
    let mut writer = FileWriter::new(&locked.job.name())?;
    let mut group = first_group;
    while !group.is_empty() {
        let encoding = encode(writer, group);
        group = rows.group(locked).await?;
        writer = encoding.await.map_err(Error::internal)??;
        sending.add(writer.take()).await?;
    }
    let (rest, sums) = writer.finish()?;
    sending.add(rest).await?;
    let bytes = sending.finish().await?;
    Ok((bytes, sums))
}

fn encode(mut writer: FileWriter, group: Vec<Activity>) -> JoinHandle<Result<FileWriter>> {
    task::spawn_blocking(move || {
        writer.group(group)?;
        Ok(writer)
    })
}

/// The rows of a file that are still to be read from the table.
struct Rows {
    after: Option<RowPosition>,
    left: u64,
    group_bytes: usize,
}

impl Rows {
    /// Returns the rows of the next group; none at the end of the table or of the file.
    async fn group(&mut self, locked: &mut LockedJob) -> Result<Vec<Activity>> {
        let mut group = Vec::new();
        let mut bytes = 0;
        let room = u32::try_from(self.group_bytes / ROW).map_or(PAGE, |rows| rows.clamp(1, PAGE));
        while bytes < self.group_bytes && self.left > 0 {
            let limit = u32::try_from(self.left).map_or(room, |left| left.min(room));
            let page = locked.rows_after(self.after, limit).await?;
            let Some(last) = page.last() else { break };
            self.after = Some(RowPosition { id: last.id.uuid(), at: last.at });
            self.left -= page.len() as u64;
            for row in page {
                bytes += ROW + row.context.len();
                group.push(row);
            }
        }
        Ok(group)
    }
}
