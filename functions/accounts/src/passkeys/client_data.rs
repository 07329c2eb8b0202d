//! Client data: a browser's words about the page that has asked, which the authenticator signs.

use serde::Deserialize;

use super::{Refusal, RelyingParty};

/// The ceremony that a browser has asked its authenticator for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ceremony {
    /// A passkey is added.
    Registration,
    /// Somebody logs in by one.
    LogIn,
}

impl Ceremony {
    /// The ceremony's word in client data.
    fn word(self) -> &'static str {
        match self {
            Self::Registration => "webauthn.create",
            Self::LogIn => "webauthn.get",
        }
    }
}

/// The members that are looked at; more may come in any later level.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CollectedClientData {
    #[serde(rename = "type")]
    ceremony: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    top_origin: Option<String>,
}

/// Returns the challenge that was signed, in base64url, once the rest is as it should be.
///
/// # Errors
/// [`Refusal`] for another ceremony, another page, or a page inside another one.
pub fn challenge(
    json: &[u8],
    ceremony: Ceremony,
    party: RelyingParty<'_>,
) -> Result<String, Refusal> {
    let data: CollectedClientData =
        serde_json::from_slice(json).map_err(|_| Refusal::ClientData)?;
    if data.ceremony != ceremony.word() {
        return Err(Refusal::Ceremony);
    }
    if data.origin != party.origin || data.cross_origin || data.top_origin.is_some() {
        return Err(Refusal::Origin);
    }
    Ok(data.challenge)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PARTY: RelyingParty<'static> = RelyingParty { origin: "https://albumen.example" };

    fn said(with: &serde_json::Value) -> Result<String, Refusal> {
        let mut data = json!({
            "type": "webauthn.get", "challenge": "Y2hhbGxlbmdl",
            "origin": "https://albumen.example", "crossOrigin": false, "later": {"more": [1]},
        });
        for (name, value) in with.as_object().expect("members") {
            data[name] = value.clone();
        }
        challenge(data.to_string().as_bytes(), Ceremony::LogIn, PARTY)
    }

    #[test]
    fn the_page_itself_is_taken() {
        assert_eq!(said(&json!({})), Ok("Y2hhbGxlbmdl".to_owned()));
    }

    #[test]
    fn other_pages_and_other_ceremonies_are_refused() {
        for origin in [
            "https://albumen.example.evil.example",
            "https://evil.albumen.example",
            "https://albumen.example:444",
            "http://albumen.example",
            "https://ALBUMEN.example",
            "https://albumen.example/",
            "null",
        ] {
            assert_eq!(said(&json!({"origin": origin})), Err(Refusal::Origin), "{origin}");
        }
        assert_eq!(said(&json!({"crossOrigin": true})), Err(Refusal::Origin));
        let inside = json!({"topOrigin": "https://evil.example"});
        assert_eq!(said(&inside), Err(Refusal::Origin));
        assert_eq!(said(&json!({"type": "webauthn.create"})), Err(Refusal::Ceremony));
        assert_eq!(said(&json!({"challenge": 7})), Err(Refusal::ClientData));
        let twice = br#"{"type":"webauthn.get","challenge":"a","challenge":"b","origin":"c"}"#;
        assert_eq!(challenge(twice, Ceremony::LogIn, PARTY), Err(Refusal::ClientData));
    }
}
