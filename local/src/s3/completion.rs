//! An upload in parts becomes an object.
//!
//! The decision is one file, written while upload and key are locked. Whoever is killed after it
//! has decided: the next start does the same again, with the same result, before it answers
//! anything. Whoever is killed before it has not, and the upload is as it was. The journal's note,
//! which is older than the decision, tells of the object either way.
//!
//! An upload that was completed is gone. S3 may answer a second completion with success for a
//! while, and with `NoSuchUpload` then; here it is always the latter, so that callers learn to look
//! for the object.

use base64::{Engine, prelude::BASE64_STANDARD};
use futures::{StreamExt, TryStreamExt, stream};
use s3s::{
    S3, S3Result,
    crypto::{Checksum as _, Md5},
    dto::{
        Checksum, CompleteMultipartUploadInput, CompleteMultipartUploadOutput, CompletedPart, ETag,
        ETagCondition, PutObjectInput, StreamingBlob,
    },
    s3_error,
};
use tokio_util::io::ReaderStream;

use super::{
    Event,
    multipart::{composite, failed},
    request,
    spool::{by_algorithm, checksum_of, hasher},
    store::Store,
    uploads::{Part, Plan, Upload},
};

/// Every part but the last has at least so many bytes.
const LEAST: u64 = 5 * 1024 * 1024;

impl Store {
    /// `CompleteMultipartUpload`.
    pub async fn complete(
        &self,
        input: CompleteMultipartUploadInput,
    ) -> S3Result<CompleteMultipartUploadOutput> {
        let (store, place) = (self.clone(), (input.bucket.clone(), input.key.clone()));
        // An upload that is not there must leave no trace in the journal.
        self.upload(&input.upload_id, &input.bucket, &input.key)?;
        let write = async move { store.complete_locked(input).await };
        self.tell(place, Event::CompleteMultipartUpload, write)
            .await
    }

    async fn complete_locked(
        &self,
        input: CompleteMultipartUploadInput,
    ) -> S3Result<CompleteMultipartUploadOutput> {
        let (bucket, key) = (input.bucket.clone(), input.key.clone());
        let _upload_guard = self.upload_lock(&input.upload_id).write().await;
        let upload = self.upload(&input.upload_id, &bucket, &key)?;
        let plan = plan(&upload, &input)?;
        let _guard = self.lock(&bucket, &key).write().await;
        self.admit(&input).await?;
        upload.decide(&plan).map_err(failed)?;
        if let Err(cause) = self.carry_out(&upload, &plan).await {
            upload.reconsider().map_err(failed)?;
            return Err(cause);
        }
        upload.remove().map_err(failed)?;
        let checksum = checksum_of(
            plan.checksum
                .iter()
                .map(|(algorithm, sum)| (algorithm, sum)),
        );
        Ok(CompleteMultipartUploadOutput {
            location: Some(format!("/{bucket}/{key}")),
            bucket: Some(bucket),
            key: Some(key),
            e_tag: Some(ETag::Strong(plan.etag)),
            checksum_type: plan.checksum.as_ref().map(|_| composite()),
            checksum_crc32: checksum.checksum_crc32,
            checksum_crc32c: checksum.checksum_crc32c,
            checksum_sha1: checksum.checksum_sha1,
            checksum_sha256: checksum.checksum_sha256,
            ..CompleteMultipartUploadOutput::default()
        })
    }

    /// Completes what was decided when the store was killed.
    pub async fn finish_uploads(&self) -> std::io::Result<()> {
        for upload in self.uploads().all()? {
            let Some(plan) = upload.plan()? else { continue };
            let (bucket, key) = (upload.begun.bucket.clone(), upload.begun.key.clone());
            let _guard = self.lock(&bucket, &key).write().await;
            self.carry_out(&upload, &plan)
                .await
                .map_err(std::io::Error::other)?;
            upload.remove()?;
        }
        Ok(())
    }

    // What the request demands of the object that is there; the caller holds the key's lock.
    async fn admit(&self, input: &CompleteMultipartUploadInput) -> S3Result<()> {
        let there = self.is_object(&input.bucket, &input.key).await;
        if there
            && input
                .if_none_match
                .as_ref()
                .is_some_and(ETagCondition::is_any)
        {
            return Err(s3_error!(
                PreconditionFailed,
                "At least one of the pre-conditions you specified did not hold"
            ));
        }
        let Some(wanted) = &input.if_match else { return Ok(()) };
        if !there {
            return Err(s3_error!(NoSuchKey));
        }
        let etag = self.head(&input.bucket, &input.key).await?.e_tag;
        let holds = wanted
            .as_etag()
            .is_none_or(|wanted| etag.is_some_and(|etag| etag.strong_cmp(wanted)));
        if holds { Ok(()) } else { Err(s3_error!(PreconditionFailed)) }
    }

