//! Signatures that open images: of CloudFront, each over a whole folder.
//!
//! Renditions stand under `media/{folder}/`, so one signature, with a custom policy that ends in
//! `*`, opens all images of an answer, and a stored view needs no signature in it. It is the same
//! for an hour at a time, for guests a quarter of one, in every process (ECDSA here is
//! deterministic, RFC 6979), so browsers and CloudFront keep what they have. Format and alphabet:
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
    domain::{Folder, Moment, view::MediaView},
    env::Env,
    error::{Error, Result},
};

/// Seconds for which members get the same signature. It lasts to the end of the next such period:
/// 1–2 hours.
const MEMBERS: i64 = 3600;
/// The same for guests of a share, whose images are to end with it: 15–30 minutes.
const GUESTS: i64 = 15 * 60;

/// Signs for owners' folders.
pub struct MediaSigner {
    key: SigningKey,
    key_pair: String,
    origin: String,
    /// Signing takes a tenth of a hot read's time, and most reads of a process are of few owners.
    signed: Mutex<HashMap<(Folder, i64), MediaView>>,
}

/// Signatures that are kept before all are forgotten.
const KEPT: usize = 256;

impl MediaSigner {
    /// The signer with the key `MEDIA_PRIVATE_KEY`, a PKCS#8 PEM, known to CloudFront as
    /// `MEDIA_KEY_PAIR_ID`.
    pub fn connect(env: &Env) -> Result<Self> {
        let pem = env.get("MEDIA_PRIVATE_KEY")?;
        let key = SigningKey::from_pkcs8_pem(&pem);
        // The cause could quote the key.
        let key = key.map_err(|_| {
            Error::internal("MEDIA_PRIVATE_KEY is not an ECDSA P-256 key in PKCS#8 PEM")
        })?;
        let (key_pair, origin) = (env.get("MEDIA_KEY_PAIR_ID")?, env.get("PUBLIC_ORIGIN")?);
        Ok(Self { key, key_pair, origin, signed: Mutex::default() })
    }

    /// Returns what opens the images of the owner whose folder this is.
    pub fn open(&self, folder: Folder) -> MediaView {
        self.open_until(folder, last_second(Moment::now(), MEMBERS))
    }

    /// Returns what opens the images of the owner whose folder this is to guests of a share that
    /// ends then by itself. One that is revoked before leaves them open until the signature
    /// ends.
    pub fn open_to_guests(&self, folder: Folder, share_ends: Option<Moment>) -> MediaView {
        self.open_until(folder, last_second_for_guests(Moment::now(), share_ends))
    }

    fn open_until(&self, folder: Folder, ends: i64) -> MediaView {
        let mut signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        if signed.len() >= KEPT {
            signed.clear();
        }
        signed
            .entry((folder, ends))
            .or_insert_with(|| self.sign(folder, ends))
            .clone()
    }

    fn sign(&self, folder: Folder, ends: i64) -> MediaView {
        let resource = format!("{}/{}*", self.origin, path(folder));
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

/// The second at which a signature ends that is made now.
fn last_second(now: Moment, period: i64) -> i64 {
    (now.epoch() / period + 2) * period
}

fn last_second_for_guests(now: Moment, share_ends: Option<Moment>) -> i64 {
    let last = last_second(now, GUESTS);
    share_ends.map_or(last, |end| last.min(end.epoch()))
}

/// Returns the path of an owner's renditions, in the bucket and in URLs; ends in a slash.
pub fn path(folder: Folder) -> String {
    format!("media/{folder}/")
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

    fn moment(second: i64) -> Moment {
        Moment::from_micros(second * 1_000_000)
    }

    #[test]
    fn a_guest_s_signature_ends_with_the_share_or_within_half_an_hour() {
        for now in [0, 1, 899, 900, 901, 1_795_339_799] {
            let lasts = last_second_for_guests(moment(now), None) - now;
            assert!((900..=1800).contains(&lasts), "{now}: {lasts}");
            assert_eq!(last_second_for_guests(moment(now), Some(moment(now + 60))), now + 60);
            let late = Some(moment(now + 7200));
            assert_eq!(
                last_second_for_guests(moment(now), late),
                last_second_for_guests(moment(now), None)
            );
        }
    }

    #[test]
    fn one_signature_serves_an_hour() {
        let key = SigningKey::from_slice(&[7; 32]).expect("a key");
        let (key_pair, origin) = ("K1".to_owned(), "https://albumen.example".to_owned());
        let media = MediaSigner { key, key_pair, origin, signed: Mutex::default() };
        let folder = Folder::random();
        let at = |second| media.open_until(folder, last_second(moment(second), MEMBERS));
        assert_eq!(at(0).query, at(3599).query);
        assert_ne!(at(0).query, at(3600).query);
        assert_eq!(at(1800).expires_at.epoch(), 7200);
        assert!(!at(0).query.contains(['+', '/']), "{}", at(0).query);
    }
}
