//! The beginning of every answer to an invitation: whose it is, and by what that is known.
//!
//! An invitation is bound to an address. It is the caller's if their account has this address, and
//! a mail has shown that it is theirs: the one that verified it, or the invitation's own, whose
//! token is sent along. A token that its owner has handed on stands for the owner's word, where the
//! service sends no mail.

use shared::{
    Result,
    domain::{AlbumId, Email, InvitationId, UserId, token::Token},
    error::Error,
    http::Call,
    request,
    stores::{Account, AccountChange, Accounts, Library, MailTokens},
};

/// Times that an address is noted as verified, when something else of the account changes
/// meanwhile.
const TRIES: u32 = 3;

request! {
    /// The answer to an invitation.
    pub(crate) struct Answer {
        /// The token of its link; not needed by an account whose address is verified.
        token: Option<String>,
    }
}

/// The caller, whom an invitation is for.
pub(crate) struct Invitee {
    /// The user.
    pub user: UserId,
    /// The keyed sum of their address.
    pub sum: String,
    /// The album that the invitation is into.
    pub album: AlbumId,
}

/// The stores that tell whose an invitation is.
pub struct Answering {
    /// The tokens of links.
    pub tokens: MailTokens,
    /// Accounts.
    pub accounts: Accounts,
}

impl Answering {
    /// The caller, if the invitation is theirs. Verifies their address, if the token of its mail
    /// shows that it is theirs.
    ///
    /// # Errors
    /// [`Error::NotFound`] for anybody else, [`Error::LinkEnded`] for a token of another sending.
    pub(crate) async fn invitee(
        &self,
        call: &Call<'_>,
        library: &Library,
        id: InvitationId,
    ) -> Result<Invitee> {
        const NONE: Error = Error::NotFound { what: "invitation" };
        let user = call.caller().await?.user;
        let token = call.optional_body::<Answer>()?.and_then(|body| body.token);
        let account = self.accounts.find(user).await?.ok_or(NONE)?;
        let sum = sum_of(call, &account)?;
        let invitation = library.invitation(id).await?.ok_or(NONE)?;
        if invitation.invitee != sum {
            return Err(NONE);
        }
        if account.email_verified_at.is_some() {
            return Ok(Invitee { user, sum, album: invitation.album });
        }
        let token = Token::sent(&token.ok_or(NONE)?);
        let link = self.tokens.invitation(&token).await?;
        let link = link.ok_or(Error::LinkEnded)?;
        if link.sending != invitation.sending {
            return Err(Error::LinkEnded);
        }
        if link.mailed {
            self.verify(account).await?;
        }
        Ok(Invitee { user, sum, album: invitation.album })
    }

    /// Notes that the address is the user's, if the account still has it.
    async fn verify(&self, mut account: Account) -> Result<()> {
        let user = account.id;
        let address = account.email.clone();
        let change = AccountChange { verified: true, ..AccountChange::default() };
        for _ in 0..TRIES {
            match self.accounts.change(user, account.version, &change).await {
                Err(Error::Changed) => {}
                outcome => return outcome,
            }
            let now = self.accounts.find(user).await?;
            account = now
                .filter(|now| now.email == address && now.deletes_at.is_none())
                .ok_or(Error::LinkEnded)?;
        }
        Err(Error::Changed)
    }
}

/// The sum by which the invitations of this account's address are told.
pub(crate) fn sum_of(call: &Call<'_>, account: &Account) -> Result<String> {
    let email = Email::try_from(account.email.clone()).map_err(Error::internal)?;
    Ok(call.signer()?.invitee(&email))
}
