//! An authenticator of passkeys, without the code under test: it makes credentials of ES256, keeps
//! them with their user's handle, and signs. What it says may be made to lie.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::person::{ApiResponse, PASSWORD, Person, text};

/// Flags of authenticator data.
const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const COPIABLE: u8 = 1 << 3;
const COPIED: u8 = 1 << 4;
const HAS_CREDENTIAL: u8 = 1 << 6;

/// An authenticator with one passkey, and what it says.
#[derive(Clone)]
pub struct SoftPasskey {
    /// The private key.
    pub key: SigningKey,
    /// The credential's id.
    pub id: Vec<u8>,
    /// The handle of its user; empty before there is one.
    pub handle: Vec<u8>,
    /// The origin that its browser names.
    pub origin: String,
    /// The site that it is for.
    pub site: String,
    /// The count of signatures that comes next; 0 stays.
    pub count: u32,
    /// True if it verifies its user.
    pub verifies: bool,
    /// True if it may be copied.
    pub copiable: bool,
    /// True if it was.
    pub copied: bool,
}

impl SoftPasskey {
    /// An authenticator for this origin that counts its signatures.
    ///
    /// # Panics
    /// When there is no randomness.
    pub fn new(origin: &str) -> Self {
        let [first, second] = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()];
        let secret = Sha256::digest([*first.as_bytes(), *second.as_bytes()].concat());
        let key = SigningKey::from_slice(&secret).expect("a key");
        let host = origin.split("://").nth(1).expect("a host");
        let site = host.split(':').next().expect("a host").to_owned();
        Self {
            key,
            id: second.as_bytes().to_vec(),
            handle: Vec::new(),
            origin: origin.to_owned(),
            site,
            count: 1,
            verifies: true,
            copiable: false,
            copied: false,
        }
    }

    /// Makes its passkey as these options ask for; what the browser would send.
    ///
    /// # Panics
    /// When they are no options of the API.
    pub fn make(&mut self, options: &Value) -> Value {
        self.handle = decode(&text(&options["user"]["id"]));
        let client_data = self.client_data("webauthn.create", &text(&options["challenge"]));
        let id_length = u16::try_from(self.id.len())
            .expect("a short id")
            .to_be_bytes();
        let data = [
            self.data(HAS_CREDENTIAL).as_slice(),
            &[0; 16],
            &id_length,
            &self.id,
            &self.cose_key(),
        ]
        .concat();
        let attestation = [
            &[0xa3][..],
            &cbor_text("fmt"),
            &cbor_text("none"),
            &cbor_text("attStmt"),
            &[0xa0],
            &cbor_text("authData"),
            &cbor_bytes(&data),
        ]
        .concat();
        json!({
            "id": encode(&self.id), "rawId": encode(&self.id), "type": "public-key",
            "authenticatorAttachment": "platform", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": encode(client_data.as_bytes()),
                "attestationObject": encode(&attestation),
                "transports": ["internal", "hybrid", "carrier-pigeon"],
                "publicKeyAlgorithm": -7,
            },
        })
    }

    /// Signs what these options ask for; what the browser would send.
    pub fn sign(&mut self, options: &Value) -> Value {
        let client_data = self.client_data("webauthn.get", &text(&options["challenge"]));
        let data = self.data(0);
        let sum = Sha256::digest(client_data.as_bytes());
        let signature: Signature = self.key.sign(&[data.as_slice(), sum.as_slice()].concat());
        json!({
            "id": encode(&self.id), "rawId": encode(&self.id), "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": encode(client_data.as_bytes()),
                "authenticatorData": encode(&data),
                "signature": encode(signature.to_der().as_bytes()),
                "userHandle": encode(&self.handle),
            },
        })
    }

    fn client_data(&self, kind: &str, challenge: &str) -> String {
        json!({
            "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false,
        })
        .to_string()
    }

    /// Authenticator data without a credential, with one more flag; it counts on.
    fn data(&mut self, flag: u8) -> Vec<u8> {
        let mut flags = PRESENT | flag;
        for (is_so, flag) in
            [(self.verifies, VERIFIED), (self.copiable, COPIABLE), (self.copied, COPIED)]
        {
            if is_so {
                flags |= flag;
            }
        }
        let site = Sha256::digest(self.site.as_bytes());
        let data = [site.as_slice(), &[flags], &self.count.to_be_bytes()].concat();
        if self.count > 0 {
            self.count += 1;
        }
        data
    }

    /// Its public key: kind 2 (elliptic curve), algorithm -7, curve 1 (P-256), x and y.
    fn cose_key(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        let head = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01];
        [&head[..], &[0x21], &cbor_bytes(x), &[0x22], &cbor_bytes(y)].concat()
    }
}

/// Bytes in base64url, as the API has them.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of base64url.
///
/// # Panics
/// When it is none.
pub fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("base64url")
}

/// A text of fewer than 24 bytes in CBOR.
fn cbor_text(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).expect("a short text");
    [[0x60 | length].as_slice(), text.as_bytes()].concat()
}

/// Fewer than 65,536 bytes in CBOR.
fn cbor_bytes(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("few bytes").to_be_bytes();
    match length {
        [0, few] if few < 24 => [[0x40 | few].as_slice(), bytes].concat(),
        [0, some] => [[0x58, some].as_slice(), bytes].concat(),
        [high, low] => [[0x59, high, low].as_slice(), bytes].concat(),
    }
}

/// The options with which somebody adds a passkey.
pub async fn begun(person: &Person) -> Value {
    let begun = person
        .post("/v1/me/passkeys/challenge", json!({"password": PASSWORD}))
        .await;
    begun.expect(200)
}

/// Sends a passkey that was made.
pub async fn add(person: &Person, credential: &Value) -> ApiResponse {
    let body = json!({"name": "Telephone", "credential": credential});
    person.post("/v1/me/passkeys", body).await
}

/// Adds a passkey to somebody's account; it, and its id.
pub async fn added(person: &Person) -> (SoftPasskey, String) {
    let mut passkey = SoftPasskey::new(&person.system.origin);
    let credential = passkey.make(&begun(person).await);
    let added = add(person, &credential).await.expect(201);
    (passkey, text(&added["id"]))
}

/// The options with which anybody logs in.
pub async fn challenge(anyone: &Person) -> Value {
    anyone.get("/v1/sessions/passkey").await.expect(200)
}

/// Has a passkey sign that it is this person who asks for something dangerous.
pub async fn confirmation(person: &Person, passkey: &mut SoftPasskey) -> Value {
    let path = format!("/v1/sessions/passkey?user={}", person.id().await);
    passkey.sign(&person.get(&path).await.expect(200))
}

/// Logs in with what a passkey has signed.
pub async fn log_in(anyone: &Person, credential: &Value) -> ApiResponse {
    anyone
        .post("/v1/sessions/passkey", json!({"credential": credential}))
        .await
}

/// Logs in by a passkey.
pub async fn log_in_by(anyone: &Person, passkey: &mut SoftPasskey) -> ApiResponse {
    let credential = passkey.sign(&challenge(anyone).await);
    log_in(anyone, &credential).await
}
