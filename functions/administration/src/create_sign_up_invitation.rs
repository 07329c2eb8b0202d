//! `POST /v1/sign-up/invitations`: invites an address to sign up.
//!
//! The mail or the token comes before the row, and means nothing without it; one transaction writes
//! the row. Repeated under one `Idempotency-Key`, the request has the same sending and the same
//! token, and finds the row that it made. One that comes after a later sending, by the clocks of
//! who has sent them, changes nothing, and its token leads nowhere: the answer has none.

use async_trait::async_trait;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{
        Email, Moment, SendingId, Shard, SignUpMode, SignUpRule, UserId, example,
        invitations::{InvitationLink, InvitationTarget},
        mail::MailCause,
        sign_up_invitations::SignUpInvitationView,
    },
    error::Error,
    http::{Call, Doc, Policy, Reply, Route, Spec},
    request,
    stores::{Accounts, Emails, MailQueue, MailTokens, NewSignUpInvitation},
};

use crate::list_sign_up_invitations::example_invitation;

request! {
    /// The invitation to be sent.
    struct Body {
        /// The address that is invited.
        email: Email,
    }
}

/// An invitation that has just been sent.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SentSignUpInvitation")]
struct SentView {
    #[serde(flatten)]
    invitation: SignUpInvitationView,
    /// The secret of its link, shown once, where the service sends no mail: whoever invites passes
    /// the link on. `null` when it goes by mail, and when a later sending is the one that counts.
    token: Option<String>,
}

/// The route and what it needs.
pub struct CreateSignUpInvitation {
    /// Accounts, which have the invitations.
    pub accounts: Accounts,
    /// Addresses, and whose each is.
    pub emails: Emails,
    /// The tokens of links.
    pub tokens: MailTokens,
    /// The queue of mails.
    pub mail_queue: MailQueue,
    /// The rule of who may sign up.
    pub rule: SignUpRule,
    /// True if the stack sends mail.
    pub sends_mail: bool,
}

#[async_trait]
impl Route for CreateSignUpInvitation {
    fn spec() -> Spec {
        Spec::post("/v1/sign-up/invitations").administrator()
    }

    fn doc() -> Doc {
        Doc::new("Invite somebody to sign up")
            .about(
                "For administrators. Who is invited may sign up where only the invited may, and \
                 where an address at some domains may. The invitation goes by mail, in the \
                 administrator's language, is good for 30 days and for one account, with this \
                 address. An address that has one gets it anew, and its former link ends. Where \
                 the service sends no mail the answer has a `token`, once: `/#/invitation/{token}` \
                 is the link to pass on. An administrator sends `InvitationsPerDay`, 100 unless \
                 set, beside those into albums; an address gets a tenth of that.",
            )
            .takes::<Body>(json!({"email": "ben@example.org"}))
            .gives::<SentView>(201, example::with(example_invitation(), &json!({"token": null})))
            .fails(&["sign-up-refused"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (caller, body) = (call.caller().await?.user, call.body::<Body>()?);
        if self.rule.mode == SignUpMode::Closed {
            return Err(Error::SignUpRefused { mode: self.rule.mode });
        }
        self.check_free(&body.email).await?;
        let invitee = call.signer()?.invitee(&body.email);
        call.limit(Policy::SignUpInvitations, &caller.to_string())
            .await?;
        call.limit(Policy::Invited, &invitee).await?;
        let new = NewSignUpInvitation {
            id: call.fresh(Shard::FIRST),
            sending: call.fresh(Shard::FIRST),
            inviter: caller,
            email: &body.email,
            invitee: &invitee,
        };
        let token = self.prepare(call, caller, new.sending).await?;
        let sent = self.accounts.invite_to_sign_up(&new).await?;
        let token = token.filter(|_| sent.sending == new.sending);
        let mut names = self.accounts.names(&[sent.inviter]).await?;
        let name = names.remove(&sent.inviter);
        let invitation = SignUpInvitationView::of(sent, name, Moment::now());
        Ok(Reply::json(StatusCode::CREATED, &SentView { invitation, token }).uncached())
    }
}

impl CreateSignUpInvitation {
    /// Refuses an address that has an account: administrators find it by the address anyway.
    async fn check_free(&self, email: &Email) -> Result<()> {
        let Some(user) = self.emails.find(email).await? else { return Ok(()) };
        let account = self.accounts.find(user).await?;
        // One that has given the address up is not meant.
        if account.is_some_and(|account| email.is(&account.email)) {
            Err(Error::field("email", "has an account already: there is nobody to invite"))
        } else {
            Ok(())
        }
    }

    /// Does what comes before the row. Returns the token, if it is not for a mail.
    async fn prepare(
        &self,
        call: &Call<'_>,
        caller: UserId,
        sending: SendingId,
    ) -> Result<Option<String>> {
        if self.sends_mail {
            let cause = MailCause::SignUpInvitation { sending };
            self.mail_queue.announce(cause).await?;
            return Ok(None);
        }
        let token = call.secret("invitation to sign up")?;
        let link = InvitationLink { target: InvitationTarget::SignUp, sending, mailed: false };
        self.tokens.hand(&token, caller, link).await?;
        Ok(Some(token.reveal().to_owned()))
    }
}
