//! Passkeys as a browser sends them: its `PublicKeyCredential.toJSON()` writes them so. Members that
//! are not named here are left alone: each level of the standard adds some.

use data_encoding::BASE64URL_NOPAD;
use schemars::JsonSchema;
use serde::Deserialize;

/// Bytes in base64url.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Base64Url(pub Vec<u8>);

impl Base64Url {
    /// The most characters: an attestation may hold certificates.
    const MOST: usize = 32_768;
}

impl JsonSchema for Base64Url {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Base64Url".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string", "pattern": "^[A-Za-z0-9_-]*$", "maxLength": Self::MOST,
        })
    }
}

impl TryFrom<String> for Base64Url {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        const REFUSAL: &str = "must be base64url without padding";
        if text.len() > Self::MOST {
            return Err(REFUSAL);
        }
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes());
        bytes.map(Self).map_err(|_| REFUSAL)
    }
}

/// The type of a credential: there is one.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
pub enum CredentialType {
    /// A key pair.
    #[serde(rename = "public-key")]
    PublicKey,
}

/// A passkey that was made.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct MadePasskey {
    /// The id that its authenticator gave it.
    pub id: Base64Url,
    /// `public-key`.
    #[serde(rename = "type")]
    pub _kind: CredentialType,
    /// The authenticator's answer.
    pub response: Attestation,
}

/// The answer of an authenticator that has made a passkey.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct Attestation {
    /// The browser's part: of the page.
    #[serde(rename = "clientDataJSON")]
    pub client_data: Base64Url,
    /// The authenticator's part.
    #[serde(rename = "attestationObject")]
    pub object: Base64Url,
    /// The ways in which the browser reaches the authenticator: `internal`, `hybrid`, `usb`, ….
    #[serde(default)]
    pub transports: Vec<String>,
}

/// A passkey that has signed.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct SigningPasskey {
    /// The id that its authenticator gave it.
    pub id: Base64Url,
    /// `public-key`.
    #[serde(rename = "type")]
    pub _kind: CredentialType,
    /// The authenticator's answer.
    pub response: Assertion,
}

/// The answer of an authenticator that has signed.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct Assertion {
    /// The browser's part: of the page.
    #[serde(rename = "clientDataJSON")]
    pub client_data: Base64Url,
    /// The authenticator's part.
    #[serde(rename = "authenticatorData")]
    pub authenticator_data: Base64Url,
    /// The signature over both.
    pub signature: Base64Url,
    /// The user's handle, which a passkey keeps.
    #[serde(rename = "userHandle")]
    pub user_handle: Option<Base64Url>,
}

impl Attestation {
    /// Ways of which browsers tell each other, those that are known.
    const TRANSPORTS: [&str; 6] = ["ble", "hybrid", "internal", "nfc", "smart-card", "usb"];

    /// Returns the ways that are known, separated by commas.
    pub fn known_transports(&self) -> String {
        let mut known = Vec::new();
        for transport in Self::TRANSPORTS {
            if self.transports.iter().any(|one| one == transport) {
                known.push(transport);
            }
        }
        known.join(",")
    }
}
