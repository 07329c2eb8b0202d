//! `POST /v1/users`: registration.
//!
//! Safe to die anywhere: the address is bound to an id first, and the account's row has that id as
//! its primary key (see [`shared::stores::Emails`]). An address without an account is taken up by
//! whoever registers with it next. The mail that verifies the address is asked for before the
//! account is made, and sent if it is. Who comes by an invitation's mail has verified it already.
//! The token only leads to the invitation: one into an album is answered later, and not spent here.
//! An administrator's invitation to the address ends once the account is there, whatever has let
//! its user in; dying in between leaves one that nobody can use, because the address has an
//! account.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{
        Email, Language, Moment, Name, Shard, SignUpRule, UserId, example,
        invitations::InvitationLink, mail::MailCause, password::Password,
    },
    error::Error,
    http::{Call, Doc, Policy, Reply, Route, Spec},
    request,
    stores::{
        Account, Accounts, Emails, KnownNetworks, Library, MailQueue, MailTokens, NewAccount,
    },
};

use crate::{invitation::InvitationFinder, login_attempts};

request! {
    /// The registration of a user.
    struct NewUser {
        /// The user's name.
        name: Name,
        /// The address to sign in with.
        email: Email,
        /// The password to sign in with.
        password: Password,
        /// The language in which the user is written to; English when left out.
        language: Option<Language>,
        /// The token of an invitation to this address.
        invitation: Option<String>,
    }
}

/// A user as they see themselves.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "User")]
pub(crate) struct UserView {
    id: UserId,
    name: String,
    email: String,
    /// The language in which the user is written to; `null` until they have said.
    language: Option<Language>,
    created_at: Moment,
}

impl From<&Account> for UserView {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id,
            name: account.name.clone(),
            email: account.email.clone(),
            language: account.language,
            created_at: account.created_at,
        }
    }
}

/// The route and what it needs.
pub struct CreateUser {
    /// Addresses, and whose each is.
    pub emails: Emails,
    /// Accounts.
    pub accounts: Accounts,
    /// From where users have signed up and logged in.
    pub networks: KnownNetworks,
    /// The queue of mails.
    pub mail_queue: MailQueue,
    /// The tokens of invitations.
    pub tokens: MailTokens,
    /// The library, which has the invitations.
    pub library: Library,
    /// The rule of who may sign up.
    pub rule: SignUpRule,
}

#[async_trait]
impl Route for CreateUser {
    fn spec() -> Spec {
        Spec::post("/v1/users").open().limited(Policy::LogIn)
    }

    fn doc() -> Doc {
        Doc::new("Sign up")
            .about(
                "`GET /v1/sign-up` says who may. `invitation` is the token of an invitation's link: it lets in whom it \
                    is for, and one that came by mail verifies the address, too. An invitation into an album is accepted apart.",
            )
            .takes::<NewUser>(
                json!({"name": "Ana", "email": "ana@example.org", "password": "a quiet orange lighthouse"}),
            )
            .gives::<UserView>(
                201,
                json!({
                    "id": example::USER, "name": "Ana", "email": "ana@example.org", "language": null,
                    "created_at": example::MOMENT,
                }),
            )
            .fails(&["email-taken", "link-ended", "sign-up-refused"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let new: NewUser = call.body()?;
        let about = [new.email.as_str(), new.name.as_str()];
        new.password
            .check_strength(&about)
            .map_err(|why| Error::field("password", why))?;
        let invited = self.admit(call, &new).await?;
        let verified = invited.is_some_and(|link| link.mailed);
        let fresh = call.fresh(Shard::random());
        let (id, was_bound) = self.emails.reserve(&new.email, fresh).await?;
        if !verified {
            self.mail_queue
                .announce(MailCause::Verification { user: id })
                .await?;
        }
        let account = NewAccount {
            id,
            email: &new.email,
            name: &new.name,
            password_hash: &new.password.hash(),
            language: new.language,
            verified,
        };
        match self.accounts.create(&account).await {
            // This very request has made it, before it was repeated. Had it bound the address just
            // now, it would be another one's that came between.
            Err(Error::EmailTaken) if id == fresh && was_bound => {}
            outcome => outcome?,
        }
        self.end_invitation(call, &new.email).await?;
        login_attempts::remember_network(call, &self.networks, id).await?;
        let account = self
            .accounts
            .find(id)
            .await?
            .ok_or(Error::NotFound { what: "user" })?;
        Ok(Reply::created("/v1/me", &UserView::from(&account)))
    }
}

impl CreateUser {
    /// Refuses whoever may not sign up, before anybody is looked for: it says nothing of who has an
    /// account. Returns the link that they come by: one that a mail has brought verifies the
    /// address.
    async fn admit(&self, call: &Call<'_>, new: &NewUser) -> Result<Option<InvitationLink>> {
        let (tokens, library, accounts) = (&self.tokens, &self.library, &self.accounts);
        let invitations = InvitationFinder { tokens, library, accounts };
        let invited = match &new.invitation {
            Some(token) => Some(invitations.find(call, token, &new.email).await?),
            None => None,
        };
        if !self.rule.admits(&new.email, invited.is_some()) {
            return Err(Error::SignUpRefused { mode: self.rule.mode });
        }
        Ok(invited)
    }

    /// Ends an administrator's invitation to this address, if there is one. There is an account by
    /// then, so a failure is no reason to say that there is none.
    async fn end_invitation(&self, call: &Call<'_>, email: &Email) -> Result<()> {
        let invitee = call.signer()?.invitee(email);
        if let Err(error) = self.accounts.end_sign_up_invitation(&invitee).await {
            tracing::warn!(error = error.chain(), "an invitation to sign up is left");
        }
        Ok(())
    }
}
