//! The account that a single sign-on leads to: the one that its identity is linked to; the one with
//! its address, which it is then linked to; or one that is made.
//!
//! The identity counts, and not the address, once they are linked: a provider may give an address
//! to somebody else. Before that an address counts which both sides have verified. Without the
//! provider's word anybody could have typed it there, without ours anybody here: who signed up with
//! another one's address would share the account with them.

use shared::{
    Result,
    domain::{
        Email, Language, Moment, Shard, SignUpRule, UserId, mail::MailCause,
        single_sign_on::ProvenIdentity,
    },
    error::Error,
    http::Call,
    stores::{Account, Accounts, Emails, Identities, Invited, Library, MailQueue, NewAccount},
};

use crate::session_start::check_open;

/// The account of a sign-on.
pub enum SignedOn {
    /// The identity is linked to it.
    ByIdentity(Account),
    /// It has the address, and is to be linked.
    ByAddress(Account),
    /// There is none with this address, and one is to be made.
    Nobody(Email),
}

/// Finds the account of a sign-on, and makes it what it must be.
pub struct AccountFinder<'a> {
    /// The request.
    pub call: &'a Call<'a>,
    /// The identity that the provider has proven.
    pub identity: &'a ProvenIdentity,
    /// Identities, and whose each is.
    pub identities: &'a Identities,
    /// Addresses, and whose each is.
    pub emails: &'a Emails,
    /// Accounts.
    pub accounts: &'a Accounts,
    /// The albums that addresses have been invited into.
    pub invited: &'a Invited,
    /// The library, which has the invitations.
    pub library: &'a Library,
    /// The rule of who may sign up.
    pub rule: &'a SignUpRule,
}

