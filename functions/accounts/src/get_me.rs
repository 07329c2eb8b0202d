//! `GET /v1/me`: the caller's account, what it keeps and what it may keep.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{
        Email, Language, Moment, Scopes, SessionId, UserId, example,
        mail::{MailStop, MailStopScope},
    },
    error::Error,
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Accounts, Identity, Library, MailStops, SecondFactor, library::Usage},
};

use crate::address_change::PendingView;

/// The caller.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Me")]
struct MeView {
    id: UserId,
    name: String,
    email: String,
    /// Since when the address is known to be the user's; `null` until a mail has shown it.
    email_verified_at: Option<Moment>,
    /// The address that is to be the account's, once the mail to it has been answered; `null` while
    /// there is none.
    pending_email: Option<PendingView>,
    /// The language in which the user is written to; `null` until they have said.
    language: Option<Language>,
    /// The reason for which the address gets no more mail; `null` while it does.
    mail_stopped: Option<MailStop>,
    /// The second factor of log-ins; `null` while none is on.
    second_factor: Option<FactorView>,
    /// False for an account that single sign-on has made, until the mail for a forgotten password
    /// has set one. What takes the password takes a passkey until then.
    has_password: bool,
    /// The identities at providers of single sign-on by which the user logs in.
    identities: Vec<IdentityView>,
    /// The number of passkeys that open the account, each of which stands for password and code.
    passkeys: usize,
    /// True if the user administers accounts.
    administrator: bool,
    created_at: Moment,
    version: u32,
    session: SessionId,
    scopes: Scopes,
    usage: Usage,
    quota: Quota,
}

/// A second factor that is on.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SecondFactor")]
struct FactorView {
    /// Since when log-ins take a code.
    since: Moment,
    /// The number of recovery codes that are left.
    recovery_codes_left: i64,
}

impl FactorView {
    /// Returns what is shown of a factor; `None` if it is not on.
    fn of(factor: &SecondFactor) -> Option<Self> {
        let since = factor.confirmed_at?;
        Some(Self { since, recovery_codes_left: factor.codes_left })
    }
}

/// An identity at a provider of single sign-on.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Identity")]
struct IdentityView {
    /// The provider.
    issuer: String,
    /// Since when it logs in to the account.
    linked_at: Moment,
}

impl From<Identity> for IdentityView {
    fn from(identity: Identity) -> Self {
        Self { issuer: identity.issuer, linked_at: identity.linked_at }
    }
}

/// The quota of an owner.
#[derive(Serialize, JsonSchema)]
struct Quota {
    bytes: u64,
}

/// The route and what it needs.
pub struct GetMe {
    /// Accounts.
    pub accounts: Accounts,
    /// The library, for what they keep.
    pub library: Library,
    /// The addresses that get no more mail.
    pub stops: MailStops,
    /// Bytes that an owner may keep who has no quota of their own.
    pub quota: u64,
}

#[async_trait]
impl Route for GetMe {
    fn spec() -> Spec {
        Spec::get("/v1/me")
    }

    fn doc() -> Doc {
        Doc::new("The caller's account, what it keeps and what it may keep").gives::<MeView>(
            200,
            json!({
                "id": example::USER, "name": "Ana", "email": "ana@example.org", "email_verified_at": null, "pending_email": null, "language": null,
                "mail_stopped": null, "second_factor": null, "has_password": true, "identities": [], "passkeys": 0, "administrator": false, "created_at": example::MOMENT,
                "version": 1, "session": example::SESSION, "scopes": ["read", "write", "account"],
                "usage": {"photos": 1, "bytes": 4_218_331}, "quota": {"bytes": 16_106_127_360_u64},
            }),
        )
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let caller = call.caller().await?;
        let (account, factor, identities, passkeys, storage) = tokio::try_join!(
            self.accounts.find(caller.user),
            self.accounts.second_factor(caller.user),
            self.accounts.identities(caller.user),
            self.accounts.passkeys(caller.user),
            self.library.storage(caller.user),
        )?;
        let account = account.ok_or(Error::NotFound { what: "user" })?;
        let mail_stopped = match Email::try_from(account.email.clone()) {
            Ok(email) => {
                let sum = call.signer()?.mail_stop(&email);
                self.stops.find(&sum, MailStopScope::Everything).await?
            }
            Err(why) => return Err(Error::internal(why)),
        };
        let second_factor = factor.as_ref().and_then(FactorView::of);
        let identities = identities.into_iter().map(IdentityView::from).collect();
        let has_password = account.has_password();
        let administrator = account.is_administrator();
        let pending_email = PendingView::of(&account);
        Ok(Reply::ok(&MeView {
            id: account.id,
            name: account.name,
            email: account.email,
            email_verified_at: account.email_verified_at,
            pending_email,
            language: account.language,
            mail_stopped,
            second_factor,
            has_password,
            identities,
            passkeys: passkeys.len(),
            administrator,
            created_at: account.created_at,
            version: account.version,
            session: caller.session,
            scopes: caller.scopes.clone(),
            usage: storage.usage,
            quota: Quota { bytes: storage.quota.unwrap_or(self.quota) },
        })
        .versioned(account.version))
    }
}