    // Does what was decided, the first time or once more; the caller holds the key's lock.
    async fn carry_out(&self, upload: &Upload, plan: &Plan) -> S3Result<()> {
        let files: Vec<_> = plan.parts.iter().map(|part| upload.bytes(part)).collect();
        let bytes = stream::iter(files)
            .then(tokio::fs::File::open)
            .map_ok(|file| ReaderStream::with_capacity(file, 65_536))
            .try_flatten();
        let (begun, attributes) = (&upload.begun, upload.begun.attributes.clone());
        let put = PutObjectInput {
            bucket: begun.bucket.clone(),
            key: begun.key.clone(),
            body: Some(StreamingBlob::wrap(bytes)),
            metadata: attributes
                .metadata
                .map(|metadata| metadata.into_iter().collect()),
            content_type: attributes.content_type,
            content_encoding: attributes.content_encoding,
            content_disposition: attributes.content_disposition,
            content_language: attributes.content_language,
            cache_control: attributes.cache_control,
            ..PutObjectInput::default()
        };
        self.files().put_object(request(put)).await?;
        self.stamp(&begun.bucket, &begun.key, &plan.etag, plan.checksum.as_ref())
            .map_err(failed)
    }
}

/// The object that the request asks for, if its parts are those that were stored.
fn plan(upload: &Upload, input: &CompleteMultipartUploadInput) -> S3Result<Plan> {
    let asked = input
        .multipart_upload
        .as_ref()
        .and_then(|list| list.parts.as_deref())
        .unwrap_or_default();
    if asked.is_empty() {
        return Err(s3_error!(MalformedXML, "You must specify at least one part"));
    }
    let algorithm = upload.begun.algorithm.as_deref();
    let numbers: Vec<_> = asked
        .iter()
        .map(|part| part.part_number.unwrap_or(0))
        .collect();
    // Parts with checksums must be without a gap, others only in order.
    let gap = algorithm.is_some()
        && numbers
            .iter()
            .zip(1..)
            .any(|(number, expected)| *number != expected);
    if gap || !numbers.is_sorted_by(|a, b| a < b) {
        return Err(s3_error!(InvalidPartOrder));
    }
    let mut stored = upload.parts().map_err(failed)?;
    let parts = asked
        .iter()
        .map(|part| chosen(part, stored.remove(&part.part_number.unwrap_or(0)), algorithm));
    let parts = parts.collect::<S3Result<Vec<_>>>()?;
    if parts.iter().rev().skip(1).any(|part| part.size < LEAST) {
        return Err(s3_error!(EntityTooSmall));
    }
    let size: u64 = parts.iter().map(|part| part.size).sum();
    if input
        .mpu_object_size
        .is_some_and(|said| u64::try_from(said) != Ok(size))
    {
        return Err(s3_error!(
            InvalidRequest,
            "The parts do not add up to the size that was declared."
        ));
    }
    let checksum = algorithm
        .map(|name| sum_of_sums(&parts, name).map(|sum| (name.to_owned(), sum)))
        .transpose()?;
    Ok(Plan { etag: etag(&parts), checksum, parts })
}

// The stored part that an entry of the list stands for.
fn chosen(asked: &CompletedPart, stored: Option<Part>, algorithm: Option<&str>) -> S3Result<Part> {
    let number = asked.part_number.unwrap_or(0);
    let said = Checksum {
        checksum_crc32: asked.checksum_crc32.clone(),
        checksum_crc32c: asked.checksum_crc32c.clone(),
        checksum_sha1: asked.checksum_sha1.clone(),
        checksum_sha256: asked.checksum_sha256.clone(),
        checksum_crc64nvme: asked.checksum_crc64nvme.clone(),
        ..Checksum::default()
    };
    let said = by_algorithm(&said);
    if let Some(name) = algorithm.filter(|name| !said.contains_key(*name)) {
        let name = name.to_lowercase();
        return Err(s3_error!(
            InvalidRequest,
            "The upload was created using a {name} checksum. The complete request must include the checksum for each \
             part. It was missing for part {number} in the request."
        ));
    }
    let is_it = |part: &Part| {
        asked
            .e_tag
            .as_ref()
            .is_some_and(|etag| etag.value() == hex::encode(part.md5))
            && said
                .iter()
                .all(|(name, sum)| part.checksums.get(name).is_none_or(|stored| stored == sum))
    };
    stored.filter(is_it).ok_or_else(|| {
        s3_error!(
            InvalidPart,
            "One or more of the specified parts could not be found. The part may not have been uploaded, or the \
             specified entity tag may not match the part's entity tag."
        )
    })
}

// The MD5 of the parts' MD5s, and their number.
fn etag(parts: &[Part]) -> String {
    let mut md5 = Md5::new();
    for part in parts {
        md5.update(&part.md5);
    }
    format!("{}-{}", hex::encode(md5.finalize()), parts.len())
}

