//! Renditions as they are served.

use aws_sdk_s3::{Client, primitives::ByteStream};

use super::{
    media_signer,
    object_deletion::{StoredObject, clear, delete, list},
};
use crate::{
    domain::{Folder, PhotoId},
    env::Env,
    error::{Of, Result},
};

/// The bucket of renditions.
pub struct Renditions {
    client: Client,
    bucket: String,
}

impl Renditions {
    /// The bucket `RENDITIONS_BUCKET`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { client: Client::new(env.sdk()), bucket: env.get("RENDITIONS_BUCKET")? })
    }

    /// Stores a rendition under a key made of its own bytes, so that a second run writes the same
    /// object; its path on the public origin.
    pub async fn put(&self, folder: Folder, photo: PhotoId, webp: Vec<u8>) -> Result<String> {
        use sha2::Digest;
        let sum = hex::encode(sha2::Sha256::digest(&webp));
        let key = format!("{}{}/{sum}.webp", media_signer::path(folder), photo.uuid().simple());
        let put = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(&key)
            .content_type("image/webp");
        let put = put
            .cache_control("private, max-age=31536000, immutable")
            .body(ByteStream::from(webp));
        put.send().await.of("renditions")?;
        Ok(format!("/{key}"))
    }
}

impl Renditions {
    /// Objects after this key.
    pub async fn after(&self, key: &str) -> Result<Vec<StoredObject>> {
        list(&self.client, &self.bucket, "media/", key, "renditions").await
    }

    /// Deletes objects, at most a thousand.
    pub async fn delete(&self, keys: &[&str]) -> Result<()> {
        delete(&self.client, &self.bucket, keys, "renditions").await
    }

    /// Returns the keys of all images of a photo that are stored.
    pub async fn keys_of(&self, folder: Folder, photo: PhotoId) -> Result<Vec<String>> {
        let path = format!("{}{}/", media_signer::path(folder), photo.uuid().simple());
        let stored = list(&self.client, &self.bucket, &path, "", "renditions").await?;
        Ok(stored.into_iter().map(|object| object.key).collect())
    }

    /// The photo whose image this key names.
    pub fn of_key(key: &str) -> Option<PhotoId> {
        let mut parts = key.strip_prefix("media/")?.split('/').skip(1);
        Some(PhotoId::from_uuid(uuid::Uuid::try_parse(parts.next()?).ok()?))
    }

    /// Deletes all images of a photo.
    pub async fn clear_photo(&self, folder: Folder, photo: PhotoId) -> Result<u64> {
        let path = format!("{}{}/", media_signer::path(folder), photo.uuid().simple());
        clear(&self.client, &self.bucket, &path, "renditions").await
    }

    /// Deletes all images of an owner's photos.
    pub async fn clear_owner(&self, folder: Folder) -> Result<u64> {
        clear(&self.client, &self.bucket, &media_signer::path(folder), "renditions").await
    }
}
