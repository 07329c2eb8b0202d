//! A function's answer, as far as all runtimes must answer the same.

use std::io::Read;

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::read::GzDecoder;
use serde_json::Value;
use shared::error::Cause;

/// Photos that are read.
pub const PHOTOS: usize = 50;

/// An answer as it is sent.
pub struct Sent {
    /// The body, compressed if the function has done that.
    pub body: Vec<u8>,
    /// The body's text.
    pub text: String,
    /// True if the function has compressed it.
    pub is_packed: bool,
}

impl Sent {
    /// Returns what the response of a function to API Gateway has sent.
    ///
    /// # Errors
    /// When it did not go well.
    pub fn of(response: &[u8]) -> Result<Self, Cause> {
        let response: Value = serde_json::from_slice(response)?;
        let written = response["body"].as_str().unwrap_or_default();
        if !matches!(response["statusCode"].as_u64(), Some(200..300)) {
            return Err(format!("answered {} {written}", response["statusCode"]).into());
        }
        let body = match response["isBase64Encoded"].as_bool() {
            Some(true) => STANDARD.decode(written)?,
            _ => written.as_bytes().to_vec(),
        };
        let mut text = String::new();
        let is_packed = response["headers"]["content-encoding"] == "gzip";
        if is_packed {
            GzDecoder::new(body.as_slice()).read_to_string(&mut text)?;
        } else {
            text = String::from_utf8(body.clone())?;
        }
        Ok(Self { body, text, is_packed })
    }
}

/// The parts of an answer that do not depend on who gave it. Its signature and its cursor do:
/// ECDSA draws a number in most implementations, and a cursor is opaque.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    album: Value,
    role: Value,
    photos: Vec<Value>,
}

impl Answer {
    /// The answer in the response of a function to API Gateway.
    ///
    /// # Errors
    /// When it is no good answer with an album, 50 photos, a cursor and what opens the images.
    pub fn of(response: &[u8]) -> Result<Self, Cause> {
        let mut body: Value = serde_json::from_str(&Sent::of(response)?.text)?;
        let says = |pointer: &str| {
            body.pointer(pointer)
                .and_then(Value::as_str)
                .is_some_and(|text| !text.is_empty())
        };
        if let Some(lacks) = ["/id", "/role", "/photos/next", "/media/query"]
            .into_iter()
            .find(|field| !says(field))
        {
            return Err(format!("answered without {lacks}").into());
        }
        let Value::Array(photos) = body["photos"]["items"].take() else {
            return Err("answered without photos".into());
        };
        if photos.len() != PHOTOS {
            return Err(format!("answered {} photos instead of {PHOTOS}", photos.len()).into());
        }
        Ok(Self { album: body["id"].take(), role: body["role"].take(), photos })
    }

    /// # Errors
    /// When `other` says something else.
    pub fn must_equal(&self, other: &Self) -> Result<(), Cause> {
        if self == other {
            Ok(())
        } else {
            Err("answered something else than the first that was asked".into())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn response(status: u16, photos: usize) -> Vec<u8> {
        let items: Vec<_> = (0..photos).map(|number| json!({"id": number})).collect();
        let body = json!({
            "id": "album_1",
            "role": "owner",
            "photos": {"items": items, "next": "n"},
            "media": {"query": "q"},
        });
        json!({"statusCode": status, "body": body.to_string()})
            .to_string()
            .into_bytes()
    }

    #[test]
    fn only_answers_that_went_well_count() {
        let answer = |status: u16| json!({"statusCode": status, "body": "{}"}).to_string();
        let sent = Sent::of(answer(201).as_bytes()).expect("an answer");
        assert_eq!((sent.text.as_str(), sent.is_packed), ("{}", false));
        assert!(Sent::of(answer(404).as_bytes()).is_err());
        assert!(Sent::of(b"{}").is_err());
    }

    #[test]
    fn only_an_answer_with_every_photo_counts() {
        assert!(Answer::of(&response(200, PHOTOS)).is_ok());
        for bad in [response(503, PHOTOS), response(200, PHOTOS - 1), b"{}".to_vec()] {
            assert!(Answer::of(&bad).is_err(), "{}", String::from_utf8_lossy(&bad));
        }
    }

    #[test]
    fn another_photo_is_another_answer() {
        let one = Answer::of(&response(200, PHOTOS)).expect("an answer");
        let mut other = one.clone();
        assert!(one.must_equal(&other).is_ok());
        other.photos[7] = json!({"id": "another"});
        assert!(one.must_equal(&other).is_err());
    }
}
