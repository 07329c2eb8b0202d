//! `POST /v1/me/passkeys`: adds a passkey that a browser has made.
//!
//! One conditional write uses the challenge and names the request, then one transaction adds the
//! passkey, under an id that is the request's. Repeated under its `Idempotency-Key`, the request
//! goes on where it died; without one its challenge is used, and its user begins another passkey.
//! The mail that tells of it is asked for before, and sent if it is there.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{Name, PasskeyId, Scope, UserId, mail::MailCause},
    error::Error,
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{Account, Accounts, MailQueue, NewPasskey, UsedChallenges},
};

use crate::passkeys::{
    PasskeyView, Refusal, RelyingParty,
    ceremonies::{self, Registration},
    challenge::Challenge,
    credential::MadePasskey,
};

/// The name of a passkey whose user gives it none.
const UNNAMED: &str = "Passkey";

request! {
    /// A passkey that a browser has made.
    struct Body {
        /// Its name.
        name: Option<Name>,
        /// The `toJSON()` of what `navigator.credentials.create()` has made.
        credential: MadePasskey,
    }
}

/// The route and what it needs.
pub struct CreatePasskey {
    /// Accounts.
    pub accounts: Accounts,
    /// The challenges that were used.
    pub challenges: UsedChallenges,
    /// The queue of mails.
    pub mail_queue: MailQueue,
}

#[async_trait]
impl Route for CreatePasskey {
    fn spec() -> Spec {
        Spec::post("/v1/me/passkeys").scope(Scope::Account)
    }

    fn doc() -> Doc {
        Doc::new("Add a passkey")
            .about("From now on it logs its user in without password and code. An account has at most 20.")
            .takes::<Body>(json!({
                "name": "Telephone",
                "credential": {
                    "id": "-R85HbTJsv3g6nAYnLo_tj9XmmEisz",
                    "type": "public-key",
                    "response": {
                        "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIi",
                        "attestationObject": "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVikv6vDdDKViwY",
                        "transports": ["internal"],
                    },
                },
            }))
            .gives::<PasskeyView>(201, PasskeyView::example())
            .fails(&["full"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (user, body) = (call.caller().await?.user, call.body::<Body>()?);
        let account = self.accounts.find(user).await?;
        let account = account.ok_or(Error::NotFound { what: "user" })?;
        let party = RelyingParty::of(call);
        let made = ceremonies::registration(&body.credential, party).map_err(refused)?;
        let challenge = Challenge::of_registration(call.signer()?, &account, &made.challenge)
            .map_err(refused)?;
        let id = call.fresh(user.shard());
        let request = call.name("use of a challenge")?;
        let is_first = self
            .challenges
            .use_up(&challenge.name, challenge.until, &request)
            .await?;
        if !is_first {
            return Err(refused(Refusal::Challenge));
        }
        self.mail_queue
            .announce(MailCause::Passkey { user, passkey: id })
            .await?;
        self.add(&account, id, &body, &made).await?;
        let passkey = self.view(user, id).await?;
        Ok(Reply::created("/v1/me/passkeys", &passkey))
    }
}

impl CreatePasskey {
    async fn add(
        &self,
        account: &Account,
        id: PasskeyId,
        body: &Body,
        made: &Registration,
    ) -> Result<()> {
        let new = NewPasskey {
            id,
            name: body.name.as_ref().map_or(UNNAMED, Name::as_str),
            credential_id: &made.credential_id,
            public_key: &made.public_key,
            transports: &body.credential.response.known_transports(),
            sign_count: made.sign_count,
            backup_eligible: made.backup_eligible,
            backed_up: made.backed_up,
        };
        match self.accounts.add_passkey(account, &new).await {
            // The password was replaced a moment ago: what was begun with the old one has ended.
            Err(Error::Changed) => Err(refused(Refusal::Challenge)),
            outcome => outcome,
        }
    }

    async fn view(&self, user: UserId, id: PasskeyId) -> Result<PasskeyView> {
        let passkey = self.accounts.passkey(user, id).await?;
        let passkey = passkey.ok_or(Error::NotFound { what: "passkey" })?;
        Ok(PasskeyView::from(passkey))
    }
}

fn refused(refusal: Refusal) -> Error {
    Error::field("credential", refusal.to_string())
}
