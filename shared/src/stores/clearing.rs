//! Objects that go for good, by the folder that they stand in.
//!
//! Deleting what is not there is no failure, so each may be done again. The buckets keep versions:
//! what is deleted here can be had back for the days that their lifecycle rules say.

use aws_sdk_s3::{
    Client,
    error::ProvideErrorMetadata,
    types::{Delete, ObjectIdentifier},
};

use super::{Original, Originals, Renditions, media};
use crate::{
    domain::{Folder, Moment, PhotoId},
    error::{Error, Of, Result},
};

/// The most objects that one request deletes.
const AT_ONCE: i32 = 1000;

/// Deletes all objects whose keys begin so; how many there were.
pub(super) async fn clear(client: &Client, bucket: &str, prefix: &str, service: &'static str) -> Result<u64> {
    let mut cleared = 0;
    loop {
        // From the beginning each time: what was listed before is gone.
        let list = client.list_objects_v2().bucket(bucket).prefix(prefix).max_keys(AT_ONCE).send().await;
        let listed = list.of(service)?;
        let keys: Vec<_> = listed.contents().iter().filter_map(|object| object.key()).collect();
        if keys.is_empty() {
            return Ok(cleared);
        }
        delete(client, bucket, &keys, service).await?;
        cleared += keys.len() as u64;
    }
}

/// Deletes these objects, at most a thousand.
pub(super) async fn delete(client: &Client, bucket: &str, keys: &[&str], service: &'static str) -> Result<()> {
    let objects = keys.iter().map(|key| ObjectIdentifier::builder().key(*key).build().map_err(Error::internal));
    let objects = objects.collect::<Result<Vec<_>>>()?;
    let delete = Delete::builder().set_objects(Some(objects)).quiet(true).build().map_err(Error::internal)?;
    let failed = client.delete_objects().bucket(bucket).delete(delete).send().await.of(service)?.errors;
    match failed.unwrap_or_default().into_iter().next() {
        None => Ok(()),
        Some(first) => Err(first.message.or(first.code).unwrap_or_default()).of(service),
    }
}

/// Has S3 forget an upload in parts. One that it does not know is forgotten already.
pub(super) async fn abort(client: &Client, bucket: &str, key: &str, id: &str, service: &'static str) -> Result<()> {
    match client.abort_multipart_upload().bucket(bucket).key(key).upload_id(id).send().await {
        Ok(_) => Ok(()),
        Err(error) if error.code() == Some("NoSuchUpload") => Ok(()),
        Err(error) => Err(error).of(service),
    }
}

/// The path of an owner's originals, or of one photo's; ends in a slash.
fn originals(folder: Folder, photo: Option<PhotoId>) -> String {
    photo.map_or_else(
        || format!("originals/{folder}/"),
        |photo| format!("originals/{folder}/{}/", photo.uuid().simple()),
    )
}

/// An object that was found in a bucket.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its key.
    pub key: String,
    /// When it was written.
    pub at: Moment,
}

/// Up to a thousand objects, in the order of their keys, after this key.
async fn list(client: &Client, bucket: &str, prefix: &str, after: &str, service: &'static str) -> Result<Vec<Found>> {
    let list = client.list_objects_v2().bucket(bucket).prefix(prefix).start_after(after).max_keys(AT_ONCE);
    let found = list.send().await.of(service)?;
    let found = found.contents().iter().filter_map(|object| {
        let at = Moment::from_micros(object.last_modified()?.secs() * 1_000_000);
        Some(Found { key: object.key()?.to_owned(), at })
    });
    Ok(found.collect())
}

impl Originals {
    /// Objects after this key.
    pub async fn after(&self, key: &str) -> Result<Vec<Found>> {
        list(&self.client, &self.bucket, "originals/", key, "originals").await
    }

    /// Deletes objects, at most a thousand.
    pub async fn delete(&self, keys: &[&str]) -> Result<()> {
        delete(&self.client, &self.bucket, keys, "originals").await
    }

    /// Deletes all that was uploaded for a photo.
    pub async fn clear_photo(&self, folder: Folder, photo: PhotoId) -> Result<u64> {
        clear(&self.client, &self.bucket, &originals(folder, Some(photo)), "originals").await
    }

    /// Deletes all that was uploaded for an owner's photos.
    pub async fn clear_owner(&self, folder: Folder) -> Result<u64> {
        clear(&self.client, &self.bucket, &originals(folder, None), "originals").await
    }

    /// Has S3 forget an upload in parts. One that it does not know is forgotten already.
    pub async fn abort_parts(&self, original: &Original, s3_upload: &str) -> Result<()> {
        self.abort(&original.key(), s3_upload).await
    }

    /// Has S3 forget uploads in parts that were begun before `before`, whoever began them; how many.
    ///
    /// The bucket's lifecycle rule does the same; here it is done where there is none, and seen.
    pub async fn abort_old_parts(&self, before: Moment) -> Result<u64> {
        let list = self.client.list_multipart_uploads().bucket(&self.bucket).prefix("originals/");
        let found = list.send().await.of("originals")?;
        let old =
            found.uploads().iter().filter(|upload| upload.initiated().is_some_and(|at| at.secs() < before.epoch()));
        let mut aborted = 0;
        for (key, id) in old.filter_map(|upload| Some((upload.key()?, upload.upload_id()?))) {
            self.abort(key, id).await?;
            aborted += 1;
        }
        Ok(aborted)
    }

    async fn abort(&self, key: &str, s3_upload: &str) -> Result<()> {
        abort(&self.client, &self.bucket, key, s3_upload, "originals").await
    }
}

impl Renditions {
    /// Objects after this key.
    pub async fn after(&self, key: &str) -> Result<Vec<Found>> {
        list(&self.client, &self.bucket, "media/", key, "renditions").await
    }

    /// Deletes objects, at most a thousand.
    pub async fn delete(&self, keys: &[&str]) -> Result<()> {
        delete(&self.client, &self.bucket, keys, "renditions").await
    }

    /// How many images of a photo there are.
    pub async fn count(&self, folder: Folder, photo: PhotoId) -> Result<usize> {
        let path = format!("{}{}/", media::path(folder), photo.uuid().simple());
        Ok(list(&self.client, &self.bucket, &path, "", "renditions").await?.len())
    }

    /// The photo whose image this key names.
    pub fn of_key(key: &str) -> Option<PhotoId> {
        let mut parts = key.strip_prefix("media/")?.split('/').skip(1);
        Some(PhotoId::from_uuid(uuid::Uuid::try_parse(parts.next()?).ok()?))
    }

    /// Deletes all images of a photo.
    pub async fn clear_photo(&self, folder: Folder, photo: PhotoId) -> Result<u64> {
        let path = format!("{}{}/", media::path(folder), photo.uuid().simple());
        clear(&self.client, &self.bucket, &path, "renditions").await
    }

    /// Deletes all images of an owner's photos.
    pub async fn clear_owner(&self, folder: Folder) -> Result<u64> {
        clear(&self.client, &self.bucket, &media::path(folder), "renditions").await
    }
}
