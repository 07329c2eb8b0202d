//! What opens images: a CloudFront signature over a whole folder.
//!
//! Renditions stand under `media/{owner}/`, so one signature, with a custom policy that ends in
//! `*`, opens all images of an answer, and a stored view needs no signature in it. It is the same
//! for an hour at a time in every process (ECDSA here is deterministic, RFC 6979), so browsers and
//! CloudFront keep what they have. Format and alphabet:
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html>

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use p256::{
    ecdsa::{DerSignature, SigningKey, signature::Signer},
    pkcs8::DecodePrivateKey,
};

use crate::{
    domain::{Moment, UserId, view::MediaView},
    env::Env,
    error::{Error, Result},
};

/// A signature lasts until the end of the hour after the one it is made in: 1–2 hours.
const HOUR: i64 = 3600;

/// Signs for owners' folders.
pub struct Media {
    key: SigningKey,
    key_pair: String,
    origin: String,
    /// Signing takes a tenth of a hot read's time, and most reads of a process are of few owners.
    signed: Mutex<HashMap<(UserId, i64), MediaView>>,
}

/// Signatures that are kept before all are forgotten.
const KEPT: usize = 256;

impl Media {
    /// The signer with the key `MEDIA_PRIVATE_KEY`, a PKCS#8 PEM, known to CloudFront as
    /// `MEDIA_KEY_PAIR_ID`.
    pub fn connect(env: &Env) -> Result<Self> {
        let pem = env.get("MEDIA_PRIVATE_KEY")?;
        let key = SigningKey::from_pkcs8_pem(&pem);
        // The cause could quote the key.
        let key = key.map_err(|_| Error::internal("MEDIA_PRIVATE_KEY is not an ECDSA P-256 key in PKCS#8 PEM"))?;
        let (key_pair, origin) = (env.get("MEDIA_KEY_PAIR_ID")?, env.get("PUBLIC_ORIGIN")?);
        Ok(Self { key, key_pair, origin, signed: Mutex::default() })
    }

    /// What opens the images of this owner.
    pub fn open(&self, owner: UserId) -> MediaView {
        self.open_at(owner, Moment::now())
    }

    fn open_at(&self, owner: UserId, now: Moment) -> MediaView {
        let ends = (now.epoch() / HOUR + 2) * HOUR;
        let mut signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        if signed.len() >= KEPT {
            signed.clear();
        }
        signed.entry((owner, ends)).or_insert_with(|| self.sign(owner, ends)).clone()
    }

    fn sign(&self, owner: UserId, ends: i64) -> MediaView {
        let resource = format!("{}/{}*", self.origin, folder(owner));
        let policy = format!(
            r#"{{"Statement":[{{"Resource":"{resource}","Condition":{{"DateLessThan":{{"AWS:EpochTime":{ends}}}}}}}]}}"#
        );
        let signature: DerSignature = self.key.sign(policy.as_bytes());
        let query = format!(
            "Policy={}&Signature={}&Key-Pair-Id={}&Hash-Algorithm=SHA256",
            encode(policy.as_bytes()),
            encode(signature.as_bytes()),
            self.key_pair,
        );
        MediaView { query, expires_at: Moment::from_micros(ends * 1_000_000) }
    }
}

/// Where an owner's renditions stand, in the bucket and in URLs; ends in a slash.
pub fn folder(owner: UserId) -> String {
    format!("media/{}/", owner.uuid().simple())
}

/// Base64 in CloudFront's alphabet for URLs.
fn encode(bytes: &[u8]) -> String {
    let letter = |c| match c {
        '+' => '-',
        '=' => '_',
        '/' => '~',
        other => other,
    };
    STANDARD.encode(bytes).chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Shard;

    #[test]
    fn one_signature_serves_an_hour() {
        let key = SigningKey::from_slice(&[7; 32]).expect("a key");
        let (key_pair, origin) = ("K1".to_owned(), "https://albumen.example".to_owned());
        let media = Media { key, key_pair, origin, signed: Mutex::default() };
        let owner = UserId::new(Shard::random());
        let at = |second: i64| media.open_at(owner, Moment::from_micros(second * 1_000_000));
        assert_eq!(at(0).query, at(3599).query);
        assert_ne!(at(0).query, at(3600).query);
        assert_eq!(at(1800).expires_at.epoch(), 7200);
        assert!(!at(0).query.contains(['+', '/']), "{}", at(0).query);
    }
}
