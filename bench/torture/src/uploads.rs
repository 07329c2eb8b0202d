//! Photos that are announced and sent.

use std::collections::BTreeMap;

use bytes::Bytes;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    api::{Answered, Ask},
    journal::{Expected, Key, Kind},
    user::User,
};

/// The number of times that an upload is tried when the faults have ended.
const LAST_TRIES: u32 = 3;

/// A photo that is to be sent: the album, and the number of its picture.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The album.
    pub album: String,
    /// The number.
    pub number: u64,
}

impl User {
    /// Announces a photo and sends its bytes; what is not known to have worked is kept for the end.
    pub async fn begin_upload(&mut self, upload: Upload) {
        let bytes = self.pictures.numbered(upload.number);
        let key = self.key_of(&bytes);
        let answered = self.announce(&upload.album, &bytes).await;
        match answered {
            Answered::Done(body) => {
                self.journal.acknowledge(key.clone(), Expected::Once);
                if !self.send(&upload.album, &body, bytes, &key).await {
                    self.unfinished.push(upload);
                }
            }
            Answered::Refused(words) => self.journal.refused(words),
            Answered::InDoubt => {
                self.journal.doubt(key);
                self.unfinished.push(upload);
            }
        }
    }

    /// Announces once more what is not known to have worked, as clients do: the same bytes are the
    /// same photo.
    pub async fn finish_uploads(&mut self) {
        for _ in 0..LAST_TRIES {
            for upload in std::mem::take(&mut self.unfinished) {
                let bytes = self.pictures.numbered(upload.number);
                let key = self.key_of(&bytes);
                let Answered::Done(body) = self.announce(&upload.album, &bytes).await else {
                    self.unfinished.push(upload);
                    continue;
                };
                self.journal.confirm(key.clone());
                if !self.send(&upload.album, &body, bytes, &key).await {
                    self.unfinished.push(upload);
                }
            }
        }
    }

    fn key_of(&self, bytes: &Bytes) -> Key {
        Key::new(Kind::Photo, &self.id, hex::encode(Sha256::digest(bytes)))
    }

    async fn announce(&self, album: &str, bytes: &Bytes) -> Answered {
        let announcement = json!({
            "name": "torture.jpg",
            "size": bytes.len(),
            "content_type": "image/jpeg",
            "sha256": hex::encode(Sha256::digest(bytes)),
            "caption": "Under torture",
            "multipart": false,
        });
        let path = format!("/v1/albums/{album}/photos");
        let ask = Ask::new(Method::POST, path, &self.token).with(announcement);
        self.api.ask(&ask).await
    }

    /// Notes an announced photo, and sends its bytes unless they are there; returns true once they
    /// are.
    async fn send(&mut self, album: &str, announced: &Value, bytes: Bytes, key: &Key) -> bool {
        let Some(id) = announced["photo"]["id"].as_str() else {
            self.journal
                .refused(format!("an announcement was answered with {announced}"));
            return true;
        };
        let placement = Key::new(Kind::Placement, album, id);
        self.journal.acknowledge(placement, Expected::Once);
        if let Some(url) = announced["upload"]["url"].as_str() {
            let headers = headers(&announced["upload"]["headers"]);
            if !self.api.put(url, &headers, &bytes).await {
                return false;
            }
        }
        self.photos.push((id.to_owned(), key.clone()));
        true
    }
}

fn headers(announced: &Value) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::new();
    for (name, value) in announced.as_object().into_iter().flatten() {
        if let Some(value) = value.as_str() {
            headers.insert(name.clone(), value.to_owned());
        }
    }
    headers
}
