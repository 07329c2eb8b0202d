//! `POST /v1/single-sign-on/sessions`: a session for whom the provider has shown somebody to be.
//!
//! The browser's cookie has the identity that is proven, sealed. It is looked at first: which
//! account it is about, and what there is to refuse. Then one conditional write that names the
//! request spends it, so it opens one session, and all that follows may be done twice: the row that
//! links the identity, or the account with it in one transaction; the item that leads to it, which
//! is put after it; what the claim makes of its user; the session. Dying between any two leaves
//! what a repetition under the same `Idempotency-Key` goes on with, and what another sign-on finds.
//! The mail that tells of the link is asked for before it, and sent if it is made.
//!
//! The link may end while a sign-on is under way, so its row is looked at again at the end. If it
//! is gone, session and item are taken back, and then the sign-on is over for every request, so
//! that a repetition is refused as well and links nothing. Whoever dies before that has answered
//! nothing, and is repeated as a sign-on that comes after the end of the link.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{Language, SignUpRule, second_factor::FactorCode, single_sign_on::ProvenIdentity},
    error::Error,
    http::{
        Call, Doc, Policy, Reply, Route, Spec,
        sign_on::{no_sign_on, proven, without_sign_on},
        step_up::CodeTaker,
    },
    request,
    stores::{
        Account, Accounts, Emails, Identities, Invited, KnownNetworks, Library, MailQueue, Session,
        Sessions, SignOns,
    },
};

use crate::{
    list_sessions::session,
    login_attempts,
    session_start::{SessionStart, Wanted},
    signed_on::{AccountFinder, SignedOn},
};

request! {
    /// The wish for the session.
    struct Body {
        /// A code of the second factor's app, or a recovery code: where it is on, and the account
        /// is not linked yet.
        code: Option<FactorCode>,
        /// The language in which the user is written to, of an account that is made; English when
        /// left out.
        language: Option<Language>,
    }
}

/// The route and what it needs.
pub struct CompleteSingleSignOn {
    /// The provider's name of itself; `None` where there is no single sign-on.
    pub issuer: Option<String>,
    /// Sign-ons that have been used.
    pub sign_ons: SignOns,
    /// Identities, and whose each is.
    pub identities: Identities,
    /// Addresses, and whose each is.
    pub emails: Emails,
    /// Accounts.
    pub accounts: Accounts,
    /// Sessions.
    pub sessions: Sessions,
    /// From where users have logged in.
    pub networks: KnownNetworks,
    /// The queue of mails.
    pub mail_queue: MailQueue,
    /// The albums that addresses have been invited into.
    pub invited: Invited,
    /// The library, which has the invitations.
    pub library: Library,
    /// The rule of who may sign up.
    pub rule: SignUpRule,
}

#[async_trait]
impl Route for CompleteSingleSignOn {
    fn spec() -> Spec {
        Spec::post("/v1/single-sign-on/sessions").open()
    }

    fn doc() -> Doc {
        Doc::new("Log in by a single sign-on")
            .about(
                "For the page that `GET /v1/single-sign-on/callback` has led to; the session is a cookie. \
                    The identity's first time links it to the account with its verified address, or \
                    makes one by the rule of `GET /v1/sign-up`.",
            )
            .takes::<Body>(json!({"language": "en"}))
            .gives::<Session>(201, session())
            .fails(&[
                "not-found",
                "sign-on-ended",
                "sign-on-unverified",
                "sign-on-unproven",
                "sign-on-taken",
                "second-factor-needed",
                "sign-up-refused",
                "email-taken",
                "closing",
                "suspended",
            ])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let issuer = self.issuer.as_ref().ok_or_else(no_sign_on)?;
        let body: Body = call.body()?;
        let identity = proven(call)?.filter(|identity| identity.issuer == *issuer);
        let identity = identity.ok_or(Error::SignOnEnded)?;
        let finder = self.finder(call, &identity);
        let found = finder.find().await?;
        if let SignedOn::ByAddress(account) = &found {
            self.take_code(call, account, body.code.as_ref()).await?;
        }
        // Which request it is: the same one when it is repeated under its `Idempotency-Key`.
        let request = call.secret("spent sign-on")?.hash();
        if !self.sign_ons.spend(&identity.sign_on, &request).await? {
            return Err(Error::SignOnEnded);
        }
        let is_new = matches!(found, SignedOn::Nobody(_));
        let account = finder
            .settle(&found, body.language, &self.mail_queue)
            .await?;
        self.accounts
            .follow_claim(&account, issuer, identity.administrator)
            .await?;
        let begun = self
            .begin(call, &account, is_new, identity.logout.as_deref())
            .await;
        if finder.is_linked(account.id).await? {
            return begun;
        }
        self.take_back(&finder, &account).await?;
        Err(Error::SignOnEnded)
    }
}

impl CompleteSingleSignOn {
    fn finder<'a>(&'a self, call: &'a Call<'a>, identity: &'a ProvenIdentity) -> AccountFinder<'a> {
        AccountFinder {
            call,
            identity,
            identities: &self.identities,
            emails: &self.emails,
            accounts: &self.accounts,
            invited: &self.invited,
            library: &self.library,
            rule: &self.rule,
        }
    }

    /// Takes a code where a second factor is on: whoever has the address alone does not get round
    /// it by an identity of their own.
    async fn take_code(
        &self,
        call: &Call<'_>,
        account: &Account,
        code: Option<&FactorCode>,
    ) -> Result<()> {
        call.limit(Policy::LogIn, &account.id.to_string()).await?;
        CodeTaker { call, accounts: &self.accounts, mail_queue: &self.mail_queue }
            .log_in(account.id, code)
            .await
    }

    /// Begins the session, which keeps the address at which that of the provider ends.
    async fn begin(
        &self,
        call: &Call<'_>,
        account: &Account,
        is_new: bool,
        logout: Option<&str>,
    ) -> Result<Reply> {
        let user = account.id;
        let was_here = is_new || login_attempts::was_here(call, &self.networks, user).await?;
        let wanted = Wanted { logout, ..Wanted::log_in(true, was_here) };
        match self.start(call).begin(account, wanted).await {
            Ok(reply) => Ok(without_sign_on(reply)),
            // The account has changed meanwhile.
            Err(Error::WrongCredentials) => Err(Error::SignOnEnded),
            Err(error) => Err(error),
        }
    }

    fn start<'a>(&'a self, call: &'a Call<'a>) -> SessionStart<'a> {
        SessionStart {
            call,
            accounts: &self.accounts,
            sessions: &self.sessions,
            networks: &self.networks,
            mail_queue: &self.mail_queue,
        }
    }

    /// Takes back what a sign-on has made whose link has ended meanwhile; the sign-on last, because
    /// a repetition goes no further once that is over.
    async fn take_back(&self, finder: &AccountFinder<'_>, account: &Account) -> Result<()> {
        let start = self.start(finder.call);
        start.end(account.id, start.id(account)).await?;
        finder.release(account.id).await?;
        self.sign_ons.end(&finder.identity.sign_on).await
    }
}
