//! `build-export`: makes the next part of an export.
//!
//! A message asks for the next part, whichever that is. The part is written to an object of its own
//! name, then recorded in one transaction, on condition that it is still the next: dying before
//! that leaves an object, or the beginning of one, that nothing refers to and the bucket's
//! lifecycle rule removes; the message comes again and the part is begun anew. Of two workers that
//! make the same part, the second finds that it is not the next any more, deletes its object and
//! leaves the rest to the first. After the record a message asks for the part that follows; dying
//! between the two brings the old message again, for which the next part is that one.
//!
//! A part that does not get done in the function's time is tried with half the size, and half of
//! that. After [`TRIES`] receives the export is set `failed`.

use async_trait::async_trait;
use shared::{
    Result,
    domain::{ExportId, export::ExportState},
    error::Error,
    queue::{QueueMessage, Worker},
    stores::{
        Accounts, Export, ExportFiles, ExportPart, ExportPartMessage, ExportQueue, Exports,
        Library, Originals, SentMails, library::AfterPhoto,
    },
};

use crate::{part::PartWriter, pictures::Pictures, user_data::UserData};

/// Receives in which a part is tried; fewer than the queue's `maxReceiveCount`.
const TRIES: u32 = 4;

/// The worker and what it needs.
pub struct BuildExport {
    /// The exports that were asked for.
    pub exports: Exports,
    /// The accounts of their users.
    pub accounts: Accounts,
    /// The library, with what belongs to them.
    pub library: Library,
    /// The mails that they were sent.
    pub mails: SentMails,
    /// Their photos' bytes.
    pub originals: Originals,
    /// The bucket of the parts.
    pub files: ExportFiles,
    /// The queue by which the next part is asked for.
    pub export_queue: ExportQueue,
    /// Bytes of a part at most.
    pub limit: u64,
}

#[async_trait]
impl Worker for BuildExport {
    fn name(&self) -> &'static str {
        "build-export"
    }

    async fn work(&self, message: QueueMessage<'_>) -> Result<()> {
        let asked: ExportPartMessage = message.read()?;
        if message.receives() > TRIES {
            self.exports.fail(asked.export).await?;
            return Err(Error::internal(format!(
                "gave up after {TRIES} tries; see the earlier failures"
            )));
        }
        self.next(asked.export, self.limit >> (message.receives() - 1))
            .await
    }
}

impl BuildExport {
    /// Makes the next part of an export, and asks for the one that follows.
    pub async fn next(&self, id: ExportId, limit: u64) -> Result<()> {
        let Some(export) = self.exports.find(id).await? else { return Ok(()) };
        if !matches!(export.view.state, ExportState::Queued | ExportState::Running) {
            tracing::info!(export = %id, "nothing to do");
            return Ok(());
        }
        self.exports.begin(id).await?;
        let number = export.view.parts + 1;
        let writing = self.files.write(export.user, id, number).await?;
        // On the heap: what writes a ZIP is large.
        let (part, last) = Box::pin(self.part(&export, writing, limit)).await?;
        let after = part.after;
        let part = ExportPart {
            number,
            object: part.object,
            photos: part.photos,
            bytes: part.bytes,
            sha256: part.sha256,
        };
        let ExportPart { photos, bytes, .. } = part;
        tracing::info!(export = %id, number, photos, bytes, last, "a part is whole");
        if !self.exports.record(id, &part, after, last).await? {
            tracing::info!(export = %id, number, "somebody else has made it");
            return self.files.delete(&part.object).await;
        }
        if last { Ok(()) } else { self.export_queue.request_next_part(id).await }
    }

    async fn part(
        &self,
        export: &Export,
        writing: shared::stores::ExportFileWriter<'_>,
        limit: u64,
    ) -> Result<(Made, bool)> {
        let user = export.user;
        let number = export.view.parts + 1;
        let mut part = PartWriter::begin(writing);
        if number == 1 {
            let data = UserData {
                accounts: &self.accounts,
                library: &self.library,
                mails: &self.mails,
                user,
            };
            data.put(&mut part).await?;
        }
        let pictures =
            Pictures { library: &self.library, originals: &self.originals, owner: user, limit };
        let taken = pictures.fill(&mut part, export.after).await?;
        let whole = Box::pin(part.end(export.view.id, number, taken.last)).await?;
        let object = whole.object;
        let bytes = whole.bytes;
        let sha256 = whole.sha256;
        Ok((Made { object, bytes, sha256, photos: taken.photos, after: taken.after }, taken.last))
    }
}

/// A part that was made, and where the next begins.
struct Made {
    object: String,
    bytes: u64,
    sha256: shared::domain::Sha256,
    photos: u32,
    after: Option<AfterPhoto>,
}
