//! Objects that go for good, by the folder that they stand in.
//!
//! Deleting what is not there is no failure, so each may be done again. The buckets keep versions:
//! what is deleted here can be had back for the days that their lifecycle rules say, but for what
//! was never accepted, of which nothing is left to take room that counts for nobody.

use aws_sdk_s3::{
    Client,
    types::{Delete, ObjectIdentifier},
};

use super::originals::Originals;
use crate::{
    domain::{Folder, Moment, Original, PhotoId},
    error::{Error, Of, Result},
};

/// The most objects that one request deletes.
const AT_ONCE: i32 = 1000;

/// Deletes all objects whose keys begin so; how many there were.
pub(super) async fn clear(
    client: &Client,
    bucket: &str,
    prefix: &str,
    service: &'static str,
) -> Result<u64> {
    let mut cleared = 0;
    loop {
        // From the beginning each time: what was listed before is gone.
        let list = client
            .list_objects_v2()
            .bucket(bucket)
            .prefix(prefix)
            .max_keys(AT_ONCE)
            .send()
            .await;
        let listed = list.of(service)?;
        let keys: Vec<_> = listed
            .contents()
            .iter()
            .filter_map(|object| object.key())
            .collect();
        if keys.is_empty() {
            return Ok(cleared);
        }
        delete(client, bucket, &keys, service).await?;
        cleared += keys.len() as u64;
    }
}

/// Deletes these objects, at most a thousand.
pub(super) async fn delete(
    client: &Client,
    bucket: &str,
    keys: &[&str],
    service: &'static str,
) -> Result<()> {
    let objects = keys.iter().map(|key| {
        ObjectIdentifier::builder()
            .key(*key)
            .build()
            .map_err(Error::internal)
    });
    let objects = objects.collect::<Result<Vec<_>>>()?;
    let delete = Delete::builder()
        .set_objects(Some(objects))
        .quiet(true)
        .build()
        .map_err(Error::internal)?;
    let failed = client
        .delete_objects()
        .bucket(bucket)
        .delete(delete)
        .send()
        .await
        .of(service)?
        .errors;
    match failed.unwrap_or_default().into_iter().next() {
        None => Ok(()),
        Some(first) => Err(first.message.or(first.code).unwrap_or_default()).of(service),
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
pub struct StoredObject {
    /// Its key.
    pub key: String,
    /// The moment at which it was written.
    pub at: Moment,
}

/// Up to a thousand objects, in the order of their keys, after this key.
pub(super) async fn list(
    client: &Client,
    bucket: &str,
    prefix: &str,
    after: &str,
    service: &'static str,
) -> Result<Vec<StoredObject>> {
    let list = client
        .list_objects_v2()
        .bucket(bucket)
        .prefix(prefix)
        .start_after(after)
        .max_keys(AT_ONCE);
    let found = list.send().await.of(service)?;
    let found = found.contents().iter().filter_map(|object| {
        let at = Moment::from_micros(object.last_modified()?.secs() * 1_000_000);
        Some(StoredObject { key: object.key()?.to_owned(), at })
    });
    Ok(found.collect())
}

impl Originals {
    /// Objects after this key.
    pub async fn after(&self, key: &str) -> Result<Vec<StoredObject>> {
        list(&self.client, &self.bucket, "originals/", key, "originals").await
    }

    /// Deletes objects, at most a thousand.
    pub async fn delete(&self, keys: &[&str]) -> Result<()> {
        delete(&self.client, &self.bucket, keys, "originals").await
    }

    /// Deletes the object of an upload with the version that S3 keeps of it. A store without
    /// versions, as a laptop's, names none.
    pub async fn delete_for_good(&self, original: &Original) -> Result<()> {
        let key = original.key();
        let head = self
            .client
            .head_object()
            .bucket(&self.bucket)
            .key(&key)
            .send()
            .await;
        let version = match head.map_err(aws_sdk_s3::Error::from) {
            Ok(head) => head.version_id,
            Err(aws_sdk_s3::Error::NotFound(_)) => return Ok(()),
            Err(error) => return Err(error).of("originals"),
        };
        let Some(version) = version else { return self.delete(&[&key]).await };
        let delete = self
            .client
            .delete_object()
            .bucket(&self.bucket)
            .key(&key)
            .version_id(version);
        delete.send().await.of("originals").map(drop)
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
        self.uploads().abort(&original.key(), s3_upload).await
    }

    /// Has S3 forget uploads in parts that were begun before `before`, whoever began them; how
    /// many.
    ///
    /// The bucket's lifecycle rule does the same; here it is done where there is none, and seen.
    pub async fn abort_old_parts(&self, before: Moment) -> Result<u64> {
        let list = self
            .client
            .list_multipart_uploads()
            .bucket(&self.bucket)
            .prefix("originals/");
        let found = list.send().await.of("originals")?;
        let old = found.uploads().iter().filter(|upload| {
            upload
                .initiated()
                .is_some_and(|at| at.secs() < before.epoch())
        });
        let mut aborted = 0;
        for (key, id) in old.filter_map(|upload| Some((upload.key()?, upload.upload_id()?))) {
            self.uploads().abort(key, id).await?;
            aborted += 1;
        }
        Ok(aborted)
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
    use tokio::{
        io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
        net::TcpListener,
    };

    use super::*;
    use crate::domain::Shard;

    /// Gives one answer to each request, on a connection of its own; the first lines of the
    /// requests.
    async fn answering(listener: TcpListener, answers: &[&str]) -> Vec<String> {
        let mut asked = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut lines = BufReader::new(&mut stream).lines();
            asked.push(lines.next_line().await.expect("a request").expect("a line"));
            while lines
                .next_line()
                .await
                .expect("a header")
                .is_some_and(|line| !line.is_empty())
            {}
            let answer = format!("HTTP/1.1 {answer}\r\nconnection: close\r\n\r\n");
            stream
                .write_all(answer.as_bytes())
                .await
                .expect("an answer");
        }
        asked
    }

    fn originals(listener: &TcpListener) -> Originals {
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let config = aws_sdk_s3::Config::builder().behavior_version(BehaviorVersion::latest());
        let config =
            config.credentials_provider(Credentials::new("id", "secret", None, None, "tests"));
        let config = config
            .region(Region::new("us-east-1"))
            .endpoint_url(endpoint)
            .force_path_style(true);
        Originals { client: Client::from_conf(config.build()), bucket: "bucket".to_owned() }
    }

    #[tokio::test]
    async fn of_what_goes_for_good_no_version_stays() {
        let original =
            Original { folder: Folder::random(), photo: PhotoId::new(Shard::random()), attempt: 1 };
        let versioned = ["200 OK\r\ncontent-length: 0\r\nx-amz-version-id: v1", "204 No Content"];
        let gone = ["404 Not Found"];
        for (answers, deletes) in [(&versioned[..], true), (&gone[..], false)] {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let originals = originals(&listener);
            let (asked, done) =
                tokio::join!(answering(listener, answers), originals.delete_for_good(&original));
            done.expect("a deletion");
            assert!(asked[0].starts_with(&format!("HEAD /bucket/{}", original.key())), "{asked:?}");
            let deleted = asked
                .last()
                .is_some_and(|line| line.starts_with("DELETE") && line.contains("versionId=v1"));
            assert_eq!(deleted, deletes, "{asked:?}");
        }
    }
}
