//! Options that a browser is given, as its `parseCreationOptionsFromJSON()` and
//! `parseRequestOptionsFromJSON()` read them: the names are the standard's.

use data_encoding::BASE64URL_NOPAD;
use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    domain::UserId,
    stores::{Account, Passkey},
};

use super::{RelyingParty, challenge::LASTS, public_key::ALGORITHMS};

const TYPE: &str = "public-key";
/// An authenticator asks for a PIN, a finger or a face each time: a passkey stands for two factors.
const REQUIRED: &str = "required";

/// The options with which a browser has a passkey made.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PasskeyCreationOptions")]
pub struct CreationOptions {
    rp: Party,
    user: User,
    /// The challenge that is to be signed, in base64url.
    challenge: String,
    pub_key_cred_params: Vec<Parameter>,
    /// Milliseconds for which it is good.
    timeout: i64,
    /// The passkeys that the account has: an authenticator makes no second one.
    exclude_credentials: Vec<Descriptor>,
    authenticator_selection: Selection,
    /// `none`: nothing depends on who made an authenticator.
    attestation: &'static str,
}

/// The options with which a browser has a passkey sign.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PasskeyRequestOptions")]
pub struct RequestOptions {
    /// The challenge that is to be signed, in base64url.
    challenge: String,
    /// Milliseconds for which it is good.
    timeout: i64,
    rp_id: String,
    /// `required`.
    user_verification: &'static str,
}

/// The relying party.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Party {
    id: String,
    name: &'static str,
}

/// The user, as an authenticator lists them.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct User {
    /// The user's handle, in base64url.
    id: String,
    name: String,
    display_name: String,
}

/// A kind of key that is taken.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Parameter {
    #[serde(rename = "type")]
    kind: &'static str,
    alg: i64,
}

/// A passkey.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Descriptor {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    transports: Vec<String>,
}

/// The abilities that the authenticator must have.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct Selection {
    resident_key: &'static str,
    require_resident_key: bool,
    user_verification: &'static str,
}

impl CreationOptions {
    /// Returns the options for another passkey of this account.
    pub fn new(
        party: RelyingParty<'_>,
        account: &Account,
        passkeys: &[Passkey],
        challenge: String,
    ) -> Self {
        Self {
            rp: Party { id: party.id().to_owned(), name: "Albumen" },
            user: User {
                id: handle_of(account.id),
                name: account.email.clone(),
                display_name: account.name.clone(),
            },
            challenge,
            pub_key_cred_params: ALGORITHMS.map(|alg| Parameter { kind: TYPE, alg }).into(),
            timeout: LASTS * 1000,
            exclude_credentials: passkeys.iter().map(Descriptor::of).collect(),
            authenticator_selection: Selection {
                resident_key: REQUIRED,
                require_resident_key: true,
                user_verification: REQUIRED,
            },
            attestation: "none",
        }
    }

    /// An example of an answer.
    pub fn example() -> serde_json::Value {
        serde_json::json!({
            "rp": {"id": "albumen.example", "name": "Albumen"},
            "user": {
                "id": "AZq-tnu0eP2-8Y6zv1EtlA", "name": "ana@example.org", "displayName": "Ana",
            },
            "challenge": "ZXlKdWIyNWpaU0k2…",
            "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
            "timeout": 600_000,
            "excludeCredentials": [],
            "authenticatorSelection": {
                "residentKey": "required", "requireResidentKey": true,
                "userVerification": "required",
            },
            "attestation": "none",
        })
    }
}

impl RequestOptions {
    /// Returns the options for a log-in of anybody.
    pub fn new(party: RelyingParty<'_>, challenge: String) -> Self {
        Self {
            challenge,
            timeout: LASTS * 1000,
            rp_id: party.id().to_owned(),
            user_verification: REQUIRED,
        }
    }

    /// An example of an answer.
    pub fn example() -> serde_json::Value {
        serde_json::json!({
            "challenge": "ZXlKdWIyNWpaU0k2…", "timeout": 600_000, "rpId": "albumen.example",
            "userVerification": "required",
        })
    }
}

impl Descriptor {
    fn of(passkey: &Passkey) -> Self {
        let transports = passkey.transports.split(',');
        Self {
            kind: TYPE,
            id: BASE64URL_NOPAD.encode(&passkey.credential_id),
            transports: transports
                .filter(|one| !one.is_empty())
                .map(str::to_owned)
                .collect(),
        }
    }
}

/// Returns the handle that a passkey keeps of its user: the bytes of the user's id, in base64url.
fn handle_of(user: UserId) -> String {
    BASE64URL_NOPAD.encode(user.uuid().as_bytes())
}