impl AccountFinder<'_> {
    /// Finds the account. Writes nothing.
    ///
    /// # Errors
    /// The refusals of this person: [`Error::Suspended`], [`Error::Closing`],
    /// [`Error::SignOnUnverified`], [`Error::SignOnUnproven`], [`Error::SignOnTaken`],
    /// [`Error::SignUpRefused`], [`Error::EmailTaken`].
    pub async fn find(&self) -> Result<SignedOn> {
        if let Some(account) = self.linked().await? {
            check_open(&account, false)?;
            return Ok(SignedOn::ByIdentity(account));
        }
        let email = self.identity.verified_email();
        let email = email.ok_or(Error::SignOnUnverified)?;
        let Some(account) = self.with_address(&email).await? else {
            self.admit(&email).await?;
            return Ok(SignedOn::Nobody(email));
        };
        if !email.is(&account.email) {
            // Its user is giving the address up.
            return Err(Error::EmailTaken);
        }
        if account.email_verified_at.is_none() {
            return Err(Error::SignOnUnproven);
        }
        check_open(&account, false)?;
        match self.accounts.identity(account.id, self.issuer()).await? {
            // Nothing has led to it since this identity was linked: a request died there.
            Some(own) if own.subject == self.identity.subject => Ok(SignedOn::ByIdentity(account)),
            Some(_) => Err(Error::SignOnTaken),
            None => Ok(SignedOn::ByAddress(account)),
        }
    }

    fn issuer(&self) -> &str {
        &self.identity.issuer
    }

    fn sum(&self) -> Result<String> {
        let signer = self.call.signer()?;
        Ok(signer.identity(self.issuer(), &self.identity.subject))
    }

    /// The account that the identity is linked to. The row has the last word.
    async fn linked(&self) -> Result<Option<Account>> {
        let Some(user) = self.identities.find(&self.sum()?).await? else { return Ok(None) };
        if !self.is_linked(user).await? {
            return Ok(None);
        }
        self.accounts.find(user).await
    }

    /// Returns true if the user's row says that this identity logs in to their account.
    ///
    /// # Errors
    /// Whatever the store has.
    pub async fn is_linked(&self, user: UserId) -> Result<bool> {
        let own = self.accounts.identity(user, self.issuer()).await?;
        Ok(own.is_some_and(|own| own.subject == self.identity.subject))
    }

    /// Has the identity lead to this user no more, whose row is gone.
    ///
    /// # Errors
    /// Whatever the store has.
    pub async fn release(&self, user: UserId) -> Result<()> {
        self.identities.release(&self.sum()?, user).await
    }

    async fn with_address(&self, email: &Email) -> Result<Option<Account>> {
        match self.emails.find(email).await? {
            Some(user) => self.accounts.find(user).await,
            None => Ok(None),
        }
    }

    /// Refuses whoever may not sign up. An invitation to the address counts, because the provider
    /// has verified that.
    async fn admit(&self, email: &Email) -> Result<()> {
        if self.rule.admits(email, false) {
            return Ok(());
        }
        let may_be_invited = self.rule.admits(email, true);
        if may_be_invited && self.is_invited(email).await? {
            return Ok(());
        }
        Err(Error::SignUpRefused { mode: self.rule.mode })
    }

    async fn is_invited(&self, email: &Email) -> Result<bool> {
        let invitee = self.call.signer()?.invitee(email);
        let to_sign_up = self
            .accounts
            .sign_up_invitation_of_address(&invitee)
            .await?;
        if to_sign_up.is_some_and(|invitation| invitation.is_open(Moment::now())) {
            return Ok(true);
        }
        let albums = self.invited.albums(&invitee).await?;
        if albums.is_empty() {
            return Ok(false);
        }
        let invitations = self
            .library
            .invitations_of_address(&albums, &invitee)
            .await?;
        let now = Moment::now();
        Ok(invitations.iter().any(|invitation| invitation.is_open(now)))
    }

    /// Links the account that was found, or makes it, and has the identity lead to it. Returns the
    /// account as it is then.
    ///
    /// # Errors
    /// [`Error::SignOnTaken`], [`Error::EmailTaken`] when somebody else came first.
    pub async fn settle(
        &self,
        found: &SignedOn,
        language: Option<Language>,
        mail_queue: &MailQueue,
    ) -> Result<Account> {
        let user = match found {
            SignedOn::ByIdentity(account) => account.id,
            SignedOn::ByAddress(account) => {
                self.link(account.id, mail_queue).await?;
                account.id
            }
            SignedOn::Nobody(email) => self.make(email, language).await?,
        };
        let sum = self.sum()?;
        if self.identities.find(&sum).await? != Some(user) {
            self.identities.bind(&sum, user).await?;
        }
        let account = self.accounts.find(user).await?;
        account.ok_or(Error::NotFound { what: "user" })
    }

    /// Links the account, and asks for the mail that tells of it before.
    async fn link(&self, user: UserId, mail_queue: &MailQueue) -> Result<()> {
        let issuer = self.issuer().to_owned();
        mail_queue
            .announce(MailCause::SignOnLinked { user, issuer })
            .await?;
        let subject = &self.identity.subject;
        if self.accounts.link(user, self.issuer(), subject).await? {
            Ok(())
        } else {
            Err(Error::SignOnTaken)
        }
    }

    /// Makes an account without a password. Its address is verified: the provider has said so.
    async fn make(&self, email: &Email, language: Option<Language>) -> Result<UserId> {
        let name = self.identity.account_name(email);
        let name = name.ok_or_else(|| Error::internal("an address without a name before its @"))?;
        let fresh = self.call.fresh(Shard::random());
        let (id, was_bound) = self.emails.reserve(email, fresh).await?;
        let account = NewAccount {
            id,
            email,
            name: &name,
            password_hash: Account::NO_PASSWORD,
            language,
            verified: true,
        };
        let (issuer, subject) = (self.issuer(), self.identity.subject.as_str());
        match self.accounts.create_linked(&account, issuer, subject).await {
            // This very request has made it, before it was repeated.
            Err(Error::EmailTaken) if id == fresh && was_bound => {}
            outcome => outcome?,
        }
        let invitee = self.call.signer()?.invitee(email);
        self.accounts.end_sign_up_invitation(&invitee).await?;
        Ok(id)
    }
}