// The same with another algorithm, in base64.
fn sum_of_sums(parts: &[Part], algorithm: &str) -> S3Result<String> {
    let mut hasher = hasher(|name| name == algorithm);
    for part in parts {
        let sum = part
            .checksums
            .get(algorithm)
            .and_then(|sum| BASE64_STANDARD.decode(sum).ok());
        hasher
            .update(&sum.ok_or_else(|| s3_error!(InternalError, "A part has lost its checksum."))?);
    }
    let sum = by_algorithm(&hasher.finalize())
        .remove(algorithm)
        .unwrap_or_default();
    Ok(format!("{sum}-{}", parts.len()))
}

#[cfg(test)]
mod tests {
    use std::{
        path::Path,
        sync::{Arc, Mutex},
    };

    use s3s::dto::{CompletedMultipartUpload, CreateMultipartUploadInput, UploadPartInput};

    use super::*;
    use crate::s3::{Hook, ObjectCreated, journal::Journal};

    type Told = Arc<Mutex<Vec<ObjectCreated>>>;

    fn open(root: &Path, told: &Told) -> Store {
        let told = told.clone();
        let created: Hook = Arc::new(move |object| {
            told.lock().expect("a list").push(object);
            Box::pin(async {})
        });
        std::fs::create_dir_all(root.join("originals")).expect("a bucket");
        Store::open(root, Some(created)).expect("a store")
    }

    fn place() -> (String, String) {
        ("originals".to_owned(), "key".to_owned())
    }

    /// Sends an upload of one part, and returns what completes it.
    async fn send(store: &Store) -> CompleteMultipartUploadInput {
        let (bucket, key) = place();
        let content_type = Some("image/png".to_owned());
        let begin = CreateMultipartUploadInput {
            bucket,
            key,
            content_type,
            ..CreateMultipartUploadInput::default()
        };
        let upload_id = store
            .begin(begin)
            .await
            .expect("an upload")
            .upload_id
            .expect("an id");
        let (bucket, key) = place();
        let body = StreamingBlob::wrap(stream::iter([Ok::<_, std::io::Error>(
            bytes::Bytes::from_static(b"bytes"),
        )]));
        let part = UploadPartInput {
            bucket,
            key,
            upload_id: upload_id.clone(),
            ..UploadPartInput::default()
        };
        let part = UploadPartInput { part_number: 1, body: Some(body), ..part };
        let e_tag = store
            .upload_a_part(request(part))
            .await
            .expect("a part")
            .e_tag;
        let parts =
            Some(vec![CompletedPart { part_number: Some(1), e_tag, ..CompletedPart::default() }]);
        let (bucket, key) = place();
        let multipart_upload = Some(CompletedMultipartUpload { parts });
        CompleteMultipartUploadInput {
            bucket,
            key,
            upload_id,
            multipart_upload,
            ..CompleteMultipartUploadInput::default()
        }
    }

    #[tokio::test]
    async fn what_was_decided_is_done_and_told_though_the_store_was_killed() {
        let (root, told) = (tempfile::tempdir().expect("a folder"), Told::default());
        let store = open(root.path(), &told);
        let input = send(&store).await;
        // As `complete` does it, up to the moment when it dies.
        let (bucket, key) = place();
        let note = Journal::open(root.path())
            .and_then(|j| j.begin(&bucket, &key, Event::CompleteMultipartUpload));
        note.expect("a note");
        let upload = store
            .upload(&input.upload_id, &bucket, &key)
            .expect("the upload");
        let plan = plan(&upload, &input).expect("a plan");
        upload.decide(&plan).expect("a decision");
        drop(store);

        let store = open(root.path(), &told);
        store.recover().await.expect("a recovery");
        let seen = told.lock().expect("a list").clone();
        assert_eq!(seen.len(), 1);
        assert_eq!(
            (seen[0].size, &seen[0].etag, seen[0].event),
            (5, &plan.etag, Event::CompleteMultipartUpload)
        );
        let head = store.head(&bucket, &key).await.expect("the object");
        assert_eq!(head.content_type.as_deref(), Some("image/png"));
        assert!(store.upload(&input.upload_id, &bucket, &key).is_err(), "the upload is gone");
        open(root.path(), &told)
            .recover()
            .await
            .expect("a recovery");
        assert_eq!(told.lock().expect("a list").len(), 1, "told once");
    }

    #[tokio::test]
    async fn an_upload_whose_completion_was_not_decided_is_as_it_was() {
        let (root, told) = (tempfile::tempdir().expect("a folder"), Told::default());
        let store = open(root.path(), &told);
        let input = send(&store).await;
        let (bucket, key) = place();
        let note = Journal::open(root.path())
            .and_then(|j| j.begin(&bucket, &key, Event::CompleteMultipartUpload));
        note.expect("a note");
        drop(store);
        let store = open(root.path(), &told);
        store.recover().await.expect("a recovery");
        assert_eq!(told.lock().expect("a list").len(), 0);
        store.complete(input).await.expect("a completion");
        assert_eq!(told.lock().expect("a list").len(), 1);
    }
}
