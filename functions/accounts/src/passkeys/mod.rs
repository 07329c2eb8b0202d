//! Passkeys: credentials by which a browser logs somebody in without a password, as [Web
//! Authentication, Level 3](https://www.w3.org/TR/webauthn-3/) has it.
//!
//! An authenticator signs what the browser says of the page (`client_data`) and what it says itself
//! (`authenticator_data`), with a key whose public half it has shown before (`public_key`). The two
//! ceremonies, to add a passkey and to log in by one, are in `ceremonies`; `challenge` has what is
//! signed once, `options` and `credential` what goes to the browser and comes back.

mod authenticator_data;
pub mod ceremonies;
pub mod challenge;
mod client_data;
pub mod credential;
pub mod options;
mod public_key;
#[cfg(test)]
mod vectors;

use shared::{
    domain::{Moment, PasskeyId, example},
    http::Call,
    stores::Passkey,
};

/// The page that asks for passkeys: the relying party.
#[derive(Clone, Copy)]
pub struct RelyingParty<'a> {
    /// Its origin: `https://albumen.example`.
    pub origin: &'a str,
}

impl<'a> RelyingParty<'a> {
    /// Returns the one that this request is made to.
    pub fn of(call: &'a Call<'_>) -> Self {
        Self { origin: call.origin() }
    }

    /// Returns its id, which passkeys are bound to: the host of its origin.
    pub fn id(self) -> &'a str {
        let without_scheme = self.origin.split_once("://");
        let authority = without_scheme.map_or(self.origin, |(_, authority)| authority);
        let host = authority.split_once(':');
        host.map_or(authority, |(host, _)| host)
    }
}

/// The reason for which something of a passkey is refused. Of a log-in it stands in the log alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The browser's part cannot be read.
    #[error("has no readable client data")]
    ClientData,
    /// The browser's part is of the other ceremony.
    #[error("is of another ceremony")]
    Ceremony,
    /// Another page has asked, or one that is shown inside another.
    #[error("was asked for by another page")]
    Origin,
    /// The challenge was not given out here, or too long ago.
    #[error("was not asked for, or too long ago: begin anew")]
    Challenge,
    /// The authenticator's part cannot be read.
    #[error("has no readable authenticator data")]
    AuthenticatorData,
    /// It is of another relying party.
    #[error("is of another site")]
    RelyingParty,
    /// The authenticator does not say that it has verified its user.
    #[error("does not say that its user was verified")]
    Unverified,
    /// The authenticator contradicts itself, or what it said before, about copies.
    #[error("contradicts itself about copies")]
    Copies,
    /// The kind of its key is none that is taken here.
    #[error("has a key of a kind that is not taken")]
    PublicKey,
    /// The id is another one than that which was signed.
    #[error("has two ids")]
    Id,
    /// Something else was signed, or by another key.
    #[error("is not signed by its key")]
    Signature,
}

/// A passkey as its user sees it.
#[derive(serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Passkey")]
pub struct PasskeyView {
    id: PasskeyId,
    name: String,
    created_at: Moment,
    /// The moment of the last log-in by it; `null` before the first.
    used_at: Option<Moment>,
    /// True if its provider keeps a copy on other devices of its user.
    synced: bool,
}

impl From<Passkey> for PasskeyView {
    fn from(passkey: Passkey) -> Self {
        Self {
            id: passkey.id,
            name: passkey.name,
            created_at: passkey.created_at,
            used_at: passkey.used_at,
            synced: passkey.backed_up,
        }
    }
}

impl PasskeyView {
    /// An example of an answer.
    pub fn example() -> serde_json::Value {
        serde_json::json!({
            "id": example::PASSKEY, "name": "Telephone", "created_at": example::MOMENT,
            "used_at": null, "synced": true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relying_party_is_the_host_of_its_origin() {
        for (origin, id) in [
            ("https://albumen.example", "albumen.example"),
            ("https://photos.albumen.example:8443", "photos.albumen.example"),
            ("http://localhost:8080", "localhost"),
        ] {
            assert_eq!(RelyingParty { origin }.id(), id);
        }
    }
}
