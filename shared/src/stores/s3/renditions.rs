//! Renditions as they are served.

use aws_sdk_s3::{Client, primitives::ByteStream};
use futures::future::try_join_all;
use sha2::{Digest, Sha256};
use uuid::Uuid;

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

    /// Stores a photo's renditions, each with its long edge, under keys made of the bytes of all of
    /// them, so that a second run writes the same objects; their paths on the public origin.
    ///
    /// The keys of a photo differ in nothing but the long edge, and the photo is written as in its
    /// id: a page of views holds neither twice when it is packed.
    pub async fn put(
        &self,
        folder: Folder,
        photo: PhotoId,
        images: Vec<(u32, Vec<u8>)>,
    ) -> Result<Vec<String>> {
        let sum = sum_of(&images);
        let stored = images.into_iter().map(async |(long_edge, webp)| {
            let key = format!("{}{sum}-{long_edge}.webp", path(folder, photo));
            let put = self
                .client
                .put_object()
                .bucket(&self.bucket)
                .key(&key)
                .content_type("image/webp");
            put.cache_control("private, max-age=31536000, immutable")
                .body(ByteStream::from(webp))
                .send()
                .await
                .of("renditions")?;
            Ok(format!("/{key}"))
        });
        try_join_all(stored).await
    }

    /// Returns the bytes of the rendition with this path on the public origin.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`], also when it is not there: S3 does not tell that to who may
    /// not list the bucket.
    pub async fn read(&self, path: &str) -> Result<Vec<u8>> {
        let key = path.trim_start_matches('/');
        let get = self.client.get_object().bucket(&self.bucket).key(key);
        let object = get.send().await.of("renditions")?;
        Ok(object.body.collect().await.of("renditions")?.to_vec())
    }
}

/// Returns the path of a photo's images.
fn path(folder: Folder, photo: PhotoId) -> String {
    format!("{}{}/", media_signer::path(folder), photo)
}

/// The path of images that were stored before the photo was written as in its id.
fn path_of_before(folder: Folder, photo: PhotoId) -> String {
    format!("{}{}/", media_signer::path(folder), photo.uuid().simple())
}

/// Returns the first 64 bits of a SHA-256 of images. Nobody guesses them: a path holds a random
/// folder and a photo's id, too.
fn sum_of(images: &[(u32, Vec<u8>)]) -> String {
    let mut all = Sha256::new();
    for (long_edge, webp) in images {
        all.update(long_edge.to_be_bytes());
        all.update(Sha256::digest(webp));
    }
    hex::encode(&all.finalize()[..8])
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
        let mut keys = Vec::new();
        for path in [path(folder, photo), path_of_before(folder, photo)] {
            let stored = list(&self.client, &self.bucket, &path, "", "renditions").await?;
            keys.extend(stored.into_iter().map(|object| object.key));
        }
        Ok(keys)
    }

    /// The photo whose image this key names.
    pub fn of_key(key: &str) -> Option<PhotoId> {
        let photo = key.strip_prefix("media/")?.split('/').nth(1)?;
        match Uuid::try_parse(photo) {
            Ok(uuid) => Some(PhotoId::from_uuid(uuid)),
            Err(_) => photo.parse().ok(),
        }
    }

    /// Deletes all images of a photo.
    pub async fn clear_photo(&self, folder: Folder, photo: PhotoId) -> Result<u64> {
        let mut cleared = 0;
        for path in [path(folder, photo), path_of_before(folder, photo)] {
            cleared += clear(&self.client, &self.bucket, &path, "renditions").await?;
        }
        Ok(cleared)
    }

    /// Deletes all images of an owner's photos.
    pub async fn clear_owner(&self, folder: Folder) -> Result<u64> {
        clear(&self.client, &self.bucket, &media_signer::path(folder), "renditions").await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Shard;

    #[test]
    fn a_key_names_its_photo_now_and_before() {
        let folder = Folder::random();
        let photo = PhotoId::new(Shard::random());
        for path in [path(folder, photo), path_of_before(folder, photo)] {
            assert_eq!(Renditions::of_key(&format!("{path}12ab-256.webp")), Some(photo));
        }
        assert_eq!(Renditions::of_key("media/folder/else/12ab.webp"), None);
        assert_eq!(Renditions::of_key("media/folder"), None);
    }

    #[test]
    fn a_sum_is_of_all_images_and_their_sizes() {
        let image = |long_edge, bytes: &[u8]| (long_edge, bytes.to_vec());
        let sum = sum_of(&[image(256, b"a"), image(1024, b"b")]);
        assert_eq!(sum.len(), 16);
        for other in [
            [image(256, b"a"), image(1024, b"c")],
            [image(256, b"a"), image(2048, b"b")],
            [image(256, b"ab"), image(1024, b"")],
        ] {
            assert_ne!(sum_of(&other), sum);
        }
    }
}
